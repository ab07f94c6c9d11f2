"""Whom "she", "the governor", "the company" and a headline's "Man" stand for: the names of a document, ranked by boosted trees.

The trees are learnt from marked text by ``make train-references``. What rules say (:mod:`streams.nlp.quotes.definite`,
:mod:`streams.nlp.events.participants`) is one of the features.
"""
