from __future__ import annotations

import unicodedata

import pytest

from rnnexplorer.corpus import split_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Alice's", ["alices"]),
        ("Alice\u2019s", ["alices"]),
        ("\u2018Twas she\u2019d", ["twas", "shed"]),
        ("three-legged", ["three", "legged"]),
        ("distance\u2014but", ["distance", "but"]),
        ("distance--but", ["distance", "but"]),
        ("ten\u2013twelve", ["ten", "twelve"]),
        ("so _very_ remarkable", ["so", "very", "remarkable"]),
        ("snake_case", ["snake", "case"]),
        ("\u201cWell!\u201d (she said;)", ["well", "she", "said"]),
        ("chapter 12, 3rd", ["chapter", "12", "3rd"]),
        ("O\u00f9 est ma chatte?", ["o\u00f9", "est", "ma", "chatte"]),
        ("won\u00adder", ["wonder"]),
        ("a\r\nb\tc\u00a0d", ["a", "b", "c", "d"]),
        ("", []),
        (" -- ' \u2014 ...", []),
    ],
)
def test_a_text_is_split_as_the_chapter_normalises_it(text: str, words: list[str]) -> None:
    assert split_words(text) == words


def test_straight_and_curly_apostrophes_give_the_same_words() -> None:
    assert split_words("don't, Alice's") == split_words("don\u2019t, Alice\u2019s")


def test_an_accent_written_apart_is_the_same_letter() -> None:
    apart = unicodedata.normalize("NFD", "Ångström café")
    assert apart != "Ångström café"
    assert split_words(apart) == ["ångström", "café"]


def test_vowel_signs_stay_inside_a_word() -> None:
    assert split_words("हिन्दी में") == ["हिन्दी", "में"]


def test_splitting_joined_words_again_changes_nothing() -> None:
    words = split_words("\u201cIt\u2019s a three-legged _stool_\u2014isn't it?\u201d said Zoë.")
    assert split_words(" ".join(words)) == words
