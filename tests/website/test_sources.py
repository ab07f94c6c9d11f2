"""What the site consists of, and that its faults are noticed."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from website import __main__ as site
from website import check, sources

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    target = tmp_path_factory.mktemp("site") / "source"
    return target, sources.collect(ROOT, target)


def test_every_page_of_the_documentation_is_collected(collected: tuple[Path, list[str]]) -> None:
    folder, names = collected
    assert {path.relative_to(ROOT).as_posix() for path in ROOT.glob("docs/**/*.md")} <= {*names}
    assert all((folder / name).exists() for name in names)


def test_every_collected_page_is_in_the_navigation(collected: tuple[Path, list[str]]) -> None:
    named = set(re.findall(r"[\w./-]+\.md$", (ROOT / "website/mkdocs.yml").read_text("utf-8"), re.M))
    assert {name for name in collected[1] if name.endswith(".md")} - named == set()


def test_a_link_to_the_settings_file_leads_to_the_reference(collected: tuple[Path, list[str]]) -> None:
    assert "](../reference/settings.md)" in (collected[0] / "docs/operations.md").read_text("utf-8")
    assert "](reference/settings.md)" in (collected[0] / "README.md").read_text("utf-8")


def test_a_link_that_leads_nowhere_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"README\.md links nothing\.md#here"):
        sources.linked_files(tmp_path, "README.md", "[a](nothing.md#here)")


def test_links_in_code_are_none() -> None:
    assert list(sources.links("[a](b)\n\n```\n[c](d)\n```\n")) == ["b"]


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ('<script src="https://cdn.example/a.js"></script>', "fetches https://cdn.example/a.js"),
        ('<img alt="" src="//cdn.example/a.png">', "fetches //cdn.example/a.png"),
        ('<link href="https://fonts.example/" rel="preconnect">', "fetches https://fonts.example/"),
        ("<p>These:\n- one\n- two</p>", "a list without an empty line before it"),
        ("<p>a | b\n| --- | --- |</p>", "a table that is none"),
        ("<p>run\n```sh</p>", "a block of code that is none"),
    ],
)
def test_a_fault_of_a_built_page_is_found(tmp_path: Path, html: str, fault: str) -> None:
    (tmp_path / "page.html").write_text(html, "utf-8")
    [found] = check.faults(tmp_path)
    assert found.startswith("page.html: ") and fault in found


def test_a_style_that_fetches_from_elsewhere_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("a { background: url('https://cdn.example/a.png') }", "utf-8")
    assert list(check.faults(tmp_path)) == ["a.css: fetches https://cdn.example/a.png"]


def test_links_and_own_assets_are_no_faults(tmp_path: Path) -> None:
    page = '<a href="https://a.example/">a</a><img src="a.png"><link rel="stylesheet" href="assets/a.css"><p>1 - 2</p>'
    (tmp_path / "page.html").write_text(page, "utf-8")
    assert list(check.faults(tmp_path)) == []


@pytest.mark.parametrize(
    "text", ["[a](b.md#nowhere)", "[a](#nowhere)", "![a](nothing.png)", "[a](nothing.md)", "[a](/b.md)"]
)
def test_a_broken_link_anchor_or_image_fails_the_build(tmp_path: Path, text: str) -> None:
    pytest.importorskip("mkdocs")
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "a.md").write_text(f"# A\n\n{text}\n", "utf-8")
    (folder / "b.md").write_text("# B\n", "utf-8")
    options = (ROOT / "website/mkdocs.yml").read_text("utf-8").partition("\nnav:")[0]
    options = options.replace("../build/docs-source", "source").replace("../build/docs", "site")
    options = options.replace("extra_css: [style.css]\n", "")
    (tmp_path / "mkdocs.yml").write_text(options, "utf-8")
    assert site.build(tmp_path / "mkdocs.yml") == 1
    (folder / "a.md").write_text("# A\n\n[b](b.md#b)\n", "utf-8")
    assert site.build(tmp_path / "mkdocs.yml") == 0


def test_the_command_names_the_page_and_the_link(tmp_path: Path) -> None:
    script = f"from website import sources; sources.linked_files(__import__('pathlib').Path({str(tmp_path)!r}), 'a.md', '[b](c)')"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert "a.md links c, which is no file" in done.stderr
