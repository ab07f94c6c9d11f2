"""Unsupervised keyword extraction from a single document, for any language and script.

Candidates are sequences of words between stop words and punctuation (as in RAKE: Rose, Engel, Cramer, Cowley 2010,
"Automatic Keyword Extraction from Individual Documents"). A word is scored by frequency, position, spread over
paragraphs and capitalisation (features of YAKE: Campos et al. 2020, "YAKE! Keyword extraction from single documents
using multiple local features"), a phrase by the mean score of its words, its length and its own frequency. In scripts
without spaces the candidates are repeated sequences of known words (Chinese, Japanese) or of letters.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

import regex

from streams.nlp.names import recognition, segmentation
from streams.nlp.text import segments
from streams.nlp.text.stop_words import stop_words
from streams.records import Keyword

_TOKEN = re.compile(r"[^\W\d_]+(?:[-’'‐.&][^\W\d_]+)*|\d[\d.,]*|[^\w\s]")
# The same for texts with combining marks, which Python's ``\w`` leaves out: a word of Hindi is letters and marks.
_TOKEN_WITH_MARKS = regex.compile(
    r"\p{L}[\p{L}\p{M}\u200c\u200d]*+(?:[-’'‐.&]\p{L}[\p{L}\p{M}\u200c\u200d]*+)*|\d[\d.,]*|[^\w\s]", regex.V1
)
_MARK = regex.compile(r"\p{M}")
_HAN_OR_KANA = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_CLUSTER = regex.compile(r"\P{M}\p{M}*+|\p{M}")
_WIDE = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+|[\u0e00-\u0e7f]+|[\u0e80-\u0eff]+|[\u1780-\u17ff]+|[\u1000-\u109f]+"
)
_HIRAGANA = re.compile(r"[\u3041-\u309f]+")  # function words and endings in Japanese
_LONGEST = 3  # words per phrase
_NGRAMS = (2, 3, 4, 5, 6)  # sizes of the character n-grams in scripts without spaces
_SHORTEST = 3  # letters of a one-word keyword that is no acronym
# Particles between content words in Japanese and Chinese: no phrase crosses them.
_PARTICLES = re.compile(
    r"[のをはがにでとへもやかねよっただしいるれてなあえおうくけこさすせそ、。的了是在和有我不人这這他她它们們也就都而及与與着或被把对對从從但以其之]"
)


def extract(text: str, language: str | None, limit: int, names: Iterable[str] = ()) -> list[Keyword]:
    """Return up to ``limit`` keywords, best first, with scores relative to the best (1.0).

    ``names`` are the entities of the document: a phrase that is one of them needs to occur only once.
    """
    if limit <= 0:
        return []
    wide = sum(len(m.group()) for m in _WIDE.finditer(text[:2_000])) * 3 > len(text[:2_000].strip())
    stop, named = stop_words(language or ""), frozenset(names)
    scores = _runs(text, stop, named) if wide else _phrases(text, stop, named)
    return _best(scores, limit)


class _Words:
    """Counts of the content words and phrases of a text."""

    def __init__(self, text: str, stop: frozenset[str]) -> None:
        self.count: Counter[str] = Counter()
        self.first: dict[str, int] = {}  # paragraph of the first occurrence
        self.paragraphs: dict[str, set[int]] = defaultdict(set)
        self.capitalised: Counter[str] = (
            Counter()
        )  # occurrences with a capital, not at the start of a paragraph
        self.spellings: dict[str, Counter[str]] = defaultdict(Counter)
        self.phrases: Counter[tuple[str, ...]] = Counter()
        self.size = 0  # paragraphs
        token = _TOKEN_WITH_MARKS if _MARK.search(text) else _TOKEN
        for span in segments.paragraphs(text):
            self._add(token.findall(text, span.start, span.end), stop)
            self.size += 1

    def _add(self, tokens: Sequence[str], stop: frozenset[str]) -> None:
        """Count the words and phrases of the next paragraph."""
        run: list[str] = []
        for n, token in enumerate(tokens):
            folded = token.casefold()
            if not token[0].isalpha() or folded in stop or len(token) < 2:
                _collect(run, self.phrases)
                run = []
                continue
            self.count[folded] += 1
            self.first.setdefault(folded, self.size)
            self.paragraphs[folded].add(self.size)
            self.capitalised[folded] += n > 0 and token[0].isupper()
            self.spellings[folded][token] += 1
            run.append(folded)
        _collect(run, self.phrases)

    def weights(self) -> dict[str, float]:
        """Return the score of each word, by frequency, spread, capitalisation and position."""
        mean = sum(self.count.values()) / len(self.count)
        return {
            word: (n / (mean + 1))
            * (1 + len(self.paragraphs[word]) / self.size)
            * (1 + 0.5 * self.capitalised[word] / n)
            / math.log(3 + self.first[word])
            for word, n in self.count.items()
        }

    def is_keyword(self, phrase: tuple[str, ...], n: int, named: Collection[str]) -> bool:
        """Return whether a phrase that occurs ``n`` times can be a keyword: long enough, and repeated or a name."""
        if len(phrase) > 1:
            return n >= 2 or " ".join(phrase) in named
        return len(phrase[0]) >= _SHORTEST or self.spellings[phrase[0]].most_common(1)[0][0].isupper()


def _phrases(text: str, stop: frozenset[str], names: frozenset[str]) -> dict[str, float]:
    """Return the scores of phrases, for scripts with spaces."""
    words = _Words(text, stop)
    if not words.count:
        return {}
    weight = words.weights()
    named = {name.casefold() for name in names}
    return {
        " ".join(_shown(words.spellings[word]) for word in phrase): (
            sum(weight[word] for word in phrase)
            / len(phrase)
            * math.log2(1 + n)
            * (1 + 0.25 * (len(phrase) - 1))
        )
        for phrase, n in words.phrases.items()
        if words.is_keyword(phrase, n, named)
    }


def _collect(run: Sequence[str], phrases: Counter[tuple[str, ...]]) -> None:
    """Count every phrase of up to ``_LONGEST`` words in a sequence of content words."""
    for size in range(1, _LONGEST + 1):
        for k in range(len(run) - size + 1):
            phrases[tuple(run[k : k + size])] += 1


def _shown(forms: Counter[str]) -> str:
    """Return the most frequent spelling of a word; one in capitals only if the word is never written otherwise."""
    calm = {form: n for form, n in forms.items() if not (form.isupper() and len(form) > 4)}
    pool = calm or {form.capitalize(): n for form, n in forms.items()}
    return max(pool, key=lambda form: (pool[form], form))


def _runs(text: str, stop: Collection[str], named: Collection[str]) -> dict[str, float]:
    """Return the scores of repeated sequences of words, for scripts without spaces, and of the names among them.

    Chinese and Japanese are segmented by lists of known words; in other scripts the candidates are n-grams of letters
    with their combining marks.
    """
    count: Counter[str] = Counter()
    first: dict[str, int] = {}
    for match in _WIDE.finditer(text):
        for run in _candidates(match.group(), stop):
            count[run] += 1
            first.setdefault(run, match.start())
    for name in named:
        if _WIDE.fullmatch(name) and len(name) > 1:
            count[name] = max(2, text.count(name))
            first.setdefault(name, text.find(name))
    length = max(1, len(text))
    return {
        run: n * math.log2(len(run) + 1) * (1.2 - first[run] / length) for run, n in count.items() if n > 1
    }


def _candidates(run: str, stop: Collection[str]) -> Iterator[str]:
    """Yield what may be a keyword in a run of characters of one script without spaces."""
    clusters = _CLUSTER.findall(run)
    if not _HAN_OR_KANA.match(run):
        for size in _NGRAMS:
            for k in range(len(clusters) - size + 1):
                yield "".join(clusters[k : k + size])
        return
    content: list[str] = []
    for word in [*segmentation.segment(clusters, recognition.load().gazetteer), ""]:
        if word and word not in stop and not _PARTICLES.fullmatch(word) and not _HIRAGANA.fullmatch(word):
            content.append(word)
            continue
        for size in range(1, _LONGEST + 1):
            for k in range(len(content) - size + 1):
                phrase = "".join(content[k : k + size])
                if len(phrase) > 1:
                    yield phrase
        content = []


def _best(scores: dict[str, float], limit: int) -> list[Keyword]:
    """Return the best phrases, without those that contain a better one or are contained in it."""
    chosen: list[tuple[str, float]] = []
    taken: list[set[str]] = []
    for phrase, value in sorted(scores.items(), key=lambda item: (-item[1], item[0]))[: limit * 12]:
        words = set(phrase.casefold().split())
        if any(words <= other or other <= words for other in taken):
            continue
        if any(phrase in other or other in phrase for other, _ in chosen if " " not in phrase):
            continue
        chosen.append((phrase, value))
        taken.append(words)
        if len(chosen) == limit:
            break
    top = chosen[0][1] if chosen else 1.0
    return [Keyword(text=phrase, score=round(value / top, 3)) for phrase, value in chosen]
