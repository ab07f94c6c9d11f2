"""Error pages without the phrases of their language."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from benchmarks.core.walls import files_of, measure, read

GERMAN = "<html lang=de><title>Seite nicht gefunden</title><h1>Seite nicht gefunden</h1><p>Die angeforderte Seite existiert nicht.</p><a href=/>Zur Startseite</a></html>"
SERVED = {"id": "served", "url": "https://a.example/x/y", "status": 404, "html": GERMAN}
SOFT = {"id": "soft", "url": "https://a.example/x/z", "html": GERMAN}
GOOD = {"id": "good", "url": "https://a.example/x/q", "html": "<p>Text</p>"}


def test_a_status_tells_what_phrases_do_not(tmp_path: Path) -> None:
    pages = gzip.compress("".join(json.dumps(page) + "\n" for page in (SERVED, SOFT, GOOD)).encode())
    (tmp_path / "pages.jsonl.gz").write_bytes(pages)
    labels = (("served", "error"), ("soft", "error"), ("good", "content"))
    truth = "".join(json.dumps({"id": name, "label": label, "lang": "de"}) + "\n" for name, label in labels)
    (tmp_path / "truth.jsonl").write_text(truth)
    samples = read(tmp_path)
    assert [sample.page.id for sample in samples] == ["served", "soft"]
    found = measure(samples)
    assert found["all", False] == [True, True]
    assert found["own", False][0]
    assert found["all", True] == [True, True]
    assert found["none", True][0] == found["none", True][1]


def test_a_language_has_the_files_of_all_its_scripts() -> None:
    assert files_of("uz", ["ur", "uz", "uz_cyrl"]) == ("uz", "uz_cyrl")
    assert files_of("no", ["nb", "nl", "nn"]) == ("nb", "nn")
