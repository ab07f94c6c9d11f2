"""Measurement on documents and on languages that took no part in the training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from streams.nlp.names import model
from streams.nlp.names.gazetteer import Gazetteer
from streams.nlp.names.recognition import Language, Recogniser
from training.names import corpora, fit
from training.names.corpora import Annotated
from training.names.fit import Setup, Table

_ONE_IN = 10  # documents of which one is held out
# Languages that are left out together, so that two fits show the transfer to six languages of four branches.
_LEFT_OUT = (("da", "pt", "sk"), ("de", "fi", "ru"))
_KINDS = {"PERSON": "PER", "ORG": "ORG", "LOC": "LOC", "GPE": "LOC"}


class Score(NamedTuple):
    """Counts of exact matches: same boundaries and kind."""

    right: int
    found: int
    annotated: int

    def row(self) -> str:
        """Return precision, recall and F1 as cells of a table."""
        precision = self.right / max(1, self.found)
        recall = self.right / max(1, self.annotated)
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        return f"{precision:.3f} | {recall:.3f} | {f1:.3f}"


def split(documents: Sequence[Annotated]) -> tuple[list[Annotated], list[Annotated]]:
    """Return the documents to learn from and those held out, every tenth."""
    kept = [one for k, one in enumerate(documents) if k % _ONE_IN != _ONE_IN - 1]
    return kept, list(documents[_ONE_IN - 1 :: _ONE_IN])


def score(recogniser: Recogniser, language: str, documents: Sequence[Annotated]) -> Score:
    """Return how the names found in documents agree with those annotated."""
    right = found = annotated = 0
    for one, names in zip(
        documents, recogniser.recognise([one.lines for one in documents], language), strict=True
    ):
        gold = {(k, *name) for k, line in enumerate(one.names) for name in line}
        got = {(name.line, name.start, name.end, _KINDS[name.label]) for name in names}
        right += len(gold & got)
        found += len(got)
        annotated += len(gold)
    return Score(right, found, annotated)


def report(
    data: Path, names: Sequence[str], setups: Mapping[str, Setup], known: Gazetteer, target: Path
) -> None:
    """Write tables of scores on held-out documents, and on languages that were left out altogether.

    The model of many languages is fitted once for each group of languages left out: the others give the scores on
    held-out documents.
    """
    held: dict[str, str] = {}
    unseen: dict[str, str] = {}
    for name in names:
        languages = corpora.MODELS[name]
        documents = {language: split(corpora.read(data, language)) for language in languages}
        tables = {
            language: fit.table(documents[language][0], known, name, language) for language in languages
        }
        for group in _LEFT_OUT if len(languages) > 1 else [()]:
            kept = [one for language, one in tables.items() if language not in group]
            fitted = recogniser(name, kept, setups[name], known, languages, frozenset(languages) - set(group))
            for language in languages:
                scored = score(fitted, language, documents[language][1])
                (unseen if language in group else held)[language] = scored.row()
                print(language, "left out" if language in group else "held out", scored.row(), flush=True)
    target.write_text("\n".join(_tables(names, setups, held, unseen)) + "\n", "utf-8")


def _tables(
    names: Sequence[str], setups: Mapping[str, Setup], held: Mapping[str, str], unseen: Mapping[str, str]
) -> list[str]:
    """Return the lines of the report."""
    rows = ["# Names: held-out documents and languages", ""]
    rows += [
        "`make measure-names DATA=folder`. Names with exact boundaries and kind; no threshold on the probability.",
        "",
    ]
    rows += ["Parameters: " + "; ".join(f"{name} {setups[name]}" for name in names) + ".", ""]
    rows += ["Nine documents of ten learnt from, the tenth measured:", ""]
    rows += ["| language | corpus | precision | recall | F1 |", "|---|---|---|---|---|"]
    rows += [f"| {language} | {corpora.CORPORA[language].name} | {row} |" for language, row in held.items()]
    rows += ["", "The same documents, by weights that were learnt without any text of the language:", ""]
    rows += ["| language | precision | recall | F1 |", "|---|---|---|---|"]
    return rows + [f"| {language} | {row} |" for language, row in unseen.items()]


def recogniser(
    name: str,
    tables: Sequence[Table],
    setup: Setup,
    known: Gazetteer,
    languages: Sequence[str],
    tagged: frozenset[str],
) -> Recogniser:
    """Return a recogniser with one model, fitted to these tables, with weights rounded as they are stored."""
    fitted = fit.fit(fit.joined(tables), setup)
    one = model.unpacked(name, model.packed(name, *fitted))
    how = {
        language: Language(
            name,
            corpora.tag(name, language) if language in tagged else None,
            language,
            0.0,
            name in corpora.UNSPACED,
        )
        for language in languages
    }
    return Recogniser({name: one}, known, how, "measured")
