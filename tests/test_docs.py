"""The documentation names nothing that is not there: links, commands, settings, metrics, reasons, headings."""

from __future__ import annotations

import functools
import re
import urllib.parse
from pathlib import Path

import pytest
from click.testing import CliRunner
from documentation.blocks import NOT_TRIED, TRIED, blocks
from runtime.observability.exported import exported_names

from streams import topics
from streams.cli import VERBS, main
from streams.records import Fault, Reason
from streams.runtime.kafka import acls
from streams.schemas import descriptions
from streams.settings import Settings
from website.reference.metrics import worker_metrics

ROOT = Path(__file__).parents[1]
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "seeds/README.md",
    *sorted((ROOT / "docs").glob("*.md")),
]
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^```.*?^```", re.M | re.S)
_HEADING = re.compile(r"^#+ (.+)$", re.M)
# A command in a block of them, in inline code, or after an environment variable; options may stand before its verb.
_COMMAND = re.compile(r"(?:^|[`/\s])crawlmill((?: --(?:set|config) \S+)*) ([a-z]+)\b(?!\.)")
_SECTIONS = "|".join(Settings.__struct_fields__)
_SETTING = re.compile(rf"(?<![\w./-])({_SECTIONS})\.([a-z_]+)\b(?![./(])")
_VARIABLE = re.compile(r"\bCRAWLMILL_([A-Z0-9_]+)\b")
_METRIC = re.compile(r"\b(?:crawlmill|kafka_consumergroup)_[a-z_]+\b")
_TOPIC = re.compile(r"\bpages\.[a-z]+\b")
_PATH = re.compile(
    r"`((?:streams|config|seeds|tests|docs|benchmarks|requirements|\.ci)/[\w./-]+|runtime/\w+\.py)`"
)
# A module or data file by its name alone or by the end of its path.
_FILE_NAME = re.compile(r"(?<![\w./-])(?:[\w-]+/)*[\w-]+\.(?:py|toml)\b")
_TREE = re.compile(r"^```\nstreams/\n(.*?)^```", re.M | re.S)
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
_OTHER_VARIABLES = {
    "CONFIG",
    "TEST_KAFKA",
    "REQUIRE_KAFKA",
    "REQUIRE_PROMETHEUS",
    "REQUIRE_KCAT",
    "REQUIRE_CHROMIUM",
}

_PLAN = re.compile(r"^```\n\$ crawlmill (plan [^\n]+)\n(.*?)^```", re.M | re.S)

named = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())


def _code(text: str) -> str:
    """What is set as code, where commands are; prose may say 'crawlmill is'."""
    fences = _FENCE.findall(text)
    rest = _FENCE.sub("", text)
    indented = re.findall(r"^ {4}.+$", rest, re.M)
    return "\n".join([*fences, *indented, *re.findall(r"`[^`\n]+`", rest)])


@functools.cache
def _files() -> tuple[str, ...]:
    """Modules and data files of the project, by their paths from its root, each with a slash before it."""
    folders = ("streams", "tests", "benchmarks", "training", "fuzz", "examples", "config")
    found = [
        path
        for folder in folders
        for ending in ("py", "toml")
        for path in (ROOT / folder).rglob(f"*.{ending}")
    ]
    return tuple(f"/{path.relative_to(ROOT).as_posix()}" for path in (*found, ROOT / "pyproject.toml"))


def _is_end_of_a_path(name: str) -> bool:
    """Whether a file of the project has this name, or a path that ends in it."""
    return any(path.endswith(f"/{name}") for path in _files())


