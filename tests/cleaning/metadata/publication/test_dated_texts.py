"""Short texts with a year, and what stands around them."""

from __future__ import annotations

import lxml.html

from streams.cleaning.decode.outline import outline_of
from streams.cleaning.metadata.publication.dated_texts import DatedText, dated_texts


def found(body: str) -> tuple[DatedText, ...]:
    return dated_texts(outline_of(lxml.html.document_fromstring(f"<html><body>{body}</body></html>")))


def test_a_text_has_its_label_and_its_place() -> None:
    body = '<p>Since 1999 here</p><h1>Boats</h1><div class="Meta"><b>Published</b> <span class="day">March 5, 2024</span></div>'
    above, below = found(body)
    assert (above.text, above.below) == ("Since 1999 here", False)
    assert below == DatedText("March 5, 2024", "Published", "day meta", below=True, aside=False, linked=False)


def test_a_text_behind_an_element_is_that_of_its_parent() -> None:
    (item,) = found('<h1>Boats</h1><p class="posted">by <b>Ada</b> on 5.3.2024</p>')
    assert (item.text, item.before, item.names.strip()) == ("on 5.3.2024", "Ada", "posted")


def test_links_and_asides_are_told_apart() -> None:
    linked, aside = found("<h1>Boats</h1><a href=x><i>March 2024</i></a><footer>In 2024 too</footer>")
    assert (linked.linked, linked.aside, aside.linked, aside.aside) == (True, False, False, True)


def test_scripts_prose_and_numbers_that_are_no_year_are_left_out() -> None:
    prose = "In 2024 " + "the boats were counted again, " * 9
    assert found(f"<script>var x = '2024-03-05'</script><p>{prose}</p><p>number 32024</p>") == ()


def test_a_page_made_of_years_has_a_bounded_number_on_either_side_of_the_headline() -> None:
    years = "<p>May 1, 2024</p>" * 500
    items = found(f"{years}<h1>Boats</h1>{years}")
    assert len(items) == 24 and sum(item.below for item in items) == 12
