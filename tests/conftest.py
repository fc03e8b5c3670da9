"""Fixtures of the tests that need a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from browser import CHROMIUM_ARGUMENTS, NO_CHROMIUM, Contexts, Pages, Server, find_chromium


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[..., str]]:
    """`serve(app, env)`: the URL of a server of that app; one server per app and environment."""
    servers: dict[tuple[Path, tuple[tuple[str, str], ...]], Server] = {}

    def start(app: Path, env: Mapping[str, str] | None = None) -> str:
        key = (app, tuple(sorted((env or {}).items())))
        if key not in servers:
            servers[key] = Server(app, env or {})
        return servers[key].url

    yield start
    for server in servers.values():
        server.stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A running Chromium; the test is skipped where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    with playwright.sync_playwright() as driver:
        path = find_chromium(driver.chromium.executable_path)
        if path is None:
            pytest.skip(NO_CHROMIUM)
        launched = driver.chromium.launch(executable_path=path, args=list(CHROMIUM_ARGUMENTS))
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def contexts(chromium: Any) -> Contexts:
    """What the pages of one kind share: the files that they loaded."""
    return Contexts(chromium)


@pytest.fixture
def page(contexts: Contexts) -> Iterator[Pages]:
    """`page(url, scheme=…, width=…)` opens a page.

    The test fails where a page had an error in its console or shows an exception.
    """
    pages = Pages(contexts)
    yield pages
    problems = pages.problems()
    pages.close()
    assert not problems, "\n".join(problems)
