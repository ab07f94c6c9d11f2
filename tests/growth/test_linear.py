"""The cost of a page grows at most linearly with its length: random shapes are doubled until the cost can be measured.

CPU time is measured, not time by the clock, and only ratios are compared, so that results do not depend on the machine or its
load. Counting Python calls would not do: quadratic work is usually in single calls of C code (joins, child counts, regular expressions).
"""

from __future__ import annotations

import itertools
import os
import resource
import time
from collections.abc import Callable, Iterator

import msgspec
import pytest
from growth import shapes
from growth.shapes import Shape

from streams import pipeline
from streams.nlp import Models
from streams.records import Document, Message
from streams.settings import Nlp, Settings

_SETTINGS = Settings()
_STEEP = 2.6  # times as much for twice the length: squares give 4, caches and the allocator up to 2.3
_TELLING = 0.4  # seconds of CPU time, below which one doubling says nothing
_ENOUGH = 1.2  # seconds, after which nothing longer is tried
_LIMIT = (
    60  # seconds, after which a measurement is ended: no doubling of what took less than _ENOUGH comes near
)
SEED = 20_260_101


def _body(unit: str, close: str = "", before: str = "<html><body>", after: str = "") -> Shape:
    return Shape(f"{before[-30:]}{unit}", before, unit, close, after)


# Shapes whose cost was superlinear once.
KNOWN = (
    _body("<?a ?>"),
    _body("<!a>"),
    _body("<input>x"),
    _body("<td>", before="<html><body><table><tr>"),
    _body("cookies <><svg>/</svg>", before="<html><head><title>Pier</title>"),
    _body("<frame>x {n}</frame> y ", before="<html><body><select>"),
    _body('<span class="share">y</span> x ', before="<html><body><p>"),
)
KNOWN_TEXTS = ("_", "a_", "· ", "“", "-")


def cleaned(text: str) -> float:
    """Return the CPU seconds of cleaning a page of this markup."""
    message = Message(
        value=msgspec.json.encode({"id": "1", "url": "https://example.org/news/pier", "html": text})
    )
    started = time.process_time()
    pipeline.clean(message, _SETTINGS)
    return time.process_time() - started


def enriched(models: Models) -> Callable[[str], float]:
    """Return a function that returns the CPU seconds of enriching a document of a text."""

    def cost(text: str) -> float:
        document = Document(id="1", url="https://example.org/news/pier", text=text)
        started = time.process_time()
        pipeline.enrich([document], models)
        return time.process_time() - started

    return cost


def growth(cost: Callable[[str], float], shape: Shape, start: int, end: int) -> list[float]:
    """Return the costs of the shape at ``start`` characters, twice as many and so on, measured in a process of its own.

    Stops at ``end`` characters or at a cost above ``_ENOUGH``; a measurement over its limit is infinite.
    """
    count = max(1, start // (len(shape.unit) + len(shape.close)))
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        used = int(time.process_time())
        resource.setrlimit(resource.RLIMIT_CPU, (used + _LIMIT, used + _LIMIT + 1))
        try:
            for size in itertools.takewhile(
                lambda size: size <= end, (start << k for k in itertools.count())
            ):
                os.write(writer, b"?")
                spent = cost(shape.made(count * size // start))
                os.write(writer, f"\b{spent:.4f}\n".encode())
                if spent > _ENOUGH:
                    break
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as said:
        lines = said.read().replace("?\b", "").splitlines()
    os.waitpid(child, 0)
    return [float("inf") if line == "?" else float(line) for line in lines]


def steep(costs: list[float]) -> bool:
    """Return whether two doublings in a row each raised the cost by more than the factor ``_STEEP``."""
    ratios = [later / max(earlier, 1e-3) for earlier, later in itertools.pairwise(costs)]
    return any(
        one > _STEEP and two > _STEEP and costs[k + 2] > _TELLING
        for k, (one, two) in enumerate(itertools.pairwise(ratios))
    )


def check(cost: Callable[[str], float], shape: Shape, start: int, end: int) -> None:
    """Fail if the cost is superlinear in two measurements: one may be disturbed by other processes."""
    costs = growth(cost, shape, start, end)
    assert costs and (not steep(costs) or not steep(costs := growth(cost, shape, start, end))), (
        shape.name,
        costs,
    )


@pytest.fixture(scope="module", autouse=True)
def _loaded() -> None:
    """Load everything that is loaded once, which is no page's cost."""
    for shape in (*KNOWN[:2], *itertools.islice(shapes.drawn(1), 4)):
        cleaned(shape.made(50))


@pytest.fixture(scope="module")
def models() -> Iterator[Models]:
    models = Models.load(Nlp())
    pipeline.enrich([Document(id="1", url="https://example.org/", text=shapes.texts()[0].made(3))], models)
    yield models


def test_a_cost_that_grows_with_the_square_is_noticed_and_one_that_grows_with_the_length_is_not() -> None:
    def square(text: str) -> float:
        started = time.process_time()
        for k in range(0, len(text), 64):
            text[k:].count("zz")
        return time.process_time() - started

    def line(text: str) -> float:
        started = time.process_time()
        for _ in range(100):
            text.count("zz")
        return time.process_time() - started

    shape = _body("zy")
    assert steep(growth(square, shape, 100_000, 6_400_000))
    assert not steep(growth(line, shape, 100_000, 6_400_000))


@pytest.mark.parametrize("shape", KNOWN, ids=lambda shape: shape.name)
def test_a_page_that_was_steep_once_costs_in_proportion_to_its_length(shape: Shape) -> None:
    check(cleaned, shape, 50_000, 1_600_000)


@pytest.mark.parametrize("number", range(6))
def test_a_page_of_a_shape_drawn_at_random_costs_in_proportion_to_its_length(number: int) -> None:
    check(cleaned, next(shapes.drawn(SEED + number)), 50_000, 1_600_000)


@pytest.mark.again
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("number", range(6, 400))
def test_a_page_of_any_of_many_shapes_costs_in_proportion_to_its_length(number: int) -> None:
    check(cleaned, next(shapes.drawn(SEED + number)), 50_000, 3_200_000)


@pytest.mark.parametrize("unit", KNOWN_TEXTS)
def test_a_text_of_one_unit_is_enriched_at_a_cost_in_proportion_to_its_length(
    unit: str, models: Models
) -> None:
    check(enriched(models), Shape(repr(unit), "The pier. ", unit, "", ""), 12_000, 96_000)


@pytest.mark.again
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("shape", shapes.texts(), ids=lambda shape: shape.name)
def test_a_text_of_any_unit_is_enriched_at_a_cost_in_proportion_to_its_length(
    shape: Shape, models: Models
) -> None:
    check(enriched(models), shape, 12_000, 96_000)
