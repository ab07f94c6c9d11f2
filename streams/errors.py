"""Every error crawlmill raises on purpose. Each message names the thing, what was expected, and what to do."""

from __future__ import annotations


class CrawlmillError(Exception):
    """Base of the tree: catch this to catch everything crawlmill raises on purpose."""


class SettingsError(CrawlmillError):
    """A setting is unknown, of the wrong type, or out of its range."""


class BadRecord(CrawlmillError):
    """A message is not a page in any shape that intake knows. It is dead-lettered, never dropped.

    ``code`` is from a closed list, so that it can be a metric label.
    """

    def __init__(self, message: str, code: str = "bad_record") -> None:
        super().__init__(message)
        self.code = code


class BadInput(CrawlmillError):
    """A file or stream given to ``feed``, ``process`` or ``explain`` cannot be read."""


class ModelMissing(CrawlmillError):
    """A spaCy model named in the settings is not installed; the message says how to install it."""


class BrokerUnavailable(CrawlmillError):
    """No broker answers at the address, or it refused what we asked."""


class SettingsMismatch(CrawlmillError):
    """The workers of this consumer group have other settings that all of a group must share."""


class TopicMismatch(CrawlmillError):
    """A topic exists, but not as declared."""


class ClockError(CrawlmillError):
    """This machine's clock is wrong. Never a page's fault."""


class PageTimeout(CrawlmillError):
    """A page took longer than its limit in a worker process."""


class PageCrash(CrawlmillError):
    """A page took its worker process down (segmentation fault, out of memory)."""


class NotUnpacked(CrawlmillError):
    """Compressed data is damaged, or unpacks to more than may be held."""


class StoreFailed(CrawlmillError):
    """The dedup table cannot be read or written: the worker's disk, or a table of another release."""


class StateError(StoreFailed):
    """The state on this machine's disk cannot be used: another mill's, or damaged. Never a page's fault."""
