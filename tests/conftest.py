"""For all tests: property tests without deadlines, brokers, and programs that are not Python packages.

Without an installed program its tests are skipped; with CRAWLMILL_REQUIRE_PROMETHEUS or CRAWLMILL_REQUIRE_KCAT set they fail.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from live.brokers import apache, broker, embedded

__all__ = ["apache", "broker", "embedded", "kcat", "prometheus", "promtool"]

# No test asserts a time: on a busy machine an example takes as long as it takes.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


def _program(name: str, package: str) -> str:
    found = shutil.which(name)
    variable = f"CRAWLMILL_REQUIRE_{package.upper()}"
    if found is None and os.environ.get(variable):
        pytest.fail(f"{name} is not installed, and {variable} demands it (Debian: {package})")
    if found is None:
        pytest.skip(f"{name} is not installed (Debian: {package})")
    return found


@pytest.fixture(scope="session")
def kcat() -> str:
    """The path of kcat, a client for Kafka on librdkafka."""
    return _program("kcat", "kcat")


@pytest.fixture(scope="session")
def promtool() -> str:
    """The path of Prometheus' checker."""
    return _program("promtool", "prometheus")


@pytest.fixture(scope="session")
def prometheus() -> str:
    """The path of a Prometheus server."""
    return _program("prometheus", "prometheus")


@pytest.fixture(autouse=True)
def _mask_of_new_files() -> Iterator[None]:
    """Set the umask anew after each test: a state folder makes all later files of its process private."""
    before = os.umask(0o022)
    os.umask(before)
    yield
    os.umask(before)


@pytest.hookimpl(tryfirst=True)  # before marks are selected by -m
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as ``again`` the Apache variants of modules that say ``APACHE_AGAIN = True``: the embedded broker shows the same."""
    for item in items:
        callspec = getattr(item, "callspec", None)
        if callspec is None or not getattr(getattr(item, "module", None), "APACHE_AGAIN", False):
            continue
        if callspec.params.get("broker") == "apache":
            item.add_marker(pytest.mark.again)
