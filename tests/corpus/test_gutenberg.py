from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from rnnexplorer.corpus import Corpus, from_bytes, split_words
from rnnexplorer.corpus.gutenberg import layout

#: 40 words in four lines: long enough to be the body of a chapter.
PROSE = "\n".join(["The grey heron of the harbour counted all her boats"] * 4)

CONTENTS = "Contents\n\n CHAPTER I.   The Harbour\n CHAPTER II.  The Storm\n"


def edition(body: str) -> str:
    return (
        "Title: The Heron\n\nAuthor: Nobody\n\n"
        "*** START OF THE PROJECT GUTENBERG EBOOK THE HERON ***\n\n"
        f"{body}\n\n"
        "*** END OF THE PROJECT GUTENBERG EBOOK THE HERON ***\n\nlicence licence licence\n"
    )


def words_of(text: str) -> list[str]:
    found = layout(text)
    return split_words("\n".join([found.opening, *found.chapters]))


BODY = f"CHAPTER I.\nThe Harbour\n\n\n{PROSE}\n\n\nCHAPTER II.\nThe Storm\n\n\n{PROSE}\n\nTHE END"


@pytest.mark.parametrize(
    "text",
    [
        edition(BODY),
        edition(f"[Illustration]\n\nThe Heron\n\nby Nobody\n\n{CONTENTS}\n\n\n{BODY}"),
        edition(f"Produced by Some Person\n\n\nThe Heron\n\n{BODY}"),
        edition(BODY).replace("\n", "\r\n"),
        edition(BODY).replace("\n", "\r"),
        edition(BODY).replace("EBOOK THE HERON ***", "EBOOK THE\nHERON ***"),
        edition(BODY).replace("*** START OF THE", "***START OF THIS"),
        edition(BODY).replace("THE END", "THE END\n\nEnd of Project Gutenberg's The Heron"),
        edition(BODY.replace(".\nThe", ". The")),
        edition(BODY.replace(".\nThe", "\n\n     The")),
        edition(BODY.replace("CHAPTER II", "[Illustration: a storm,\nat sea]\n\nCHAPTER II")),
        f"THE HERON\n\nCC0, by Nobody.\n\n{BODY}",
        f"# The Heron\n\n{BODY.replace('CHAPTER', '## Chapter')}",
        BODY.replace("CHAPTER II.", "Chapter Two").replace("CHAPTER I.", "Chapter One"),
        BODY.replace("CHAPTER II.", "CHAPTER 2").replace("CHAPTER I.", "CHAPTER 1"),
        f"{CONTENTS}\n\n{BODY}",
    ],
)
def test_only_the_two_chapters_are_left_whatever_stands_around_them(text: str) -> None:
    found = layout(text)
    assert [split_words(body) for body in found.chapters] == [split_words(PROSE)] * 2
    assert not found.opening


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (edition(BODY), "The Heron"),
        (f"THE HERON\n\nCC0, by Nobody.\n\n{BODY}", "THE HERON"),
        (BODY, None),
        (PROSE, None),
    ],
)
def test_the_title_is_what_the_text_calls_itself(text: str, title: str | None) -> None:
    assert layout(text).title == title


def test_a_plain_text_keeps_every_word() -> None:
    text = f"{PROSE}\n\nChapter three was the longest of all.\n\n{PROSE}"
    assert words_of(text) == split_words(text)
    assert layout(text).chapters == ()


def test_a_prologue_longer_than_a_title_page_is_kept() -> None:
    prologue = f"{PROSE}\n\n{PROSE}"
    found = layout(f"{prologue}\n\n{BODY}")
    assert split_words(found.opening) == split_words(prologue)
    assert len(found.chapters) == 2


def test_a_first_line_of_prose_is_not_taken_for_a_title() -> None:
    found = layout(
        f"CHAPTER I.\n\n\u201cWell!\u201d said the heron.\n\n{PROSE}\n\nCHAPTER II.\n{PROSE}"
    )
    assert split_words(found.chapters[0])[:4] == ["well", "said", "the", "heron"]
    assert split_words(found.chapters[1]) == split_words(PROSE)


def test_an_edition_without_chapters_loses_its_title_page() -> None:
    text = edition(f"Produced by Some Person\n\nThe Heron\n\nby Nobody\n\n{PROSE}\n\n{PROSE}")
    assert words_of(text) == split_words(PROSE) * 2


