"""Facts of pages that have versions: the newest one replaces the facts of the others on their topics."""
