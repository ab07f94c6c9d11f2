"""Worker processes that run the pure core on hostile input."""
