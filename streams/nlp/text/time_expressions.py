"""When: expressions of time in a sentence, and the dates they mean, given the day of publication."""

from __future__ import annotations

import datetime
import re

_MONTHS = {
    name: k
    for k, names in enumerate(
        (
            ("january", "jan"),
            ("february", "feb"),
            ("march", "mar"),
            ("april", "apr"),
            ("may",),
            ("june", "jun"),
            ("july", "jul"),
            ("august", "aug"),
            ("september", "sep", "sept"),
            ("october", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        start=1,
    )
    for name in names
}
_DAYS = {
    name: k
    for k, name in enumerate(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"))
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DAY = "|".join(_DAYS)

# Every alternative begins with a literal word or a digit and repeats nothing: linear.
TIME = re.compile(
    rf"""
    \b(?:
        (?:(?:early|late|on|last|next|this)\s+){{0,2}}(?P<weekday>{_DAY})\b(?:\s+(?:morning|afternoon|evening|night))?(?:,\s+(?:{_MONTH})\.?\s+\d{{1,2}}\b(?:,\s+\d{{4}}\b)?)?
      | (?P<month>{_MONTH})\b\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(?P<year>\d{{4}})\b)?
      | (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<month2>{_MONTH})\b\.?(?:,?\s+(?P<year2>\d{{4}})\b)?
      | (?P<iso>\d{{4}}-\d{{2}}-\d{{2}})\b
      | (?P<relative>yesterday|today|tomorrow|tonight)\b(?:\s+(?:morning|afternoon|evening|night))?
      | (?P<which>last|next|this)\s+(?P<unit>week|month|year|weekend|summer|winter|spring|autumn|fall)\b
      | (?:by|at|before)\s+the\s+end\s+of\s+(?P<end>this|the|next)\s+(?P<endunit>month|year)\b
      | (?P<number>\d{{1,2}}|a|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|forty|fifty)\s+(?P<ago>day|week|month|year)s?\s+ago\b
      | (?:in|since|by|from|before|until)\s+(?:(?P<month3>{_MONTH})\b\.?\s+)?(?P<year3>(?:1[5-9]|20)\d\d)\b
      | (?:in|since|by|last|next)\s+(?P<month4>{_MONTH})\b
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_NUMBERS = {
    w: k
    for k, w in enumerate(
        ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    )
} | {"a": 1, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50}
_PREFIX = re.compile(r"^(?:on|in|since|by|from|last|early|late)\s+", re.IGNORECASE)


def day_of(published_at: str | None) -> datetime.date | None:
    """The day of an ISO 8601 time, or ``None`` if there is none or it is no date."""
    try:
        return datetime.date.fromisoformat((published_at or "")[:10])
    except ValueError:
        return None


def normalise(match: re.Match[str], published: datetime.date | None, *, ahead: bool = False) -> str | None:
    """The date that an expression found by :data:`TIME` means: ISO 8601, to the day, month or year as far as it
    says; ``None`` where that needs a publication date and there is none. A weekday without more is the last such
    day up to and including publication, which is how news agencies write; with "next" the one after it. ``ahead``
    says that it is told of what is still to come: then a weekday is the first from publication on."""
    try:
        return _absolute(match, published, ahead=ahead) or (
            _relative(match, published, ahead=ahead) if published is not None else None
        )
    except (ValueError, OverflowError):  # 31 February, or a year before year 1: it says no date
        return None


def _absolute(match: re.Match[str], published: datetime.date | None, *, ahead: bool) -> str | None:
    group = match.group
    if group("iso"):
        return datetime.date.fromisoformat(group("iso")).isoformat()
    month, day, year = (
        group("month") or group("month2"),
        group("day") or group("day2"),
        group("year") or group("year2"),
    )
    if month and day:
        number = _MONTHS[month.lower()]
        if year:
            return datetime.date(int(year), number, int(day)).isoformat()
        return (
            _nearest(number, int(day), published, ahead=ahead).isoformat() if published is not None else None
        )
    if group("year3"):
        return (
            f"{group('year3')}-{_MONTHS[group('month3').lower()]:02}" if group("month3") else group("year3")
        )
    return None


def _nearest(month: int, day: int, published: datetime.date, *, ahead: bool) -> datetime.date:
    """Of the day's occurrences last year, this year and next year the one nearest to publication; the first from
    publication on if what it is told of lies ahead."""
    candidates = []
    for year in (published.year - 1, published.year, published.year + 1):
        try:
            candidates.append(datetime.date(year, month, day))
        except ValueError:  # 29 February in a common year
            continue
    if ahead:
        candidates = [date for date in candidates if date >= published] or candidates
    return min(candidates, key=lambda date: abs((date - published).days))


def _relative(match: re.Match[str], published: datetime.date, *, ahead: bool) -> str | None:
    group = match.group
    words = match.group().lower()
    if group("weekday"):
        back = (published.weekday() - _DAYS[group("weekday").lower()]) % 7
        date = published - datetime.timedelta(days=back)
        if "next" in words or (ahead and back and "last" not in words):
            date += datetime.timedelta(days=7)
        return date.isoformat()
    if group("relative"):
        shift = {"yesterday": -1, "tomorrow": 1}.get(group("relative").lower(), 0)
        return (published + datetime.timedelta(days=shift)).isoformat()
    if group("ago"):
        number = _NUMBERS.get(group("number").lower()) or int(group("number"))
        return _shifted(published, group("ago").lower(), -number)
    if group("end"):
        return _shifted(published, group("endunit").lower(), group("end").lower() == "next")
    if group("which"):
        step = {"last": -1, "this": 0, "next": 1}[group("which").lower()]
        unit = group("unit").lower()
        return _shifted(published, unit, step) if unit in ("week", "month", "year") else None
    if group("month4"):
        number = _MONTHS[group("month4").lower()]
        year = published.year - (number > published.month) + (words.startswith("next"))
        return f"{year}-{number:02}"
    return None


def _shifted(published: datetime.date, unit: str, count: int) -> str:
    if unit == "day":
        return (published + datetime.timedelta(days=count)).isoformat()
    if unit == "week":
        year, week, _ = (published + datetime.timedelta(weeks=count)).isocalendar()
        return f"{year}-W{week:02}"
    if unit == "month":
        months = published.year * 12 + published.month - 1 + count
        return f"{months // 12:04}-{months % 12 + 1:02}"
    return f"{published.year + count:04}"


def within(text: str, start: int, end: int) -> list[re.Match[str]]:
    """The expressions in ``text[start:end]`` that can say when something happened: not "Wednesday's price", not
    "for the first time since 1999"."""
    return [
        match
        for match in TIME.finditer(text, start, end)
        if text[match.end() : match.end() + 2] not in ("'s", "’s")
        and not (match.group()[:5].lower() == "since" and text[start : match.start()].endswith("time "))
    ]


def is_time(expression: str) -> bool:
    """Is this an expression of time and nothing else?"""
    return TIME.fullmatch(expression) is not None


def is_day(word: str) -> bool:
    """Is this the name of a day of the week?"""
    return word.lower() in _DAYS


def bare(expression: str) -> str:
    """An expression without the preposition in front: "on Friday" -> "Friday"."""
    return _PREFIX.sub("", expression) if not expression.lower().startswith("last ") else expression
