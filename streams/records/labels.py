"""Enumerations used in records, as metric labels and as choices on the command line."""

from __future__ import annotations

import enum


class Stage(enum.StrEnum):
    """The stages of the stream: a metric label, a header of dead letters, a key of timings."""

    CLEAN = "clean"
    DEDUP = "dedup"
    ENRICH = "enrich"


class Disposition(enum.StrEnum):
    """The outcome of a page: exactly one for each page read."""

    ENRICHED = "enriched"
    REJECTED = "rejected"
    DEADLETTER = "deadletter"


class Reason(enum.StrEnum):
    """Why a page was rejected. Closed, so that it can be a metric label."""

    HTTP_ERROR = "http_error"
    SOFT_404 = "soft_404"
    BOT_WALL = "bot_wall"
    LOGIN_WALL = "login_wall"
    CONSENT_WALL = "consent_wall"
    PAYWALL_STUB = "paywall_stub"
    PARKED_DOMAIN = "parked_domain"
    MAINTENANCE = "maintenance"
    EMPTY_SHELL = "empty_shell"
    DEFAULT_PAGE = "default_page"
    NOT_HTML = "not_html"
    TOO_SHORT = "too_short"
    TOO_LARGE = "too_large"
    UNSUPPORTED_LANGUAGE = "unsupported_language"
    DUPLICATE_URL = "duplicate_url"
    DUPLICATE_EXACT = "duplicate_exact"
    DUPLICATE_NEAR = "duplicate_near"
    ERROR_TEMPLATE = "error_template"


DUPLICATES = frozenset((Reason.DUPLICATE_URL, Reason.DUPLICATE_EXACT, Reason.DUPLICATE_NEAR))
"""Reasons that say something about other pages, and nothing against the page's site."""


class Fault(enum.StrEnum):
    """Why a message became a dead letter. Closed, so that it can be a metric label."""

    BAD_RECORD = "bad_record"  # not a page in any format that intake knows
    UNDECODABLE = "undecodable"  # the body cannot be decoded (base64) or decompressed
    TIMEOUT = "timeout"  # exceeded its time limit in a pool process
    CRASH = "crash"  # crashed a pool process
    ERROR = "error"  # an exception in crawlmill: a bug, please report it


class PageType(enum.StrEnum):
    """What kind of page it is, by what readers come for."""

    ARTICLE = "article"
    DOCUMENTATION = "documentation"
    SERVICE = "service"
    FORUM = "forum"
    COLLECTION = "collection"  # products or the like to choose from
    LISTING = "listing"  # articles, people, places, events
    PRODUCT = "product"


class Availability(enum.StrEnum):
    """Whether a product can be had: schema.org's ItemAvailability."""

    BACK_ORDER = "BackOrder"
    DISCONTINUED = "Discontinued"
    IN_STOCK = "InStock"
    IN_STORE_ONLY = "InStoreOnly"
    LIMITED_AVAILABILITY = "LimitedAvailability"
    MADE_TO_ORDER = "MadeToOrder"
    ONLINE_ONLY = "OnlineOnly"
    OUT_OF_STOCK = "OutOfStock"
    PRE_ORDER = "PreOrder"
    PRE_SALE = "PreSale"
    RESERVED = "Reserved"
    SOLD_OUT = "SoldOut"


class ResidueKind(enum.StrEnum):
    """The kind of a piece of removed text."""

    ERROR_BLOCK = "error_block"
    CONSENT = "consent"
    NAVIGATION = "navigation"
    SHARE = "share"
    NEWSLETTER = "newsletter"
    RELATED = "related"
    PAYWALL = "paywall"
    BOILERPLATE = "boilerplate"


class TimePrecision(enum.StrEnum):
    """How precisely a time is stated: the period that begins with it."""

    YEAR = "year"
    MONTH = "month"
    WEEK = "week"  # of ISO 8601, from Monday
    DAY = "day"
    MINUTE = "minute"
    SECOND = "second"
