"""Reading against writing: bars and curves are the numbers they were given."""

from __future__ import annotations

import numpy as np
import pytest

from rnnexplorer.figures import paths as figures
from rnnexplorer.figures.style import theme_of
from rnnexplorer.measures.paths import Paths, Shares

FOUND = Paths(
    book=("the", "<i>", "cat"),
    guessed=("the", "a", "cat"),
    written=("the", "a", "dog"),
    probability=np.array([0.5, 0.25, 0.125]),
    surprisal=np.array([1.0, 2.0, 3.0]),
    divergence=np.array([0.0, 0.0, 0.75]),
    right=np.array([True, False, True]),
    same=np.array([True, False, False]),
    parted=1,
)
SHARES = Shares(np.array([0, 1, 2, 2]), np.array([1.0, 0.5]), np.array([0.75, 0.25]))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_bars_are_surprisal_and_divergence_over_the_books_words(theme: str) -> None:
    figure = figures.steps(FOUND, theme)
    above, below = figure.data
    np.testing.assert_allclose(above.y, FOUND.surprisal)
    np.testing.assert_allclose(below.y, FOUND.divergence)
    assert figure.layout.xaxis.ticktext == ("the", "&lt;i&gt;", "cat")
    assert figure.layout.yaxis2.range == (0, 1)
    assert figure.layout.paper_bgcolor == theme_of(theme).background
    (line,) = figure.layout.shapes
    assert line.x0 == line.x1 == 0.5  # before the second column


def test_a_text_that_is_never_left_has_no_line() -> None:
    whole = Paths(
        FOUND.book, FOUND.book, FOUND.book, FOUND.probability, FOUND.surprisal, np.zeros(3),
        np.ones(3, bool), np.ones(3, bool), None,
    )  # fmt: skip
    assert not figures.steps(whole).layout.shapes
    assert "the book to the end" in figures.describe_steps(whole)


def test_the_sentence_names_where_they_part_and_the_largest_distance() -> None:
    told = figures.describe_steps(FOUND)
    assert "leaves the book at word 2" in told
    assert "2.0 bits on average" in told
    assert "0.75 bits, at word 3" in told


def test_each_text_has_a_panel_with_both_curves_their_errors_and_the_base() -> None:
    figure = figures.over_places({"held": (SHARES, 0.06), "trained": (SHARES, 0.05)}, "the")
    lines = [trace for trace in figure.data if trace.name]
    assert [trace.name for trace in lines] == 2 * [
        figures.READING, figures.WRITING, "always “the”",
    ]  # fmt: skip
    np.testing.assert_allclose(lines[0].y, [1.0, 0.5])
    np.testing.assert_allclose(lines[1].y, [0.75, 0.25])
    np.testing.assert_allclose(lines[2].y, [0.06, 0.06])
    assert {trace.xaxis for trace in lines} == {"x", "x2"}
    band = figure.data[0]  # two standard errors of 4 places: 0 at a share of 1, 0.5 at one half
    np.testing.assert_allclose(band.y, [1.0, 1.0, 0.0, 1.0])
    told = figures.describe_over_places({"held": (SHARES, 0.06)})
    assert told.startswith("held: 75% of the guesses are right")
    assert "75% of the first and 25% of the last" in told
