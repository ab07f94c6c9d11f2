"""Parsing of dates and times as web pages write them, to ISO 8601."""

from __future__ import annotations

import functools
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from streams.cleaning.data import table

_ISO = re.compile(
    r"""
    \s*(?P<date>\d{4}-\d{1,2}-\d{1,2}|\d{4}/\d{1,2}/\d{1,2}|\d{4}\.\d{1,2}\.\d{1,2}|\d{8}(?!\d))
    (?:[T\s,]{1,3}(?P<time>\d{1,2}:\d{2}(?::\d{2})?)(?:[.,]\d{1,9})?
    \s?(?P<zone>Z|UTC|GMT|[+\-]\d{2}:?\d{2}|[+\-]\d{2}(?!\d))?)?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_COMPACT = re.compile(r"\s*(\d{4})(\d{2})(\d{2})T?(\d{2})(\d{2})(\d{2})?(Z|[+\-]\d{2}:?\d{2})?\s*$")
_EPOCH = re.compile(r"\s*(\d{10}|\d{13})\s*$")
_HALF_OF_DAY = re.compile(r"\d\s*([ap])\.?m\b", re.IGNORECASE)
_JAVASCRIPT = re.compile(
    r"\s*[A-Z][a-z]{2},? ([A-Z][a-z]{2}) (\d{1,2}),? (\d{4})(?: (\d{2}:\d{2}:\d{2}))?(?: (?:GMT|UTC)?([+\-]\d{4})?)?"
)
_YEAR = re.compile(r"\d{4}")
_NAME = r"[^\W\d_]{3,14}"
# Year first, day first with dots (month-first locales do not use dots), Chinese, Japanese, Korean and Vietnamese; month
# names, in either order. Last, two numbers with slashes or hyphens, whose order the page's language must tell.
_MENTIONS = (
    re.compile(r"(?<!\d)(?P<y>\d{4})[-/.]\s?(?P<m>\d{1,2})[-/.]\s?(?P<d>\d{1,2})(?!\d)"),
    re.compile(r"(?<!\d)(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>\d{4})(?!\d)"),
    re.compile(r"(?<!\d)(?P<y>\d{4})\s?[年년]\s?(?P<m>\d{1,2})\s?[月월]\s?(?P<d>\d{1,2})\s?[日일]"),
    re.compile(
        r"(?<!\d)(?P<d>\d{1,2})\stháng\s(?P<m>\d{1,2}),?\s(?:năm\s)?(?P<y>\d{4})(?!\d)", re.IGNORECASE
    ),
    re.compile(rf"\b(?P<m>{_NAME})\.?\s(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<y>\d{{4}})\b"),
    re.compile(
        rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|\.|º|ª)?\s(?:de\s)?(?P<m>{_NAME})\.?,?\s(?:del?\s)?(?P<y>\d{{4}})\b"
    ),
    re.compile(rf"(?<!\d)(?P<y>\d{{4}})\.?\s(?P<m>{_NAME})\.?\s(?P<d>\d{{1,2}})(?!\d)"),
)
_TWO_NUMBERS = re.compile(r"(?<!\d)(\d{1,2})([/-])(\d{1,2})\2(\d{4})(?!\d)")
_SHORTEST = 4  # letters of a month's name that is cut
_MONTH_FIRST_REGIONS = frozenset(
    ("us", "ph", "pr", "gu", "fm", "mh", "pw")
)  # CLDR: short dates begin with the month
_OLDEST = 1990  # the year of the first web page
_NEWEST = 2100  # a later year is a typing error
_LINE = 200  # code points searched


@functools.cache
def _months() -> dict[str, int]:
    names: dict[str, int] = {}
    for months in table("months").values():
        for number, written in enumerate(months, 1):
            for name in written.split():
                names[name] = number
                for size in range(_SHORTEST, len(name)):
                    names.setdefault(name[:size], number)
    return names


def day_first(language: str | None) -> bool | None:
    """Return whether a language, as a BCP 47 tag, writes the day before the month in numbers; None where that is unknown.

    >>> day_first("en-US"), day_first("es"), day_first("en")
    (False, True, None)
    """
    name, _, region = (language or "").replace("_", "-").lower().partition("-")
    region = region.rpartition("-")[2]
    if region in _MONTH_FIRST_REGIONS:
        return False
    return True if name and (name != "en" or region in ("gb", "ie", "au", "nz", "in", "za")) else None


def stamp(text: str | None, day_before_month: bool | None = None) -> str | None:
    """Return ``text`` as ISO 8601: a date, or a date and time, with the zone if given; None if it is no plausible time.

    A year before the web is implausible. ``day_before_month`` is the order of two numbers before a year; if it is None,
    such dates count only where one number is above 12 or both are equal.

    >>> stamp("2024-04-23 10:05 +0200")
    '2024-04-23T10:05+02:00'
    >>> stamp("Tue, 23 Apr 2024 08:05:00 GMT")
    '2024-04-23T08:05:00+00:00'
    """
    if not text or len(text) > 120:
        return None
    for parse in (_compact, _iso, _epoch, _rfc_5322, _javascript):
        found = parse(text)
        if found:
            return found if _OLDEST <= int(found[:4]) <= _NEWEST else None
    return mentioned(text, day_before_month)


def mentioned(text: str, day_before_month: bool | None = None) -> str | None:
    """Return the first unambiguous date in a line of text, as ISO 8601; None where there is none.

    ``day_before_month`` is as for :func:`stamp`.

    >>> mentioned("Frankfurt, October 23, 2024, 3:48")
    '2024-10-23'
    >>> mentioned("Posted on 23.10.2024 by Ada")
    '2024-10-23'
    >>> mentioned("Publicado el 23 de octubre de 2024"), mentioned("03/05/2024", day_before_month=False)
    ('2024-10-23', '2024-03-05')
    """
    text = text[:_LINE]
    if _YEAR.search(text) is None:  # most lines have no number of four digits, which all forms of a date have
        return None
    for pattern in _MENTIONS:
        for match in pattern.finditer(text):
            month, day = match["m"], int(match["d"])
            number = int(month) if month.isdigit() else _months().get(month.casefold(), 0)
            found = _plausible(int(match["y"]), number, day)
            if found:
                return found
    return _of_two_numbers(text, day_before_month)


def has_two_numbers(text: str) -> bool:
    """Return whether a line has a date of two numbers and a year, so that the order of the two may matter."""
    return _TWO_NUMBERS.search(text[:_LINE]) is not None


def _of_two_numbers(text: str, day_before_month: bool | None) -> str | None:
    match = _TWO_NUMBERS.search(text)
    if not match:
        return None
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    if first > 12 or first == second:
        day_before_month = True
    elif second > 12:
        day_before_month = False
    if day_before_month is None:
        return None
    return _plausible(year, *((second, first) if day_before_month else (first, second)))


def _plausible(year: int, month: int, day: int) -> str | None:
    found = _iso_8601(f"{year}-{month:02}-{day:02}", None, None)
    return found if found and _OLDEST <= year <= _NEWEST else None


def _compact(text: str) -> str | None:
    match = _COMPACT.match(text)
    if not match:
        return None
    year, month, day, hour, minute, second, zone = match.groups()
    return _iso_8601(f"{year}-{month}-{day}", f"{hour}:{minute}{f':{second}' if second else ''}", zone)


def _iso(text: str) -> str | None:
    match = _ISO.match(text)
    if not match:
        return None
    digits = re.findall(r"\d+", match["date"])
    if len(digits) == 1:
        digits = [digits[0][:4], digits[0][4:6], digits[0][6:]]
    return _iso_8601("-".join(part.zfill(2) for part in digits), match["time"], match["zone"])


def _epoch(text: str) -> str | None:
    match = _EPOCH.match(text)
    if not match:
        return None
    seconds = int(match[1]) / (1 if len(match[1]) == 10 else 1_000)
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(seconds))).isoformat()


def _rfc_5322(text: str) -> str | None:
    if "," not in text[:12]:
        return None
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    half = _HALF_OF_DAY.search(text)
    if half and 1 <= found.hour <= 12:  # the standard has no am and pm, and the parser passes over them
        found = found.replace(hour=found.hour % 12 + (12 if half[1] in "pP" else 0))
    return found.isoformat()


def _javascript(text: str) -> str | None:
    match = _JAVASCRIPT.match(text)
    month = _months().get(match[1].lower()) if match else None
    if not match or not month:
        return None
    date = f"{match[3]}-{month:02}-{int(match[2]):02}"
    return _iso_8601(date, match[4], match[5])


def _iso_8601(date: str, time: str | None, zone: str | None) -> str | None:
    """Return ISO 8601 from its parts; None for a day or an hour that does not exist."""
    if time:
        time = time.zfill(5) if time.count(":") == 1 else time.zfill(8)
    if zone:
        zone = zone.upper()
        zone = "+00:00" if zone in ("Z", "UTC", "GMT") else zone
        zone = f"{zone[:3]}:{zone[-2:] if len(zone) > 3 else '00'}"
    whole = f"{date}T{time}{zone or ''}" if time else date
    try:
        datetime.fromisoformat(whole)
    except ValueError:
        return None
    return whole
