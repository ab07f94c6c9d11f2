"""Quotations with their speakers in languages without a parser: by word order and lists of words, one file a language."""
