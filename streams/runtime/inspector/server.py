"""The inspector on a port of its own: ``crawlmill inspect``."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiohttp import web

from streams.errors import SettingsError
from streams.runtime.inspector.inspector import Inspector
from streams.runtime.inspector.routes import add_routes
from streams.runtime.observability.guard import guard
from streams.settings import Settings, secret
from streams.settings.secret import Secret


@asynccontextmanager
async def serving(inspector: Inspector, host: str, port: int) -> AsyncIterator[str]:
    """Serve the inspector, and yield the address. Raises :class:`SettingsError` where the port cannot be had."""
    app = web.Application(middlewares=[guard])
    add_routes(app, inspector, token_of(inspector.settings))
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
    except OSError as error:
        await runner.cleanup()
        raise SettingsError(
            f"port {port} of {host} cannot be had: {error.strerror}; choose another with --port"
        ) from error
    following = asyncio.create_task(inspector.run())
    try:
        yield web_address(host, runner.addresses[0][1])
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        await runner.cleanup()


def require_protected(settings: Settings, host: str) -> None:
    """Raise :class:`SettingsError` where others than this machine could read pages without a token."""
    worker = settings.worker
    if worker.inspector != "on" and not (worker.web_token or worker.web_token_file or is_loopback(host)):
        raise SettingsError(
            f"the inspector would show pages to whoever reaches {host}: set worker.web_token, or allow it with worker.inspector=on"
        )


def web_address(host: str, port: int) -> str:
    """The URL of a web server. An IPv6 address stands in brackets in it (RFC 3986, section 3.2.2).

    >>> web_address("::1", 6068)
    'http://[::1]:6068'
    """
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def is_loopback(host: str) -> bool:
    """Whether an address is of this machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def token_of(settings: Settings) -> Callable[[], Secret]:
    """Return a function that reads the token of the web port, which a file may change."""
    worker = settings.worker
    return lambda: secret.resolve(worker.web_token, worker.web_token_file, "worker.web_token")
