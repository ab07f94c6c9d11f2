"""What was acknowledged is remembered by file and page, so that a run goes on where another one stopped."""

from __future__ import annotations

import gzip
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import pytest
from feeding import archives
from hypothesis import given
from hypothesis import strategies as st

from streams import feeding
from streams.errors import BadInput
from streams.feeding import Item, Tally
from streams.feeding.resume import Changed, State, Target, state_path

TARGET = Target("cluster", "pages.raw", "id", "type all, sample 1")


def _lines(folder: Path, name: str, numbers: list[int]) -> Path:
    path = folder / name
    text = "".join(json.dumps({"url": f"https://a.example/{number}"}) + "\n" for number in numbers).encode()
    path.write_bytes(gzip.compress(text, mtime=0) if name.endswith(".gz") else text)
    return path


def _run(
    folder: Path,
    upto: int | None,
    batch: int = 3,
    changed: Changed = Changed.REFUSE,
    target: Target = TARGET,
    paths: list[Path] | None = None,
) -> tuple[list[str], Tally]:
    """Feed with acknowledgements for ``upto`` pages and then end as a crash does, or feed all; returns what was acknowledged."""
    given = paths or [folder]
    tally = Tally()
    state = State(folder / "s.feed-state", target, feeding.files(given), changed, tally.unread)
    waiting: list[Item] = []
    found: list[str] = []
    for item in feeding.read_files(state.files, tally, state.done):
        if upto is not None and len(found) + len(waiting) == upto:
            break
        waiting.append(item)
        if len(waiting) == batch:
            state.acknowledged(waiting)
            found += [one.url for one in waiting]
            waiting = []
    state.acknowledged(waiting)
    found += [one.url for one in waiting]
    if upto is None:
        state.finish()
    state._database.close()
    return [url.rpartition("/")[2] for url in found], tally


