"""Fixtures of the tests that need a real browser, and of those that need the book."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from browser import CHROMIUM_ARGUMENTS, NO_CHROMIUM, Contexts, Pages, Server, find_chromium

from rnnexplorer.corpus import Corpus, load, read_text_file

NEEDS_THE_BOOK = "needs the book: set RNNEXPLORER_DATA to a folder that holds pg11.txt"


def _book(name: str) -> Path:
    folder = os.environ.get("RNNEXPLORER_DATA")
    path = Path(folder or "") / name
    if not folder or not path.is_file():
        pytest.skip(NEEDS_THE_BOOK)
    return path


@pytest.fixture(autouse=True, scope="session")
def _installed_packages_are_scanned_once() -> Iterator[None]:
    """Every `AppTest` looks for components in all installed packages: half a second each time."""
    from streamlit.components.v2 import manifest_scanner

    with pytest.MonkeyPatch.context() as patch:
        once = functools.cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", once)
        yield


@pytest.fixture(scope="session")
def book_path() -> Path:
    """The UTF-8 edition: curly quotes, contents list, headings in two lines."""
    return _book("pg11.txt")


@pytest.fixture(scope="session")
def old_book_path() -> Path:
    """The edition of 2011: ASCII, long header and licence, headings in one line."""
    return _book("pg11-ascii-2011.txt")


@pytest.fixture(scope="session")
def alice(book_path: Path) -> Corpus:
    return load("alice")


@pytest.fixture(scope="session")
def old_alice(old_book_path: Path) -> Corpus:
    return read_text_file(old_book_path)


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
            if os.environ.get("RNNEXPLORER_NEEDS_CHROMIUM"):  # .ci/run: a skip would hide a failure
                pytest.fail(NO_CHROMIUM)
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
