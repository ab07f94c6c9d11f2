"""Markdown of a document: the kept blocks of a page with their headings, lists, tables, links and code (CommonMark, GFM tables)."""