@given(
    st.lists(st.integers(0, 6), min_size=1, max_size=6),
    st.lists(st.integers(0, 9), max_size=6),
    st.integers(1, 4),
)
def test_however_often_a_run_ends_early_each_page_is_fed_once_and_in_order(
    sizes: list[int], ends: list[int], batch: int
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder, number = Path(name), 0
        for at, size in enumerate(sizes):
            _lines(folder, f"{at}.jsonl{'.gz' if at % 2 else ''}", list(range(number, number + size)))
            number += size
        found: list[str] = []
        for upto in (*ends, None):
            found += _run(folder, upto, batch)[0]
        assert found == [str(at) for at in range(number)]
        assert _run(folder, None)[0] == []


def test_what_was_skipped_before_the_place_is_not_counted_again(tmp_path: Path) -> None:
    records = [archives.record(b"", 9, "warcinfo"), archives.response(1), archives.record(b"", 9, "request")]
    (tmp_path / "a.warc.gz").write_bytes(
        archives.gz(*records, archives.response(2), archives.record(b"", 9, "metadata"))
    )
    first, counted = _run(tmp_path, 1)
    assert (first, dict(counted.skipped)) == (["1"], {"warc_warcinfo": 1, "warc_request": 1})
    second, counted = _run(tmp_path, None)
    assert (second, dict(counted.skipped)) == (["2"], {"warc_request": 1, "warc_metadata": 1})


@pytest.mark.parametrize("packed", ["gzip, a member a record", "plain"])
def test_a_revisit_finds_its_original_in_a_file_that_an_earlier_run_has_fed(
    tmp_path: Path, packed: str
) -> None:
    digest = "WARC-Payload-Digest: sha1:AAAA"
    pack = archives.PACKINGS[packed]
    original = archives.record(archives.http(archives.page(1)), 1, fields=[digest])
    revisit = archives.record(archives.http(b""), 2, "revisit", fields=[digest], uri="https://gull.example/1")
    suffix = ".gz" if packed.startswith("gzip") else ""
    (tmp_path / f"a.warc{suffix}").write_bytes(pack([original]))
    (tmp_path / f"b.warc{suffix}").write_bytes(pack([archives.response(3), revisit]))
    assert _run(tmp_path, 2)[0] == ["1", "3"]
    state = State(tmp_path / "s.feed-state", TARGET, feeding.files([tmp_path]))
    (item,) = feeding.read([tmp_path], Tally(), state.done)
    state._database.close()
    assert item.kind == "warc_revisit"
    assert json.loads(item.message.value or b"")["source"]["warc_revisit_of"].endswith("000000000001>")


def test_a_revisit_finds_its_original_in_a_wacz_that_an_earlier_run_has_fed(tmp_path: Path) -> None:
    digest = "WARC-Payload-Digest: sha1:AAAA"
    original = archives.record(archives.http(archives.page(1)), 1, fields=[digest])
    with zipfile.ZipFile(tmp_path / "a.wacz", "w") as archive:
        archive.writestr("archive/1.warc.gz", archives.gz(archives.response(2), original))
    revisit = archives.record(archives.http(b""), 3, "revisit", fields=[digest], uri="https://gull.example/1")
    (tmp_path / "b.warc").write_bytes(archives.response(4) + revisit)
    (tmp_path / "c.wacz").write_bytes(b"no zip")
    assert _run(tmp_path, 3)[0] == ["2", "1", "4"]
    found, tally = _run(tmp_path, None)
    assert (found, dict(tally.skipped)) == (["1"], {"damaged": 1})


@pytest.mark.parametrize("change", ["longer", "shorter", "same length"])
def test_a_file_that_has_changed_is_noticed_before_anything_is_fed(tmp_path: Path, change: str) -> None:
    path = _lines(tmp_path, "a.jsonl", [1, 2, 3])
    _run(tmp_path, 2)
    content = path.read_bytes()
    os.utime(path, ns=(1, 1))
    path.write_bytes(
        {"longer": content + content, "shorter": content[:-5], "same length": content[::-1]}[change]
    )
    with pytest.raises(BadInput, match=r"a\.jsonl \((shorter|changed); 2 of its pages were fed\)"):
        _run(tmp_path, None)


def test_a_changed_file_is_fed_again_or_continued_if_one_says_so(tmp_path: Path) -> None:
    path = _lines(tmp_path, "a.jsonl", [1, 2])
    _lines(tmp_path, "b.jsonl", [7])
    assert _run(tmp_path, None)[0] == ["1", "2", "7"]
    path.write_text(path.read_text() + '{"url": "https://a.example/3"}\n')
    assert _run(tmp_path, None, changed=Changed.CONTINUE)[0] == ["3"]
    path.write_text(path.read_text() + '{"url": "https://a.example/4"}\n')
    assert _run(tmp_path, None, changed=Changed.AGAIN)[0] == ["1", "2", "3", "4"]
    path.write_text('{"url": "https://a.example/1"}\n')
    with pytest.raises(BadInput, match="shorter"):
        _run(tmp_path, None, changed=Changed.CONTINUE)


def test_new_files_are_fed_and_those_of_which_nothing_was_fed_may_change(tmp_path: Path) -> None:
    _lines(tmp_path, "b.jsonl", [2])
    later = _lines(tmp_path, "c.jsonl", [])
    assert _run(tmp_path, None)[0] == ["2"]
    _lines(tmp_path, "a.jsonl", [1])
    later.write_text('{"url": "https://a.example/3"}\n')
    assert _run(tmp_path, None)[0] == ["1", "3"]


def test_a_file_that_could_not_be_read_is_fed_by_the_next_run(tmp_path: Path) -> None:
    lost = _lines(tmp_path, "a.jsonl", [1])
    _lines(tmp_path, "b.jsonl", [2])
    tally = Tally()
    state = State(tmp_path / "s.feed-state", TARGET, feeding.files([tmp_path]), unread=tally.unread)
    lost.rename(tmp_path / "elsewhere")
    for item in feeding.read([lost.with_name("b.jsonl")], tally, state.done):
        state.acknowledged([item])
    tally.unreadable(lost, str(lost), "cannot be read: gone")
    state.finish()
    state._database.close()
    (tmp_path / "elsewhere").rename(lost)
    assert _run(tmp_path, None)[0] == ["1"]


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (TARGET._replace(cluster="other"), "on cluster cluster, not pages.raw on other"),
        (TARGET._replace(topic="x.pages.raw"), "feeding pages.raw on cluster"),
        (TARGET._replace(topic_id="new"), "deleted and created anew"),
        (TARGET._replace(selection="type pdf, sample 1"), "begun with type all, sample 1, not type pdf"),
    ],
)
def test_a_state_of_another_target_is_refused(tmp_path: Path, target: Target, said: str) -> None:
    _lines(tmp_path, "a.jsonl", [1])
    _run(tmp_path, None)
    with pytest.raises(BadInput, match=said):
        _run(tmp_path, None, target=target)


def test_a_state_that_is_in_use_or_is_none_or_cannot_be_written_is_refused(tmp_path: Path) -> None:
    path = _lines(tmp_path, "a.jsonl", [1])
    with (
        State(tmp_path / "s", TARGET, [path]),
        pytest.raises(BadInput, match="another crawlmill feed is using it"),
    ):
        State(tmp_path / "s", TARGET, [path])
    with pytest.raises(BadInput, match="file is not a database"):
        State(path, TARGET, [path])
    with sqlite3.connect(tmp_path / "foreign") as foreign:
        foreign.execute("CREATE TABLE mine (a)")
    with pytest.raises(BadInput, match="not the state of a feed"):
        State(tmp_path / "foreign", TARGET, [path])
    with pytest.raises(BadInput, match="unable to open"):
        State(tmp_path / "nowhere/s", TARGET, [path])


