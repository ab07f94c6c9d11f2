"""A headless Chromium and its pages, by the Chrome DevTools Protocol. https://chromedevtools.github.io/devtools-protocol/"""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType

_START_SECONDS = 60.0
_ANSWER_SECONDS = 60.0
# Without a sandbox, since tests run as root in containers. The pages it opens are our own.
_OPTIONS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--remote-debugging-port=0", "--lang=en",
)  # fmt: skip


def program() -> str | None:
    """The path of Chromium; None where there is none (Debian: package ``chromium``)."""
    return next(
        (
            found
            for name in ("chromium", "chromium-browser", "google-chrome")
            if (found := shutil.which(name))
        ),
        None,
    )


class Tab:
    """One page. ``messages`` is what it wrote on its console, its exceptions and its violations of the policy."""

    def __init__(self, browser: Browser, session: str) -> None:
        self._browser = browser
        self._session = session
        self.messages: list[str] = []
        self.dialogs = 0

    async def call(self, method: str, **parameters: Any) -> Any:
        """Call a method of the protocol and return its result."""
        return await self._browser.call(method, self._session, **parameters)

    async def goto(self, url: str) -> None:
        """Open an address and wait until it is loaded."""
        loaded = self._browser.expect(self._session, "Page.loadEventFired")
        result = await self.call("Page.navigate", url=url)
        assert "errorText" not in result, f"{url}: {result['errorText']}"
        await asyncio.wait_for(loaded, _ANSWER_SECONDS)

    async def evaluate(self, script: str) -> Any:
        """The value of an expression in the page. A promise is awaited; an exception is raised as ``AssertionError``."""
        result = await self.call(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True, userGesture=True
        )
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")

    async def follow(self, script: str) -> None:
        """Run a script that leads to another page, and wait until that is loaded."""
        loaded = self._browser.expect(self._session, "Page.loadEventFired")
        await self.evaluate(script)
        await asyncio.wait_for(loaded, _ANSWER_SECONDS)

    async def key(self, name: str) -> None:
        """Press and release a key that writes nothing, such as Tab, or Enter."""
        codes = {"Tab": 9, "Enter": 13}
        text = {"text": "\r"} if name == "Enter" else {}
        common = {"key": name, "code": name, "windowsVirtualKeyCode": codes[name]}
        await self.call("Input.dispatchKeyEvent", type="keyDown", **common, **text)
        await self.call("Input.dispatchKeyEvent", type="keyUp", **common)

    async def look(self, width: int, height: int, *, dark: bool = False, mobile: bool = False) -> None:
        """Set the size of the window, the colour scheme, and whether it is a phone's."""
        await self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=mobile,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        await self.call("Emulation.setEmulatedMedia", features=[scheme])

    async def screenshot(self, path: Path, tallest: int = 1_600, scale: float = 1.0) -> None:
        """Write the page as PNG, from its top to its end or to ``tallest`` pixels, scaled."""
        size = (await self.call("Page.getLayoutMetrics"))["cssContentSize"]
        width = await self.evaluate("window.innerWidth")
        clip = {"x": 0, "y": 0, "width": width, "height": min(size["height"], tallest), "scale": scale}
        shot = await self.call("Page.captureScreenshot", format="png", clip=clip, captureBeyondViewport=True)
        await asyncio.to_thread(path.write_bytes, base64.b64decode(shot["data"]))


class Browser:
    """A connection to a running Chromium."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._expected: dict[tuple[str, str], asyncio.Future[Any]] = {}
        self._tabs: dict[str, Tab] = {}

    async def call(self, method: str, session: str = "", **parameters: Any) -> Any:
        """Call a method of the protocol. Raises ``AssertionError`` for an error."""
        number = next(self._numbers)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        sent = {"id": number, "method": method, "params": parameters}
        await self._socket.send_str(json.dumps(sent | ({"sessionId": session} if session else {})))
        found = await asyncio.wait_for(answer, _ANSWER_SECONDS)
        assert "error" not in found, f"{method}: {found['error']}"
        return found["result"]

    def expect(self, session: str, event: str) -> asyncio.Future[Any]:
        """A future of the next event of this name."""
        return self._expected.setdefault((session, event), asyncio.get_running_loop().create_future())

    async def tab(self) -> Tab:
        """A new page."""
        target = await self.call("Target.createTarget", url="about:blank")
        attached = await self.call("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        tab = self._tabs[attached["sessionId"]] = Tab(self, attached["sessionId"])
        for domain in ("Page", "Runtime", "Log", "Network"):
            await tab.call(f"{domain}.enable")
        return tab

    async def listen(self) -> None:
        """Receive answers and events until the connection ends."""
        async for frame in self._socket:
            if frame.type is WSMsgType.TEXT:
                await self._received(json.loads(frame.data))

    async def _received(self, found: dict[str, Any]) -> None:
        if "id" in found:
            if (answer := self._answers.pop(found["id"], None)) is not None and not answer.done():
                answer.set_result(found)
            return
        session, event, said = found.get("sessionId", ""), found["method"], found["params"]
        tab = self._tabs.get(session)
        if tab is not None and event == "Log.entryAdded":
            tab.messages.append(said["entry"]["text"])
        elif tab is not None and event == "Runtime.exceptionThrown":
            tab.messages.append(str(said["exceptionDetails"]))
        elif tab is not None and event == "Page.javascriptDialogOpening":
            tab.dialogs += 1
            # Not awaited: the answer comes through this very loop.
            dismissed = asyncio.create_task(tab.call("Page.handleJavaScriptDialog", accept=False))
            dismissed.add_done_callback(lambda task: task.exception())
        waiting = self._expected.pop((session, event), None)
        if waiting is not None and not waiting.done():
            waiting.set_result(said)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A headless Chromium with a profile of its own, ended afterwards."""
    path = program()
    assert path is not None, "no Chromium (Debian: package chromium)"
    with tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True) as folder:
        process = _started(path, folder)
        try:
            address = await asyncio.wait_for(_address(Path(folder), process), _START_SECONDS)
            async with ClientSession() as http, http.ws_connect(address, max_msg_size=0) as socket:
                browser = Browser(socket)
                listening = asyncio.create_task(browser.listen())
                try:
                    yield browser
                finally:
                    listening.cancel()
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _started(path: str, folder: str) -> subprocess.Popen[bytes]:
    with (Path(folder) / "log").open("wb") as log:
        return subprocess.Popen(
            [path, *_OPTIONS, f"--user-data-dir={folder}", "about:blank"], stdout=log, stderr=log
        )


async def _address(folder: Path, process: subprocess.Popen[bytes]) -> str:
    """The address of its protocol, which it writes into its profile."""
    file = folder / "DevToolsActivePort"
    while not file.exists() or len(file.read_text().split()) < 2:
        assert process.poll() is None, (folder / "log").read_text(errors="replace")[-2_000:]
        await asyncio.sleep(0.05)  # another process: nothing to wait on but its file
    port, path = file.read_text().split()
    return f"ws://127.0.0.1:{port}{path}"
