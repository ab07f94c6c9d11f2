"""The price and availability of the product that a page is about, as far as the page declares them: JSON-LD, microdata, meta elements.

A field on which the declarations disagree is not known: a page that shows several products or variants has no price.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, TypeVar

import lxml.html
import msgspec
from lxml import etree

from streams.cleaning.data import table
from streams.cleaning.metadata import jsonld
from streams.cleaning.metadata.declared import DeclaredMetadata
from streams.cleaning.metadata.marked import element_text
from streams.cleaning.text import fold
from streams.records import Availability, Product

T = TypeVar("T")

_PRODUCTS = frozenset(("Product", "IndividualProduct", "ProductModel", "SomeProducts", "ProductGroup", "Vehicle", "Car"))  # fmt: skip
_FORMER = frozenset(
    ("ListPrice", "SRP", "MSRP", "StrikethroughPrice", "RegularPrice")
)  # beside the price that is asked
_META_PRICES = ("product:price:amount", "og:price:amount")
_META_CURRENCIES = ("product:price:currency", "og:price:currency")
_META_AVAILABILITY = ("product:availability", "og:availability")
_PRICE = re.compile(r"(?<![\d.,])\d{1,3}(?:[.,'\s]\d{3})*(?:[.,]\d{1,4})?(?![\d.,])|(?<![\d.,])\d{1,12}(?:[.,]\d{1,4})?(?![\d.,])", re.ASCII)  # fmt: skip
_LONGEST = 60  # code points of a price with its currency
_SPELT = {fold(name): name for name in Availability} | {
    "oos": Availability.OUT_OF_STOCK,
    "available": Availability.IN_STOCK,
    "availablefororder": Availability.BACK_ORDER,
}
_MOST_OFFERS = 200
_DEEP = 4


class _Claims(msgspec.Struct):
    """What is declared of each field, every value once a declaration."""

    prices: list[Decimal] = []
    currencies: list[str] = []
    availability: list[Availability] = []

    def add(self, price: Any = None, currency: Any = None, availability: Any = None) -> None:
        """Add those of the values that can be read."""
        amount = _amount(price)
        if amount:  # zero stands for a price that scripts would fill in
            self.prices.append(amount)
        code = currency.strip().upper() if isinstance(currency, str) else ""
        if code in _codes():
            self.currencies.append(code)
        name = availability.strip().rstrip("/").rpartition("/")[2] if isinstance(availability, str) else ""
        known = _SPELT.get(fold(name[:_LONGEST]))
        if known is not None:
            self.availability.append(known)


def product(declared: DeclaredMetadata, tree: lxml.html.HtmlElement | None) -> Product | None:
    """Return what a page declares of its product; None where it declares nothing, or nothing without contradiction.

    ``tree`` is read for microdata, where it is given.
    """
    claims = _Claims()
    _add_jsonld(claims, declared)
    if tree is not None:
        _add_microdata(claims, tree)
    for names, field in (
        (_META_PRICES, "price"),
        (_META_CURRENCIES, "currency"),
        (_META_AVAILABILITY, "availability"),
    ):
        for name in names:
            for value in declared.meta.get(name, ())[:1]:
                claims.add(**{field: value})
    found = Product(
        price=_agreed(claims.prices),
        currency=_agreed(claims.currencies),
        availability=_agreed(claims.availability),
    )
    return found if found != Product() else None


def _agreed(values: list[T]) -> T | None:
    """Return the value that all declarations have; None where they differ or there is none."""
    return values[0] if values and all(value == values[0] for value in values) else None


def _amount(value: Any) -> Decimal | None:
    """Return an amount as schema.org has it, a number with a point, or as people write it.

    >>> _amount("1.299,00 €"), _amount(19.9), _amount("from 1,299"), _amount("5 to 7")
    (Decimal('1299.00'), Decimal('19.9'), Decimal('1299'), None)
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = str(value).strip()
    found = _PRICE.findall(text) if len(text) <= _LONGEST else []
    if len(found) != 1:
        return None
    number = re.sub(r"['\s]", "", found[0])
    whole, mark, part = number.rpartition("." if number.rfind(".") > number.rfind(",") else ",")
    if not mark:
        return Decimal(part)
    if len(part) == 3 and (mark == "," or "." in whole):  # thousands
        whole, part = f"{whole}{part}", ""
    whole = whole.replace(",", "").replace(".", "")
    return Decimal(f"{whole}.{part}" if part else whole)


