from __future__ import annotations

import os
from pathlib import Path

import pytest

from rnnexplorer.corpus import Corpus, load, read_text_file

NEEDS_THE_BOOK = "needs the book: set RNNEXPLORER_DATA to a folder that holds pg11.txt"


def _book(name: str) -> Path:
    folder = os.environ.get("RNNEXPLORER_DATA")
    path = Path(folder or "") / name
    if not folder or not path.is_file():
        pytest.skip(NEEDS_THE_BOOK)
    return path


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
