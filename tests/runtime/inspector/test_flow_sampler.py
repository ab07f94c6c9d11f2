"""What the group's members say of themselves."""

from __future__ import annotations

import pytest
from aiokafka.coordinator.protocol import ConsumerProtocolMemberMetadata

from streams.inspector.flow import Member
from streams.runtime.inspector.flow_sampler import _member


def _metadata(user_data: bytes) -> bytes:
    encoded: bytes = ConsumerProtocolMemberMetadata(0, ["pages.raw"], user_data).encode()
    return encoded


def test_a_worker_is_named_by_its_host_its_address_and_its_partitions() -> None:
    said = b'{"assignment":{"actives":{"pages.raw":[0,3],"pages.clean":[1]},"standbys":{}},"url":"http://w1:6066","more":1}'
    assert _member("pages.raw", "id", "client", "/10.0.0.7", _metadata(said)) == Member(
        "10.0.0.7", "http://w1:6066", 2
    )


@pytest.mark.parametrize(
    "metadata", [b"", b"\x00", _metadata(b""), _metadata(b"\xff"), _metadata(b'{"url":7}'), None]
)
def test_a_member_that_says_nothing_is_known_by_its_id(metadata: bytes | None) -> None:
    assert _member("pages.raw", "faust-1", "", "", metadata) == Member("faust-1", "", 0)
