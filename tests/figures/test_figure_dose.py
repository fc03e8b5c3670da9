"""The figure of a dose–response curve: lines are the numbers, amber is the untouched value."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from rnnexplorer.figures import dose as figures
from rnnexplorer.figures.style import theme_of
from rnnexplorer.measures.dose import Curves

FOUND = Curves(
    doses=np.array([-1.0, 0.0, 0.3, 1.0]),
    words=("the", "<i>", "cat"),
    p=np.array([[0.5, 0.11, 0.1], [0.4, 0.1, 0.1], [0.3, 0.1, 0.1], [0.1, 0.101, 0.1]]),
    p_without=np.array([0.3, 0.1, 0.1]),
    kl=np.array([0.2, 0.1, 0.0, 0.4]),
    natural=0.3,
    h=np.array([-0.5, 0.0, 0.1, 0.6]),
    h_without=0.1,
)
WHAT = "h of unit 3 at “cat”"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_curve_is_its_numbers_over_the_doses(theme: str) -> None:
    figure = figures.dose_curves(FOUND, WHAT, theme)
    assert [line.name for line in figure.data] == ["the", "<i>", "cat", "KL", "h"]
    for line, expected in zip(figure.data, [*FOUND.p.T, FOUND.kl, FOUND.h], strict=True):
        np.testing.assert_allclose(line.x, FOUND.doses)
        np.testing.assert_allclose(line.y, expected)
    assert [line.yaxis for line in figure.data] == ["y", "y", "y", "y2", "y3"]
    assert figure.data[4].line.color == theme_of(theme).hue("h")
    assert figure.layout.xaxis.title.text == WHAT
    assert any("at temperature 1" in note.text for note in figure.layout.annotations)


def test_amber_stands_at_the_untouched_value_and_only_there() -> None:
    (mark,) = figures.dose_curves(FOUND, WHAT).layout.shapes
    assert (mark.x0, mark.x1) == (0.3, 0.3)
    assert mark.line.color == theme_of("light").selection
    nowhere = dataclasses.replace(FOUND, natural=None)
    assert not figures.dose_curves(nowhere, WHAT).layout.shapes


def test_the_word_of_the_headline_stands_out() -> None:
    widths = [line.line.width for line in figures.dose_curves(FOUND, WHAT).data[:3]]
    assert widths.index(max(widths)) == 0
    assert widths.count(max(widths)) == 1


def test_names_at_the_ends_do_not_touch_and_are_no_markup() -> None:
    figure = figures.dose_curves(FOUND, WHAT)
    names = [note for note in figure.layout.annotations if note.xshift == 8]
    assert [note.text for note in names] == ["the", "&lt;i&gt;", "cat"]
    low, high = figure.layout.yaxis.range
    heights = sorted(note.y for note in names)
    pixels = np.diff(heights) / (high - low) * figures.TALL
    assert (pixels >= figures.NAME_HEIGHT - 1e-6).all()


def test_bands_lie_within_the_picture_and_apart() -> None:
    layout = figures.dose_curves(FOUND, WHAT).layout
    domains = [layout.yaxis.domain, layout.yaxis2.domain, layout.yaxis3.domain]
    assert domains[0][1] == 1.0
    assert domains[2][0] == pytest.approx(0.0, abs=1e-9)
    assert all(above[0] > below[1] for above, below in zip(domains, domains[1:], strict=False))


def test_without_an_own_h_there_are_two_pictures() -> None:
    figure = figures.dose_curves(dataclasses.replace(FOUND, h=None, h_without=None), WHAT)
    assert {line.yaxis for line in figure.data} == {"y", "y2"}


def test_the_text_alternative_has_the_ends_and_the_largest_divergence() -> None:
    text = figures.describe_dose_curves(FOUND, WHAT)
    assert "the from 50.0% to 10.0%" in text
    assert "largest at 1.00: 0.40 bits" in text
