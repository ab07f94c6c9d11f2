"""The Kafka shell: it moves records and counts them, and decides nothing about a page."""
