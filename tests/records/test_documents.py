"""A document keeps every field on its way to pages.clean."""

from __future__ import annotations

from streams.records import CleanDocument, Document, Evidence, Lineage, Provenance, Residue, ResidueKind

_FULL = Document(
    id="1",
    url="https://a.example/",
    canonical_url="https://a.example/",
    site="a.example",
    status=200,
    source={"crawl": 7},
    attrs={"section": ["a"]},
    provenance=Provenance(topic="pages.raw", partition=3, offset=9),
    text="text",
    title="title",
    authors=("A", "B"),
    residue=(Residue(kind=ResidueKind.SHARE, text="share", at=4, evidence="phrase"),),
    evidence=(Evidence(signal="status", detail="404", score=1.0),),
    paywalled=True,
)


def test_a_clean_document_has_every_field_of_its_document_and_the_lineage() -> None:
    lineage = Lineage(revision_of="0", revision_similarity=0.5, cluster="0")
    clean = CleanDocument.of(_FULL, lineage)
    for name in Document.__struct_fields__:
        assert getattr(clean, name) == getattr(_FULL, name), name
    assert clean.lineage == lineage


def test_a_document_without_a_past_has_an_empty_lineage() -> None:
    assert CleanDocument.of(_FULL).lineage == Lineage()


def test_a_clean_document_made_again_loses_its_old_lineage() -> None:
    first = CleanDocument.of(_FULL, Lineage(cluster="0"))
    assert CleanDocument.of(first) == CleanDocument.of(_FULL)
