"""A Streamlit server and a Chromium, for the tests that need a real browser."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[1]
APP = REPOSITORY / "app.py"

#: On Explore: the panels are drawn; the words are linked to them.
DRAWN = ".st-key-states .js-plotly-plot .main-svg"
LINKED = '.words[data-linked="1"]'

#: Seconds that a server may take to answer.
START_LIMIT = 60

#: Chromium without its own errands: no account, no updates, no graphics card.
CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

NO_CHROMIUM = (
    "no Chromium found: set CHROMIUM to one, install chromium or google-chrome,"
    " or run `playwright install chromium`"
)


def find_chromium(own: str | None = None) -> str | None:
    """The Chromium to drive: the one of CHROMIUM, the system's, or Playwright's own."""
    wanted = os.environ.get("CHROMIUM")
    candidates = [wanted] if wanted else ["chromium", "chromium-browser", "google-chrome", own]
    for candidate in candidates:
        found = shutil.which(candidate) if candidate else None
        if found:
            return found
    return None


class Server:
    """A Streamlit server on a free port of this machine, up when the constructor returns."""

    def __init__(self, app: Path, env: Mapping[str, str]) -> None:
        port = _free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._lines: list[str] = []
        self._process = subprocess.Popen(
            _command(app, port),
            cwd=REPOSITORY,
            env={**os.environ, "PYTHONPATH": _python_path(), **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )
        watchdog = threading.Timer(START_LIMIT, self._process.kill)
        watchdog.start()
        try:
            self._wait_for_url()
        finally:
            watchdog.cancel()
        # an unread pipe would stop the server once it is full
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def log(self) -> str:
        """Everything that the server has written."""
        return "".join(self._lines)

    def stop(self) -> None:
        """End the server."""
        self._process.terminate()
        self._process.wait(10)
        self._reader.join(10)
        self._process.stdout.close()

    def _wait_for_url(self) -> None:
        for line in self._process.stdout:
            self._lines.append(line)
            if self.url in line:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=10) as answer:
                    if answer.read() == b"ok":
                        return
        self._process.wait()
        self._process.stdout.close()
        raise RuntimeError(f"the server did not start:\n{self.log}")

    def _read(self) -> None:
        self._lines.extend(self._process.stdout)


class Contexts:
    """Chromium by what it is told of its person; pages of one context share what they loaded.

    Streamlit keeps a session per page, so pages of one context are strangers all the same.
    """

    def __init__(self, chromium: Any) -> None:
        self._chromium = chromium
        self._contexts: dict[tuple[str, bool], Any] = {}

    def __call__(self, scheme: str, touch: bool) -> Any:
        """The context of that colour scheme, with a screen that is touched or not."""
        if (scheme, touch) not in self._contexts:
            self._contexts[scheme, touch] = self._chromium.new_context(
                color_scheme=scheme, has_touch=touch
            )
        return self._contexts[scheme, touch]


class Pages:
    """Opens pages and remembers what went wrong in them."""

    def __init__(self, contexts: Contexts) -> None:
        self._contexts = contexts
        self._pages: list[Any] = []
        self._errors: list[str] = []

    def __call__(
        self,
        url: str,
        *,
        scheme: str = "light",
        width: int = 1600,
        height: int = 1000,
        touch: bool = False,
    ) -> Any:
        """Open a page.

        Args:
            url: of the page.
            scheme: `light` or `dark`, what the browser prefers.
            width: of the window, in pixels.
            height: of the window, in pixels.
            touch: a screen that is touched.
        """
        page = self._contexts(scheme, touch).new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self._errors.append(f"uncaught: {error}"))
        self._pages.append(page)
        page.goto(url)
        return page

    def problems(self) -> list[str]:
        """Errors in the console and exceptions on the pages that are open."""
        shown = [
            f"on the page: {box.inner_text()}"
            for page in self._pages
            if not page.is_closed()
            for box in page.get_by_test_id("stException").all()
        ]
        return self._errors + shown

    def close(self) -> None:
        """Close all pages."""
        for page in self._pages:
            page.close()

    def _heard(self, message: Any) -> None:
        # On a page below the root Streamlit first asks for its own addresses beside that page.
        if message.type == "error" and "/_stcore/" not in message.location.get("url", ""):
            self._errors.append(f"console: {message.text}")


def _python_path() -> str:
    before = os.environ.get("PYTHONPATH")
    return os.pathsep.join([str(REPOSITORY), before] if before else [str(REPOSITORY)])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _command(app: Path, port: int) -> list[str]:
    options = {
        "server.port": port,
        "server.address": "127.0.0.1",
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
    }
    flags = [f"--{name}={value}" for name, value in options.items()]
    return [sys.executable, "-m", "streamlit", "run", str(app), *flags]
