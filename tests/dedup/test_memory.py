import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.dedup import memory
from streams.dedup.memory import Memory, Passed, Turned
from streams.errors import CrawlmillError
from streams.records import Reason

share = st.floats(0, 1)
passed = st.builds(
    Passed,
    when=st.integers(0, 2**63 - 1),
    id=st.text(max_size=60),
    url=st.text(max_size=200),
    place=st.binary(min_size=8, max_size=8),
    signature=st.binary(min_size=128, max_size=128),
    digest=st.binary(min_size=8, max_size=8),
    cluster=st.none() | st.text(max_size=60),
    revision_of=st.none() | st.text(max_size=60),
    revision_similarity=st.none() | share,
)
turned = st.builds(
    Turned,
    when=st.integers(0, 2**63 - 1),
    id=st.text(max_size=60),
    reason=st.sampled_from([Reason.DUPLICATE_URL, Reason.DUPLICATE_EXACT, Reason.DUPLICATE_NEAR]),
    of_id=st.text(max_size=60),
    of_url=st.text(max_size=200),
    similarity=share,
    cluster=st.text(max_size=60),
)


@given(
    st.builds(
        Memory, passed=st.lists(passed, max_size=5).map(tuple), turned=st.lists(turned, max_size=5).map(tuple)
    )
)
def test_what_is_written_is_read(known: Memory) -> None:
    assert memory.read(memory.write(known)) == known


def test_nothing_is_no_bytes() -> None:
    assert memory.write(Memory()) == b""
    assert memory.read(b"") == Memory()


def test_another_layout_is_named_with_a_remedy() -> None:
    value = msgspec.msgpack.encode([2, [], []])
    with pytest.raises(CrawlmillError, match=r"layout 2, this release reads 1; start with an empty one"):
        memory.read(value)


@pytest.mark.parametrize("value", [b"\xc1", b"{}", b"\x93\x01\x91", b"\x93\x01\x91\x01\x90"])
def test_damaged_bytes_are_an_error_with_a_remedy(value: bytes) -> None:
    with pytest.raises(CrawlmillError, match="cannot be read"):
        memory.read(value)


def test_similarity_is_one_for_equals_and_zero_for_what_agrees_by_chance() -> None:
    mine = bytes(range(128))
    half = mine[:64] + bytes(value ^ 255 for value in mine[64:])
    none = bytes(value ^ 255 for value in mine)
    assert memory.similarity(mine, [mine, none]) == [1.0, 0.0]
    assert memory.similarity(mine, [half])[0] == pytest.approx(0.498, abs=0.001)
    assert memory.similarity(mine, []) == []


def test_four_doors_take_about_a_kilobyte_a_document() -> None:
    entry = Passed(
        when=1_750_000_000_000, id="f" * 32, url="https://news.example/" + "s" * 59, place=bytes(8),
        signature=bytes(128), digest=bytes(8),
    )  # fmt: skip
    assert 4 * len(memory.write(Memory(passed=(entry,)))) <= 1_200
