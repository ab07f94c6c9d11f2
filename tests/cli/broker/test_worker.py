"""What a worker needs before it starts."""

from __future__ import annotations

import socket
from pathlib import Path

from cli.run import NO_BROKER, crawlmill


def test_a_port_that_is_in_use_is_one_line_and_exit_code_1(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        done = crawlmill(
            *NO_BROKER, "--set", f"worker.data_dir={tmp_path}", "worker", "--web-port", str(port)
        )
    assert done.returncode == 1
    assert str(port).encode() in done.stderr


def test_without_a_broker_a_worker_ends_with_exit_code_3(tmp_path: Path) -> None:
    done = crawlmill(*NO_BROKER, "--set", f"worker.data_dir={tmp_path}", "worker", "--web-port", "0")
    assert done.returncode == 3
    assert b"127.0.0.1:9" in done.stderr
