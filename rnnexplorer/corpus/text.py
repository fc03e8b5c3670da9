"""A corpus: the words of one text, its chapters, and what of it is held out."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from rnnexplorer.corpus import gutenberg
from rnnexplorer.corpus.decoding import decode
from rnnexplorer.corpus.errors import CorpusError
from rnnexplorer.corpus.vocabulary import Vocabulary
from rnnexplorer.corpus.words import split_words

#: Fewest words of a text. A tenth is held out, and the 20 words of a tenth of 200 hold one window
#: of 10 words with something left to predict.
LEAST_WORDS = 200

#: What `Corpus.split` can hold out.
HELD_OUT = ("none", "last-chapter", "last-tenth")


@dataclass(frozen=True, eq=False)
class Corpus:
    """The words of one text.

    Attributes:
        name: `alice`, `tale` or the stem of the file.
        title: for people.
        words: every word, in order; headings are not among them.
        chapters: index in `words` of each chapter's first word, rising; () if it has none.
        sha256: of the raw bytes, in hexadecimal.
        path: the file it was read from.
    """

    name: str
    title: str
    words: tuple[str, ...]
    chapters: tuple[int, ...]
    sha256: str
    path: Path

    def vocabulary(self) -> Vocabulary:
        """Every word of the whole text, by falling frequency, ties in alphabetical order."""
        counts = Counter(self.words)
        return Vocabulary(tuple(sorted(counts, key=lambda word: (-counts[word], word))))

    def split(self, held_out: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The words to train on and the words held out, which follow them.

        Args:
            held_out: `none`, `last-chapter` or `last-tenth`.

        Raises:
            ValueError: `held_out` is none of these, or the text has no chapter to hold out.
        """
        if held_out not in HELD_OUT:
            raise ValueError(f"held_out is {held_out!r}; it must be one of {', '.join(HELD_OUT)}")
        if held_out == "last-chapter" and len(self.chapters) < 2:
            raise ValueError(
                f"{self.name!r} has {len(self.chapters) or 'no'} chapter{'s' * (not self.chapters)}"
                " marked, so its last one cannot be held out; hold out 'last-tenth' or 'none'"
            )
        size = len(self.words)
        starts = {
            "none": size,
            "last-chapter": self.chapters[-1] if self.chapters else size,
            "last-tenth": size - size // 10,
        }
        return self.words[: starts[held_out]], self.words[starts[held_out] :]

    def default_held_out(self) -> str:
        """`last-chapter` for a text with at least two chapters, else `last-tenth`."""
        return "last-chapter" if len(self.chapters) >= 2 else "last-tenth"


def from_bytes(raw: bytes, *, name: str, title: str | None, path: Path) -> Corpus:
    """The corpus in the bytes of a text file.

    Args:
        raw: the whole file.
        name: of the corpus.
        title: of the text; None takes the one the text gives itself, else `name`.
        path: where the bytes lie, or will lie.

    Raises:
        CorpusError: the bytes are no text, or too short a one.
    """
    label = f'"{path.name}"'
    found = gutenberg.layout(decode(raw, label))
    words = split_words(found.opening)
    chapters: list[int] = []
    for body in found.chapters:
        more = split_words(body)
        if more:  # a heading with nothing under it is no chapter
            chapters.append(len(words))
            words += more
    if len(words) < LEAST_WORDS:
        raise CorpusError(
            f"{label} has only {len(words)} {'word' if len(words) == 1 else 'words'}, and a network"
            f" needs at least {LEAST_WORDS} to learn from; choose a longer text"
        )
    return Corpus(
        name=name,
        title=title or found.title or name,
        words=tuple(words),
        chapters=tuple(chapters),
        sha256=hashlib.sha256(raw).hexdigest(),
        path=path,
    )
