"""The manifests of config/k8s against the schemas of Kubernetes and against the code: nothing here runs on a cluster."""

from __future__ import annotations

import importlib.util
import lzma
import re
import shutil
import subprocess
from pathlib import Path
from types import ModuleType
from typing import Any

import kubernetes_validate
import pytest
import yaml
from py3langid import langid

from streams import __version__, topics
from streams.cli import VERBS
from streams.runtime import worker_app
from streams.runtime.kafka import acls
from streams.settings import Settings, load

ROOT = Path(__file__).parents[1]
K8S = ROOT / "config/k8s"
BUILDS = ("base", "overlays/small", "overlays/production", "strimzi")
# Kinds that operators define; the schemas of Kubernetes do not have them.
OPERATORS = {
    "ScaledObject",
    "TriggerAuthentication",
    "PodMonitor",
    "PrometheusRule",
    "KafkaTopic",
    "KafkaUser",
}
VERSIONS = ("1.29", "1.33", "1.37")
PROBES = ("startupProbe", "livenessProbe", "readinessProbe")


def _documents(path: Path) -> list[dict[str, Any]]:
    return [document for document in yaml.safe_load_all(path.read_text("utf-8")) if document]


def _folder(name: str) -> dict[str, dict[str, Any]]:
    """What the files of a folder hold, by kind."""
    found = [document for path in sorted((K8S / name).glob("*.yml")) for document in _documents(path)]
    kinds = {document["kind"]: document for document in found}
    assert len(kinds) == len(found), "two of a kind"
    return kinds


