"""The settings that crawlmill prints."""

from __future__ import annotations

from pathlib import Path

from cli.run import ROOT, crawlmill

from streams.settings import load


def test_settings_prints_a_file_that_loads_to_the_same_settings(tmp_path: Path) -> None:
    done = crawlmill("--config", "config/crawlmill.toml", "--set", "kafka.partitions=32", "settings")
    path = tmp_path / "crawlmill.toml"
    path.write_bytes(done.stdout)
    assert load(path, environ={}) == load(ROOT / "config/crawlmill.toml", {}, ["kafka.partitions=32"])
