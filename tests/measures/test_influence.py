"""Rows and triangles of influence, by hand."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from rnnexplorer.measures import influence
from rnnexplorer.measures.influence import Row, Triangle

WORDS = ["one", "two", "three", "four", "five"]


def test_the_word_that_matters_most_and_half_of_the_total_by_hand():
    """Sizes 5, 1, 2, 3 of eleven: the last two hold 5, less than half, so it takes three."""
    row = Row(4, 0, np.array([5.0, -1.0, 2.0, -3.0]))
    assert row.total == 11.0
    assert (row.most(), row.newest_half()) == (0, 3)
    np.testing.assert_allclose(row.shares, np.array([5, 1, 2, 3]) / 11)
    assert influence.sentence(row, WORDS, "words") == (
        "“five” hangs most on “one”, 4 words before it;"
        " half of the total lies within the last 3 words."
    )
    assert influence.sentence(row, WORDS, "signed") == (
        "“one”, 4 words before it, speaks most strongly for “five” (+5.00);"
        " half of the total lies within the last 3 words."
    )


def test_what_speaks_against_and_what_is_a_state_are_said_so():
    row = Row(2, 0, np.array([1.0, -4.0]))
    assert influence.sentence(row, WORDS, "integrated") == (
        "“two”, the word before it, speaks most strongly against “three” (−4.00);"
        " half of the total lies in that word alone."
    )
    assert "hangs most on the cell C after “two”" in influence.sentence(row, WORDS, "c")
    assert "hangs most on the state h after “two”" in influence.sentence(row, WORDS, "h")


def test_exactly_half_is_half():
    assert Row(4, 0, np.array([1.0, 1.0, 1.0, 1.0])).newest_half() == 2


def test_the_first_word_and_no_influence_have_sentences_of_their_own():
    assert "is the first word" in influence.sentence(Row(0, 0, np.zeros(0)), WORDS, "words")
    told = influence.sentence(Row(3, 2, np.zeros(1)), WORDS, "integrated")
    assert told == "Nothing that is shown mattered for “four”."
    assert not Row(3, 2, np.zeros(1)).shares.any()


def pieces():
    """Rows 0 … 1 and 2 of a part of three words from step 1 on, as `influencing` gives them."""
    values = np.arange(9.0).reshape(3, 3) * np.tri(3, k=-1)
    return values, [
        SimpleNamespace(
            targets=range(1 + part.start, 1 + part.stop), steps=range(1, 4),
            states={"h": np.stack([values[part], 2 * values[part]])}, inputs=values[part],
            signed=-values[part],
        )
        for part in (slice(0, 2), slice(2, 3))
    ]  # fmt: skip


def test_pieces_are_joined_to_the_triangle_and_a_row_ends_before_its_target():
    values, rows = pieces()
    found = influence.joined(rows)
    assert isinstance(found, Triangle)
    np.testing.assert_array_equal(found.of("words", 0), values)
    np.testing.assert_array_equal(found.of("signed", 0), -values)
    np.testing.assert_array_equal(found.of("h", 1), 2 * values)
    row = found.row("words", 0, 3)
    assert (row.first, row.amounts.tolist()) == (1, [6.0, 7.0])
    assert len(found.row("h", 0, 1).amounts) == 0
    with pytest.raises(ValueError, match="no triangle of 'c'; there are words, signed, h"):
        found.of("c", 0)
    with pytest.raises(ValueError, match="no layer 3; there are 1 to 2"):
        found.of("h", 2)


def test_the_tables_have_a_row_for_every_source_and_every_pair():
    values, rows = pieces()
    rows = {"words": Row(3, 1, np.array([6.0, 7.0])), "integrated": Row(3, 2, np.array([0.5]))}
    table = influence.table(rows, WORDS)
    assert table["word"].tolist() == ["two", "three"]
    assert table["words_back"].tolist() == [2, 1]
    np.testing.assert_array_equal(table["integrated"], [np.nan, 0.5])
    pairs = influence.triangle_table(values, WORDS, range(1, 4))
    assert len(pairs) == 3
    last = pairs.iloc[-1]
    assert (last["target"], last["source"], last["value"]) == ("four", "three", 7.0)


def test_what_the_rule_of_summing_misses_is_said():
    told = influence.integrated_sentence(Row(2, 0, np.array([1.0, 0.5])), 1.75)
    assert told == (
        "They sum to +1.500; y with these words minus y without is +1.750;"
        " the rule of summing misses −0.250."
    )
    exact = influence.integrated_sentence(Row(2, 0, np.array([1.0, 0.5])), 1.5004)
    assert exact.endswith("the rule of summing misses less than 0.001.")


def test_an_average_by_distance_stands_under_the_words_before_a_target():
    """One word back 5, two back 3, three back 2; of five words before the target, or of two."""
    amounts = np.array([5.0, 3.0, 2.0])
    whole, cut = influence.at_distances(amounts, 9, 4), influence.at_distances(amounts, 9, 7)
    assert (whole.first, list(whole.amounts)) == (6, [2.0, 3.0, 5.0])
    assert (cut.first, list(cut.amounts)) == (7, [3.0, 5.0])
    assert whole.newest_half() == influence.newest_half(amounts[::-1]) == 1
    assert influence.newest_half(np.array([2.0, 3.0, 3.0])) == 2


def test_beyond_its_reach_a_kind_is_not_a_number_in_the_table():
    rows = {"words": Row(3, 0, np.ones(3)), "words_on_average": Row(3, 2, np.ones(1))}
    found = influence.table(rows, ["a", "b", "c", "d"])
    np.testing.assert_array_equal(found["words_on_average"], [np.nan, np.nan, 1.0])


def test_gradients_of_nothing_are_not_said_to_be_nothing():
    row = Row(2, 0, np.zeros(2))
    assert "Every gradient is 0" in influence.sentence(row, ["a", "b", "c"], "words")
    assert "mattered" in influence.sentence(row, ["a", "b", "c"], "integrated")
