"""``make measure-quotes DATA=folder``: quotations and their speakers, beside those that were marked by hand.

The folder has files of JSON lines, one text a line (:mod:`training.quotes.marked`). Texts marked ``development`` may be read while word
lists are made, those marked ``report`` not; both are printed.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from streams.nlp import Models, enrich
from streams.records import Document
from training.quotes import marked

HALVES = ("development", "report")


def main() -> None:
    """Measure, and print a table in Markdown and, on demand, what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--half", choices=HALVES, help="only these texts")
    parser.add_argument("--errors", action="store_true", help="print each quotation that is missed or wrong")
    options = parser.parse_args()
    models = Models.load()
    print(
        "| language | texts | quotations | precision | recall | F1 | with speaker: precision | recall | F1 |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    texts = marked.read(options.folder)
    for half in (options.half,) if options.half else HALVES:
        for language in sorted({text.language for text in texts}):
            own = [text for text in texts if (text.language, text.half) == (language, half)]
            score = marked.Score()
            for text in own:
                document = Document(id=text.id, url="", text=text.text, declared_language=language)
                found = enrich([document], models)[0].quotes
                score += marked.compare(text, found)
                if options.errors:
                    print(*marked.errors(text, found), sep="\n")
            print(f"| {language}, {half} | {len(own)} | {score.marked} | {score.row()} |")


if __name__ == "__main__":
    main()
