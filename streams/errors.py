"""The exceptions that crawlmill raises on purpose::

    CrawlmillError
    ├── SettingsError       a setting is unknown, of the wrong type or out of range
    ├── SettingsMismatch    workers of one group disagree on a setting that they must share
    ├── BadRecord           a message is not a page
    ├── NotUnpacked         compressed data is damaged or unpacks to too much
    ├── PageTimeout         a page exceeded its time limit
    ├── PageCrash           a page killed its worker process
    ├── PoolBroken          no worker process starts
    ├── Revoked             a message's partition was assigned to another worker
    ├── Refused             a record cannot be encoded for the broker
    ├── BadInput            a file or stream cannot be read
    ├── ModelError          a model cannot be used, for any page
    │   └── ModelMissing    a spaCy model is not installed
    ├── BrokerUnavailable   no broker answers, or it refuses
    ├── TopicMismatch       a topic exists with another declaration
    ├── ClockError          the clock of this machine is wrong
    └── StoreFailed         the dedup table cannot be read or written
        └── StateError      the state on the local disk is unusable

Each message names the object, what was expected of it, and what to do.
"""

from __future__ import annotations


class CrawlmillError(Exception):
    """Base class of all exceptions that crawlmill raises on purpose."""


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


class ModelError(CrawlmillError):
    """A model cannot be loaded: its files, the disk that they are unpacked to, memory. Never caused by a page."""


class ModelMissing(ModelError):
    """A spaCy model named in the settings is not installed; the message says how to install it."""


class BrokerUnavailable(CrawlmillError):
    """No broker answers at the address, or it refused the request."""


class SettingsMismatch(CrawlmillError):
    """This worker and the running workers of its consumer group differ in settings that a group must share."""


class TopicMismatch(CrawlmillError):
    """A topic exists, but with other partitions or options than declared."""


class ClockError(CrawlmillError):
    """The clock of this machine is wrong; never caused by a page."""


class PageTimeout(CrawlmillError):
    """A page exceeded its time limit in a worker process."""


class PageCrash(CrawlmillError):
    """A page killed its worker process (segmentation fault, out of memory)."""


class PoolBroken(CrawlmillError):
    """The pool cannot run any job, because its processes do not start; never caused by a page."""


class Revoked(CrawlmillError):
    """The partition was revoked from this worker: Kafka redelivers the message, perhaps to another worker."""


class Refused(CrawlmillError):
    """The producer cannot encode a record; it was not sent to the broker."""


class NotUnpacked(CrawlmillError):
    """Compressed data is damaged, or unpacks to more than the limit."""


class StoreFailed(CrawlmillError):
    """The dedup table cannot be read or written: the worker's disk, or a table of another release."""


class StateError(StoreFailed):
    """The state on the local disk is damaged or belongs to another deployment; never caused by a page."""
