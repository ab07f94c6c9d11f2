"""Commands of the training: see the package."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from streams.nlp.names import gazetteer, model
from streams.nlp.names.gazetteer import Gazetteer
from streams.nlp.names.recognition import GAZETTEER, WEIGHTS
from training.names import corpora, fit, lists, measure
from training.names.fit import Setup

_CASED = Setup(l1=0.08, l2=0.01, iterations=90, least_count=2)
#: Parameters of each model. L1 of 0.03 instead of 0.1 gave .01 of F1 in Chinese, and nothing elsewhere was tried for long.
SETUPS = {
    "cased": _CASED,
    "transfer": _CASED,
    "devanagari": Setup(l1=0.1, l2=0.01, iterations=80, least_count=2),
    "chinese": Setup(l1=0.03, l2=0.01, iterations=80, least_count=2),
    "japanese": Setup(l1=0.03, l2=0.01, iterations=80, least_count=2),
}


def main() -> None:
    """Run one command."""
    parser = argparse.ArgumentParser(prog="python -m training.names", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("lists", help="known names")
    command.add_argument("--ipadic", type=Path, default=Path("/usr/share/mecab/dic/ipadic"))
    command = commands.add_parser("train", help="weights")
    command.add_argument("data", type=Path)
    command.add_argument(
        "--models", nargs="*", default=list(SETUPS), help="these alone; the others stay as they are"
    )
    command = commands.add_parser("measure", help="held-out documents and languages")
    command.add_argument("data", type=Path)
    # Not "cased", which is "transfer" but for the documents that this learns from as if their language were unknown.
    measured = [name for name in SETUPS if name != "cased"]
    command.add_argument("--models", nargs="*", default=measured)
    command.add_argument(
        "--iterations", type=int, help="of each fit, instead of those of the shipped weights"
    )
    command.add_argument("--report", type=Path, default=Path(__file__).with_name("report.md"))
    arguments = parser.parse_args()
    if arguments.command == "lists":
        write_lists(arguments.ipadic)
    elif arguments.command == "train":
        train(arguments.data, arguments.models)
    else:
        setups = {
            name: setup._replace(iterations=arguments.iterations or setup.iterations)
            for name, setup in SETUPS.items()
        }
        measure.report(arguments.data, arguments.models, setups, known_names(), arguments.report)


def known_names() -> Gazetteer:
    """Return the gazetteer of the package."""
    with np.load(GAZETTEER) as arrays:
        return model.unpacked_gazetteer(arrays)


def write_lists(ipadic: Path) -> None:
    """Write the gazetteer."""
    collected = lists.collect(ipadic)
    for name in sorted(collected):
        print(f"{name}: {len(collected[name]):,} names")
    with GAZETTEER.open("wb") as target:
        model.save(target, model.packed_gazetteer(*gazetteer.build(collected)))


def train(data: Path, names: list[str]) -> None:
    """Fit the models of these names and write their weights; keep those of the others."""
    known = known_names()
    arrays = {}
    if WEIGHTS.exists():
        with np.load(WEIGHTS) as old:
            arrays = {key: old[key] for key in old.files if key.split(".")[0] not in names}
    for name in names:
        tables = [
            fit.table(corpora.read(data, language), known, name, language)
            for language in corpora.MODELS[name]
        ]
        examples = fit.joined(tables)
        fitted = fit.fit(examples, SETUPS[name])
        arrays |= model.packed(name, *fitted)
        print(
            f"{name}: {len(examples.labels):,} tokens, {len(fitted.keys):,} features with weights", flush=True
        )
    with WEIGHTS.open("wb") as target:
        model.save(target, dict(sorted(arrays.items())))


if __name__ == "__main__":
    main()
