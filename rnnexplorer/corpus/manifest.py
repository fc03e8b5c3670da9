"""The corpora that have a name: `data/corpora.json`, and how the book is known by its content."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from rnnexplorer.corpus.errors import CorpusError
from rnnexplorer.corpus.text import Corpus, from_bytes
from rnnexplorer.corpus.words import split_words

#: The folder of the repository that holds the manifest and the tale.
REPOSITORY_DATA = Path(__file__).resolve().parents[2] / "data"

#: A larger file is not a book of the manifest: Alice has 0.2 million bytes.
MOST_BYTES = 5_000_000
#: The title stands in the header or on the title page: within so many bytes.
TITLE_WITHIN = 5_000


@dataclass(frozen=True)
class Book:
    """A book that is not in the repository: where it comes from, and how it is known.

    Editors change the files of Project Gutenberg, so a book is known by its content.

    Attributes:
        name: of the corpus.
        title: for people, and among the words of the file.
        file: its usual name, tried first.
        urls: where to download it, in order.
        first: words it begins with.
        last: words it ends with.
        words: fewest and most words of its text.
        chapters: how many it has.
    """

    name: str
    title: str
    file: str
    urls: tuple[str, ...]
    first: tuple[str, ...]
    last: tuple[str, ...]
    words: tuple[int, int]
    chapters: int

    def read(self, raw: bytes, path: Path) -> Corpus:
        """The corpus in a file of this book.

        Args:
            raw: the whole file.
            path: where it lies, or will lie.

        Raises:
            CorpusError: it is not this book, or not all of it; the message says why.
        """
        # A look at the bytes spares splitting every other text of the user's into words.
        longest = max(split_words(self.title), key=len)
        if len(raw) > MOST_BYTES or longest.encode() not in raw.lower():
            raise CorpusError(f'"{path.name}" is not {self.title}: its title is missing')
        corpus = from_bytes(raw, name=self.name, title=self.title, path=path)
        size, chapters = len(corpus.words), len(corpus.chapters)
        fewest, most = self.words
        title = " ".join(split_words(self.title))
        start = raw[:TITLE_WITHIN].decode("utf-8", errors="ignore")
        checks = (
            (title in " ".join(split_words(start)), "its title is missing"),
            (corpus.words[: len(self.first)] == self.first, "its first sentence is missing"),
            (corpus.words[-len(self.last) :] == self.last, "its last words are missing"),
            (chapters == self.chapters, f"its chapters number {chapters}, not {self.chapters}"),
            (fewest <= size <= most, f"it has {size} words, not {fewest} to {most}"),
        )
        for holds, reason in checks:
            if not holds:
                raise CorpusError(f'"{path.name}" is not {self.title}: {reason}')
        return corpus


def book(name: str, folder: Path | None = None) -> Book:
    """The entry of a book in the manifest.

    Args:
        name: of the book.
        folder: where `corpora.json` lies; None is the repository's `data`.
    """
    path = (folder or REPOSITORY_DATA) / "corpora.json"
    entry = json.loads(path.read_text(encoding="utf-8"))[name]
    marks = entry["marks"]
    return Book(
        name=name,
        title=entry["title"],
        file=entry["file"],
        urls=tuple(entry["urls"]),
        first=tuple(split_words(marks["first_words"])),
        last=tuple(split_words(marks["last_words"])),
        words=(marks["fewest_words"], marks["most_words"]),
        chapters=marks["chapters"],
    )
