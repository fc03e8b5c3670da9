"""A, B and what was learned between them: same units, same rows, same words, same shades."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from toy import toy

from rnnexplorer.figures import View, pair
from rnnexplorer.traces import Trace


def two(cell: str = "lstm") -> tuple[Trace, Trace]:
    """One text, read by two networks of one size; the first is the earlier epoch."""
    one, other = toy(cell)[0], toy(cell, seed=3)[0]
    origin = dataclasses.replace(one.origin, epoch=0)
    return dataclasses.replace(one, origin=origin), dataclasses.replace(other, words=one.words)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_the_third_panel_is_the_later_epoch_minus_the_earlier(cell: str, theme: str) -> None:
    a, b = two(cell)
    view = View(keys=("h",), next_words=0, units=(2, 0), start=1, stop=5)
    figure = pair.pair(a, b, view, theme)
    first, second, difference = figure.data
    np.testing.assert_allclose(first.z, a.signals["h"][0][1:5, [2, 0]].T)
    np.testing.assert_allclose(second.z, b.signals["h"][0][1:5, [2, 0]].T)
    np.testing.assert_allclose(difference.z, np.array(second.z) - np.array(first.z), atol=1e-6)
    assert {tuple(trace.meta["units"]) for trace in figure.data} == {(2, 0)}
    assert {trace.xaxis for trace in figure.data} == {"x"}
    assert (first.zmin, first.zmax) == (second.zmin, second.zmax)
    assert difference.zmax == pytest.approx(np.abs(difference.z).max())
    swapped = pair.pair(b, a, view, theme)
    np.testing.assert_array_equal(swapped.data[0].z, second.z)
    np.testing.assert_array_equal(swapped.data[2].z, difference.z)


def test_beside_the_panels_stands_which_epoch_they_are() -> None:
    figure = pair.pair(*two(), View(keys=("f",), next_words=0))
    told = " ".join(note.text for note in figure.layout.annotations)
    assert "A, untrained" in told
    assert "B, epoch 1" in told
    assert "epoch 1<br>− untrained" in told


def test_two_texts_are_refused() -> None:
    a, b = toy()[0], toy(seed=3)[0]
    assert a.words != b.words
    with pytest.raises(ValueError, match="different words"):
        pair.pair(a, b, View(keys=("h",), next_words=0))
