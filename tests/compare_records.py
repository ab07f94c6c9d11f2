"""Whether two runs of ``crawlmill process`` over the same pages wrote the same records.

    python tests/compare_records.py OLD.jsonl NEW.jsonl [--renamed old_field=new_field ...]

Timings differ between any two runs and are left out. Prints each difference; the exit code is 1 where there is one.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from streams.offline.compare import differences


def _main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("--renamed", action="append", default=[], metavar="OLD=NEW")
    given = parser.parse_args()
    renamed = dict(pair.split("=", 1) for pair in given.renamed)
    count = 0
    with given.old.open(encoding="utf-8") as old, given.new.open(encoding="utf-8") as new:
        for line in sorted(differences(old, new, renamed)):
            print(line)
            count += 1
    print(f"{count} differences" if count else "the same records, timings aside", file=sys.stderr)
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(_main())
