"""Enumerations used in records, as metric labels and as choices on the command line."""

from __future__ import annotations

import enum


class Stage(enum.StrEnum):
    """The stages of the stream: a metric label, a header of dead letters, a key of timings."""

    CLEAN = "clean"  # pages.raw -> pages.candidates: decodes, classifies, extracts
    DEDUP = "dedup"  # pages.candidates -> pages.clean: looks for copies
    ENRICH = "enrich"  # pages.clean -> pages.enriched and the topics of facts


class Disposition(enum.StrEnum):
    """The outcome of a page: exactly one for each page read."""

    ENRICHED = "enriched"  # on pages.enriched
    REJECTED = "rejected"  # on pages.rejected, with a reason and evidence
    DEADLETTER = "deadletter"  # on pages.deadletter, unchanged, with a fault


class Reason(enum.StrEnum):
    """Why a page was rejected. Closed, so that it can be a metric label."""

    HTTP_ERROR = "http_error"  # answered with an error status, and has no article that contradicts it
    SOFT_404 = "soft_404"  # not there, under a status that says otherwise
    BOT_WALL = "bot_wall"  # a challenge to prove that one is no robot
    LOGIN_WALL = "login_wall"  # a log-in, a page for an account or mailing list, or a demand to use the app, instead of the page
    CONSENT_WALL = "consent_wall"  # a dialogue about cookies, age or advertising instead of the page
    PAYWALL_STUB = "paywall_stub"  # an offer to subscribe, with next to nothing of the article
    PARKED_DOMAIN = "parked_domain"  # a domain for sale or without a site
    MAINTENANCE = "maintenance"  # a site that is down for work, or overloaded
    EMPTY_SHELL = "empty_shell"  # markup that a script would have filled, or a demand for another browser
    DEFAULT_PAGE = "default_page"  # what a server shows before it has a site
    NOT_HTML = "not_html"  # something else: a PDF, an image, an answer of an API
    TOO_SHORT = "too_short"  # text shorter than `cleaning.min_characters` (of a page that shows nothing but its text, `cleaning.min_whole_characters`)
    TOO_LARGE = "too_large"  # larger than `cleaning.max_bytes`
    UNSUPPORTED_LANGUAGE = "unsupported_language"  # in a language that is not among `cleaning.languages`
    DUPLICATE_URL = "duplicate_url"  # the same content under the same canonical URL
    DUPLICATE_EXACT = "duplicate_exact"  # the same text under another URL
    DUPLICATE_NEAR = "duplicate_near"  # nearly the same text under another URL
    ERROR_TEMPLATE = "error_template"  # like many of its site, under a title that is about none of them; only with `dedup.template_pages`


DUPLICATES = frozenset((Reason.DUPLICATE_URL, Reason.DUPLICATE_EXACT, Reason.DUPLICATE_NEAR))
"""Reasons that say something about other pages, and nothing against the page's site."""


class Fault(enum.StrEnum):
    """Why a message became a dead letter. Closed, so that it can be a metric label."""

    BAD_RECORD = "bad_record"  # is not a page in any shape that intake knows
    UNDECODABLE = "undecodable"  # has a body that does not unpack
    TIMEOUT = "timeout"  # took more CPU time than `worker.clean_timeout_seconds` or `worker.enrich_timeout_seconds`, or `worker.wall_factor` times as long by the clock, twice
    CRASH = "crash"  # took its process down, or its memory up
    ERROR = "error"  # met a bug in crawlmill, or caused a record too large for its topic


class PageType(enum.StrEnum):
    """What kind of page it is, by what readers come for."""

    ARTICLE = "article"  # news, a post, an encyclopedia's entry
    DOCUMENTATION = "documentation"  # a manual or reference
    SERVICE = "service"  # what an organisation offers or is
    FORUM = "forum"  # a thread of posts
    COLLECTION = "collection"  # products or the like to choose from
    LISTING = "listing"  # articles, people, places, events
    PRODUCT = "product"  # one that can be bought


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

    ERROR_BLOCK = "error_block"  # of an error page, beside or behind the article
    CONSENT = "consent"  # a dialogue about cookies or the like
    NAVIGATION = "navigation"  # "Skip to main content", breadcrumbs, menus
    SHARE = "share"  # invitations to share
    NEWSLETTER = "newsletter"  # invitations to subscribe to a newsletter
    RELATED = "related"  # titles of other articles
    PAYWALL = "paywall"  # an offer to subscribe
    BOILERPLATE = "boilerplate"  # any other furniture of the site


class TimePrecision(enum.StrEnum):
    """How precisely a time is stated: the period that begins with it."""

    YEAR = "year"  # the year is known, no more
    MONTH = "month"  # the month is known
    WEEK = "week"  # of ISO 8601, from Monday
    DAY = "day"  # the day is known, not the time of day
    MINUTE = "minute"  # a time of day without seconds
    SECOND = "second"  # a time of day to the second
