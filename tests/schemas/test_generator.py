"""The schemas in config/schemas are those of the records, and no change breaks a reader."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from streams.records import Document, Enriched, Entity, Mention, decode, encode
from streams.schemas import files, generator
from streams.schemas.__main__ import generated
from streams.schemas.compatibility import breaks

ROOT = Path(__file__).parents[2]
NAMES = sorted(generator.schemas())


@pytest.mark.parametrize("name", sorted(generated()))
def test_a_generated_file_is_fresh(name: str) -> None:
    assert (files.CHECKOUT / name).read_text("utf-8") == generated()[name], "run: make schemas"


@pytest.mark.parametrize("name", NAMES)
def test_no_class_and_no_field_is_without_a_description(name: str) -> None:
    for defined, definition in generator.schemas()[name]["$defs"].items():
        assert definition["description"], defined
        for field, declared in definition.get("properties", {}).items():
            assert declared["description"], f"{defined}.{field}"


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_valid_and_has_an_identifier_with_the_version_of_its_record(name: str) -> None:
    schema = generator.schemas()[name]
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"urn:crawlmill:schema:{name}:{2 if name == 'Candidate' else 1}"
    default = schema["$defs"].get(name, {}).get("properties", {}).get("schema", {}).get("default", 1)
    assert schema["$id"].endswith(f":{default}")


def test_every_time_has_its_format() -> None:
    for name, schema in generator.schemas().items():
        for defined, definition in schema["$defs"].items():
            for field, declared in definition.get("properties", {}).items():
                if field.endswith("_at") and defined != "NativePage":
                    assert '"format": "date-time"' in json.dumps(declared), f"{name}: {defined}.{field}"


@pytest.mark.parametrize("name", NAMES)
def test_no_change_breaks_who_read_or_wrote_by_an_earlier_schema(name: str) -> None:
    """Every version of the file in the history must still hold, unless the record's own version was raised since."""
    now = generator.schemas()[name]
    file = f"config/schemas/{name}.json"
    for commit in _git("log", "--format=%H", "--", file).split():
        before = json.loads(_git("show", f"{commit}:{file}"))
        if _version(before, name) == _version(now, name):
            assert breaks(before, now) == [], f"against {commit}"


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], capture_output=True, cwd=ROOT, timeout=60, text=True)
    if done.returncode:
        pytest.skip(f"no history to compare with: {done.stderr.strip()}")  # a source archive, not a clone
    return done.stdout


def _version(schema: dict[str, Any], name: str) -> int | None:
    """The version of a record in its schema: of itself, or of the document in it."""
    kinds = [schema["$defs"].get(name, {}), *schema["$defs"].values()]
    properties = (kind.get("properties", {}) for kind in kinds)
    return next((known["schema"].get("default") for known in properties if "schema" in known), None)


def test_a_record_on_the_wire_is_valid_by_its_schema() -> None:
    entity = Entity(text="Lisbon", label="GPE", mentions=(Mention(start=0, end=6),), salience=0.5)
    record = Enriched(id="a", url="https://a.example/", text="Lisbon.", entities=(entity,))
    jsonschema.validate(json.loads(encode(record)), generator.schemas()["Enriched"])


def test_the_native_record_of_a_crawler_is_valid_by_its_schema() -> None:
    for line in (ROOT / "seeds/articles.jsonl").read_bytes().splitlines():
        jsonschema.validate(json.loads(line), generator.schemas()["RawPage"])


def test_unknown_fields_of_a_later_release_are_ignored() -> None:
    line = encode(Document(id="a", url="https://a.example/", text="x"))[:-1] + b',"later":[1]}'
    assert decode(line, Document).text == "x"


_CLOCKS = {"replayed_at"}  # our clock, to the second
_TIMES = re.compile(r"(?:.+_at|(?:.+_)?time|time_.+)")
_NO_TIMES = re.compile(r".+_(?:precision|offset)|time")


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"RawPage"}))
def test_every_time_of_a_record_is_rfc_3339_with_its_precision_beside_it(name: str) -> None:
    for kind, definition in generator.schemas()[name]["$defs"].items():
        properties = definition.get("properties", {})
        for field, schema in properties.items():
            is_time = "date-time" in str(schema)
            if is_time and field not in _CLOCKS:
                stem = field.removesuffix("_at").removesuffix("_normalised")
                assert f"{stem}_precision" in properties, f"{kind}.{field}"
            if _TIMES.fullmatch(field) and not _NO_TIMES.fullmatch(field):
                assert is_time, f"{kind}.{field}"
