"""Cleaning of a fetched page: :func:`clean` returns a document, or a rejection with reason and evidence.

Steps: decode the body, scan features, classify the page, extract the main text, cut residue, classify the text, identify
the language, collect metadata.
"""

from __future__ import annotations

import msgspec

from streams import language, urls
from streams.cleaning import gc_pause
from streams.cleaning.classify.classifier import Accept, Reject, classify_page, classify_text
from streams.cleaning.classify.feature_scan import scan_features
from streams.cleaning.classify.features import Features
from streams.cleaning.decode.body import Body, NotAPage, decode_body
from streams.cleaning.extract import plain_text
from streams.cleaning.extract.fallback import Reading, from_description, from_scripts
from streams.cleaning.extract.main_text import MainText, extract
from streams.cleaning.extract.markdown.render import render, render_text
from streams.cleaning.extract.parts.reading import declares_parts, read_parts
from streams.cleaning.extract.passages import Passages, without_residue
from streams.cleaning.metadata import metadata
from streams.cleaning.metadata.authors import who_began
from streams.cleaning.metadata.declared import DeclaredMetadata, collect_declared
from streams.cleaning.metadata.product import product as declared_product
from streams.cleaning.residue import Cut, cut_residue
from streams.cleaning.text import normalise, text_weight
from streams.records import (
    Document,
    Evidence,
    Metadata,
    PageType,
    Part,
    Product,
    RawPage,
    Reason,
    Rejection,
    Stage,
    carry,
)
from streams.settings import Cleaning

__all__ = ["clean"]

# Fields copied from the page to its document or rejection, and from its metadata to its document.
_FROM_PAGE = ("id", "url", "final_url", "status", "fetched_at", "fetched_precision", "source", "attrs")
_FROM_METADATA = (
    "title",
    "authors",
    "published_at",
    "published_precision",
    "published_offset",
    "modified_at",
    "modified_precision",
    "modified_offset",
    "description",
    "image",
    "site_name",
    "section",
)


class _Refusal(msgspec.Struct, frozen=True):
    """Why a page is no document, and the text and title by which the rejection shows it."""

    reason: Reason
    evidence: tuple[Evidence, ...]
    text: str = ""
    title: str = ""


class _Content(msgspec.Struct, frozen=True):
    """The text of a document as extracted, and without residue."""

    extracted: MainText
    cut: Cut


def clean(page: RawPage, options: Cleaning) -> Document | Rejection:
    """Return the document in ``page``, or why there is none. Pure: the same page and options give the same result.

    Raises :class:`streams.errors.BadRecord` with code ``undecodable`` for a compressed body that does not decompress.
    """
    with gc_pause.paused():
        result = _document_or_refusal(page, options)
        return _rejection(page, result, options) if isinstance(result, _Refusal) else result


def _document_or_refusal(page: RawPage, options: Cleaning) -> Document | _Refusal:
    """Return the document after all steps, or the refusal of the first step that refuses the page."""
    body = decode_body(page, options.max_bytes)
    if isinstance(body, NotAPage):
        return _Refusal(body.reason, (body.evidence,))
    features = scan_features(page, body.tree, body.text, body.outline)
    verdict = classify_page(features)
    if isinstance(verdict, Reject):
        plain = body.text if body.tree is None else ""
        return _Refusal(verdict.reason, verdict.evidence, plain, features.title)
    declared = collect_declared(body.tree, body.outline) if body.tree is not None else DeclaredMetadata()
    extracted = _extracted(body, declared, features, options)
    cut = cut_residue(extracted.text)
    verdict = classify_text(features, cut.text, options)
    again = _read_again(verdict, body, declared, features, options)
    if again is not None:
        extracted = _replaced(extracted, again)
        cut = cut_residue(extracted.text)
        verdict = classify_text(features, cut.text, options)
    if isinstance(verdict, Reject):
        return _Refusal(verdict.reason, verdict.evidence, extracted.text, features.title)
    other_language = _other_language(cut.text, options)
    if other_language:
        return _Refusal(Reason.UNSUPPORTED_LANGUAGE, (other_language,), cut.text, features.title)
    return _document(page, body, declared, _Content(extracted, cut), verdict, options)


def _extracted(body: Body, declared: DeclaredMetadata, features: Features, options: Cleaning) -> MainText:
    """Return the main text of the page, and its type.

    A page that declares itself an article and shows none is searched for it in its scripts.
    """
    if body.tree is None:
        return MainText(normalise(body.text))
    found = extract(body.tree, declared, features.final_url or features.url, body.outline)
    if features.declared and text_weight(found.text) < options.min_characters:
        return _replaced(found, from_scripts(body.tree))
    return found


