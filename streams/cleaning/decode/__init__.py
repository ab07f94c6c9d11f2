"""Decoding of response bodies: decompression, MIME sniffing, charset detection and HTML parsing."""
