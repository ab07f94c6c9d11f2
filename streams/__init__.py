"""crawlmill: raw crawled pages in, cleaned and enriched documents out."""

__version__ = "0.1.0"
