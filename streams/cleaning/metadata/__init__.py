"""Metadata of an article: title, authors, dates and whatever else a page declares."""