def test_a_heading_with_nothing_under_it_is_no_chapter(tmp_path: Path) -> None:
    raw = f"CHAPTER I.\n\n{PROSE * 6}\n\nCHAPTER II.\n\nCHAPTER III.\n\n{PROSE}".encode()
    corpus = from_bytes(raw, name="x", title=None, path=tmp_path / "x.txt")
    assert corpus.chapters == (0, len(split_words(PROSE * 6)))


# The book. Its figures are counted here anew, by another way: a regular expression over the file
# from the first sentence to the last words, with the lines of the headings taken out.

TEN = (
    ("the", 1635),
    ("and", 870),
    ("to", 729),
    ("a", 627),
    ("she", 541),
    ("it", 530),
    ("of", 513),
    ("said", 462),
    ("i", 409),
    ("alice", 386),
)


def plain_words(path: Path, heading: str) -> list[str]:
    text = path.read_text(encoding="utf-8")
    end = text.rindex("happy summer")
    text = text[text.index("Alice was beginning") : text.index("days", end) + len("days")]
    text = re.sub(heading, "", text, flags=re.MULTILINE)
    return re.findall(r"[a-zù]+", re.sub("['\u2018\u2019]", "", text.lower()))


@pytest.mark.book
def test_alice_has_26613_words_in_twelve_chapters(alice: Corpus, book_path: Path) -> None:
    assert list(alice.words) == plain_words(book_path, r"^CHAPTER [IVX]+\.\n.*$")
    assert len(alice.words) == 26_613
    assert len(alice.vocabulary()) == 2_600
    assert len(alice.chapters) == 12


@pytest.mark.book
def test_the_edition_of_2011_has_six_words_less(old_alice: Corpus, old_book_path: Path) -> None:
    assert list(old_alice.words) == plain_words(old_book_path, r"^CHAPTER [IVX]+\. .*$")
    assert len(old_alice.words) == 26_607
    assert len(old_alice.vocabulary()) == 2_598
    assert len(old_alice.chapters) == 12


@pytest.mark.book
@pytest.mark.parametrize("which", ["alice", "old_alice"])
def test_both_editions_have_the_same_ten_most_common_words(
    which: str, request: pytest.FixtureRequest
) -> None:
    corpus = request.getfixturevalue(which)
    assert tuple(Counter(corpus.words).most_common(10)) == TEN


@pytest.mark.book
def test_the_ten_words_of_the_chapter_are_those_of_the_whole_file_with_its_licence(
    old_book_path: Path,
) -> None:
    counts = Counter(split_words(old_book_path.read_text(encoding="utf-8")))
    ten = " ".join(word for word, _ in counts.most_common(10))
    assert ten == "the and to a of it she said you in"


@pytest.mark.book
@pytest.mark.parametrize("which", ["alice", "old_alice"])
def test_the_book_begins_with_its_first_sentence_and_ends_with_its_last(
    which: str, request: pytest.FixtureRequest
) -> None:
    corpus = request.getfixturevalue(which)
    assert " ".join(corpus.words[:7]) == "alice was beginning to get very tired"
    assert " ".join(corpus.words[-3:]) == "happy summer days"
    assert corpus.title.replace("\u2019", "'") == "Alice's Adventures in Wonderland"
    for word in ("gutenberg", "illustration", "chapter", "contents", "millennium"):
        assert word not in corpus.words


@pytest.mark.book
@pytest.mark.parametrize(("which", "size"), [("alice", 2133), ("old_alice", 2131)])
def test_the_last_chapter_is_held_out(
    which: str, size: int, request: pytest.FixtureRequest
) -> None:
    corpus = request.getfixturevalue(which)
    assert corpus.default_held_out() == "last-chapter"
    training, held_out = corpus.split("last-chapter")
    assert training + held_out == corpus.words
    assert " ".join(held_out[:3]) == "here cried alice"
    assert len(held_out) == size


@pytest.mark.book
def test_line_ends_and_a_byte_order_mark_make_no_difference(alice: Corpus, book_path: Path) -> None:
    raw = book_path.read_bytes()
    for changed in (b"\xef\xbb\xbf" + raw, raw.replace(b"\n", b"\r\n")):
        again = from_bytes(changed, name="alice", title=None, path=book_path)
        assert again.words == alice.words
        assert again.chapters == alice.chapters
        assert again.sha256 != alice.sha256
