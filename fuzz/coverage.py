"""One target under atheris, guided by coverage: ``python -m fuzz.coverage TARGET CORPUS [libFuzzer's flags]``."""

from __future__ import annotations

import sys
from pathlib import Path

import atheris
import msgspec

with atheris.instrument_imports(include=["streams", "fuzz.targets"]):
    from fuzz.targets import TARGETS

from streams import feeding


def main() -> None:
    """Fuzz until told to stop by a flag such as ``-max_total_time``; a finding is written beside the corpus."""
    name, corpus, *flags = sys.argv[1:]
    folder = Path(corpus)
    folder.mkdir(parents=True, exist_ok=True)
    _sow(name, folder)
    atheris.Setup([sys.argv[0], str(folder), *flags], TARGETS[name])
    atheris.Fuzz()


def _sow(name: str, folder: Path) -> None:
    """The sample pages, small ones, as the target takes its input."""
    seeds = Path(__file__).parents[1] / "seeds"
    for number, item in enumerate(feeding.read([seeds])):
        value = item.message.value or b""
        if len(value) > 20_000:
            continue
        data = value if name == "read" else b"\1\0\0\0" + _body(value)
        (folder / f"seed-{number}").write_bytes(data)


def _body(value: bytes) -> bytes:
    """The HTML in a record, as bytes; the record itself where it has none."""
    try:
        record = msgspec.json.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return value
    html = record.get("html") if isinstance(record, dict) else None
    return html.encode("utf-8", "replace") if isinstance(html, str) else value


if __name__ == "__main__":
    main()
