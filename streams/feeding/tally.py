"""Counts of skipped input by reason, with the file and offset of damage."""

from __future__ import annotations

import collections
import enum
from pathlib import Path
from typing import NamedTuple

from streams.feeding.item import Kind
from streams.wording import counted

_LISTED = 100  # damaged places reported one by one; more are only counted


class Skip(enum.StrEnum):
    """Why a part of the input is skipped."""

    DAMAGED = "damaged"  # unreadable or incomplete
    TOO_LARGE = "too_large"  # over the limit of a reader, or of a message
    URL_ONLY = "url_only"  # an address without a page: crawlmill fetches nothing
    NOT_OBJECTS = "not_objects"  # elements of a JSON array that are no objects
    FILE_KIND = "file_kind"  # a file in a folder that is of no kind that holds pages
    DANGLING_LINK = "dangling_link"  # a symbolic link in a folder to what does not exist
    FOLDER_LINK = "folder_link"  # a symbolic link in a folder to another folder, which is not followed
    HIDDEN_FOLDER = "hidden_folder"  # a folder in a folder whose name begins with a dot: .git, .venv
    NOT_OF_TYPE = "not_of_type"  # of another type than those asked for
    NOT_SAMPLED = "not_sampled"  # outside of the sample that was asked for
    WARC_WARCINFO = "warc_warcinfo"
    WARC_REQUEST = "warc_request"
    WARC_METADATA = "warc_metadata"
    WARC_DNS = "warc_dns"  # name look-ups, as Heritrix records them
    WARC_NOT_HTTP = "warc_not_http"  # urn:, metadata:, ftp: and so on
    WARC_REVISIT = "warc_revisit"  # of a page that is not in the files given before it
    WARC_SEGMENT = "warc_segment"  # a record that is continued elsewhere is a part of a page
    WARC_OTHER = "warc_other"  # a type that the standard does not have


# Skipped without a failing exit code: what every crawler's archive holds beside its pages.
_EXPECTED = frozenset(Skip) - {
    Skip.DAMAGED, Skip.TOO_LARGE, Skip.URL_ONLY, Skip.NOT_OBJECTS, Skip.DANGLING_LINK,
}  # fmt: skip
_HINTS = {
    Skip.TOO_LARGE: "longer than a message may be, kafka.max_message_bytes, or than a reader holds",
    Skip.URL_ONLY: "a URL is not a page: have a crawler fetch it, and feed what it got",
    Skip.NOT_OBJECTS: "expected a JSON array of objects, each with a url and a body",
    Skip.FILE_KIND: "docs/intake.md lists the kinds of files that hold pages",
    Skip.FOLDER_LINK: "links to folders are not followed: name the folders",
    Skip.HIDDEN_FOLDER: "folders whose names begin with a dot are left out: name those that hold pages",
    Skip.WARC_REVISIT: "give the file that has the original before the one that revisits it",
}


class Damage(NamedTuple):
    """Unreadable input. ``at`` is a byte offset in the stored (compressed) file."""

    file: str
    at: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}: byte {self.at:,}: {self.what}"


class Tally:
    """Counts of fed and skipped input of one run, over all files."""

    def __init__(self) -> None:
        self.fed = 0
        self.skipped: collections.Counter[Skip] = collections.Counter()
        self.kinds: collections.Counter[Kind] = collections.Counter()  # of the pages fed
        self.damages: list[Damage] = []  # the first of them
        self.unread: set[Path] = set()  # files that could not be opened or read
        self.large: list[str] = []  # the first that were too large: where, and how large
        self.links: list[str] = []  # the first links that lead nowhere

    def feed(self, kind: Kind) -> None:
        """Count a page that the broker has acknowledged."""
        self.fed += 1
        self.kinds[kind] += 1

    def skip(self, reason: Skip, number: int = 1) -> None:
        """Count ``number`` skipped parts."""
        if number:
            self.skipped[reason] += number

    def damaged(self, file: str, at: int, what: str) -> None:
        """Count and record an unreadable place."""
        self.skipped[Skip.DAMAGED] += 1
        if len(self.damages) < _LISTED:
            self.damages.append(Damage(file, at, what))

    def unreadable(self, file: Path, name: str, what: str) -> None:
        """Count and record a file that cannot be opened, or read to its end."""
        self.unread.add(file)
        self.damaged(name, 0, what)

    def saved(self) -> tuple[collections.Counter[Skip], list[Damage], list[str]]:
        """What has been counted as skipped so far, for :meth:`restore`."""
        return self.skipped.copy(), self.damages.copy(), self.large.copy()

    def restore(self, saved: tuple[collections.Counter[Skip], list[Damage], list[str]]) -> None:
        """Forget what has been counted as skipped since :meth:`saved`."""
        self.skipped, self.damages, self.large = saved

    def too_large(self, origin: str, size: int, limit: int) -> None:
        """Count and record an oversized record. ``size`` may be a lower bound."""
        self.skipped[Skip.TOO_LARGE] += 1
        if len(self.large) < _LISTED:
            self.large.append(f"{origin}: {size:,} bytes or more, over the limit of {limit:,}")

    def dangling(self, link: str, target: str) -> None:
        """Count and record a symbolic link to what does not exist."""
        self.skipped[Skip.DANGLING_LINK] += 1
        if len(self.links) < _LISTED:
            self.links.append(f"{link}: a link to {target}, which cannot be found")

    @property
    def failed(self) -> bool:
        """Whether anything was skipped unexpectedly; the exit code is then 1."""
        return any(reason not in _EXPECTED for reason in self.skipped)

    def messages(self) -> list[str]:
        """Messages for the user: each damaged place, each oversized record, each dangling link, and what to do."""
        told = [str(damage) for damage in self.damages] + self.large + self.links
        more = sum(
            self.skipped[reason] for reason in (Skip.DAMAGED, Skip.TOO_LARGE, Skip.DANGLING_LINK)
        ) - len(told)
        if more:
            told.append(f"and {more:,} more")
        told += [
            f"{reason}, {counted(self.skipped[reason], 'time')}: {hint}"
            for reason, hint in _HINTS.items()
            if self.skipped[reason]
        ]
        return told
