"""One word replaced: against distances and divergences written out by hand."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from toy import toy

from rnnexplorer.measures import change as measures
from rnnexplorer.measures.change import Change


@pytest.fixture
def pair():
    """A trace, and the same words but for the one at step 2, with states and logits of another."""
    plain, _ = toy("lstm", steps=6)
    other, _ = toy("lstm", steps=6, seed=1)
    word = next(w for w in plain.vocabulary if w != plain.words[2])
    words = (*plain.words[:2], word, *plain.words[3:])
    return plain, dataclasses.replace(other, words=words)


def test_both_measures_are_the_formulas_at_every_later_step(pair):
    plain, changed = pair
    found = measures.change(plain, changed, 2, "c", 0)
    for k, step in enumerate(range(2, 6)):
        a, b = (np.exp(t.logits[step].astype(float)) for t in pair)
        p, q = a / a.sum(), b / b.sum()
        assert found.bits[k] == pytest.approx((p * np.log2(p / q)).sum(), rel=1e-6)
        apart = plain.signals["c"][0, step] - changed.signals["c"][0, step]
        assert found.distance[k] == pytest.approx(np.sqrt((apart**2).sum()), rel=1e-5)
    assert len(found.bits) == 4
    assert (found.word, found.other) == (plain.words[2], changed.words[2])


def test_texts_that_differ_elsewhere_are_refused(pair):
    plain, changed = pair
    with pytest.raises(ValueError, match="more than the word at step 3"):
        measures.change(plain, changed, 3, "h", 0)


def test_the_alternatives_are_what_was_expected_most_but_for_the_word_itself():
    trace, _ = toy(steps=5)
    words = measures.alternatives(trace, 3, 3)
    order = [trace.vocabulary[k] for k in np.argsort(-trace.logits[2])]
    assert words == [w for w in order if w != trace.words[3]][:3]
    assert trace.words[0] not in measures.alternatives(trace, 0, 4)


def found(*bits: float) -> Change:
    return Change(4, "very", "so", "c", np.array(bits), np.array(bits))


@pytest.mark.parametrize(
    ("change", "gone", "end"),
    [
        (
            found(2.0, 0.5, 0.001, 0.02, 0.001),
            4,
            "0.50 one word later; after 4 words it moves by less than 0.01 bits.",
        ),
        (found(2.0, 0.5), 2, "at the end of the text, 1 word later, 0.50 are left."),
        (found(2.0, 0.001), 1, "one word later less than 0.01 bits are left."),
        (found(2.0), 1, "by 2.00 bits."),
        (
            found(2.0, 2.5, 3.0, 0.0),
            3,
            ", and most, by 3.00, 2 words later; after 3 words it moves by less than 0.01 bits.",
        ),
    ],
)
def test_the_headline_tells_how_far_and_how_long(change, gone, end):
    assert change.gone == gone
    told = measures.headline(change)
    assert told.startswith("“so” in place of “very” moves what is expected next by 2.00 bits")
    assert told.endswith(end)


def test_the_table_has_the_steps_of_the_text_and_relative_distances():
    words = tuple("abcdefg")
    table = measures.table(found(2.0, 1.0), words, whole=4.0)
    assert table["step"].tolist() == [4, 5]
    assert table["word"].tolist() == ["e", "f"]
    assert table["relative_distance_c"].tolist() == [0.5, 0.25]
