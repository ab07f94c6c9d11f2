"""Articles that a crawler has extracted already, as news-please and Media Cloud write them: their text is taken as it
is, and what they say of title, authors and dates wins over anything found later."""

from __future__ import annotations

from typing import Any

from streams.errors import BadRecord
from streams.intake import fields
from streams.intake.fields import Object
from streams.records import Metadata, RawPage

_TEXTS = ("maintext", "text_content")  # news-please's, Media Cloud's
_OWN = frozenset(
    [
        "id", "url", "original_url", "title", "article_title", "authors", "date_publish", "publication_date",
        "date_modify", "date_download", "indexed_date", "language", "description", "image_url", "source_domain",
        *_TEXTS,
    ]
)  # fmt: skip


def recognises(record: Object) -> bool:
    """Whether a JSON object is one: a text under a name that only these two use."""
    return ("url" in record or "original_url" in record) and any(name in record for name in _TEXTS)


def read(record: Object) -> RawPage:
    """The page, as a page of plain text with given metadata. Raises :class:`BadRecord`."""
    url = fields.text(record, "url") or fields.text(record, "original_url")
    if url is None:
        raise BadRecord("an extracted article with an empty 'url'")
    content = _first(record, *_TEXTS) or ""
    fetched_at = fields.time(record.get("date_download") or record.get("indexed_date"))
    return RawPage(
        id=fields.text(record, "id") or fields.identity(url, fetched_at, content),
        url=url,
        content=content,
        form="text",
        status=200,
        fetched_at=fetched_at,
        shape="extracted",
        given=_given(record),
        attrs={name: value for name, value in record.items() if name not in _OWN},
    )


def _given(record: Object) -> Metadata:
    return Metadata(
        title=_first(record, "title", "article_title"),
        authors=_names(record.get("authors")),
        published_at=_date(record, "date_publish", "publication_date"),
        modified_at=_date(record, "date_modify"),
        description=_first(record, "description"),
        image=_first(record, "image_url"),
        language=_first(record, "language"),
        site_name=_first(record, "source_domain"),
    )


def _first(record: Object, *names: str) -> str | None:
    return next((value for name in names if (value := fields.text(record, name))), None)


def _names(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list):
        return ()
    return tuple(name.strip() for name in value if isinstance(name, str) and name.strip())


def _date(record: Object, *names: str) -> str | None:
    """A date as it was given, with a T: neither writes a zone, and none is made up."""
    value = _first(record, *names)
    if value is None or fields.time(value) is None:
        return None
    return value.strip().replace(" ", "T", 1)
