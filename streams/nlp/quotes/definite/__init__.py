"""Whom nouns with "the" stand for: people by their offices, organisations by what they are, documents by their authors."""
