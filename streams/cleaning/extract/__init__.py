"""Main-text extraction: the content root, its blocks, what surrounds them, and the fallbacks."""
