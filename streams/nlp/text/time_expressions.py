"""English time expressions: recognition, and normalisation to ISO 8601 relative to the date of publication."""

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

# Every alternative begins with a literal word or a digit and has no nested repetition, so matching is linear.
TIME = re.compile(
    rf"""
    \b(?=[abdefijlmnostuwy\d])(?:    # what alternatives begin with: half the time of trying all at each word
        (?:(?:early|late|on|last|next|this)\s+){{0,2}}(?P<weekday>{_DAY})\b(?:\s+(?:morning|afternoon|evening|night))?(?:,\s+(?:{_MONTH})\.?\s+\d{{1,2}}\b(?:,\s+\d{{4}}\b)?)?
      | (?P<month>{_MONTH})\b\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(?P<year>\d{{4}})\b)?
      | (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<month2>{_MONTH})\b\.?(?:,?\s+(?P<year2>\d{{4}})\b)?
      | (?P<iso>\d{{4}}-\d{{2}}-\d{{2}})\b
      | (?P<relative>yesterday|today|tomorrow|tonight)\b(?:\s+(?:morning|afternoon|evening|night))?
      | (?P<night>last)\s+night\b | (?P<daypart>this)\s+(?:morning|afternoon|evening)\b
      | (?:(?:earlier|later)\s+)?(?P<which>last|next|this)\s+(?P<unit>week|month|year|weekend|summer|winter|spring|autumn|fall)\b
      | (?:in|within)\s+the\s+(?:coming|next|past|last)\s+(?:(?:few|two|three|four|five|six|ten|\d{{1,2}})\s+)?(?:days|weeks|months|years)\b
      | (?:by|at|before)\s+the\s+end\s+of\s+(?P<end>this|the|next)\s+(?P<endunit>month|year)\b
      | (?P<number>\d{{1,2}}|a|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|forty|fifty)\s+(?P<ago>day|week|month|year)s?\s+ago\b
      | (?:from|between)\s+(?:1[5-9]|20)\d\d\s+(?:to|and|through|until)\s+(?:1[5-9]|20)\d\d\b
      | in\s+(?:1[5-9]|20)\d\d(?:,\s+(?:1[5-9]|20)\d\d){{0,4}},?\s+(?:and|or)\s+(?:1[5-9]|20)\d\d\b(?!\s*%|,\d|\.\d)
      | in\s+(?:1[5-9]|20)\d\d[-–/](?:\d\d)?\d\d?\b(?![-–/]\d)
      | (?:(?:early|late|later)\s+)?in\s+the\s+(?P<newyear>new)\s+year\b
      | (?:earlier|later)\s+in\s+the\s+(?P<running>week|month|year)\b
      | (?:in|since|by|from|before|until|during|throughout|through|around(?=\s+the\s+year))\s+(?:the\s+year\s+)?(?:(?P<month3>{_MONTH})\b\.?,?\s+)?(?:of\s+)?(?P<year3>(?:1[5-9]|20)\d\d)\b(?!\s*%|,\d|\.\d)
      | (?:in|by|around|about)\s+(?:the\s+year\s+)?(?P<year6>\d{{3,4}})\s+(?:AD|A\.D\.|CE)(?!\w)
      | (?:in|since|by|last|next)\s+(?P<month4>{_MONTH})\b
      | (?:early|mid|late)(?:\s+in\s+|[\s-])(?:(?P<month5>{_MONTH})\b(?:\s+(?P<year5>(?:1[5-9]|20)\d\d)\b)?|(?P<year4>(?:1[5-9]|20)\d\d)\b(?!['’]?s\b))
      | (?:the\s+)?(?:first|second|latter|third|fourth|early|late|last)\s+(?:half|quarter|months|part|days|weeks)\s+of\s+(?P<year7>(?:1[5-9]|20)\d\d)\b
      | (?:the\s+)?(?:spring|summer|autumn|fall|winter|start|beginning|end|middle)\s+of\s+(?P<year8>(?:1[5-9]|20)\d\d)\b
      | (?:the\s+)?(?:(?:early|mid|late)[\s-])?\d{{1,2}}(?:st|nd|rd|th)\s+century\b
      | (?:the\s+)?(?:(?:early|mid|late)[\s-])?(?:1[5-9]|20)\d0['’]?s\b
      | (?:a|one|two|three|four|five|six|seven|eight|nine|ten|\d{{1,2}}|several)\s+(?:day|week|month|year|hour|minute)s?\s+(?:later|earlier)\b
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
_YEAR_OF_MONTH = re.compile(r" (last|this|next) year\b", re.IGNORECASE)  # behind "in January"
# The full stop behind a month that is no abbreviation is that of the sentence.
_FULL_STOP = re.compile(
    rf"\b({'|'.join(name for name in _MONTHS if name == 'may' or (len(name) > 3 and name != 'sept'))})\.$",
    re.IGNORECASE,
)
_PREFIX = re.compile(
    r"^(?:on|in|since|by|from|between|last|(?:early|late)(?!\s+in\b)|during|around|about|throughout|through)\s+",
    re.IGNORECASE,
)


def day_of(published_at: str | None) -> datetime.date | None:
    """Return the date of an ISO 8601 time; ``None`` if it is missing or not a valid date."""
    try:
        return datetime.date.fromisoformat((published_at or "")[:10])
    except ValueError:
        return None


def normalise(match: re.Match[str], published: datetime.date | None, *, ahead: bool = False) -> str | None:
    """Return the date that a match of :data:`TIME` denotes, in ISO 8601, as precise as the expression (day to year).

    ``None`` if the date depends on the date of publication and that is unknown, or if there is no such date. A bare
    weekday is the last one up to and including the date of publication, as news agencies write; with "next" it is the
    one after that. ``ahead`` is set for future events: a weekday is then the first one from publication on.
    """
    try:
        return _absolute(match, published, ahead=ahead) or (
            _relative(match, published, ahead=ahead) if published is not None else None
        )
    except (ValueError, OverflowError):  # no such date: 31 February, or a year before 1
        return None


def _absolute(match: re.Match[str], published: datetime.date | None, *, ahead: bool) -> str | None:
    """Resolve expressions that name a month or a year. A day without a year is the last one up to publication; if ``ahead``, the next one."""
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
    for named, of_month in (("year3", "month3"), ("year5", "month5")):
        if group(named):
            told = group(of_month)
            return f"{group(named)}-{_MONTHS[told.lower()]:02}" if told else group(named)
    if group("year6"):
        return f"{int(group('year6')):04}"
    return group("year4") or group("year7") or group("year8")


def _nearest(month: int, day: int, published: datetime.date, *, ahead: bool) -> datetime.date:
    """Return the last occurrence of a day of the year up to publication; if ``ahead``, the first one from publication on."""
    candidates = []
    for year in (published.year - 1, published.year, published.year + 1):
        try:
            candidates.append(datetime.date(year, month, day))
        except ValueError:  # 29 February in a common year
            continue
    candidates = [
        date for date in candidates if (date >= published if ahead else date <= published)
    ] or candidates
    return min(candidates, key=lambda date: abs((date - published).days))


def _relative(match: re.Match[str], published: datetime.date, *, ahead: bool) -> str | None:
    """Resolve expressions relative to publication: weekdays, "yesterday", "two weeks ago", "last month"."""
    group = match.group
    words = match.group().lower()
    if group("weekday"):
        told = TIME.search(words, match.end("weekday") - match.start())
        if told is not None:  # "Saturday, May 18"
            return _absolute(told, published, ahead=ahead)
        back = (published.weekday() - _DAYS[group("weekday").lower()]) % 7
        date = published - datetime.timedelta(days=back)
        if "next" in words or (ahead and back and "last" not in words):
            date += datetime.timedelta(days=7)
        return date.isoformat()
    if group("night") or group("daypart"):
        return (published - datetime.timedelta(days=bool(group("night")))).isoformat()
    if group("relative"):
        shift = {"yesterday": -1, "tomorrow": 1}.get(group("relative").lower(), 0)
        return (published + datetime.timedelta(days=shift)).isoformat()
    if group("ago"):
        number = _NUMBERS.get(group("number").lower()) or int(group("number"))
        return _shifted(published, group("ago").lower(), -number)
    if group("end"):
        return _shifted(published, group("endunit").lower(), group("end").lower() == "next")
    if group("which"):
        if match.string[: match.start()].lower().endswith("the "):
            return None  # "the next year" of a story
        step = {"last": -1, "this": 0, "next": 1}[group("which").lower()]
        unit = group("unit").lower()
        return _shifted(published, unit, step) if unit in ("week", "month", "year") else None
    if group("newyear"):
        return str(published.year + 1) if ahead else None
    if group("running"):
        return _shifted(published, group("running").lower(), 0)
    if group("month4") or group("month5"):
        number = _MONTHS[(group("month4") or group("month5")).lower()]
        told = _YEAR_OF_MONTH.match(match.string, match.end())
        if told is not None:
            step = {"last": -1, "this": 0, "next": 1}[told.group(1).lower()]
            return f"{published.year + step}-{number:02}"
        if ahead or words.startswith("next"):
            year = published.year + (
                number < published.month or (words.startswith("next") and number == published.month)
            )
        else:
            year = published.year - (
                number > published.month or (words.startswith("last") and number == published.month)
            )
        return f"{year}-{number:02}"
    return None


def _shifted(published: datetime.date, unit: str, count: int) -> str:
    """Return the day, ISO week, month or year that lies ``count`` units after publication."""
    if unit == "day":
        return (published + datetime.timedelta(days=count)).isoformat()
    if unit == "week":
        year, week, _ = (published + datetime.timedelta(weeks=count)).isocalendar()
        return f"{year}-W{week:02}"
    if unit == "month":
        months = published.year * 12 + published.month - 1 + count
        return f"{months // 12:04}-{months % 12 + 1:02}"
    return f"{published.year + count:04}"


def owns(match: re.Match[str]) -> bool:
    """Return whether a time owns something: "Wednesday's price"."""
    return match.string[match.end() : match.end() + 2] in ("'s", "’s")


def within(text: str, start: int, end: int, *, owning: bool = False) -> list[re.Match[str]]:
    """Return the time expressions in ``text[start:end]`` that may date an event.

    Excluded are "since" after "time" ("for the first time since 1999") and, unless ``owning``, possessives ("Wednesday's price").
    """
    return [
        match
        for match in TIME.finditer(text, start, end)
        if (owning or not owns(match))
        and not (match.group()[:5].lower() == "since" and text[start : match.start()].endswith("time "))
        and not text[start : match.start()].endswith(("no later than ", "as early as ", "deadline of "))
    ]


def is_time(expression: str) -> bool:
    """Return whether the whole string is a time expression."""
    return TIME.fullmatch(expression) is not None


def is_past(match: re.Match[str], published: datetime.date | None) -> bool:
    """Return whether a time lies before the day of publication, even if it is taken for one to come: "last week", "in 2010"."""
    date = normalise(match, published, ahead=True)
    if date is None or published is None:
        return bool(match["ago"]) or match.group().lower().startswith(("last ", "yesterday"))
    if "W" in date:
        year, week, _ = published.isocalendar()
        return date < f"{year}-W{week:02}"
    return date < published.isoformat()[: len(date)]


def may_come(expression: str) -> bool:
    """Return whether an expression names a day, or what comes next, without saying that it is past or in which year.

    >>> may_come("Wednesday"), may_come("1 August"), may_come("next week"), may_come("last Friday"), may_come("1 August 2003")
    (True, True, True, False, False)
    """
    match = TIME.search(expression)
    if match is None or expression.lower().startswith(("last ", "since ")):
        return False
    day = (match["day"] and not match["year"]) or (match["day2"] and not match["year2"]) or match["weekday"]
    coming = (match["which"] or "").lower() == "next" or (match["relative"] or "").lower() == "tomorrow"
    return bool(day) or coming


def is_day(word: str) -> bool:
    """Return whether a word is an English weekday."""
    return word.lower() in _DAYS


def bare(expression: str) -> str:
    """Return an expression without its leading preposition: "on Friday" -> "Friday"."""
    expression = _FULL_STOP.sub(r"\1", expression)
    return _PREFIX.sub("", expression) if not expression.lower().startswith("last ") else expression