def _anchors(page: Path) -> set[str]:
    """Headings as they are addressed."""
    headings = _HEADING.findall(_FENCE.sub("", page.read_text("utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@named
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    for link in _LINK.findall(page.read_text("utf-8")):
        if "://" in link or link.startswith("mailto:"):
            continue
        target, _, anchor = link.partition("#")
        file = (page.parent / target).resolve() if target else page
        assert file.exists(), link
        assert not anchor or anchor in _anchors(file), link


@named
def test_every_command_is_a_verb_of_the_command_line(page: Path) -> None:
    verbs = {verb for _, verb in _COMMAND.findall(_code(page.read_text("utf-8")))}
    assert verbs - {*VERBS} == set()


@named
def test_every_make_target_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    named_here = re.findall(r"\bmake (?:PYTHON=\S+ )?([a-z][a-z-]*)", _code(page.read_text("utf-8")))
    assert set(named_here) - targets == set()


@named
def test_every_setting_exists(page: Path) -> None:
    for section, name in _SETTING.findall(page.read_text("utf-8")):
        if name in ("md", "py", "toml", "name"):
            continue
        assert name in getattr(Settings(), section).__struct_fields__, f"{section}.{name}"


@named
def test_every_environment_variable_is_a_setting_or_one_of_ours(page: Path) -> None:
    for variable in _VARIABLE.findall(page.read_text("utf-8")):
        section, _, name = variable.lower().partition("_")
        if variable in _OTHER_VARIABLES or not name:
            continue
        assert section in Settings.__struct_fields__, variable
        assert name in getattr(Settings(), section).__struct_fields__, variable


@named
def test_every_metric_is_exported(page: Path) -> None:
    assert set(_METRIC.findall(page.read_text("utf-8"))) - exported_names() == set()


@named
def test_every_topic_is_declared(page: Path) -> None:
    text = page.read_text("utf-8").replace("pages.jsonl", "")
    assert set(_TOPIC.findall(text)) - {*topics.NAMES} == set()


@named
def test_every_file_named_in_the_tree_exists(page: Path) -> None:
    for path in _PATH.findall(page.read_text("utf-8")):
        place = ROOT / ("streams/" + path if path.startswith("runtime/") else path)
        assert place.exists(), path


def _tree(page: str) -> str:
    """The picture of ``streams/`` on a page."""
    [tree] = _TREE.findall((ROOT / page).read_text("utf-8"))
    return str(tree)


def test_the_pictures_of_the_tree_are_one() -> None:
    assert _tree("CONTRIBUTING.md") == _tree("docs/architecture.md")


def test_the_picture_of_the_tree_has_every_package_and_every_module_beside_them() -> None:
    streams, tree = ROOT / "streams", _tree("CONTRIBUTING.md")
    for module in streams.glob("[!_]*.py"):
        assert re.search(rf"^  (?:\S+  )*{re.escape(module.name)}\b", tree, re.M), module.name
    # The line of each folder of streams/ with the lines below it that are indented further.
    sections = re.findall(r"^  \S.*\n(?:   .*\n)*", tree, re.M)
    for package in (path.parent for path in streams.glob("*/**/__init__.py")):
        part, *below = package.relative_to(streams).parts
        [section] = [text for text in sections if re.match(rf"(?:  \S+)*  {part}/\s", text)]
        assert re.search(rf"\b{below[-1] if below else part}/", section), (
            f"{package.relative_to(ROOT)}: add it to the picture in CONTRIBUTING.md and docs/architecture.md"
        )


@named
def test_every_module_and_data_file_named_exists(page: Path) -> None:
    for code in re.findall(r"`[^`\n]+`", page.read_text("utf-8")):
        for name in _FILE_NAME.findall(code):
            assert _is_end_of_a_path(name), name


@pytest.mark.parametrize(
    "table", sorted((ROOT / "streams").rglob("*.toml")), ids=lambda table: table.relative_to(ROOT).as_posix()
)
def test_every_module_named_in_a_comment_of_a_data_file_exists(table: Path) -> None:
    for comment in re.findall(r"^#.*$", table.read_text("utf-8"), re.M):
        for name in _FILE_NAME.findall(comment):
            assert _is_end_of_a_path(name), name


@named
def test_every_test_named_exists(page: Path) -> None:
    for path, name in _TEST.findall(page.read_text("utf-8")):
        assert f"def {name}(" in (ROOT / path).read_text("utf-8"), f"{path}::{name}"


def test_every_row_of_the_threat_model_names_a_test() -> None:
    rows = re.findall(
        r"^\| (?!threat |what \| why|---).+$", (ROOT / "docs/threats.md").read_text("utf-8"), re.M
    )
    assert len(rows) > 20
    assert [row for row in rows if not _TEST.search(row)] == []


def test_the_page_on_security_has_the_access_list_as_the_command_prints_it() -> None:
    text = (ROOT / "docs/security.md").read_text("utf-8")
    assert "```sh\n" + "\n".join(acls.commands(Settings(), {})) + "\n```" in text


def test_the_page_on_records_lists_every_topic_and_explains_reasons_and_faults_as_the_code_does() -> None:
    text = (ROOT / "docs/records.md").read_text("utf-8")
    for name in topics.NAMES:
        assert f"| `{name}` |" in text, name
    for kind in (Reason, Fault):
        for member in kind:
            assert f"| `{member}` | {descriptions.of_member(kind, member.name)} |" in text, member


def test_the_page_on_monitoring_lists_every_metric() -> None:
    text = (ROOT / "docs/monitoring.md").read_text("utf-8")
    for family in worker_metrics().registry.collect():
        if family.name.startswith("crawlmill_"):
            assert f"`{family.name}" in text, family.name


def test_the_plans_on_the_page_on_performance_are_what_the_command_prints() -> None:
    plans = _PLAN.findall((ROOT / "docs/performance.md").read_text("utf-8"))
    assert len(plans) == 3
    for arguments, printed in plans:
        done = CliRunner().invoke(main, arguments.split(), env={"COLUMNS": "160"})
        assert done.output.split("\nrates are")[0].rstrip() == printed.rstrip(), (
            f"paste anew: COLUMNS=160 crawlmill {arguments}"
        )


def test_every_block_that_calls_a_broker_says_so() -> None:
    """Put a comment before it: CONTRIBUTING.md, "Documentation"."""
    for block in blocks("sh"):
        assert block.needs in {**TRIED, **NOT_TRIED}, block.name
        for _, verb in _COMMAND.findall(f"\n{block.text}"):
            assert block.needs or VERBS[verb] == "local" or f"{verb} acls" in block.text, (
                f"{block.name}: {verb}"
            )


def test_every_page_of_the_documentation_is_in_the_navigation_of_the_site() -> None:
    navigation = (ROOT / "website/mkdocs.yml").read_text("utf-8")
    for page in (ROOT / "docs").rglob("*.md"):
        assert re.search(rf"[ :]{page.relative_to(ROOT).as_posix()}$", navigation, re.M), page


def test_the_page_on_windows_names_every_command() -> None:
    text = (ROOT / "docs/platforms.md").read_text("utf-8")
    assert [verb for verb in VERBS if f"`crawlmill {verb}`" not in text] == []


@named
def test_links_to_elsewhere_are_addresses(page: Path) -> None:
    for link in re.findall(r"https?://[^\s)>`\"']*", page.read_text("utf-8")):
        parts = urllib.parse.urlsplit(link.rstrip(".,;:"))
        assert re.fullmatch(r"[\w.-]+(:\d+)?|…|[A-Z]+:\d+", parts.netloc), link


def test_every_page_of_the_documentation_is_linked_from_the_readme() -> None:
    linked = set(_LINK.findall((ROOT / "README.md").read_text("utf-8")))
    assert {f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")} - linked == set()
