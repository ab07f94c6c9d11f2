"""How many error pages are recognised without the phrases of their language: ``make bench-walls DATA=folder``.

The phrase files were written with error pages of their languages at hand, so recall with all of them says little about a
language nobody wrote down. Here phrases are left out: those of each page's own language, then those of all languages, which
leaves status, markup, redirects and shape. The same again without statuses and signatures of servers, which alone give
most error pages away. Nothing is fitted to the pages that are measured.
"""

from __future__ import annotations

import argparse
import gzip
import json
import multiprocessing
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from streams import cleaning, feeding, intake
from streams.cleaning.classify import phrases, server_signatures
from streams.records import RawPage, Rejection
from streams.settings import Cleaning

PHRASES = {"all": "all phrases", "own": "without its own", "none": "no phrases"}
_NORWEGIAN = {"no": ("nb", "nn")}


class Sample(msgspec.Struct, frozen=True):
    """An error page and its language, by the first letters of an ISO 639 code."""

    language: str
    page: RawPage


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "folder", type=Path, help="with pages.jsonl.gz and truth.jsonl (id, label: error or content, lang)"
    )
    samples = read(parser.parse_args().folder)
    Console().print(report(samples, measure(samples)))


def read(folder: Path) -> list[Sample]:
    """The pages of a folder that are labelled as error pages."""
    truth = {}
    for name in ("truth.jsonl", "truth.jsonl.gz"):
        path = folder / name
        if path.exists():
            text = (
                gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
            ).decode()
            truth.update({row["id"]: row for row in map(json.loads, text.splitlines())})
    pages = (intake.read(item.message) for item in feeding.read([folder / "pages.jsonl.gz"]))
    return [
        Sample(truth[page.id]["lang"], page)
        for page in pages
        if truth.get(page.id, {}).get("label") == "error"
    ]


def measure(samples: Sequence[Sample]) -> dict[tuple[str, bool], list[bool]]:
    """Whether each page is rejected, by the phrases left out (a key of ``PHRASES``) and whether signatures are, too."""
    found = {
        (key, without_signatures): [False] * len(samples)
        for without_signatures in (False, True)
        for key in PHRASES
    }
    codes = [language.code for language in phrases.languages()]
    everywhere = range(len(samples))
    jobs: list[tuple[str, Sequence[int], tuple[str, ...]]] = [
        ("all", everywhere, ()),
        ("none", everywhere, tuple(codes)),
    ]
    for language in sorted({sample.language for sample in samples}):
        at: Sequence[int] = [index for index in everywhere if samples[index].language == language]
        jobs.append(("own", at, files_of(language, codes)))
    # a fresh process a job, for phrases are indexed once a process
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        for key, at, left_out in jobs:
            pages = [samples[index].page for index in at]
            for without_signatures in (False, True):
                answers = pool.apply(rejected, (pages, left_out, without_signatures))
                for index, answer in zip(at, answers, strict=True):
                    found[key, without_signatures][index] = answer
    return found


def files_of(language: str, codes: Sequence[str]) -> tuple[str, ...]:
    """The codes of the phrase files of a language, in all its scripts.

    >>> files_of("sr", ["sl", "sr", "sr_latn"]), files_of("no", ["nb", "nl", "nn"])
    (('sr', 'sr_latn'), ('nb', 'nn'))
    """
    wanted = _NORWEGIAN.get(language, (language,))
    return tuple(code for code in codes if code.startswith(wanted))


def rejected(pages: Sequence[RawPage], left_out: Sequence[str], without_signatures: bool) -> list[bool]:
    """Whether each page is rejected without the phrase files ``left_out``, and without its status and all signatures.

    Replaces the tables of the process: call it in one of its own.
    """
    rest = tuple(language for language in phrases.languages() if language.code not in left_out)
    phrases.languages = lambda: rest  # type: ignore[assignment]
    if without_signatures:
        server_signatures.signatures = lambda: ()  # type: ignore[assignment]
        pages = [msgspec.structs.replace(page, status=None) for page in pages]
    return [isinstance(cleaning.clean(page, Cleaning()), Rejection) for page in pages]


def report(samples: Sequence[Sample], found: dict[tuple[str, bool], list[bool]]) -> Table:
    """A table with a row for each language of which a page passes without its phrases, and one for all."""
    table = Table("language", "pages")
    for key, without_signatures in found:
        table.add_column(f"{PHRASES[key]}, text only" if without_signatures else PHRASES[key])
    pages = Counter(sample.language for sample in samples)
    for language in (*sorted(pages), ""):
        at: Sequence[int] = [
            index for index, sample in enumerate(samples) if language in ("", sample.language)
        ]
        counts = [sum(answers[index] for index in at) for answers in found.values()]
        if not language:
            table.add_section()
            table.add_row("all", str(len(at)), *(f"{count / len(at):.3f}" for count in counts))
        elif min(counts) < len(at):
            table.add_row(language, str(len(at)), *map(str, counts))
    return table


if __name__ == "__main__":
    main()
