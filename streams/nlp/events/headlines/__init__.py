"""Headlines as text of their own: their grammar, their main verb, and reading them as sentences."""
