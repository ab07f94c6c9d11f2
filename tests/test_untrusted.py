"""What comes from outside is data: nothing in it is run, fetched, or opened."""

from __future__ import annotations

import ast
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from streams import pipeline
from streams.records import Candidate, Message
from streams.settings import Settings

ROOT = Path(__file__).parents[1]
RUNNERS = {"eval", "exec", "compile", "__import__"}
LOADERS = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib", "yaml", "xml"}
_SENTENCE = "The harbour council of Lisbon approved a new tram line after months of talks. "


def test_nothing_is_unpickled_and_no_text_becomes_code() -> None:
    """What pebble and multiprocessing pickle stays between a worker and its own pool."""
    found = []
    for path in sorted((ROOT / "streams").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [name.name for name in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [str(node.module)]
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                names = [node.func.id] if node.func.id in RUNNERS else []
            found += [f"{path}: {name}" for name in names if name.split(".")[0] in LOADERS | RUNNERS]
    assert found == []


@pytest.fixture
def visits() -> Iterator[tuple[str, list[str]]]:
    """The address of a server on this machine, and who asked it for what."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}", asked
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("kind", ["text/html", "application/xhtml+xml"])
def test_a_page_makes_us_open_no_file_and_ask_no_server(
    visits: tuple[str, list[str]], tmp_path: Path, kind: str
) -> None:
    server, asked = visits
    secret = tmp_path / "secret.txt"
    secret.write_text("the-content-of-a-file")
    page = f"""<?xml version="1.0"?><?xml-stylesheet href="{server}/style.xsl" type="text/xsl"?>
<!DOCTYPE html PUBLIC "x" "{server}/page.dtd" [
  <!ENTITY file SYSTEM "{secret.as_uri()}"> <!ENTITY remote SYSTEM "{server}/entity">
  <!ENTITY % more SYSTEM "{server}/more.dtd"> %more; ]>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:xi="http://www.w3.org/2001/XInclude"><head><title>Harbour</title>
<base href="{server}/"><link rel="stylesheet" href="{server}/style.css"><link rel="canonical" href="{server}/canonical">
<meta http-equiv="refresh" content="0; url={server}/refresh"><meta property="og:image" content="{server}/image.png">
<script src="{server}/script.js"></script></head><body><article><h1>Harbour</h1>
<p>&file; &remote; {_SENTENCE * 3}</p><xi:include href="{secret.as_uri()}" parse="text"/>
<p>{_SENTENCE * 3}</p><iframe src="{server}/frame"></iframe><object data="{secret.as_uri()}"></object></article></body></html>"""
    record = {
        "id": "x",
        "url": "https://news.example/harbour",
        "status": 200,
        "content_type": kind,
        "html": page,
    }
    outcome = pipeline.clean(Message(value=msgspec.json.encode(record)), Settings())
    assert isinstance(outcome, Candidate), outcome
    assert "harbour council of Lisbon" in outcome.document.text
    assert "the-content-of-a-file" not in msgspec.json.encode(outcome).decode()
    assert asked == []