def _built(name: str) -> list[dict[str, Any]]:
    """What kustomize makes of a folder; the test is skipped where there is no kubectl."""
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        pytest.skip("kubectl is not installed")
    done = subprocess.run(
        [kubectl, "kustomize", str(K8S / name)], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return [document for document in yaml.safe_load_all(done.stdout) if document]


def _of_kind(documents: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    (found,) = [document for document in documents if document["kind"] == kind]
    return found


def _generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("manifests", K8S / "manifests.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


BASE = _folder("base")
POD: dict[str, Any] = BASE["StatefulSet"]["spec"]["template"]["spec"]
CONTAINER: dict[str, Any] = POD["containers"][0]
PRODUCTION: Settings = _generator().production()


@pytest.mark.parametrize("name", BUILDS)
def test_kustomize_builds_it_and_every_object_is_what_kubernetes_schema_allows(name: str) -> None:
    built = _built(name)
    assert built
    for document in built:
        if document["kind"] in OPERATORS:
            continue
        for version in VERSIONS:
            kubernetes_validate.validate(document, version, strict=True)


@pytest.mark.parametrize(
    "path", sorted(K8S.rglob("*.yml")), ids=lambda path: path.relative_to(K8S).as_posix()
)
def test_every_file_is_named_by_a_kustomization_or_an_example(path: Path) -> None:
    if path.name == "kustomization.yml":
        (kustomization,) = _documents(path)
        for named in [*kustomization.get("resources", []), *kustomization.get("components", [])]:
            place = path.parent / named
            assert place.is_file() or (place / "kustomization.yml").is_file(), named
        return
    if ".example." in path.name:
        return
    (kustomization,) = _documents(path.parent / "kustomization.yml")
    patches = [patch["path"] for patch in kustomization.get("patches", []) if "path" in patch]
    assert path.name in [*kustomization["resources"], *patches]


def test_the_example_of_the_secret_has_the_keys_that_are_read_and_no_secret() -> None:
    (secret,) = _documents(K8S / "overlays/production/secret.example.yml")
    kubernetes_validate.validate(secret, VERSIONS[-1], strict=True)
    files = {Path(PRODUCTION.kafka.sasl_password_file), Path(PRODUCTION.kafka.ssl_ca_file)}
    (patch,) = _documents(K8S / "overlays/production/workers.yml")
    (container,) = patch["spec"]["template"]["spec"]["containers"]
    (mount,) = container["volumeMounts"]
    (volume,) = patch["spec"]["template"]["spec"]["volumes"]
    assert {file.parent for file in files} == {Path(mount["mountPath"])}
    assert volume["secret"]["secretName"] == secret["metadata"]["name"]
    authentication = _documents(K8S / "scaling/scale-on-lag.yml")[1]
    keys = {entry["key"] for entry in authentication["spec"]["secretTargetRef"]}
    assert {file.name for file in files} | {"username"} == set(secret["stringData"]) == keys
    assert secret["stringData"]["username"] == PRODUCTION.kafka.sasl_username
    assert secret["stringData"]["password"] == ""


def test_the_files_that_repeat_alerts_topics_and_rights_are_what_their_generator_writes() -> None:
    for path, text in _generator().render().items():
        assert (K8S / path).read_text("utf-8") == text, f"make manifests: {path}"


def test_the_operator_s_rules_are_those_of_the_configuration_of_prometheus() -> None:
    (rule,) = _documents(K8S / "monitoring/rules.yml")
    written = [
        group
        for name in ("recording.yml", "alerts.yml")
        for group in _documents(ROOT / "config/prometheus" / name)[0]["groups"]
    ]
    assert rule["spec"]["groups"] == written


def test_strimzi_s_topics_are_the_declared_ones() -> None:
    found = {
        document["metadata"]["name"]: document["spec"] for document in _documents(K8S / "strimzi/topics.yml")
    }
    assert set(found) == {topic.name for topic in topics.declared(PRODUCTION)}
    for topic in topics.declared(PRODUCTION):
        spec = found[topic.name]
        assert (spec["partitions"], spec["replicas"]) == (topic.partitions, topic.replication)
        assert spec["config"] == topic.config


def test_strimzi_s_users_have_the_rights_of_their_role_and_no_others() -> None:
    users = {document["metadata"]["name"]: document for document in _documents(K8S / "strimzi/users.yml")}
    assert set(users) == {f"crawlmill-{role}" for role in acls.ROLES if role != "admin"}
    assert PRODUCTION.kafka.sasl_username in users
    for role in set(acls.ROLES) - {"admin"}:
        spec = users[f"crawlmill-{role}"]["spec"]
        assert (spec["authorization"]["type"], spec["authentication"]["type"]) == ("simple", "scram-sha-512")
        given = {
            (rule["resource"]["type"], rule["resource"]["name"], operation)
            for rule in spec["authorization"]["acls"]
            for operation in rule["operations"]
        }
        assert given == {
            (grant.resource, name, operation)
            for grant in acls.grants(PRODUCTION)
            if grant.role == role
            for name in grant.names
            for operation in grant.operations
        }


@pytest.mark.parametrize("overlay", ["", "overlays/small", "overlays/production"])
def test_the_settings_of_the_cluster_exist(overlay: str) -> None:
    data = dict(BASE["ConfigMap"]["data"])
    if overlay:
        data |= _documents(K8S / overlay / "settings.yml")[0]["data"]
    settings = load(ROOT / "config/crawlmill.toml", environ=data)
    assert settings.worker.processes > 0, "0 would be one for each core of the node"
    assert 1 <= BASE["StatefulSet"]["spec"]["replicas"] <= settings.kafka.partitions


def test_scaling_asks_for_the_lag_of_the_group_on_the_broker_of_the_settings() -> None:
    scaling = _documents(K8S / "scaling/scale-on-lag.yml")[0]["spec"]
    assert scaling["maxReplicaCount"] == PRODUCTION.kafka.partitions
    for trigger in scaling["triggers"]:
        about = trigger["metadata"]
        assert about["bootstrapServers"] == PRODUCTION.kafka.bootstrap_servers
        assert about["consumerGroup"] == topics.app_id(PRODUCTION)
        assert about["topic"] in {topics.full_name(PRODUCTION, name) for name in topics.CONSUMED}
        mechanism = PRODUCTION.kafka.sasl_mechanism.lower().replace("-", "_").replace("sha_", "sha")
        assert (about["sasl"], about["tls"]) == (mechanism, "enable")
    assert PRODUCTION.kafka.security == "sasl_ssl"
    target = scaling["scaleTargetRef"]
    assert (target["kind"], target["name"]) == ("StatefulSet", BASE["StatefulSet"]["metadata"]["name"])


def test_probes_ask_for_pages_that_a_worker_serves_on_the_port_it_serves_them_on() -> None:
    served = set(
        re.findall(r'@app\.page\("([^"]+)"', (ROOT / "streams/runtime/observability/web.py").read_text())
    )
    ports = {port["name"]: port["containerPort"] for port in CONTAINER["ports"]}
    assert set(ports.values()) == {Settings().worker.web_port}
    for probe in PROBES:
        assert CONTAINER[probe]["httpGet"]["path"] in served
        assert CONTAINER[probe]["httpGet"]["port"] in ports
    (port,) = BASE["Service"]["spec"]["ports"]
    assert port["targetPort"] in ports and port["port"] == Settings().worker.web_port
    (monitor,) = _documents(K8S / "monitoring/pod-monitor.yml")
    (endpoint,) = monitor["spec"]["podMetricsEndpoints"]
    assert endpoint["path"] in served and endpoint["port"] in ports


def test_probes_have_the_patience_that_the_code_s_limits_ask_for() -> None:
    startup, liveness = CONTAINER["startupProbe"], CONTAINER["livenessProbe"]
    assert startup["failureThreshold"] * startup["periodSeconds"] >= worker_app._MODEL_LOAD_SECONDS
    patience = liveness["failureThreshold"] * liveness["periodSeconds"]
    assert liveness["timeoutSeconds"] < liveness["periodSeconds"] < patience <= 60, (
        "limits are /livez's own; the probe waits only for a worker that does not answer"
    )
    assert POD["terminationGracePeriodSeconds"] > Settings().worker.stop_seconds


def test_the_folder_for_temporary_files_holds_what_every_process_unpacks_to_load_its_models() -> None:
    unpacked = 0
    with lzma.open(Path(langid.__file__).parent / langid.MODEL_FILE) as model:
        while block := model.read(1 << 20):
            unpacked += len(block)
    processes = int(BASE["ConfigMap"]["data"]["CRAWLMILL_WORKER_PROCESSES"])
    needed = (processes + 1) * unpacked  # the pool's, and the fork server
    (volume,) = [volume for volume in POD["volumes"] if volume["name"] == "tmp"]
    assert int(volume["emptyDir"]["sizeLimit"].removesuffix("Mi")) << 20 > needed
    worker = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))["services"]["worker"]
    (size,) = re.findall(r"^/tmp:size=(\d+)m$", worker["tmpfs"])
    assert int(size) << 20 > needed
    assert int(worker["environment"]["CRAWLMILL_WORKER_PROCESSES"]) == processes


def test_a_worker_s_network_has_its_port_and_that_of_kafka() -> None:
    (policy,) = _documents(K8S / "overlays/production/network.yml")
    ((entry,),) = [rule["ports"] for rule in policy["spec"]["ingress"]]
    assert entry["port"] in {port["name"] for port in CONTAINER["ports"]}
    open_ports = {entry["port"] for rule in policy["spec"]["egress"] for entry in rule["ports"]}
    brokers = {int(port) for port in re.findall(r":(\d+)", PRODUCTION.kafka.bootstrap_servers)}
    assert open_ports == {53} | brokers


def test_the_cluster_runs_the_image_as_it_is_built() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    (image,) = BASE["Kustomization"]["images"]
    job = BASE["Job"]["spec"]["template"]["spec"]
    for pod in (POD, job):
        (container,) = pod["containers"]
        assert (container["image"], image["newTag"]) == (image["name"], __version__)
        assert container["args"][0] in VERBS
        assert container["envFrom"] == [{"configMapRef": {"name": BASE["ConfigMap"]["metadata"]["name"]}}]
        assert f"--uid {pod['securityContext']['runAsUser']} " in dockerfile
    mount = CONTAINER["volumeMounts"][0]
    assert f"CRAWLMILL_WORKER_DATA_DIR={mount['mountPath']}" in dockerfile
    (claim,) = BASE["StatefulSet"]["spec"]["volumeClaimTemplates"]
    assert mount["name"] == claim["metadata"]["name"]


def test_pods_run_without_rights_on_a_file_system_that_they_cannot_write() -> None:
    for pod in (POD, BASE["Job"]["spec"]["template"]["spec"]):
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["automountServiceAccountToken"] is False
        assert pod["enableServiceLinks"] is False, "a variable of a service would be taken for a setting"
        context = pod["containers"][0]["securityContext"]
        assert context["readOnlyRootFilesystem"] is True
        assert context["allowPrivilegeEscalation"] is False
        assert context["capabilities"]["drop"] == ["ALL"]
    places = {mount["mountPath"] for mount in CONTAINER["volumeMounts"]}
    assert places == {"/var/lib/crawlmill/tables", "/tmp"}


def test_selectors_find_the_workers() -> None:
    labels = BASE["StatefulSet"]["spec"]["template"]["metadata"]["labels"]
    selectors = [BASE["Service"]["spec"]["selector"]]
    selectors += [
        BASE[kind]["spec"]["selector"]["matchLabels"] for kind in ("StatefulSet", "PodDisruptionBudget")
    ]
    selectors += [spread["labelSelector"]["matchLabels"] for spread in POD["topologySpreadConstraints"]]
    selectors += [_documents(K8S / "monitoring/pod-monitor.yml")[0]["spec"]["selector"]["matchLabels"]]
    selectors += [
        _documents(K8S / "overlays/production/network.yml")[0]["spec"]["podSelector"]["matchLabels"]
    ]
    for selector in selectors:
        assert selector.items() <= labels.items()
    assert BASE["StatefulSet"]["spec"]["serviceName"] == BASE["Service"]["metadata"]["name"]


def test_commands_on_the_page_on_deployment_name_what_is_there() -> None:
    text = (ROOT / "docs/deployment.md").read_text("utf-8")
    fences = "\n".join(re.findall(r"^```sh\n(.*?)^```", text, re.M | re.S))
    folders = re.findall(r"(?:-k |-f |kustomize |cd )(config/[\w./-]+)", fences)
    files = re.findall(r"--from-file=(config/[\w./-]+)", text)
    assert {"config/k8s/strimzi", "config/k8s/overlays/production"} <= set(folders)
    assert [path for path in [*folders, *files] if not (ROOT / path).exists()] == []
    name = BASE["StatefulSet"]["metadata"]["name"]
    assert set(re.findall(r"statefulset/(\w+)", fences)) == {name}
    assert set(re.findall(r"port-forward (\w+)-0 (\d+)", fences)) == {(name, str(Settings().worker.web_port))}
    assert set(re.findall(r"delete job (\w+)", fences)) == {BASE["Job"]["metadata"]["name"]}
    assert set(re.findall(r"--namespace=(\w+)", fences)) == {BASE["Namespace"]["metadata"]["name"], "kafka"}
    users = {document["metadata"]["name"] for document in _documents(K8S / "strimzi/users.yml")}
    assert set(re.findall(r"get secret (crawlmill-\w+)", fences)) <= users
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))["services"]
    ran = re.findall(r"docker compose (?:run --rm(?: -T)?|create|ps --all --quiet) (\w+)", fences)
    assert ran and set(ran) <= set(services)


def test_in_production_keda_counts_the_workers_and_the_administrator_makes_the_topics() -> None:
    built = _built("overlays/production")
    assert "replicas" not in _of_kind(built, "StatefulSet")["spec"]
    assert "Job" not in {document["kind"] for document in built}
    assert "Secret" not in {document["kind"] for document in built}
    assert {document["metadata"].get("namespace", "crawlmill") for document in built} == {"crawlmill"}


def test_in_the_small_overlay_there_is_one_worker_with_one_process() -> None:
    built = _built("overlays/small")
    assert _of_kind(built, "StatefulSet")["spec"]["replicas"] == 1
    assert _of_kind(built, "ConfigMap")["data"]["CRAWLMILL_WORKER_PROCESSES"] == "1"
