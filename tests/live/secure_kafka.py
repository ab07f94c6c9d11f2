"""Runs Apache Kafka with TLS, SASL and ACLs that deny by default."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from live.certificates import Authority
from live.kafka import BRIEF, ApacheKafka

from streams.runtime.kafka.acls import ROLES
from streams.runtime.local.embedded_broker import free_port

ROOT = "root"  # super user; the others have the permissions granted to them
PASSWORDS = {name: f"{name}-pa55w0rd" for name in (ROOT, *ROLES)}
_ACL_COMMAND = "org.apache.kafka.tools.AclCommand"


class SecureKafka(ApacheKafka):
    """One broker whose ``address`` speaks SASL_SSL with SCRAM-SHA-512 and PLAIN; ``authority`` signed its certificate.

    At ``mutual`` it asks for a client certificate of the same authority: who shows one is ``User:CN=<its name>``.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, options=BRIEF)
        self.authority = Authority(folder)
        self.mutual = f"127.0.0.1:{free_port()}"
        self._inner = f"127.0.0.1:{free_port()}"
        own = self.authority.issue("broker")
        self._keystore = folder / "broker-keystore.pem"
        self._keystore.write_text(own.key.read_text() + own.certificate.read_text())

    def grant(self, arguments: Sequence[str]) -> None:
        """Add an ACL; ``arguments`` are those of ``kafka-acls.sh --add``."""
        self._run(
            _ACL_COMMAND,
            "--bootstrap-server",
            self._inner,
            "--add",
            *arguments,
        )

    def _listeners(self, controller: str) -> str:
        users = " ".join(f'user_{name}="{password}"' for name, password in PASSWORDS.items())
        module = "org.apache.kafka.common.security"
        listeners = (
            f"CLIENTS://{self.address},MUTUAL://{self.mutual},INNER://{self._inner},CONTROLLER://{controller}"
        )
        return f"""
listeners={listeners}
advertised.listeners={listeners}
listener.security.protocol.map=CLIENTS:SASL_SSL,MUTUAL:SSL,INNER:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=INNER
ssl.keystore.type=PEM
ssl.keystore.location={self._keystore}
listener.name.mutual.ssl.client.auth=required
listener.name.mutual.ssl.truststore.type=PEM
listener.name.mutual.ssl.truststore.location={self.authority.certificate}
sasl.enabled.mechanisms=SCRAM-SHA-512,PLAIN
listener.name.clients.plain.sasl.jaas.config={module}.plain.PlainLoginModule required {users};
listener.name.clients.scram-sha-512.sasl.jaas.config={module}.scram.ScramLoginModule required;
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
allow.everyone.if.no.acl.found=false
super.users=User:{ROOT};User:CN={ROOT};User:ANONYMOUS
"""

    def _format_options(self) -> list[str]:
        options = []
        for name, password in PASSWORDS.items():
            options += ["--add-scram", f"SCRAM-SHA-512=[name={name},password={password}]"]
        return options

    def _client_options(self) -> dict[str, Any]:
        return {
            "bootstrap_servers": self.address,
            "security_protocol": "SASL_SSL",
            "ssl_context": ssl.create_default_context(cafile=str(self.authority.certificate)),
            "sasl_mechanism": "PLAIN",
            "sasl_plain_username": ROOT,
            "sasl_plain_password": PASSWORDS[ROOT],
        }