def _read_again(
    verdict: Accept | Reject, body: Body, declared: DeclaredMetadata, features: Features, options: Cleaning
) -> Reading | None:
    """Return what else the page holds, where ``verdict`` says that it shows a stub or nothing; None elsewhere."""
    if isinstance(verdict, Accept) or body.tree is None:
        return None
    if verdict.reason is Reason.PAYWALL_STUB:
        return from_scripts(body.tree)
    if verdict.reason in (Reason.TOO_SHORT, Reason.EMPTY_SHELL):
        return from_description(declared, features.final_url or features.url, options.min_characters)
    return None


def _replaced(found: MainText, reading: Reading | None) -> MainText:
    """Return the main text with the text of another reading, if that found any."""
    if reading is None:
        return found
    evidence = (*found.evidence, reading.evidence)
    return msgspec.structs.replace(found, text=reading.text, passages=None, evidence=evidence)


def _other_language(text: str, options: Cleaning) -> Evidence | None:
    """Return evidence that ``text`` is in none of ``options.languages``; None if it is, or if all are accepted."""
    if not options.languages:
        return None
    found, confidence = language.identify(text)
    if found in options.languages:
        return None
    detail = f"language {found} ({confidence:.2f}); cleaning.languages are {', '.join(options.languages)}"
    return Evidence(signal="language", detail=detail)


def _document(
    page: RawPage,
    body: Body,
    declared: DeclaredMetadata,
    content: _Content,
    verdict: Accept,
    options: Cleaning,
) -> Document:
    """Return the document with its metadata. What the crawler extracted precedes what the page declares."""
    url = page.final_url or page.url
    extracted, cut = content.extracted, content.cut
    passages = without_residue(extracted.passages, cut) if extracted.passages is not None else None
    markdown = _markdown(body, cut.text, passages, url) if options.markdown else None
    parts = _parts(passages, declared, extracted)
    if body.tree is None:
        found = Metadata(title=plain_text.headline(cut.text))
    else:
        found = metadata.choose(declared, url, page.fetched_at)
        if extracted.page_type is PageType.FORUM and not found.authors:
            found = msgspec.structs.replace(found, authors=who_began(parts, url))
    known = metadata.merged(page.given, found)
    canonical = urls.canonical(known.canonical_url or url)
    return Document(
        **carry(page, _FROM_PAGE),
        canonical_url=canonical,
        site=urls.site(canonical),
        text=cut.text,
        markdown=markdown,
        **carry(known, _FROM_METADATA),
        declared_language=known.language,
        residue=cut.residue,
        parts=parts,
        product=_product(body, declared, extracted),
        evidence=page.notes + body.notes + extracted.evidence + verdict.evidence,
        paywalled=verdict.paywalled,
        page_type=extracted.page_type,
        page_type_probability=extracted.page_type_probability,
    )


def _markdown(body: Body, text: str, passages: Passages | None, url: str) -> str | None:
    """Return the text as Markdown: of its blocks where it is from those, of its plain paragraphs where it is from elsewhere on
    an HTML page, None for a page that is plain text.
    """
    if body.tree is None:
        return None
    return render(passages, url) if passages is not None else render_text(text)


def _parts(passages: Passages | None, declared: DeclaredMetadata, extracted: MainText) -> tuple[Part, ...]:
    """Return the parts of a forum's page or a live blog, none of any other page."""
    if passages is None or not passages.numbers:
        return ()
    if extracted.page_type is not PageType.FORUM and not declares_parts(passages, declared):
        return ()
    return read_parts(passages, declared)


def _product(body: Body, declared: DeclaredMetadata, extracted: MainText) -> Product | None:
    """Return what a page declares of its product; in microdata, which shops have on lists too, only where it is a product's page."""
    return declared_product(declared, body.tree if extracted.page_type is PageType.PRODUCT else None)


def _rejection(page: RawPage, refusal: _Refusal, options: Cleaning) -> Rejection:
    """Return the record of a refused page, with the beginning of its text as excerpt."""
    canonical = urls.canonical(page.final_url or page.url)
    return Rejection(
        **carry(page, _FROM_PAGE),
        canonical_url=canonical,
        site=urls.site(canonical),
        stage=Stage.CLEAN,
        reason=refusal.reason,
        evidence=refusal.evidence + page.notes,
        title=page.given.title or refusal.title or None,
        excerpt=refusal.text[: options.excerpt_characters],
    )
