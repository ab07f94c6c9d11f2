"""Error-page classification: features of a page, evidence per reason, a score, a verdict."""
