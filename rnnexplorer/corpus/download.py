"""The one download: a whole book or nothing, checked by its content."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pooch

from rnnexplorer.corpus.errors import CorpusError
from rnnexplorer.corpus.manifest import MOST_BYTES, Book
from rnnexplorer.corpus.text import Corpus

#: Seconds to connect, and seconds without a byte, before an address is given up.
TIMEOUT = (5.0, 20.0)
#: Seconds for a whole download: 150 kB take that long at the speed of a 1990s modem.
LONGEST = 120.0
#: Each address is tried so often, in turn, so that a retry comes after the others had theirs.
ROUNDS = 2

#: (bytes that have come, bytes in all or 0 if unknown)
Progress = Callable[[int, int], None]


class _Endless(OSError):
    """More bytes or more time than the book can need."""


class _Watch:
    """pooch's progress bar: passes the bytes on, and ends a download without an end."""

    def __init__(self, progress: Progress | None) -> None:
        self.total = 0
        self._done = 0
        self._progress = progress
        self._deadline = time.monotonic() + LONGEST

    def update(self, count: int) -> None:
        if not count:
            return
        self._done += count
        if self._done > MOST_BYTES:
            raise _Endless(f"more than {MOST_BYTES:,} bytes came")
        if time.monotonic() > self._deadline:
            raise _Endless(f"not done after {LONGEST:.0f} s")
        if self._progress is not None:
            # pooch counts whole chunks, unpacked: the last one may go past the end
            self._progress(min(self._done, self.total or self._done), self.total)

    def reset(self) -> None:
        self._done = 0

    def close(self) -> None:
        """Nothing to close; pooch asks for it."""


def download(book: Book, folder: Path, progress: Progress | None = None) -> Corpus:
    """Fetch a book into a folder, once.

    Args:
        book: what to fetch and how to know it.
        folder: where to put it; made if it does not exist. The book appears in it when it is whole.
        progress: told of the bytes that have come; called from this thread.

    Returns:
        The book, read from its new place.

    Raises:
        CorpusError: no address gave the book, or the folder cannot be written.
    """
    reasons: dict[str, str] = {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".download-", dir=folder) as temporary:
            for url in book.urls * ROUNDS:
                try:
                    raw = _fetch(url, Path(temporary) / book.file, progress)
                    corpus = book.read(raw, folder / book.file)
                except (OSError, ValueError) as error:
                    reasons[urlsplit(url).netloc] = _reason(error)
                else:
                    os.replace(Path(temporary) / book.file, corpus.path)
                    return corpus
    except OSError as error:
        raise CorpusError(
            f"the book cannot be kept in {folder} ({_reason(error)});"
            " make that folder writable, or put the book into the data folder"
        ) from error
    tried = "; ".join(f"{host}: {reason}" for host, reason in reasons.items())
    raise CorpusError(f"{book.title} could not be downloaded ({tried})")


def _fetch(url: str, target: Path, progress: Progress | None) -> bytes:
    downloader = pooch.HTTPDownloader(progressbar=_Watch(progress), timeout=TIMEOUT)
    downloader(url, output_file=target, pooch=None)
    return target.read_bytes()


def _reason(error: Exception) -> str:
    """What went wrong in a few words; the text of network errors is a nest of addresses."""
    if isinstance(error, CorpusError | _Endless):
        return str(error).partition(";")[0]  # what follows is advice about a file
    response = getattr(error, "response", None)
    if response is not None:
        return f"HTTP {response.status_code}"
    text = f"{type(error).__name__} {error}".lower()
    known = (
        ("resolve", "the name is not found"),
        ("refused", "connection refused"),
        ("timed out", "no answer in time"),
        ("timeout", "no answer in time"),
        ("unreachable", "network unreachable"),
        ("certificate", "its certificate is not trusted"),
        ("incompleteread", "the connection broke off"),
        ("proxy", "the proxy does not answer"),
    )
    for sign, said in known:
        if sign in text:
            return said
    return getattr(error, "strerror", None) or type(error).__name__
