"""The ledger's pictures: bars end at the state, and bars and columns sum to it."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from toy import toy

from rnnexplorer.figures import ledger as figures
from rnnexplorer.figures import still_there
from rnnexplorer.figures.style import theme_of
from rnnexplorer.measures import ledger

STATES = {"lstm": "c", "gru": "h"}
NEW = {"lstm": "g", "gru": "n"}
GATED = pytest.mark.parametrize("cell", STATES)


def named(figure, name):  # noqa: ANN001, ANN202
    return next((trace for trace in figure.data if trace.name == name), None)


def texts(figure):  # noqa: ANN001, ANN202
    return " ".join(note.text for note in figure.layout.annotations)


@GATED
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_second_bar_begins_where_the_first_ends_and_ends_at_the_state(cell, theme):
    trace, _ = toy(cell)
    book = ledger.ledger(trace, 0).of(2)
    figure = figures.kept_and_written(book, trace.cell, trace.words, range(1, 5), 2, theme)
    kept, written, line = (named(figure, name) for name in ("kept", "written", STATES[cell]))
    state = trace.signals[STATES[cell]][0, 1:5, 2]
    base = np.array(written.base, dtype=float)
    np.testing.assert_allclose(base, kept.y)
    np.testing.assert_allclose(base + written.y, state, atol=1e-6)
    np.testing.assert_allclose(line.y, state, atol=1e-6)
    assert list(kept.x) == list(line.x) == [1, 2, 3, 4]
    assert written.width < kept.width, "what was kept must stay visible behind it"
    assert written.marker.color == theme_of(theme).hue(NEW[cell])
    assert line.line.color == theme_of(theme).hue(STATES[cell])
    assert all(trace.meta == {"signal": STATES[cell], "units": [2]} for trace in figure.data)


def test_a_hover_tells_the_whole_account_of_a_step():
    trace, _ = toy()
    book = ledger.ledger(trace, 0).of(0)
    figure = figures.kept_and_written(book, trace.cell, trace.words, range(6), 0)
    told = [float(text.replace("−", "-")) for text in named(figure, "c").customdata[3]]
    c, f = trace.signals["c"][0, :, 0], trace.signals["f"][0, 3, 0]
    expected = [c[2], f * c[2], c[3] - f * c[2], c[3]]
    assert told == pytest.approx(expected, abs=0.005)


def test_a_dash_marks_a_start_that_is_not_the_end_of_the_step_before():
    trace, _ = toy()
    fresh = {**trace.before, "c": trace.before["c"] * 0.5}
    for one, dashes in ((trace, False), (dataclasses.replace(trace, before=fresh), True)):
        book = ledger.ledger(one, 0).of(0)
        figure = figures.kept_and_written(book, one.cell, one.words, range(6), 0)
        assert (named(figure, "before") is not None) == dashes


def test_an_intervention_in_the_state_has_a_bar_of_its_own():
    trace, _ = toy()
    kept, written, put = np.ones(6), np.full(6, 0.5), np.array([0, 0, 2.0, 0, 0, 0])
    book = ledger.Ledger(kept, kept, written, put)
    figure = figures.kept_and_written(book, trace.cell, trace.words, range(6), 1)
    bar = named(figure, "intervened")
    assert (bar.base[2], bar.y[2]) == (1.5, 2.0)
    line = named(figure, "c")
    assert line.y[2] == 3.5
    assert list(line.customdata[2]) == ["1.00", "1.00", "0.50", "3.50", "2.00"]
    assert "written %{customdata[2]}<br>put by an intervention %{customdata[4]}<br>" in (
        line.hovertemplate
    )
    book = ledger.Ledger(kept, kept, written, 0 * put)
    untouched = figures.kept_and_written(book, trace.cell, trace.words, range(6), 1)
    assert "intervention" not in named(untouched, "c").hovertemplate


@GATED
def test_the_items_of_a_step_sum_to_it_wherever_the_columns_begin(cell):
    trace, _ = toy(cell)
    items = ledger.itemised(trace, 0, 4).of(1)
    state = trace.signals[STATES[cell]][0, 4, 1]
    figure = figures.written_when(items, trace.cell, trace.words, range(6), 1)
    assert np.sum(figure.data[0].y) == pytest.approx(state, abs=1e-6)
    assert figure.data[0].y[5] == 0, "the next word has written nothing yet"
    part = figures.written_when(items, trace.cell, trace.words, range(2, 6), 1)
    older = state - np.sum(part.data[0].y)
    shown = f"{older:.2f}".replace("-", "−")
    assert f"{shown} was written before these" in texts(part)
    assert "written before these" not in texts(figure)


def test_of_all_units_the_shares_are_drawn_and_sum_to_one():
    trace, _ = toy(units=7)
    items = ledger.itemised(trace, 0, 5).together()
    figure = figures.written_when(items, trace.cell, trace.words, range(6), None)
    assert np.sum(figure.data[0].y) == pytest.approx(1.0)
    assert figure.layout.yaxis.tickformat == ".0%"
    assert "units" not in figure.data[0].meta


@GATED
def test_a_column_of_the_triangle_sums_to_the_state_and_its_past_is_empty(cell):
    trace, _ = toy(cell)
    columns = range(2, 6)
    grid = ledger.still_there(trace, 0, columns)[:, :, 3]
    figure = still_there.still_there(grid, trace.cell, trace.words, range(6), columns, 3)
    (heatmap,) = figure.data
    z = np.array(heatmap.z)
    np.testing.assert_allclose(
        np.nansum(z, axis=0), trace.signals[STATES[cell]][0, 2:, 3], atol=1e-5
    )
    assert list(heatmap.x) == list(columns)
    labels = list(figure.layout.yaxis.ticktext)
    assert labels == ["earlier", *trace.words[2:]]
    for row in range(1, 5):
        assert np.isnan(z[row, : row - 1]).all()
        assert np.isfinite(z[row, row - 1 :]).all()
    assert heatmap.zmax == -heatmap.zmin == pytest.approx(np.nanmax(np.abs(z)), rel=1e-6)


def test_the_triangle_of_a_whole_text_has_no_row_for_what_was_before_it():
    trace, _ = toy()
    grid = ledger.still_there(trace, 0, range(6))[:, :, 0]
    figure = still_there.still_there(grid, trace.cell, trace.words, range(6), range(6), 0)
    assert list(figure.layout.yaxis.ticktext) == list(trace.words)


def test_one_word_is_drawn():
    trace, _ = toy(steps=1)
    book, items = ledger.ledger(trace, 0).of(0), ledger.itemised(trace, 0, 0).of(0)
    line = named(figures.kept_and_written(book, trace.cell, trace.words, range(1), 0), "c")
    assert line.mode == "markers"
    assert figures.written_when(items, trace.cell, trace.words, range(1), 0).data[0].y[0] != 0
    assert "Over one word 0% of what was held" in figures.describe_kept_and_written(
        book, book, trace.words, range(1)
    )


def test_the_descriptions_name_the_strongest_word():
    trace, _ = toy()
    words = [f"w{k}" for k in range(6)]
    book, items = ledger.ledger(trace, 0).of(1), ledger.itemised(trace, 0, 5).of(1)
    new = trace.signals["i"][0, :, 1] * trace.signals["g"][0, :, 1]
    most = int(np.abs(new).argmax())
    assert f"most is written at w{most}" in figures.describe_kept_and_written(
        book, book, words, range(6)
    )
    first = int(np.abs(items.parts).argmax())
    assert f"were written at: w{first} " in figures.describe_written_when(items, words)
    grid = np.zeros((4, 3))
    grid[1], grid[2, 1:], grid[3, 2] = (1.0, 0.2, 0.1), (1.0, 0.9), 0.1
    told = still_there.describe_still_there(grid, words, range(3))
    assert "that of w1 (step 1) lasts longest" in told
    assert "for 2 words" in told


def test_of_units_together_the_share_that_is_kept_is_that_of_each_unit():
    """Both units keep half. Toward what is held after the step, 1 of 0 would be kept."""
    before = np.array([[2.0, 2.0]])
    each = ledger.Ledger(before, before / 2, np.array([[1.0, -3.0]]), np.zeros((1, 2)))
    book = each.together()
    assert book.before[0] == 0, "the two count against each other"
    told = figures.describe_kept_and_written(book, each, ["w"], range(1))
    assert told.startswith("Over one word 50% of what was held before each is kept")
