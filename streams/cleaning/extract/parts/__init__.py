"""The parts of threads and live blogs: posts, answers, comments, entries, with who wrote each and when."""
