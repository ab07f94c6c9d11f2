"""The schemas in config/schemas are those of the records, and no change breaks a reader."""

from __future__ import annotations

import copy
import json
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from streams import schemas
from streams.records import Document, Enriched, Entity, Mention, decode, encode

ROOT = Path(__file__).parents[1]
NAMES = sorted(schemas.schemas())


@pytest.mark.parametrize("name", NAMES)
def test_the_file_of_a_schema_is_fresh(name: str) -> None:
    path = schemas.FOLDER / f"{name}.json"
    assert path.read_text("utf-8") == schemas.text(schemas.schemas()[name]), "run: make schemas"


@pytest.mark.parametrize("name", NAMES)
def test_no_change_breaks_who_read_or_wrote_by_an_earlier_schema(name: str) -> None:
    """Every version of the file in the history must still hold, unless the record's own version was raised since."""
    now = schemas.schemas()[name]
    file = f"config/schemas/{name}.json"
    for commit in _git("log", "--format=%H", "--", file).split():
        before = json.loads(_git("show", f"{commit}:{file}"))
        if _version(before, name) == _version(now, name):
            assert schemas.breaks(before, now) == [], f"against {commit}"


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
    jsonschema.validate(json.loads(encode(record)), schemas.schemas()["Enriched"])


def test_the_native_record_of_a_crawler_is_valid_by_its_schema() -> None:
    for line in (ROOT / "seeds/articles.jsonl").read_bytes().splitlines():
        jsonschema.validate(json.loads(line), schemas.schemas()["RawPage"])


def test_unknown_fields_of_a_later_release_are_ignored() -> None:
    line = encode(Document(id="a", url="https://a.example/", text="x"))[:-1] + b',"later":[1]}'
    assert decode(line, Document).text == "x"


def test_a_field_that_vanishes_changes_its_type_or_is_newly_required_is_a_break() -> None:
    old = schemas.schemas()["Enriched"]

    def changed(**to: object) -> list[str]:
        new = copy.deepcopy(old)
        new["$defs"]["Enriched"].update(to)
        return schemas.breaks(old, new)

    properties = old["$defs"]["Enriched"]["properties"]
    without = {name: value for name, value in properties.items() if name != "title"}
    assert changed(properties=without) == ["Enriched.title vanished"]
    assert changed(properties={**properties, "text": {"type": "integer"}}) == [
        'Enriched.text changed its type from {"type": "string"} to {"type": "integer"}'
    ]
    assert changed(required=["id", "url", "text", "title"]) == ["Enriched.title is required and was not"]


def test_a_wider_type_and_a_new_field_with_a_default_are_no_breaks() -> None:
    class Before(msgspec.Struct):
        a: str

    class After(msgspec.Struct):
        a: str | None
        b: int = 0

    before, after = msgspec.json.schema(Before), msgspec.json.schema(After)
    after["$defs"] = {"Before": after["$defs"]["After"]}
    assert schemas.breaks(before, after) == []


def test_a_reason_that_vanishes_is_a_break() -> None:
    old = schemas.schemas()["Rejection"]
    new = copy.deepcopy(old)
    new["$defs"]["Reason"]["enum"].remove("soft_404")
    assert schemas.breaks(old, new) == ["Reason no longer has 'soft_404'"]
