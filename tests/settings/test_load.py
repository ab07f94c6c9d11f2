"""Settings from defaults, file, environment and command line, and errors that name their source."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.errors import SettingsError
from streams.settings import Settings, load, toml

ROOT = Path(__file__).parents[2]
SASL = {"CRAWLMILL_KAFKA_SECURITY": "sasl_ssl", "CRAWLMILL_KAFKA_SASL_USERNAME": "mill"}


@pytest.mark.parametrize("value", ["12345", "true", '"quoted"', "[1]", " spaced ", "a=b", "näh"])
def test_a_secret_in_the_environment_is_taken_to_the_letter(value: str) -> None:
    settings = load(None, {**SASL, "CRAWLMILL_KAFKA_SASL_PASSWORD": value})
    assert settings.kafka.sasl_password.reveal() == value


def test_settings_of_the_environment_win_over_the_file() -> None:
    assert load(ROOT / "config/crawlmill.toml", {"CRAWLMILL_KAFKA_PARTITIONS": "3"}).kafka.partitions == 3
    assert Settings().kafka.partitions != 3


def test_each_source_wins_over_the_ones_before(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text("[kafka]\npartitions = 3\nreplication = 2\ngroup = 'file'\n")
    environ = {"CRAWLMILL_KAFKA_REPLICATION": "5", "CRAWLMILL_KAFKA_GROUP": "environment"}
    kafka = load(path, environ, ["kafka.group=line"]).kafka
    assert (kafka.partitions, kafka.replication, kafka.group) == (3, 5, "line")
    assert kafka.compression == Settings().kafka.compression


def test_a_file_may_be_named_by_the_environment(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text("[kafka]\npartitions = 3\n")
    assert load(environ={"CRAWLMILL_CONFIG": str(path)}).kafka.partitions == 3


def test_files_are_looked_for_in_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert load(environ={}) == Settings()
    (tmp_path / "config").mkdir()
    (tmp_path / "config/crawlmill.toml").write_text("[kafka]\npartitions = 3\n")
    assert load(environ={}).kafka.partitions == 3
    (tmp_path / "crawlmill.toml").write_text("[kafka]\npartitions = 4\n")
    assert load(environ={}).kafka.partitions == 4


@pytest.mark.parametrize(
    ("override", "section", "name", "value"),
    [
        ("cleaning.languages=['en', 'de']", "cleaning", "languages", ("en", "de")),
        ("nlp.models={ en = 'x' }", "nlp", "models", {"en": "x"}),
        ("nlp.apostrophe_quotes=true", "nlp", "apostrophe_quotes", True),
        ("worker.stop_seconds=30", "worker", "stop_seconds", 30.0),
        (" kafka.group = mill ", "kafka", "group", "mill"),
        ("worker.web_host='::1'", "worker", "web_host", "::1"),
    ],
)
def test_a_value_is_toml_or_bare_text(override: str, section: str, name: str, value: object) -> None:
    assert getattr(getattr(load(environ={}, overrides=[override]), section), name) == value


@pytest.mark.parametrize(
    ("environ", "overrides", "said"),
    [
        (
            {"CRAWLMILL_KAFKA_PARTITION": "4"},
            [],
            r"CRAWLMILL_KAFKA_PARTITION: no setting 'partition' in 'kafka'",
        ),
        (
            {"CRAWLMILL_KAKFA_GROUP": "a"},
            [],
            r"CRAWLMILL_KAKFA_GROUP: no section 'kakfa'; did you mean kafka\?",
        ),
        ({}, ["partitions=4"], r"--set 'partitions': expected section\.name=value"),
        ({}, ["kafka.partitions"], r"--set 'kafka\.partitions': expected section\.name=value"),
        ({}, ["kafka.zzz=1"], r"no setting 'zzz' in 'kafka'; there are bootstrap_servers, group"),
        (
            {},
            ["kafka.security=tls"],
            r"--set kafka\.security: .*; allowed are plaintext, ssl, sasl_plaintext",
        ),
        (
            {"CRAWLMILL_WORKER_PROCESSES": "x"},
            [],
            r"^environment variable CRAWLMILL_WORKER_PROCESSES: worker\.processes: expected a whole number",
        ),
        (
            {},
            ["kafka.partitions=many"],
            r"^--set kafka\.partitions: kafka\.partitions: expected a whole number, not text$",
        ),
        (
            {},
            ["kafka.compression=rar"],
            r"^--set kafka\.compression: kafka\.compression: 'rar' is none of its values; allowed are none, gzip",
        ),
        (
            {},
            ["worker.web_port=99999"],
            r"^--set worker\.web_port: worker\.web_port = 99999: expected a value from 0",
        ),
        (
            {"CRAWLMILL_WORKER_WEB_PORT": "99999"},
            ["kafka.partitions=4"],
            r"^environment variable CRAWLMILL_WORKER_WEB_PORT: worker\.web_port = 99999",
        ),
        ({"CRAWLMILL_CONFIG": "nowhere.toml"}, [], r"settings file nowhere\.toml: No such file"),
    ],
)
def test_a_mistake_names_its_source_and_what_is_expected(
    environ: dict[str, str], overrides: list[str], said: str
) -> None:
    with pytest.raises(SettingsError, match=said):
        load(None, environ, overrides)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[kafka\n", "not valid TOML"),
        (b"\xff", "not valid TOML"),
        (b"[kafka]\npartitons = 1\n", r"partitons.*did you mean partitions\?"),
    ],
)
def test_a_file_that_is_wrong_is_named(content: bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match=said) as error:
        load(path, {})
    assert "own.toml" in str(error.value)


def test_a_section_that_is_no_table_is_the_files_mistake_whatever_overrides_it(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text("kafka = 3\n")
    for environ, overrides in (({}, []), ({"CRAWLMILL_KAFKA_GROUP": "a"}, []), ({}, ["kafka.group=a"])):
        with pytest.raises(SettingsError, match=r"own\.toml\): kafka: expected a table, not a whole number"):
            load(path, environ, overrides)


def test_what_continuous_integration_demands_of_tests_is_no_setting() -> None:
    script = (ROOT / ".ci/run").read_text("utf-8")
    demanded = dict.fromkeys(re.findall(r"CRAWLMILL_REQUIRE_\w+", script), "1")
    assert len(demanded) == 4
    assert load(environ=demanded) == load(environ={})


def test_other_variables_of_the_environment_are_no_settings() -> None:
    assert (
        load(environ={"CRAWLMILL_TEST_KAFKA": "a:1", "PATH": "/bin", "KAFKA_GROUP": "x"}).kafka
        == Settings().kafka
    )


@given(
    st.text()
    | st.integers(-(2**63), 2**63 - 1)
    | st.booleans()
    | st.lists(st.text(), max_size=3)
    | st.dictionaries(st.text(), st.text(), max_size=3)
)
def test_any_value_written_as_toml_is_that_value_again(value: object) -> None:
    assert tomllib.loads(f"value = {toml(value)}") == {"value": value}
