"""Headlines as text of their own: their grammar, and reading them again in the past tense."""
