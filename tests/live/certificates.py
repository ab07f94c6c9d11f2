"""Creates a certificate authority and certificates for tests, with the openssl command."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import NamedTuple


class Certificate(NamedTuple):
    """Paths of a certificate and its key, both PEM."""

    certificate: Path
    key: Path


class Authority:
    """A certificate authority; ``certificate`` is its own certificate, for clients to trust."""

    def __init__(self, folder: Path, name: str = "authority") -> None:
        self._folder = folder
        self._key = folder / f"{name}.key"
        self.certificate = folder / f"{name}.pem"
        self._openssl(
            "req", "-x509", *_KEY, "-nodes", "-days", "2", "-subj", f"/CN=crawlmill tests {name}",
            "-keyout", str(self._key), "-out", str(self.certificate),
        )  # fmt: skip

    def issue(
        self, name: str, key_password: str = "", *, days: int = 2, hosts: str = "IP:127.0.0.1,DNS:localhost"
    ) -> Certificate:
        """Return a new certificate for 127.0.0.1 and localhost; with ``days`` = -1 it expired yesterday."""
        key, request, certificate = (self._folder / f"{name}.{kind}" for kind in ("key", "csr", "pem"))
        extensions = self._folder / f"{name}.ext"
        extensions.write_text(f"subjectAltName={hosts}\n")
        secrecy = ["-passout", f"pass:{key_password}"] if key_password else ["-nodes"]
        self._openssl(
            "req", *_KEY, *secrecy, "-subj", f"/CN={name}", "-keyout", str(key), "-out", str(request)
        )
        self._openssl(
            "x509", "-req", "-in", str(request), "-CA", str(self.certificate), "-CAkey", str(self._key),
            "-CAcreateserial", "-days", str(days), "-extfile", str(extensions), "-out", str(certificate),
        )  # fmt: skip
        return Certificate(certificate, key)

    def _openssl(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], check=True, capture_output=True, timeout=60, cwd=self._folder)


_KEY = ("-newkey", "rsa:2048")
