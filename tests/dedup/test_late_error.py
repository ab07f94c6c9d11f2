"""Scenario test of cleaning and dedup: a page that is an error page later keeps its entries in the dedup table."""

import msgspec
import pytest

from streams import pipeline
from streams.dedup import Deduplicator
from streams.records import Candidate, CleanDocument, Message, Reason, Rejection
from streams.settings import Dedup, Settings

NOON = 1_750_000_000_000  # milliseconds
URL = "https://news.example/harbour/rebuilt"
ARTICLE = " ".join(
    f"On day {day} the harbour master of Tarrin counted {day * 7} boats, {day + 3} cranes and {day * day} crates of fish."
    for day in range(2, 40)
)
GONE = (
    "<html><head><title>404 Not Found</title></head><body><h1>Page not found</h1>"
    "<p>The page you are looking for could not be found. It may have been moved or deleted.</p></body></html>"
)


def _page(name: str, status: int, *, html: str | None = None) -> Message:
    body = (
        {"text": ARTICLE, "content_type": "text/plain"}
        if html is None
        else {"html": html, "content_type": "text/html"}
    )
    return Message(value=msgspec.json.encode({"id": name, "url": URL, "status": status, **body}))


def _process(deduplicator: Deduplicator, message: Message) -> CleanDocument | Rejection:
    cleaned = pipeline.clean(message, Settings())
    return deduplicator.check(cleaned, NOON) if isinstance(cleaned, Candidate) else cleaned


@pytest.mark.parametrize("status", [200, 404, 410, 503])
def test_a_late_error_page_is_rejected_before_dedup_and_the_good_one_stays_known(status: int) -> None:
    deduplicator = Deduplicator(Dedup())
    assert isinstance(_process(deduplicator, _page("good", 200)), CleanDocument)
    late = _process(deduplicator, _page("late", status, html=GONE))
    assert isinstance(late, Rejection) and late.stage == "clean"
    assert late.reason in (Reason.SOFT_404, Reason.HTTP_ERROR)
    again = _process(deduplicator, _page("again", 200))
    assert isinstance(again, Rejection)
    assert (again.reason, again.duplicate_of) == (Reason.DUPLICATE_URL, "good")
