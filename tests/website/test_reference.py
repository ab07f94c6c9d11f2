"""The reference says of everything in the code what it is, and nothing of what is not there."""

from __future__ import annotations

import pytest

from streams import records, topics
from streams.cli import VERBS
from streams.records import DeadLetter
from streams.schemas.generator import RECORDS
from streams.settings import Settings
from streams.settings.schema import values
from website import reference
from website.reference import client, commands, labels, markdown, settings
from website.reference import records as fields
from website.reference.metrics import worker_metrics


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return reference.pages()


def test_every_setting_has_its_default_its_variable_and_a_meaning(pages: dict[str, str]) -> None:
    told = settings.explained(settings.FILE.read_text("utf-8"))
    for found in values(Settings()):
        assert told[found.section, found.name], found
        assert f"| `{found.name}` | " in pages["settings.md"]
        assert f"`{found.variable}` |" in pages["settings.md"]


def test_the_meaning_of_a_setting_is_the_comments_above_it_and_behind_it() -> None:
    told = settings.explained(
        "# of the file\n\n[kafka]\n# above\ngroup = 'a'  # behind\n\n# apart\n\nprefix = ''\n"
    )
    assert told == {("kafka", "group"): "above behind", ("kafka", "prefix"): ""}


def test_the_choices_of_a_setting_are_named(pages: dict[str, str]) -> None:
    assert '| `compression` | `none`, `gzip`, `snappy`, `lz4`, `zstd` | `"zstd"` |' in pages["settings.md"]


def test_every_command_is_there_with_its_options(pages: dict[str, str]) -> None:
    for verb in VERBS:
        assert f"\n### crawlmill {verb}\n" in pages["commands.md"]
    assert "\n### crawlmill deadletters replay\n" in pages["commands.md"]
    assert "| `--web-port INTEGER RANGE` | Port of /metrics" in pages["commands.md"]


def test_every_metric_is_there_with_its_type_and_labels(pages: dict[str, str]) -> None:
    for family in worker_metrics().registry.collect():
        if family.name.startswith("crawlmill_"):
            assert f"| `{family.name}" in pages["metrics.md"]
    assert "| `crawlmill_pages_total` | counter | `disposition`, `reason` |" in pages["metrics.md"]
    assert "| `crawlmill_lag_seconds` | gauge | `partition`, `topic` |" in pages["metrics.md"]


def test_every_topic_is_there_with_its_records(pages: dict[str, str]) -> None:
    for name in topics.NAMES:
        assert f"| `{name}` | [" in pages["topics.md"]
    assert "| `crawlmill-arrived` | " in pages["topics.md"]


def test_every_record_and_field_is_described(pages: dict[str, str]) -> None:
    for name, kind in RECORDS.items():
        section = pages["records.md"].split(f"\n## {name}\n")[1].split("\n## ")[0]
        for field in kind.__struct_fields__:
            described = [line for line in section.splitlines() if line.startswith(f"| `{field}` |")]
            assert described and not described[0].endswith("|  |"), f"{name}.{field}"


def test_a_type_names_objects_lists_and_choices() -> None:
    assert fields.kind({"type": "array", "items": {"$ref": "#/$defs/Quote"}}) == "list of [Quote](#quote)"
    assert fields.kind({"$ref": "#/$defs/PageType"}) == "[PageType](labels.md#page-type)"
    assert fields.kind({"anyOf": [{"format": "date-time"}, {"type": "null"}]}) == "time (RFC 3339) or null"


def test_every_value_of_a_closed_list_is_there(pages: dict[str, str]) -> None:
    for kind in labels.enumerations():
        for member in kind:
            assert f"| `{member}` |" in pages["labels.md"]
    assert {kind.__name__ for kind in labels.enumerations()} >= {"Reason", "Fault", "TimePrecision"}


def test_reasons_faults_and_types_of_pages_are_explained() -> None:
    for kind in (records.Reason, records.Fault, records.PageType, records.ResidueKind, records.Disposition):
        for member in kind:
            assert labels.descriptions.of_member(kind, member.name), member


def test_examples_in_a_docstring_become_code() -> None:
    assert client.text("It is :class:`~streams.records.Enriched`.\n\n>>> a = 1     # doctest: +SKIP\n") == (
        "It is `Enriched`.\n\n```python\na = 1\n```"
    )


def test_a_cell_may_hold_bars_and_line_breaks() -> None:
    assert markdown.table(("a", "b"), [("x | y", "one\ntwo")]).splitlines()[-1] == r"| x \| y | one two |"


def test_no_page_shows_the_address_of_an_object(pages: dict[str, str]) -> None:
    for name, text in pages.items():
        assert " object at 0x" not in text, name
        assert "Sentinel" not in text, name
    assert DeadLetter.__name__ in pages["records.md"]
    assert commands.page() == pages["commands.md"]


def test_no_cell_of_a_table_is_left_empty(pages: dict[str, str]) -> None:
    empty = [
        f"{name}: {line}"
        for name, text in pages.items()
        for line in text.splitlines()
        if line.startswith("| ") and line.endswith("|  |")
    ]
    assert empty == []
