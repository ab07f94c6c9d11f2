"""The jobs of pool processes, run in this process: encoded messages in, encoded records out."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from live.mill import article

from streams import language, topics
from streams.errors import ModelError
from streams.execution import jobs
from streams.execution.results import Failed, Processed
from streams.records import CleanDocument, Fault, Message, Stage, decode, encode
from streams.settings import Cleaning, Nlp, Settings

SETTINGS = Settings(nlp=Nlp(models={}))


@pytest.fixture(autouse=True)
def _prepared() -> None:
    jobs.prepare(SETTINGS)


def _page(text: str, **fields: object) -> Message:
    record = {"url": "https://news.example/1", "content_type": "text/plain", "text": text, **fields}
    return Message(value=json.dumps(record).encode())


def test_a_page_becomes_a_candidate_under_the_key_of_its_first_bucket() -> None:
    done = jobs.clean(_page(article(1)))
    assert isinstance(done, Processed) and done.reason is None
    (made,) = done.outputs
    candidate = json.loads(made.value)
    assert made.topic == topics.CANDIDATES
    assert Stage.CLEAN in candidate["document"]["provenance"]["timings"]


def test_an_error_page_becomes_a_rejection_with_its_reason() -> None:
    done = jobs.clean(_page("Not Found", status=404))
    assert isinstance(done, Processed) and done.reason == "http_error"
    assert [made.topic for made in done.outputs] == [topics.REJECTED]


def test_a_message_that_is_no_page_is_a_failure_and_raises_nothing() -> None:
    failed = jobs.clean(Message(value=b"json failed to parse"))
    assert isinstance(failed, Failed) and failed.error == "BadRecord"


def test_of_a_batch_only_the_value_that_cannot_be_decoded_fails() -> None:
    document = CleanDocument(id="a", url="https://news.example/1", text=article(1))
    good, bad, last = jobs.enrich([encode(document), b"{", encode(document)])
    assert isinstance(bad, Failed) and bad.fault == Fault.BAD_RECORD
    assert isinstance(good, Processed) and isinstance(last, Processed)
    assert good.outputs[0].topic == topics.ENRICHED


def test_the_seconds_of_a_stage_are_added_to_those_before_it() -> None:
    document = jobs.timed(CleanDocument(id="a", url="https://news.example/1", text=""), Stage.CLEAN, 0.25)
    timed = jobs.timed(document, Stage.DEDUP, 0.5)
    assert timed.provenance.timings == {"clean": 0.25, "dedup": 0.5}


def test_a_key_with_a_lone_surrogate_can_be_encoded() -> None:
    document = CleanDocument(id="a", url="https://news.example/1", text="")
    made = jobs.record(topics.CLEAN, "id\ud83d", document)
    assert made.key == "id\ufffd".encode()
    assert decode(made.value, CleanDocument) == document


def test_without_nlp_a_process_is_warm_without_models() -> None:
    script = (
        "import sys; from streams.execution import jobs; from streams.settings import Nlp, Settings; "
        "jobs.prepare(Settings(nlp=Nlp(enabled=False))); jobs.warm(); print(jobs._State.models, 'spacy' in sys.modules)"
    )
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert answer.stdout.split() == ["None", "False"]


@pytest.fixture
def no_space(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A disk on which the model that identifies languages cannot be unpacked."""

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("py3langid.langid.LanguageIdentifier.from_model_file", full)
    language._identifier.cache_clear()
    yield
    language._identifier.cache_clear()


def test_a_model_that_cannot_be_unpacked_costs_no_page_but_stops_the_worker(no_space: None) -> None:
    document = encode(CleanDocument(id="a", url="https://news.example/1", text=article(1)))
    with pytest.raises(ModelError, match=r"No space left on device.*TMPDIR"):
        jobs.enrich([document])
    keeping_english = msgspec.structs.replace(SETTINGS, cleaning=Cleaning(languages=("en",)))
    jobs.prepare(keeping_english)
    with pytest.raises(ModelError, match="TMPDIR"):
        jobs.clean(_page(article(1)))


def test_a_damaged_model_costs_no_page_but_stops_the_worker(tmp_path: Path) -> None:
    (tmp_path / "meta.json").write_text("{")
    (tmp_path / "config.cfg").write_text("[nlp]")
    jobs.prepare(Settings(nlp=Nlp(models={"en": str(tmp_path)})))
    jobs._State.models = None
    with pytest.raises(ModelError, match="cannot be loaded"):
        jobs.enrich([b"{}"])
    jobs._State.models = None
