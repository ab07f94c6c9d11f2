"""Words that a tokenizer has seen before: it keeps how they are taken apart, up to a bound.

Within a memory zone spaCy (3.8) forgets all that it learns, and so takes every word apart anew each time it occurs, by
regular expressions: 20 ms of CPU a news page, where a tokenizer that knows the words needs 2. So words are made
known before the zone, once each; what is known beyond the zone is bounded here, for memory to stay flat.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language

# Words with the marks that stand by them ("said,"), as they are between spaces. The first are taken as they come: they are
# mostly the frequent ones. For the others, two batches must have them. 200 pages of news have 44,000, at some 150
# bytes each by one reading of the resident set.
LIMIT = 60_000
_AT_ONCE = LIMIT // 2
_LONGEST = 30  # characters: addresses and the like do not come again
_ONCE = 100_000  # words remembered that one batch had
_A_BATCH = 3_000  # made known at a time: no page of gibberish fills it alone


class TokenizerCache:
    """The words that a pipeline's tokenizer knows beyond a memory zone."""

    def __init__(self, nlp: Language, limit: int = LIMIT, at_once: int = _AT_ONCE) -> None:
        self.nlp = nlp
        self._limit = limit
        self._at_once = at_once
        self._known: set[str] = set()
        self._once: set[str] = set()
        # Those that were there before are the model's own. A tokenizer of another kind keeps nothing: so be it.
        if hasattr(nlp.tokenizer, "max_cache_size"):
            nlp.tokenizer.max_cache_size = max(nlp.tokenizer.max_cache_size, 2 * limit)
        else:
            self._limit = 0

    def __len__(self) -> int:
        return len(self._known)

    def learn(self, texts: Sequence[str]) -> None:
        """Make the words of a batch of texts known, as far as the bound goes. To be called outside of the zone."""
        if len(self._known) >= self._limit:
            self._once.clear()
            return
        found = dict.fromkeys(word for text in texts for word in text.split() if len(word) <= _LONGEST)
        new = [word for word in found if word not in self._known]
        if len(self._known) >= self._at_once:
            if len(self._once) > _ONCE:
                self._once.clear()
            again = [word for word in new if word in self._once]
            self._once.update(new)
            new = again
        chosen = new[: min(_A_BATCH, self._limit - len(self._known))]
        if chosen:
            self.nlp.make_doc(" ".join(chosen))
            self._known.update(chosen)
