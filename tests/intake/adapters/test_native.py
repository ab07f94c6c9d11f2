"""crawlmill's own record."""

from __future__ import annotations

import pytest
from intake.shapes import HTML, SHAPES, URL, b64, read

from streams.errors import BadRecord
from streams.intake.adapters import native


def test_the_native_record_s_id_stays_as_it_is_given() -> None:
    page = read(SHAPES["native"] | {"id": "crawl-7/abc"})
    assert (page.id, page.attrs) == ("crawl-7/abc", {})


def test_text_in_the_native_body_is_taken_as_the_page_and_what_is_neither_is_undecodable() -> None:
    assert read({"url": URL, "body": HTML}).content == HTML
    with pytest.raises(BadRecord, match="not base64") as error:
        read({"url": URL, "body": "?? not base64 ??"})
    assert error.value.code == "undecodable"


@pytest.mark.parametrize(
    ("fields", "form"),
    [
        ({"html": HTML}, "html"),
        ({"text": "Trams"}, "text"),
        ({"body": HTML}, "unknown"),
        ({"body": HTML, "content_type": "text/html; charset=utf-8"}, "html"),
        ({"body": HTML, "headers": {"Content-Type": "application/xhtml+xml"}}, "html"),
        ({"body": "<feed/>", "content_type": "application/atom+xml"}, "unknown"),
        ({"body": None, "raw_html": HTML}, "unknown"),
    ],
)
def test_the_form_is_that_of_the_field_or_of_the_content_type(fields: dict[str, object], form: str) -> None:
    page = read({"url": URL, **fields})
    assert (page.shape, page.form) == ("native", form)


def test_the_first_of_html_text_and_body_is_the_page_and_the_others_are_no_attributes() -> None:
    page = read({"url": URL, "html": HTML, "text": "Trams", "body": b64("other")})
    assert (page.content, page.attrs) == (HTML, {})


def test_a_list_as_url_is_for_another_adapter() -> None:
    assert not native.recognises({"url": [URL], "html": HTML})
    assert not native.recognises({"url": URL, "title": "x"})


@pytest.mark.parametrize(
    ("media_type", "form"),
    [("TEXT/HTML ; charset=x", "html"), ("text/plain", "text"), ("", "unknown"), ("text/css", "unknown")],
)
def test_a_media_type_declares_a_form(media_type: str, form: str) -> None:
    assert native.form_of(media_type) == form
