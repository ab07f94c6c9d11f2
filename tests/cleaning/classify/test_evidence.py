"""Evidence from title, headings, codes, forms and addresses."""

from __future__ import annotations

import pytest

from streams.cleaning.classify.classifier import Accept, classify_page
from streams.cleaning.classify.evidence import collect_cheap_evidence, collect_evidence
from streams.cleaning.classify.feature_scan import scan_features
from streams.cleaning.classify.features import Features
from streams.cleaning.decode.html import parse
from streams.records import RawPage, Reason

SENTENCE = "The harbour council voted on Tuesday to rebuild the eastern pier, which a storm had broken."
URL = "https://example.org/2024/pier-rebuilt-after-storm"


def features(body: str, title: str = "Gazette", head: str = "", url: str = URL) -> Features:
    tree = parse(f"<html lang=en><head><title>{title}</title>{head}</head><body>{body}</body></html>")
    return scan_features(RawPage(id="1", url=url, content=""), tree)


def heading_points(body: str) -> float:
    found = collect_cheap_evidence(features(body)).found
    return sum(
        one.score or 0.0 for every in found.values() for one in every if one.signal == "heading_phrase"
    )


def test_a_heading_counts_less_if_it_says_more_and_less_further_down() -> None:
    whole, part = (
        heading_points("<h1>Robot or human?</h1>"),
        heading_points("<h1>Robot or human? Chess club of Marlow cannot tell</h1>"),
    )
    assert whole == 3.0 and 0 < part < whole
    assert heading_points("<h1>Help</h1><h2>Bookings</h2><h2>The page was not found?</h2>") == 1.5


@pytest.mark.parametrize(
    ("form", "walled"),
    [
        ("<form><input name=u><input type=password></form>", True),
        ("<form style='display:none'><input name=u><input type=password></form>", False),
        ("<form hidden><input name=u><input type=password></form>", False),
        ("<div style='visibility: hidden'><form><input type=password></form></div>", False),
    ],
)
def test_a_form_that_is_not_shown_is_no_log_in(form: str, walled: bool) -> None:
    found = collect_evidence(features(f"<h1>Pier</h1><p>Soon.</p>{form}", "Pier"))
    assert (Reason.LOGIN_WALL in found.points) is walled


LIST = "".join(f"<h2><a href=/n/{n}>Ferry {n} to run through the winter</a></h2>" for n in range(8))
HOME = "<link rel=canonical href=https://example.org/>"


@pytest.mark.parametrize(
    ("body", "title", "head", "url", "front"),
    [
        (LIST, "Gazette", HOME, URL, True),
        (LIST, "Gazette", "<meta property=og:url content=/>", URL, True),
        (LIST, "Gazette", "", URL, False),
        (LIST, "Gazette", HOME, "https://example.org/", False),
        (LIST, "Gazette", HOME, "https://example.org/2024/12", False),
        (LIST, "Pier rebuilt after storm", HOME, URL, False),
        (
            f"<h1>Пирс восстановлен после шторма</h1>{LIST}",
            "Пирс восстановлен после шторма на острове",
            HOME,
            URL,
            False,
        ),
        (f"<h1>Gazette</h1><p>{SENTENCE}</p>", "Gazette", HOME, URL, False),
    ],
)
def test_a_list_that_names_the_front_page_as_its_address_is_not_the_article(
    body: str, title: str, head: str, url: str, front: bool
) -> None:
    found = collect_cheap_evidence(features(body, title, head, url)).found.get(Reason.SOFT_404, [])
    assert ([one.signal for one in found] == ["canonical"]) is front


@pytest.mark.parametrize("heading", ["Related searches", "Boiler maintenance"])
def test_a_heading_of_good_pages_is_no_evidence(heading: str) -> None:
    assert heading_points(f"<h1>{heading}</h1>") == 0.0


@pytest.mark.parametrize(
    ("title", "code"),
    [("404", Reason.SOFT_404), ("Error 503", Reason.MAINTENANCE), ("HTTP 500", Reason.HTTP_ERROR)],
)
def test_a_status_code_as_title_names_its_reason(title: str, code: Reason) -> None:
    assert [one.signal for one in collect_cheap_evidence(features("<p>x</p>", title)).found[code]] == ["code"]


def test_an_article_on_a_site_whose_pages_all_name_the_front_page_is_kept() -> None:
    body = f"<h1>New landing stage</h1>{f'<p>{SENTENCE}</p>' * 12}{LIST}"
    assert isinstance(classify_page(features(body, "Gazette", HOME)), Accept)
