"""The standfirst of an article: the sentence between its headline and its text that is also the page's description.

Whether it belongs to the text, annotators answer differently: in 36 % of the articles of one training set, and in 72 % of the
other. The model is undecided about it accordingly, and a copy of an article with other markup had it where the original had not. So
it is a rule: it belongs. On pages whose sites were left out of training the rule changes the mean word F1 by -.0002 (WCXB) and
+.0003 (news articles); ``make measure-rules`` prints both.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from streams.cleaning.extract.blocks.features import Features
from streams.records import PageType

_SENTENCE, _PARAGRAPH = 8, 15  # words
_LINKED = 0.4  # share of links from which a block is no prose
_H1 = 1  # number of h1 in the column "kind"


def standfirst(features: Features, kept: npt.NDArray[np.bool_], page_type: PageType) -> int | None:
    """Return the number of the block that is the standfirst; None where the page shows none below its h1, or is no article."""
    if page_type is not PageType.ARTICLE:
        return None
    prose = features.column("linked") < _LINKED
    text = np.flatnonzero(kept & prose & (features.words >= _PARAGRAPH))
    headline = np.flatnonzero(features.column("kind")[: text[0]] == _H1) if len(text) else text
    if not len(headline):
        return None
    between = slice(int(headline[-1]) + 1, int(text[0]))
    shown = ~((features.column("in_nav") > 0) | (features.column("in_hidden") > 0))
    same = (features.column("summary_same") > 0) & prose & shown & (features.words >= _SENTENCE)
    found = np.flatnonzero(same[between])
    return between.start + int(found[-1]) if len(found) else None