def test_a_file_that_is_given_twice_or_linked_is_fed_once(tmp_path: Path) -> None:
    path, other = _lines(tmp_path, "b.jsonl", [1]), _lines(tmp_path, "c.jsonl", [2])
    (tmp_path / "a.jsonl").symlink_to(other)
    (tmp_path / "d.jsonl").symlink_to(path)
    assert _run(tmp_path, None, paths=[tmp_path, path])[0] == ["2", "1"]
    assert _run(tmp_path, None, paths=[tmp_path, path])[0] == []


def test_what_is_no_plain_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jsonl")
    with pytest.raises(BadInput, match="not a plain file"):
        State(tmp_path / "s", TARGET, [tmp_path / "pipe.jsonl"])


def test_what_was_acknowledged_survives_kill_9(tmp_path: Path) -> None:
    path = _lines(tmp_path, "a.jsonl", list(range(10)))
    script = (
        "import os, signal; from pathlib import Path; from feeding.test_resume import TARGET; from streams import feeding;"
        f"from streams.feeding.resume import State; path = Path({str(path)!r});"
        "state = State(path.with_name('s.feed-state'), TARGET, [path]);"
        "[state.acknowledged([item]) for item in list(feeding.read([path]))[:4]]; os.kill(os.getpid(), signal.SIGKILL)"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    assert subprocess.run([sys.executable, "-c", script], env=environment).returncode == -9
    assert _run(tmp_path, None, paths=[path])[0] == ["4", "5", "6", "7", "8", "9"]


def test_looking_at_a_state_changes_nothing(tmp_path: Path) -> None:
    path = _lines(tmp_path, "a.jsonl", [1, 2])
    _run(tmp_path, 1)
    path.write_text(path.read_text() * 2)
    looking = Target("", TARGET.topic, "", TARGET.selection)
    with State(tmp_path / "s.feed-state", looking, [path], Changed.AGAIN, write=False) as state:
        assert state.done == {}
    with State(tmp_path / "s.feed-state", looking, [path], Changed.CONTINUE, write=False) as state:
        assert state.done[path.resolve()].parts == 1


def test_the_usual_place_is_beside_the_first_path(tmp_path: Path) -> None:
    assert state_path([tmp_path / "a.warc.gz", tmp_path / "b"]) == tmp_path / "a.warc.gz.feed-state"
    assert state_path([f"{tmp_path}/crawl/"]) == tmp_path / "crawl.feed-state"
    assert state_path(["/"]) == Path("/.feed-state")


def test_a_state_in_a_folder_that_is_fed_is_no_skipped_file(tmp_path: Path) -> None:
    _lines(tmp_path, "a.jsonl", [1])
    assert _run(tmp_path, None)[1].skipped == {}


def test_files_that_a_folder_gets_while_it_is_fed_are_left_to_the_next_run(tmp_path: Path) -> None:
    _lines(tmp_path, "b.jsonl", [1, 2])
    state = State(tmp_path / "s.feed-state", TARGET, feeding.files([tmp_path]))
    with state:
        _lines(tmp_path, "a.jsonl", [3])
        _lines(tmp_path, "c.jsonl", [4])
        items = list(feeding.read_files(state.files, Tally(), state.done))
        state.acknowledged(items)
        state.finish()
    assert [item.nth for item in items] == [1, 2]
    assert _run(tmp_path, None)[0] == ["3", "4"]


def test_the_state_is_found_when_another_file_comes_to_be_the_first(tmp_path: Path) -> None:
    one, other = _lines(tmp_path, "b.jsonl", [1]), _lines(tmp_path, "c.jsonl", [2])
    assert state_path([one, other]) == tmp_path / "b.jsonl.feed-state"
    (tmp_path / "b.jsonl.feed-state").touch()
    assert state_path([_lines(tmp_path, "a.jsonl", [3]), one, other]) == tmp_path / "b.jsonl.feed-state"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no file names that are not Unicode")
def test_a_file_whose_name_is_not_utf_8_is_remembered_like_others(tmp_path: Path) -> None:
    odd = _lines(tmp_path, os.fsdecode(b"caf\xe9.jsonl"), [1, 2, 3, 4])
    first, _ = _run(tmp_path, 2, batch=1, paths=[odd])
    again, _ = _run(tmp_path, None, paths=[odd])
    assert [len(first), len(again)] == [2, 2]
    assert set(first) & set(again) == set()
