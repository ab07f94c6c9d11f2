"""``python -m documentation.pip_line install REQUIREMENTS``: whether crawlmill has the extras that are named; installs nothing."""

from __future__ import annotations

import re
import sys
import tomllib

from documentation.blocks import ROOT


def main(arguments: list[str]) -> int:
    """Returns 1, and says why, for an extra that pyproject.toml does not declare."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    for argument in arguments:
        match = re.fullmatch(r"crawlmill\[([\w,]+)\]", argument)
        unknown = {*match[1].split(",")} - {*extras} if match else set()
        if unknown:
            print(f"{argument}: no extra {', '.join(sorted(unknown))}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
