"""A bounded cache of tokenised words that survives spaCy's memory zones.

spaCy (3.8) discards its tokenizer cache at the end of a memory zone, so that every word is split by regular
expressions again: 20 ms of CPU per news page, against 2 ms with a warm cache. The words of a batch are therefore
tokenised once before the zone is entered. Words cached outside of a zone are never freed, so their number is bounded
here to keep memory flat.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language

# Maximum number of cached words: whitespace-separated, with adjacent punctuation ("said,"). The first half is cached
# on first sight, because words seen early are mostly frequent ones; the rest must occur in two batches. 200 news pages
# have 44,000 such words, at about 150 bytes each (growth of the resident set, one measurement).
LIMIT = 60_000
_AT_ONCE = LIMIT // 2
_LONGEST = 30  # characters; longer words are URLs and the like, which do not recur
_ONCE = 100_000  # words remembered as seen in one batch
_A_BATCH = 3_000  # words cached per batch, so that no single page of gibberish fills the cache


class TokenizerCache:
    """The words that a pipeline's tokenizer keeps in its cache outside of memory zones."""

    def __init__(self, nlp: Language, limit: int = LIMIT, at_once: int = _AT_ONCE) -> None:
        self.nlp = nlp
        self._limit = limit
        self._at_once = at_once
        self._known: set[str] = set()
        self._once: set[str] = set()
        # Letters of the tokenizer's special cases ("don't", "U.S.") without the punctuation around them.
        self._special = {_letters(case) for case in getattr(nlp.tokenizer, "rules", None) or ()}
        # Twice the limit: the cache also holds the entries that came with the model. Tokenizers without a cache
        # (such as those for Chinese and Japanese) are left alone.
        if hasattr(nlp.tokenizer, "max_cache_size"):
            nlp.tokenizer.max_cache_size = max(nlp.tokenizer.max_cache_size, 2 * limit)
        else:
            self._limit = 0

    def __len__(self) -> int:
        return len(self._known)

    def learn(self, texts: Sequence[str]) -> None:
        """Cache the words of a batch of texts, up to the limit. Must be called outside of a memory zone."""
        if len(self._known) >= self._limit:
            self._once.clear()
            return
        known = self._known
        found = dict.fromkeys(itertools.chain.from_iterable(map(str.split, texts)))
        new = [word for word in found if word not in known and len(word) <= _LONGEST]
        if len(self._known) >= self._at_once:
            if len(self._once) > _ONCE:
                self._once.clear()
            again = [word for word in new if word in self._once]
            self._once.update(new)
            new = again
        chosen = new[: min(_A_BATCH, self._limit - len(self._known))]
        if chosen:
            self._tokenise(chosen)
            self._known.update(chosen)

    def _tokenise(self, words: Sequence[str]) -> None:
        """Tokenise words, all in one text but for those that may be a special case.

        The tokenizer keeps none of a text's words behind a special case. A text of its own costs as much as the word.
        """
        plain: list[str] = []
        for word in words:
            letters = _letters(word)
            if letters.isalpha() and letters not in self._special:
                plain.append(word)
            else:
                self.nlp.make_doc(word)
        if plain:
            self.nlp.make_doc(" ".join(plain))


def _letters(word: str) -> str:
    """Return a word without the characters around it that are neither letters nor digits."""
    start, end = 0, len(word)
    while start < end and not word[start].isalnum():
        start += 1
    while start < end and not word[end - 1].isalnum():
        end -= 1
    return word[start:end]
