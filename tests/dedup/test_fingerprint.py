import os
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.dedup import fingerprint
from streams.dedup.bucket import short_signature, similarity

URL = "https://news.example/harbour"
TEXT = "The harbour of the old town opens again on Monday after two years of work, its master said."


def alike(one: str, other: str) -> float:
    return similarity(
        short_signature(fingerprint(one, "").signature), [short_signature(fingerprint(other, "").signature)]
    )[0]


def jaccard(one: list[str], other: list[str]) -> float:
    first, second = (set(zip(words, words[1:], words[2:], strict=False)) for words in (one, other))
    return len(first & second) / len(first | second)


def test_a_known_text_has_a_known_fingerprint() -> None:
    mark = fingerprint(TEXT, URL)
    assert mark.bucket_keys == (
        "u:25e5d78e0a88fdc1",
        "c1:17d8d0bf3489790e",
        "c2:0c50d71ae0717106",
        "c3:11c070ce5a7e975e",
    )
    assert mark.digest == "fb7b7551fbe12427d0a1eee2ba1554fb"
    assert mark.signature.hex()[:64] == "5537ceae3acf41d405968fab0b98cd19d5c017c0ac2762072f3d64a3418427af"
    assert mark.shingles == 16


def test_a_text_without_spaces_has_a_known_fingerprint() -> None:
    mark = fingerprint("港は月曜日に再び開く、と港長は述べた。", URL)
    assert mark.bucket_keys[1] == "c1:05dccd841df9f305"


def test_another_process_with_another_hash_seed_makes_the_same() -> None:
    code = f"from streams.dedup import fingerprint; print(fingerprint({TEXT!r}, {URL!r}).signature.hex())"
    environment = {**os.environ, "PYTHONHASHSEED": "4711", "PYTHONPATH": os.pathsep.join(sys.path)}
    made = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert made.stdout.strip() == fingerprint(TEXT, URL).signature.hex()


def test_there_are_128_values_of_16_bits_and_four_buckets() -> None:
    mark = fingerprint(TEXT, URL)
    assert len(mark.signature) == 256
    assert [bucket.split(":")[0] for bucket in mark.bucket_keys] == ["u", "c1", "c2", "c3"]
    assert all(bucket.isascii() and bucket.isprintable() and len(bucket) < 24 for bucket in mark.bucket_keys)


def test_the_first_bucket_is_the_urls_and_the_others_are_the_texts() -> None:
    here, there = fingerprint(TEXT, URL), fingerprint(TEXT, URL + "/2")
    assert here.bucket_keys[0] != there.bucket_keys[0]
    assert here.bucket_keys[1:] == there.bucket_keys[1:]


def test_the_values_agree_as_often_as_the_texts_share_shingles(make: Any) -> None:
    for places in (4, 15, 30, 60):
        errors = []
        for _ in range(30):
            words = make.words(400)
            other = make.changed(words, places)
            errors.append(alike(" ".join(words), " ".join(other)) - jaccard(words, other))
        assert abs(float(np.mean(errors))) < 0.03
        assert max(map(abs, errors)) < 0.16  # four standard deviations


def test_a_bucket_is_shared_as_often_as_the_texts_share_shingles(make: Any) -> None:
    shared, expected = 0, 0.0
    for _ in range(150):
        words = make.words(200)
        other = make.changed(words, 12)
        one, two = (fingerprint(" ".join(text), "").bucket_keys[1:] for text in (words, other))
        shared += sum(a == b for a, b in zip(one, two, strict=True))
        expected += 3 * jaccard(words, other)
    assert abs(shared - expected) < 0.15 * expected


def test_unlike_texts_have_nothing_in_common(make: Any) -> None:
    assert alike(" ".join(make.words()), " ".join(make.words())) < 0.05


@pytest.mark.parametrize("text", ["", "  \n", "\u200b"])
def test_an_empty_text_has_only_the_bucket_of_its_url(text: str) -> None:
    mark = fingerprint(text, URL)
    assert mark.shingles == 0
    assert len(mark.bucket_keys) == 1
    assert len(mark.signature) == 256


@pytest.mark.parametrize("text", ["Rain", "Rain tomorrow", "🙂"])
def test_the_shortest_texts_have_one_shingle_and_all_buckets(text: str) -> None:
    assert fingerprint(text, URL).shingles == 1
    assert len(fingerprint(text, URL).bucket_keys) == 4


def test_texts_that_differ_only_far_behind_differ_in_their_digest() -> None:
    assert fingerprint("a " * 1_000_000 + "x", URL).digest != fingerprint("a " * 1_000_000 + "y", URL).digest


@given(st.text(max_size=300), st.text(max_size=50))
def test_any_text_and_any_url_have_a_fingerprint(text: str, url: str) -> None:
    mark = fingerprint(text, url)
    assert mark == fingerprint(text, url)
    assert len(mark.digest) == 32


def test_lone_surrogates_are_no_reason_to_fail() -> None:
    assert fingerprint("a \udc80 b", "https://x.example/\udc80").shingles == 1


TERMS = (
    "International shipment of items may be subject to customs processing and additional charges. Delivery varies. Read the "
    "description or contact the seller for details. Not eligible for purchase protection. The seller assumes all responsibility."
)


def test_short_pages_with_the_same_terms_of_sale_are_told_apart_by_their_titles() -> None:
    brush = fingerprint(TERMS, URL, "Brush and sponge set for steam cleaners, 24 parts")
    clutch = fingerprint(TERMS, URL, "Clutch kit for vans of the years 2011 to 2014")
    assert brush.digest != clutch.digest
    both = similarity(short_signature(brush.signature), [short_signature(clutch.signature)])[0]
    assert both < 0.75
    assert fingerprint(TERMS, URL).digest == fingerprint(TERMS, URL, "").digest


def test_a_title_that_the_text_contains_changes_nothing() -> None:
    assert fingerprint(f"Clutch kit. {TERMS}", URL, "Clutch kit!") == fingerprint(f"Clutch kit. {TERMS}", URL)


def test_the_title_of_a_long_text_does_not_count() -> None:
    text = " ".join(f"word{number}" for number in range(120))
    assert fingerprint(text, URL, "Another headline") == fingerprint(text, URL)
