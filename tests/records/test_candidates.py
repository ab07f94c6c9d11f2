"""A fingerprint that dedup could not use is refused when it is decoded."""

from __future__ import annotations

import msgspec
import pytest

from streams.records import Candidate, Document, Fingerprint, decode, encode

_FINGERPRINT = Fingerprint(signature=bytes(256), bucket_keys=("u:1",), digest="0" * 32, shingles=5)
_CANDIDATE = Candidate(document=Document(id="1", url="u", text="t"), fingerprint=_FINGERPRINT)


def test_a_candidate_survives_the_way_over_kafka() -> None:
    assert decode(encode(_CANDIDATE), Candidate) == _CANDIDATE


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"signature": bytes(255)}, "signature"),
        ({"bucket_keys": ()}, "bucket_keys"),
        ({"digest": "x" * 32}, "digest"),
    ],
)
def test_a_malformed_fingerprint_is_refused_by_the_name_of_its_field(
    changes: dict[str, object], named: str
) -> None:
    wrong = msgspec.structs.replace(_CANDIDATE, fingerprint=msgspec.structs.replace(_FINGERPRINT, **changes))
    with pytest.raises(msgspec.ValidationError, match=named):
        decode(encode(wrong), Candidate)
