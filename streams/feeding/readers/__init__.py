"""Readers of each kind of file: JSON in its many shapes, WARC and WACZ, HTML; each yields the parts of a file."""
