"""The core in one process: stages, cleaning, charsets, enrichment, memory."""
