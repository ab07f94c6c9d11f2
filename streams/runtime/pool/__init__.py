"""Worker processes that run the core on untrusted input, with limits of time and memory."""