def _add_jsonld(claims: _Claims, declared: DeclaredMetadata) -> None:
    scripts = tuple(script for script in declared.jsonld if '"offers"' in script or '"hasVariant"' in script)
    if not scripts:
        return
    nodes = [node for node in jsonld.nodes_of(scripts) if not _PRODUCTS.isdisjoint(jsonld.types(node))]
    if len(nodes) > 1:
        names = {fold(heading.text) for heading in declared.headings}
        nodes = [node for node in nodes if fold(jsonld.string(node, "name") or "") in names]
    for node in nodes:
        for offer in _offers(node, 0):
            _add_offer(claims, offer)


def _offers(node: jsonld.Node, depth: int) -> Iterator[jsonld.Node]:
    """Yield the offers of a product and of its variants, those inside an aggregate instead of it."""
    for offer in _listed(node.get("offers")):
        inner = list(_offers(offer, depth + 1)) if depth < _DEEP else []
        yield from inner or [offer]
    if depth < _DEEP:
        for variant in _listed(node.get("hasVariant")):
            yield from _offers(variant, depth + 1)


def _listed(value: Any) -> list[jsonld.Node]:
    values = value if isinstance(value, list) else [value]
    return [item for item in values[:_MOST_OFFERS] if isinstance(item, dict)]


def _add_offer(claims: _Claims, offer: jsonld.Node) -> None:
    claims.add(offer.get("price"), offer.get("priceCurrency"), offer.get("availability"))
    if offer.get("price") is None:
        claims.add(offer.get("lowPrice"))
        claims.add(offer.get("highPrice"))
        for stated in _listed(offer.get("priceSpecification")):
            kind = str(stated.get("priceType") or "").rpartition("/")[2]
            if kind not in _FORMER:
                claims.add(stated.get("price"), stated.get("priceCurrency"))


def _add_microdata(claims: _Claims, tree: lxml.html.HtmlElement) -> None:
    item = _item(tree)
    if item is None:
        return
    for element in item.iter(etree.Element):
        names = (element.get("itemprop") or "").split()
        if names and _product_around(element) is item:
            value = element.get("content") or element.get("href") or element_text(element)
            for name in names:
                if name in ("price", "lowPrice", "highPrice"):
                    claims.add(value)
                elif name == "priceCurrency":
                    claims.add(currency=value)
                elif name == "availability":
                    claims.add(availability=value)


def _item(tree: lxml.html.HtmlElement) -> etree._Element | None:
    """Return the element of the page's product in microdata: the only one, or of several the one with the page's headline."""
    items = [element for element in _with_type(tree) if _is_product(element)]
    items = [element for element in items if _product_around(element) is None]
    if len(items) > 1:
        items = [element for element in items if next(element.iter("h1"), None) is not None]
    return items[0] if len(items) == 1 else None


def _with_type(tree: lxml.html.HtmlElement) -> Iterable[etree._Element]:
    values: Any = _TYPES(tree)
    return (value.getparent() for value in values)


_TYPES = etree.XPath("//@itemtype")


def _is_product(element: etree._Element) -> bool:
    return (element.get("itemtype") or "").strip().rstrip("/").rpartition("/")[2] in _PRODUCTS


def _product_around(element: etree._Element) -> etree._Element | None:
    return next((around for around in element.iterancestors() if _is_product(around)), None)


@functools.cache
def _codes() -> frozenset[str]:
    return frozenset(table("currencies")["codes"].split())
