"""The inspector beside the workers: what it refuses before it starts."""

from __future__ import annotations

import socket

from cli.run import NO_BROKER, invoke


def test_it_is_not_served_to_everybody_without_a_token() -> None:
    done = invoke(*NO_BROKER, "inspect", "--host", "0.0.0.0")
    assert done.exit_code == 1
    assert "worker.inspector=on" in done.output


def test_a_port_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = invoke(*NO_BROKER, "inspect", "--port", str(taken.getsockname()[1]))
    assert done.exit_code == 1
    assert "choose another with --port" in done.output
