"""One page, step by step."""

from __future__ import annotations

import json

import pytest
from cli.run import crawlmill, invoke

from streams.cli.local.explain import _pick
from streams.errors import BadInput


def test_explain_tells_a_rejected_page_s_reason_and_evidence() -> None:
    done = crawlmill("explain", "seeds/errors.jsonl", "--id", "err-soft404-fr")
    assert done.returncode == 0, done.stderr.decode()
    told = done.stdout.decode()
    assert "soft_404" in told
    assert "introuvable" in told


def test_explain_tells_what_was_found_in_an_article() -> None:
    done = crawlmill("explain", "seeds/articles.jsonl")
    assert done.returncode == 0, done.stderr.decode()
    assert "PERSON" in done.stdout.decode()


def test_explain_tells_the_page_type_and_why_each_block_was_kept_or_cut() -> None:
    told = crawlmill("explain", "seeds/articles.jsonl").stdout.decode()
    assert "page type: article" in told
    assert "text blocks kept" in told
    assert " kept " in told
    assert " cut " in told


def test_explain_says_of_a_block_that_is_residue_that_it_was_cut_and_what_its_prefixes_are() -> None:
    told = " ".join(invoke("explain", "seeds/residue.jsonl", "--id", "fr-residue-boulangerie").stdout.split())
    assert "cut as residue 0." in told.partition("kept, by probability")[2]
    assert "t: an element, c: a class" in told
    assert "u: by URL, c1 to c3: by content: u:" in told


def test_a_page_is_picked_by_its_id_or_its_line_or_is_the_first() -> None:
    path = "seeds/errors.jsonl"
    first, origin, several = _pick(path, None)
    assert (origin, several) == (f"{path}:1", True)
    assert _pick(path, f"{path}:1")[0] == first
    named, where, several = _pick(path, "err-soft404-fr")
    assert b"err-soft404-fr" in (named.value or b"") and not several
    assert _pick(path, where) == (named, where, False)
    assert not _pick("seeds/page-article.html", None)[2]


def test_that_a_folder_has_more_pages_than_the_one_explained_is_said() -> None:
    done = invoke("explain", "seeds")
    assert done.exit_code == 0
    assert "the first of several pages; --id chooses another" in done.stderr
    assert "several" not in invoke("explain", "seeds", "--id", "seeds/articles.jsonl:2").stderr


@pytest.mark.parametrize(
    ("path", "wanted", "said"),
    [("nowhere.html", None, "no such file"), ("seeds/errors.jsonl", "none", "no page with the id none")],
)
def test_a_page_that_is_not_there_is_an_error(path: str, wanted: str | None, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        _pick(path, wanted)


def test_a_message_that_is_no_page_is_explained_as_a_dead_letter() -> None:
    done = invoke("explain", "-", stdin="{}\n")
    assert done.exit_code == 0
    assert "dead letter bad_record" in done.output


def test_explain_tells_how_the_text_of_a_shell_was_read() -> None:
    words = "Which telescope do you recommend to a beginner who wants to look at the planets, and what else do I need?"
    head = f"<title>Which telescope for beginners</title><meta name=description content='{words}'>"
    record = {"url": "https://a.example/which-telescope-for-beginners", "html": f"{head}<div id=app></div>"}
    done = invoke("explain", "-", stdin=json.dumps(record))
    assert done.exit_code == 0
    assert "how it was read: the page shows no text; the text is its description" in " ".join(
        done.output.split()
    )
