"""The price, currency and availability of a page's product, as declared and nothing else."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.cleaning.decode.html import parse
from streams.cleaning.metadata.declared import collect_declared
from streams.cleaning.metadata.product import product
from streams.records import Availability, Product, decode, encode
from streams.records.documents import Document

LAMP = {"@type": "Product", "name": "Lamp", "offers": {"@type": "Offer", "price": "19.90", "priceCurrency": "EUR", "availability": "https://schema.org/InStock"}}  # fmt: skip
IN_STOCK = Product(price=Decimal("19.90"), currency="EUR", availability=Availability.IN_STOCK)


def of(*nodes: Any, head: str = "", body: str = "<h1>Lamp</h1>") -> Product | None:
    scripts = "".join(f'<script type="application/ld+json">{json.dumps(node)}</script>' for node in nodes)
    tree = parse(f"<html><head>{scripts}{head}</head><body>{body}</body></html>")
    assert tree is not None
    return product(collect_declared(tree), tree)


def offers(**fields: Any) -> dict[str, Any]:
    return {**LAMP, "offers": fields}


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (LAMP, IN_STOCK),
        ({"@graph": [{"@type": "WebPage"}, LAMP]}, IN_STOCK),
        ({**LAMP, "offers": [LAMP["offers"], LAMP["offers"]]}, IN_STOCK),
        (offers(price=5, priceCurrency="usd", availability="out of stock"), Product(price=Decimal(5), currency="USD", availability=Availability.OUT_OF_STOCK)),
        (offers(lowPrice="7.00", highPrice="7", priceCurrency="GBP"), Product(price=Decimal("7.00"), currency="GBP")),
        (offers(lowPrice="7", highPrice="9", priceCurrency="GBP"), Product(currency="GBP")),
        (offers(offers=[{"price": 1}, {"price": 2}], priceCurrency="GBP"), None),
        (offers(priceSpecification=[{"price": 8, "priceCurrency": "SEK"}, {"price": 9, "priceType": "https://schema.org/ListPrice"}]), Product(price=Decimal(8), currency="SEK")),
        (offers(price="0", priceCurrency="$", availability="soon"), None),
        (offers(price="a lot"), None),
        (offers(price=True), None),
        ({"@type": "ProductGroup", "name": "Lamp", "hasVariant": [LAMP, LAMP]}, IN_STOCK),
        ({"@type": "Event", "offers": LAMP["offers"]}, None),
    ],
)  # fmt: skip
def test_offers_in_json_ld_are_read(node: Any, expected: Product | None) -> None:
    assert of(node) == expected


def test_of_several_products_the_one_of_the_headline_counts() -> None:
    other = {**LAMP, "name": "Table", "offers": {"price": "99"}}
    assert of(LAMP, other) == IN_STOCK
    assert of(LAMP, other, body="<h1>Furniture</h1>") is None


def test_microdata_of_the_one_product_is_read() -> None:
    def item(name: str, price: str) -> str:
        return f"<div itemscope itemtype='http://schema.org/Product'>{name}<b itemprop=price content='{price}'>x</b><i itemprop=priceCurrency>EUR</i><link itemprop=availability href=http://schema.org/PreOrder>"

    expected = Product(price=Decimal("3.50"), currency="EUR", availability=Availability.PRE_ORDER)
    assert of(body=f"{item('<h1>Lamp</h1>', '3.50')}{item('related', '9')}</div></div>") == expected
    assert of(body=f"{item('', '3.50')}</div>{item('', '9')}</div>") is None


def test_meta_elements_are_read_and_must_agree() -> None:
    head = "<meta property=product:price:amount content='1.299,00'><meta property=product:price:currency content=EUR>"
    assert of(head=head) == Product(price=Decimal("1299.00"), currency="EUR")
    assert of(LAMP, head=head) == Product(currency="EUR", availability=Availability.IN_STOCK)


@pytest.mark.parametrize(
    ("written", "expected"),
    [("1,299.50", "1299.50"), ("1 299", "1299"), ("1'299", "1299"), ("€ 5,5", "5.5"), ("1.234.567", "1234567"), ("5 - 7", None), ("", None), ("9" * 99, None)],
)  # fmt: skip
def test_amounts_are_read_as_people_write_them(written: str, expected: str | None) -> None:
    found = of(offers(price=written))
    assert (str(found.price) if found else None) == expected


def test_a_price_is_a_string_in_the_record() -> None:
    line = encode(Document(id="a", url="", text="x", product=IN_STOCK))
    assert b'"price":"19.90"' in line
    assert decode(line, Document).product == IN_STOCK


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8) | st.sampled_from(["19,90", "1e5", "-3", "EUR", "InStock"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["@type", "offers", "price", "lowPrice", "priceCurrency", "availability", "hasVariant", "priceSpecification", "priceType", "name"]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(JSON)
def test_no_declaration_is_too_odd(value: Any) -> None:
    found = of(
        {"@type": "Product", "offers": value}, {"@type": "Product", "hasVariant": value, "name": "Lamp"}
    )
    assert found is None or found.price is None or found.price > 0
