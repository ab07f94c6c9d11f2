"""Cleaning: a page as fetched becomes a document, or a rejection that says why. :func:`clean` is the whole face."""

from __future__ import annotations

import functools

import lxml.html

from streams import language, urls
from streams.cleaning.classify.classifier import Accept, Reject, classify_page, classify_text
from streams.cleaning.classify.feature_scan import scan_features
from streams.cleaning.decode.body import Body, Unfit, open_body
from streams.cleaning.decode.html import parse
from streams.cleaning.extract import plain_text
from streams.cleaning.extract.main_text import extract
from streams.cleaning.extract.script_text import read_scripts
from streams.cleaning.metadata import metadata
from streams.cleaning.metadata.declared import Signals, gather
from streams.cleaning.residue import cut
from streams.cleaning.text import normalise, text_weight
from streams.records import Document, Evidence, Metadata, RawPage, Reason, Rejection, Residue, carry
from streams.settings import Cleaning

__all__ = ["clean"]

_CARRIED = ("id", "url", "final_url", "status", "fetched_at", "source", "attrs")


def clean(page: RawPage, options: Cleaning) -> Document | Rejection:
    """The document in ``page``, or why there is none. Pure: the same page and options give the same answer.

    Raises :class:`streams.errors.BadRecord` with code ``undecodable`` for a compressed body that does not unpack.
    """
    body = open_body(page, options.max_bytes)
    if isinstance(body, Unfit):
        return _rejection(page, options, body.reason, (body.evidence,))
    features = scan_features(page, body.tree, body.text if body.tree is None else None)
    verdict = classify_page(features)
    if isinstance(verdict, Reject):
        return _rejection(
            page,
            options,
            verdict.reason,
            verdict.evidence,
            body.text if body.tree is None else "",
            features.title,
        )
    signals = gather(body.tree) if body.tree is not None else Signals()
    whole = (
        normalise(extract(body.tree, metadata.summary(signals)))
        if body.tree is not None
        else normalise(body.text)
    )
    if body.tree is not None and features.declared and text_weight(whole) < options.min_characters:
        whole = normalise(_carried(body)) or normalise(_without_scripts(body)) or whole
    text, residue = cut(whole)
    verdict = classify_text(features, text, options)
    if isinstance(verdict, Reject):
        return _rejection(page, options, verdict.reason, verdict.evidence, whole, features.title)
    if options.languages:
        found, confidence = language.identify(text)
        if found not in options.languages:
            detail = (
                f"language {found} ({confidence:.2f}); cleaning.languages are {', '.join(options.languages)}"
            )
            return _rejection(
                page,
                options,
                Reason.UNSUPPORTED_LANGUAGE,
                (Evidence(signal="language", detail=detail),),
                text,
                features.title,
            )
    return _document(page, body, signals, text, residue, verdict)


def _document(
    page: RawPage, body: Body, signals: Signals, text: str, residue: tuple[Residue, ...], verdict: Accept
) -> Document:
    address = page.final_url or page.url
    if body.tree is None:
        found = Metadata(title=plain_text.headline(text))
    else:
        found = metadata.read(signals, address, page.fetched_at, functools.partial(_parsed_again, body))
    known = metadata.merged(page.given, found)
    canonical = urls.canonical(known.canonical_url or address)
    return Document(
        **carry(page, _CARRIED),
        canonical_url=canonical,
        site=urls.site(canonical),
        text=text,
        **carry(
            known,
            (
                "title",
                "authors",
                "published_at",
                "modified_at",
                "description",
                "image",
                "site_name",
                "section",
            ),
        ),
        declared_language=known.language,
        residue=residue,
        evidence=page.notes + body.notes + verdict.evidence,
        paywalled=verdict.paywalled,
    )


def _parsed_again(body: Body) -> lxml.html.HtmlElement | None:
    """The tree before anything was cut from it: needed by few pages, so parsed anew instead of copied for all."""
    return parse(body.text)


def _carried(body: Body) -> str:
    """The article in the scripts of a page that says it is one and shows none; extraction has taken them out."""
    tree = _parsed_again(body)
    return read_scripts(tree) if tree is not None else ""


def _without_scripts(body: Body) -> str:
    """The article that such a page shows to browsers without scripts only."""
    tree = _parsed_again(body)
    if tree is None:
        return ""
    for element in tree.iter("noscript"):
        element.tag = "div"
    return extract(tree)


def _rejection(
    page: RawPage,
    options: Cleaning,
    reason: Reason,
    evidence: tuple[Evidence, ...],
    text: str = "",
    title: str | None = None,
) -> Rejection:
    address = urls.canonical(page.final_url or page.url)
    return Rejection(
        **carry(page, _CARRIED),
        canonical_url=address,
        site=urls.site(address),
        stage="clean",
        reason=reason,
        evidence=evidence + page.notes,
        title=page.given.title or title or None,
        excerpt=text[: options.excerpt_characters],
    )
