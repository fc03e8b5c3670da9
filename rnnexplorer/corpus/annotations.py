"""What the words of a text have lost: where sentences end, what is said in quotation marks.

Words are lower case and bare; a network can only infer where a sentence began. These labels are
read off the original, so that a unit can be held against them.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnnexplorer.corpus import gutenberg
from rnnexplorer.corpus.decoding import decode
from rnnexplorer.corpus.errors import CorpusError
from rnnexplorer.corpus.text import Corpus
from rnnexplorer.corpus.words import split_words, words_with_gaps

_PARAGRAPH = re.compile(r"\n\s*\n")
_SENTENCE_END = re.compile(r"[.!?…]")
_OPENING, _CLOSING = "“", "”"
#: A quotation mark at the beginning of a word opens, any other closes.
_BEGINS = r"(?<![^\W_])(?<![.,!?;:…])"
_STRAIGHT_DOUBLE = re.compile(rf'{_BEGINS}"(?=[\w\'‘’])')
_STRAIGHT_SINGLE = re.compile(rf"{_BEGINS}['‘](?=\w)")
#: An apostrophe within or before a word ("'tis") is no closing mark; one after punctuation is.
_SINGLE_CLOSES = re.compile(r"(?<=[.,!?;:…\-\u2014_)])['’]")


@dataclass(frozen=True, eq=False)
class Annotations:
    """Labels of every word of a corpus, [N] each.

    Attributes:
        in_sentence: words since the sentence began, from 0.
        quoted: whether it stands within quotation marks.
        chapter: from 0; words before the first chapter count to it.
    """

    in_sentence: NDArray[np.int32]
    quoted: NDArray[np.bool_]
    chapter: NDArray[np.int32]


def annotate(corpus: Corpus) -> Annotations:
    """Read the labels off the file of a corpus.

    Raises:
        CorpusError: the file cannot be read, or is not the corpus any more.
    """
    try:
        raw = corpus.path.read_bytes()
    except OSError as error:
        raise CorpusError(f"{corpus.path} cannot be read: {error.strerror}") from error
    found = gutenberg.layout(decode(raw, f'"{corpus.path.name}"'))
    position: list[int] = []
    quoted: list[bool] = []
    bodies = [body for body in (found.opening, *found.chapters) if split_words(body)]
    mark_single = _uses_single_marks("\n\n".join(bodies))
    for body in bodies:
        for paragraph in _PARAGRAPH.split(body):
            words_in = _labels(paragraph, single=mark_single)
            position += [p for p, _ in words_in]
            quoted += [q for _, q in words_in]
    if len(position) != len(corpus.words):
        raise CorpusError(
            f"{corpus.path.name} has {len(position)} words now and had {len(corpus.words)};"
            " load the text again"
        )
    chapter = np.zeros(len(position), dtype=np.int32)
    for start in corpus.chapters[1:]:
        chapter[start:] += 1
    return Annotations(np.array(position, np.int32), np.array(quoted, np.bool_), chapter)


def _uses_single_marks(text: str) -> bool:
    """Whether speech stands in single quotation marks, as in older British editions."""
    double = len(_STRAIGHT_DOUBLE.findall(text)) + text.count("“")
    return len(_STRAIGHT_SINGLE.findall(text)) > double


def _labels(paragraph: str, *, single: bool) -> list[tuple[int, bool]]:
    """For each word of a paragraph: its place in the sentence, and whether it is quoted.

    A paragraph begins outside of quotation marks: a speech that goes on opens them again.
    """
    text = unicodedata.normalize("NFC", paragraph)
    if single:  # then double ones are a quotation within the quotation
        text = text.replace('"', "")
        text = _SINGLE_CLOSES.sub(_CLOSING, _STRAIGHT_SINGLE.sub(_OPENING, text))
    text = _STRAIGHT_DOUBLE.sub(_OPENING, text).replace('"', _CLOSING)
    labels: list[tuple[int, bool]] = []
    place, inside = 0, False
    for gap, _ in words_with_gaps(text):
        if labels and _SENTENCE_END.search(gap):
            place = 0
        for mark in gap:
            inside = inside if mark not in (_OPENING, _CLOSING) else mark == _OPENING
        labels.append((place, inside))
        place += 1
    return labels
