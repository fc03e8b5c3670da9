"""Sentences and quotation marks, by hand and by holding two editions against each other."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from rnnexplorer.corpus import Corpus, CorpusError, annotate, read_text_file
from rnnexplorer.corpus.words import split_words, words_with_gaps

FILLER = "The river ran on and nobody spoke. " * 40


def labelled(folder: Path, text: str) -> list[tuple[str, int, bool]]:
    path = folder / "text.txt"
    path.write_text(f"{text}\n\n{FILLER}", encoding="utf-8")
    corpus = read_text_file(path)
    found = annotate(corpus)
    count = len(split_words(text))
    rows = zip(corpus.words, found.in_sentence.tolist(), found.quoted.tolist(), strict=True)
    return list(rows)[:count]


def quoted(rows: list[tuple[str, int, bool]]) -> str:
    return " ".join(word for word, _, inside in rows if inside)


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("“Come in,” said the dog. She did.", "come in"),
        ('"Come in," said the dog. "Why not?" It rained.', "come in why not"),
        ("'I don't know,' she said, 'why it's so.' The dogs' bowl was empty.",
         "i dont know why its so"),
        ("'Who said \"no\" to you?' asked he. 'Nobody.'", "who said no to you nobody"),
        ("Nothing is said here, and the dog's bowl isn't full.", ""),
        ("“I never closed this\n\nand here it is over.", "i never closed this"),
    ],
)  # fmt: skip
def test_what_stands_in_quotation_marks(text: str, spoken: str, tmp_path: Path) -> None:
    assert quoted(labelled(tmp_path, text)) == spoken


def test_words_are_counted_from_the_beginning_of_their_sentence(tmp_path: Path) -> None:
    rows = labelled(tmp_path, "It rained. Did it? Yes—it did, all day!\n\nThen no more")
    assert [place for _, place, _ in rows] == [0, 1, 0, 1, 0, 1, 2, 3, 4, 0, 1, 2]


def test_the_gaps_are_what_lies_between_the_words() -> None:
    text = " “Oh dear!” said Alice’s cat—"
    found = words_with_gaps(text)
    assert [word for _, word in found] == split_words(text)
    assert [gap for gap, _ in found] == [" “", " ", "!” ", " ", " "]


def test_a_file_that_has_changed_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text(FILLER, encoding="utf-8")
    corpus = read_text_file(path)
    path.write_text(FILLER + "More.", encoding="utf-8")
    with pytest.raises(CorpusError, match="load the text again"):
        annotate(corpus)
    path.unlink()
    with pytest.raises(CorpusError, match="cannot be read"):
        annotate(corpus)


def test_two_editions_with_other_marks_agree(alice: Corpus, old_alice: Corpus) -> None:
    # Curly double marks in one, straight single ones in the other. What they disagree on are
    # quotations within narration, which the older edition sets in another way.
    one, other = annotate(alice), annotate(old_alice)
    words = 6000
    matcher = difflib.SequenceMatcher(None, alice.words[:words], old_alice.words[:words],
                                      autojunk=False)  # fmt: skip
    agree = total = 0
    for block in matcher.get_matching_blocks():
        ours = one.quoted[block.a : block.a + block.size]
        theirs = other.quoted[block.b : block.b + block.size]
        agree, total = agree + int((ours == theirs).sum()), total + block.size
    assert total > 0.99 * words
    assert agree / total > 0.95
    assert one.chapter.max() == 11
