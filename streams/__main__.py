"""``python -m streams`` is ``crawlmill``."""

from streams.cli import main

main(prog_name="crawlmill")
