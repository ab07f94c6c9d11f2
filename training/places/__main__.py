"""Writes the gazetteer: see the package."""

from __future__ import annotations

from streams.nlp.names.model import save
from streams.nlp.places.gazetteer import PLACES
from training.places import build


def main() -> None:
    """Build the gazetteer, write it and print its size."""
    arrays = build.build()
    with PLACES.open("wb") as target:
        save(target, arrays)
    print(f"{len(arrays['ids']):,} places, {len(arrays['keys']):,} names, {PLACES.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
