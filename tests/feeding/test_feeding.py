"""Files, folders and streams are found, read in order, and errors name the path."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from streams import feeding
from streams.errors import BadInput
from streams.feeding import Skip, Tally


def _write(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("<p>Text</p>")


def test_a_folder_is_read_sorted_by_name_and_other_files_are_counted(tmp_path: Path) -> None:
    _write(tmp_path, "b.html", "a.txt", "c/d.HTM", "e.pdf", "README.md", "expected.json")
    tally = Tally()
    origins = [item.origin.removeprefix(f"{tmp_path}/") for item in feeding.read([tmp_path], tally)]
    assert origins == ["a.txt:1", "b.html:1", "c/d.HTM:1"]
    assert tally.skipped == {Skip.FILE_KIND: 1}
    assert not tally.failed


def test_a_link_in_a_folder_that_leads_nowhere_is_named_and_one_to_a_folder_is_counted(
    tmp_path: Path,
) -> None:
    _write(tmp_path, "crawl/a.html", "other/b.html")
    for name, target in (("gone.html", "/nowhere/x.html"), ("gone", "nothing"), ("loop.html", "loop.html"),
                         ("linked.html", "a.html"), ("others", "../other")):  # fmt: skip
        (tmp_path / "crawl" / name).symlink_to(target)
    tally = Tally()
    origins = [Path(item.origin).name for item in feeding.read([tmp_path / "crawl"], tally)]
    assert origins == ["a.html:1", "linked.html:1"]
    assert tally.skipped == {Skip.DANGLING_LINK: 3, Skip.FOLDER_LINK: 1}
    assert tally.failed
    told = tally.messages()
    assert f"{tmp_path / 'crawl/gone.html'}: a link to /nowhere/x.html, which cannot be found" in told
    assert "folder_link, 1 time: links to folders are not followed: name the folders" in told
    with pytest.raises(BadInput, match=r"gone\.html: a link to"):
        list(feeding.read([tmp_path / "crawl"]))


def test_hidden_folders_in_a_folder_are_left_out_and_counted_and_one_that_is_named_is_read(
    tmp_path: Path,
) -> None:
    _write(
        tmp_path,
        "a.html",
        ".git/b.html",
        "site/.venv/lib/c.html",
        "site/d.html",
        ".cache/e/f.html",
        ".g.html",
    )
    (tmp_path / ".linked").symlink_to(tmp_path / "site")
    tally = Tally()
    origins = [item.origin.removeprefix(f"{tmp_path}/") for item in feeding.read([tmp_path], tally)]
    assert origins == [".g.html:1", "a.html:1", "site/d.html:1"]
    assert tally.skipped == {Skip.HIDDEN_FOLDER: 3, Skip.FOLDER_LINK: 1}
    assert not tally.failed
    told = "hidden_folder, 3 times: folders whose names begin with a dot are left out: name those that hold pages"
    assert told in tally.messages()
    named = [Path(item.origin).name for item in feeding.read([tmp_path / ".cache", tmp_path / "site/.venv"])]
    assert named == ["f.html:1", "c.html:1"]


@pytest.mark.parametrize(
    ("name", "said"),
    [("nowhere.html", "no such file or folder"), ("page.pdf", "unknown kind of file; known are .har")],
)
def test_a_path_that_is_missing_or_of_another_kind_is_an_error(name: str, said: str, tmp_path: Path) -> None:
    _write(tmp_path, "page.pdf")
    with pytest.raises(BadInput, match=said):
        list(feeding.read([tmp_path / name]))
    with pytest.raises(BadInput, match=said):
        feeding.total_bytes([tmp_path / name])


def test_an_empty_name_is_an_error_and_not_the_working_folder() -> None:
    with pytest.raises(BadInput, match="an empty name is no file or folder"):
        list(feeding.read([""]))
    with pytest.raises(BadInput, match="an empty name is no file or folder"):
        feeding.total_bytes([""])


def test_the_size_of_a_stream_is_unknown(tmp_path: Path) -> None:
    _write(tmp_path, "a.html")
    assert feeding.total_bytes([tmp_path]) == len("<p>Text</p>")
    assert feeding.total_bytes([tmp_path, "-"]) is None


def test_damage_without_a_tally_is_an_error_after_everything_was_read(tmp_path: Path) -> None:
    _write(tmp_path, "b.html")
    (tmp_path / "a.html.gz").write_bytes(b"\x1f\x8b\x08\x00")
    found = []
    with pytest.raises(BadInput, match=r"a\.html\.gz"):
        for item in feeding.read([tmp_path]):
            found.append(item.origin)
    assert found == [f"{tmp_path / 'b.html'}:1"]


def test_a_folder_that_may_not_be_read_is_reported_and_the_others_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(tmp_path, "a.html", "closed/b.html", "d/c.html")
    tmp_path.chmod(0o755)
    (tmp_path / "closed").chmod(0)
    monkeypatch.chdir(tmp_path)  # as the folders above it may be closed to others, too
    tally, root = Tally(), os.geteuid() == 0
    if root:  # who may read everything
        os.seteuid(65534)
    try:
        origins = [item.origin for item in feeding.read(["."], tally)]
    finally:
        if root:
            os.seteuid(0)
        (tmp_path / "closed").chmod(0o755)
    assert origins == ["a.html:1", "d/c.html:1"]
    assert tally.failed and "closed: byte 0: cannot be read: Permission denied" in tally.messages()


def test_a_listed_file_that_is_gone_is_reported_and_the_others_are_read(tmp_path: Path) -> None:
    _write(tmp_path, "a.html", "b.html", "c.html")
    listed, tally = feeding.files([tmp_path]), Tally()
    (tmp_path / "b.html").unlink()
    origins = [Path(item.origin).name for item in feeding.read_files(listed, tally)]
    assert origins == ["a.html:1", "c.html:1"]
    assert tally.failed and "No such file" in tally.messages()[0]
