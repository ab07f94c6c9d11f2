"""Clean and enrich one HTML file without Kafka: what a notebook or a batch job does.

python examples/call_the_core.py page.html [--url https://news.example/story]
"""

from __future__ import annotations

import argparse
import base64
from pathlib import Path

import msgspec

from streams import nlp, pipeline
from streams.records import Message, Rejection
from streams.settings import Settings


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--url", default="https://news.example/story")
    given = parser.parse_args()

    settings = Settings()
    # The same record that a crawler would produce to pages.raw. Bytes go base64 into "body"; the mill finds the charset.
    record = {"url": given.url, "body": base64.b64encode(given.file.read_bytes()).decode("ascii")}
    outcome = pipeline.clean(Message(value=msgspec.json.encode(record)), settings)
    if isinstance(outcome, Rejection):
        print(f"rejected: {outcome.reason}")
        for evidence in outcome.evidence:
            print(f"  {evidence.signal}: {evidence.detail}")
        return

    models = nlp.Models.load(settings.nlp)  # once a process: loading takes a second
    (document,) = pipeline.enrich([outcome.document], models)
    print(document.title)
    print(f"{document.statistics.words} words in {document.language}, published {document.published_at}")
    for entity in document.entities[:5]:
        print(f"  {entity.label:8} {entity.text}, mentions: {len(entity.mentions)}")
    for quote in document.quotes[:3]:
        assert document.text[quote.start : quote.end] == quote.quote
        print(f"  {quote.speaker or 'somebody'}: {quote.quote}")


if __name__ == "__main__":
    main()
