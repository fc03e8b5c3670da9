from __future__ import annotations

import numpy as np
import pytest

from rnnexplorer.figures import DARK, LIGHT, describe_next_words, next_words

WORDS = ("the", "and", "to", "a", "it")
PROBS = np.array([0.4, 0.3, 0.2, 0.07, 0.03])


def rows(figure):
    return list(zip(figure.layout.yaxis.ticktext, figure.data[0].text, strict=True))


def test_the_most_probable_words_come_first_with_one_decimal():
    assert rows(next_words(WORDS, PROBS, count=3)) == [
        ("the", "40.0%"),
        ("and", "30.0%"),
        ("to", "20.0%"),
    ]
    np.testing.assert_allclose(next_words(WORDS, PROBS, count=3).data[0].x, PROBS[:3], atol=1e-7)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_only_the_word_that_came_is_amber(theme):
    figure = next_words(WORDS, PROBS, "and", theme.name, count=3)
    hue = theme.hue("p")
    assert list(figure.data[0].marker.color) == [hue, theme.selection, hue]
    assert len(rows(figure)) == 3


def test_a_word_outside_the_list_gets_a_last_row_with_its_rank():
    figure = next_words(WORDS, PROBS, "it", count=2)
    assert rows(figure)[-1] == ("<b>it</b>", "3.0%  no. 5")
    assert figure.data[0].marker.color[-1] == LIGHT.selection


def test_the_longest_bar_leaves_room_for_its_number():
    low, high = next_words(WORDS, PROBS).layout.xaxis.range
    assert (low, high > 1.3 * PROBS[0]) == (0, True)


def test_a_vocabulary_smaller_than_the_list_is_shown_whole():
    assert len(rows(next_words(WORDS, PROBS, count=8))) == 5


def test_a_word_is_text_and_never_markup():
    figure = next_words(("<b>x</b>", "y"), np.array([0.9, 0.1]), "y")
    assert list(figure.layout.yaxis.ticktext) == ["&lt;b&gt;x&lt;/b&gt;", "<b>y</b>"]


def test_a_word_that_the_model_does_not_know_is_quoted():
    with pytest.raises(ValueError, match="'zebra'"):
        next_words(WORDS, PROBS, "zebra")


def test_the_text_alternative_has_the_same_numbers():
    assert describe_next_words(WORDS, PROBS, "it", count=2) == (
        "The most probable next words: the 40.0%, and 30.0%. The word that came, it, had 3.0% and"
        " was number 5."
    )
