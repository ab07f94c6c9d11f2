"""From the bytes of a response to an HTML tree or plain text: decompression, MIME sniffing, charset detection, parsing."""
