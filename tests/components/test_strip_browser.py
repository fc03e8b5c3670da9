"""The strip and its link to the heatmaps, in a real Chromium.

These tests also guard what the component takes from inside Streamlit and Plotly: the class
`st-key-…`, the chart's event methods, and where its layout says that columns and rows lie.
"""

from __future__ import annotations

from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

APP = Path(__file__).with_name("words_app.py")
FIRST, STEPS, UNITS = 3, 20, 20
PANELS = {"h": 0, "c": 1, "f": 2, "p": 3}
LINKED = '.words[data-linked="2"]'

#: The chart with that unit on top is drawn and linked.
TURNED = """first => {
  const chart = document.querySelector('.st-key-panels .js-plotly-plot');
  return chart?.data[0].meta.units[0] === first && chart.querySelector('.rnn-cursor');
}"""

LISTENERS = """key => {
  const chart = document.querySelector(`.st-key-${key} .js-plotly-plot`);
  return ["plotly_hover", "plotly_unhover", "plotly_click"].map(n => chart._ev.listenerCount(n));
}"""


@pytest.fixture(scope="session")
def expect():
    return pytest.importorskip("playwright.sync_api").expect


@pytest.fixture
def opened(serve, page):
    def open_app(**how):
        there = page(serve(APP), **how)
        there.locator(LINKED).wait_for(timeout=30_000)
        return there

    return open_app


def cell(there, key, step, row, rows=UNITS):
    """The middle of a cell, in pixels of the window."""
    panel = there.locator(".st-key-panels .nsewdrag").nth(PANELS[key])
    panel.scroll_into_view_if_needed()
    box = panel.bounding_box()
    return (
        box["x"] + box["width"] * (step - FIRST + 0.5) / STEPS,
        box["y"] + box["height"] * (row + 0.5) / rows,
    )


def word(there, step):
    return there.locator(".word").nth(step - FIRST)


def marked_columns(there, chart):
    """The steps whose column is marked over a chart."""
    return there.evaluate(
        """key => {
          const chart = document.querySelector(`.st-key-${key} .js-plotly-plot`);
          const { xaxis, _size } = chart._fullLayout;
          return [...chart.querySelectorAll('.rnn-mark')]
            .filter(mark => mark.offsetHeight === Math.round(_size.h))
            .map(mark => Math.round(xaxis.p2d(mark.offsetLeft + mark.offsetWidth / 2 - _size.l)));
        }""",
        chart,
    )


def test_a_click_on_a_cell_picks_its_step_unit_and_signal(opened, expect):
    there = opened()
    for key, step, row in (("h", 3, 0), ("h", 22, 19), ("c", 7, 11), ("f", 16, 4), ("c", 3, 19)):
        there.mouse.click(*cell(there, key, step, row))
        picked = f"step {step} signal {key} unit {row} chart panels"
        expect(there.get_by_text(picked)).to_be_visible()
        expect(word(there, step)).to_have_attribute("aria-pressed", "true")


def test_a_click_counts_in_the_order_of_units_that_is_drawn(opened, expect):
    there = opened()
    there.get_by_text("turn the units over").click()
    expect(there.get_by_text("picks 0")).to_be_visible()
    there.wait_for_function(TURNED, arg=19)
    there.mouse.click(*cell(there, "c", 9, 2))
    expect(there.get_by_text("step 9 signal c unit 17 chart panels")).to_be_visible()


def test_the_same_cell_can_be_picked_twice(opened, expect):
    there = opened()
    for picks in (1, 2):
        there.mouse.click(*cell(there, "h", 8, 3))
        expect(there.get_by_text(f"picks {picks}")).to_be_visible()


def test_a_click_on_a_rank_or_a_line_picks_its_step(opened, expect):
    there = opened()
    there.mouse.click(*cell(there, "p", 12, 1, rows=5))
    expect(there.get_by_text("step 12 signal p unit None chart panels")).to_be_visible()
    box = there.locator(".st-key-unit .nsewdrag").first.bounding_box()
    there.mouse.click(box["x"] + box["width"] * 14.5 / 23, box["y"] + box["height"] / 2)
    expect(there.get_by_text("unit 2 chart unit")).to_contain_text("step 14")


def test_a_click_on_a_word_picks_its_step(opened, expect):
    there = opened()
    there.get_by_role("button", name="word11, step 11, value 0.42").click()
    expect(there.get_by_text("step 11 signal None unit None chart None")).to_be_visible()
    assert marked_columns(there, "panels") == [11]


def test_a_cell_under_the_mouse_marks_its_column_everywhere(opened, expect):
    there = opened()
    there.mouse.move(*cell(there, "c", 9, 5))
    expect(word(there, 9)).to_have_class("word hovered")
    for chart in ("panels", "unit"):
        assert sorted(marked_columns(there, chart)) == [5, 9]
    there.mouse.move(2, 2)
    expect(word(there, 9)).to_have_class("word")
    assert marked_columns(there, "panels") == [5]


def test_a_word_under_the_mouse_marks_its_column_everywhere(opened, expect):
    there = opened()
    word(there, 15).hover()
    expect(there.locator(".reading")).to_have_text("step 15 · word15 · value 0.63")
    for chart in ("panels", "unit"):
        assert sorted(marked_columns(there, chart)) == [5, 15]


def test_the_row_of_the_unit_is_marked_in_every_panel_of_units(opened):
    there = opened()
    rows = there.evaluate(
        """() => {
          const chart = document.querySelector('.st-key-panels .js-plotly-plot');
          return [...chart.querySelectorAll('.rnn-peg')].map(peg => {
            const mark = peg.parentElement, middle = mark.offsetTop + mark.offsetHeight / 2;
            const axes = ['yaxis', 'yaxis2', 'yaxis3'].map(name => chart._fullLayout[name]);
            const axis = axes.find(a => middle > a._offset && middle < a._offset + a._length);
            return Math.round(axis.p2d(middle - axis._offset));
          });
        }"""
    )
    assert rows == [2, 2, 2]


def test_the_keyboard_reaches_every_word_and_picks(opened, expect):
    there = opened()
    word(there, 5).focus()
    there.keyboard.press("ArrowRight")
    there.keyboard.press("ArrowRight")
    expect(word(there, 7)).to_be_focused()
    expect(word(there, 7)).to_have_class("word hovered")
    there.keyboard.press("Enter")
    expect(there.get_by_text("step 7 signal None")).to_be_visible()
    expect(word(there, 7)).to_be_focused()  # the page was drawn again and the focus is kept
    there.keyboard.press("ArrowLeft")
    there.keyboard.press("Space")
    expect(there.get_by_text("step 6 signal None")).to_be_visible()
    there.keyboard.press("Home")
    expect(word(there, FIRST)).to_be_focused()
    there.keyboard.press("End")
    expect(word(there, FIRST + STEPS - 1)).to_be_focused()


def test_up_and_down_go_to_the_line_above_and_below(opened, expect):
    there = opened(width=900)
    word(there, FIRST).focus()
    there.keyboard.press("ArrowDown")
    lines = there.locator(".word").evaluate_all("all => all.map(one => one.offsetTop)")
    second = next(k for k, top in enumerate(lines) if top > lines[0])
    expect(word(there, FIRST + second)).to_be_focused()
    there.keyboard.press("ArrowUp")
    expect(word(there, FIRST)).to_be_focused()


def test_the_strip_is_one_stop_of_the_tabulator_and_says_what_it_shows(opened, expect):
    there = opened()
    stops = there.locator(".word").evaluate_all("all => all.map(one => one.tabIndex)")
    assert [k + FIRST for k, stop in enumerate(stops) if stop == 0] == [5]
    expect(there.locator(".word.written")).to_have_count(STEPS - 10)
    expect(word(there, FIRST + 10)).to_have_attribute(
        "aria-label", "word13, step 13, value 0.53, written by the model"
    )


def test_charts_that_come_and_go_leave_nothing_behind(opened, expect):
    """Streamlit draws a new chart whenever a figure changes."""
    there = opened()
    for turn in range(4):
        there.get_by_text("turn the units over").click()
        there.wait_for_function(TURNED, arg=0 if turn % 2 else 19)
    assert there.locator(".rnn-cursor").count() == 2
    assert there.evaluate(LISTENERS, "panels") == [1, 1, 1]
    for picks in (1, 2, 3):  # a leaked listener would pick twice
        word(there, 5 + picks).click()
        expect(there.get_by_text(f"picks {picks}")).to_be_visible()
    assert there.evaluate(LISTENERS, "panels") == [1, 1, 1]
    assert there.evaluate(LISTENERS, "unit") == [1, 1, 1]


def test_a_strip_that_leaves_takes_its_listeners_along(opened, expect):
    there = opened()
    there.locator(".st-key-strip label").click()
    expect(there.locator(".words")).to_have_count(0)
    expect(there.locator(".rnn-cursor")).to_have_count(0)
    assert there.evaluate(LISTENERS, "panels") == [0, 0, 0]
    there.locator(".st-key-strip label").click()
    there.locator(LINKED).wait_for()
    assert there.evaluate(LISTENERS, "panels") == [1, 1, 1]


def test_a_selection_leaves_the_chart_in_place(opened, expect):
    there = opened()
    there.evaluate("document.querySelector('.st-key-panels .js-plotly-plot').before = true")
    word(there, 12).click()
    expect(there.get_by_text("picks 1")).to_be_visible()
    assert there.evaluate("document.querySelector('.st-key-panels .js-plotly-plot').before")


def test_marks_follow_when_the_window_changes(opened):
    there = opened()
    before = there.locator(".st-key-panels .rnn-mark").last.bounding_box()
    there.set_viewport_size({"width": 1000, "height": 900})
    there.wait_for_function(
        """width => document.querySelector('.st-key-panels .js-plotly-plot')
          ._fullLayout.width < width - 400""",
        arg=1400,
    )
    after = there.locator(".st-key-panels .rnn-mark").last.bounding_box()
    assert after["width"] < before["width"]
    assert marked_columns(there, "panels") == [5]


def test_the_strip_stays_in_view(opened, expect):
    there = opened(height=700)
    there.mouse.move(800, 500)
    there.mouse.wheel(0, 500)
    expect(there.locator(".words.stuck")).to_be_visible()
    header = there.get_by_test_id("stHeader").bounding_box()
    top = there.locator(".words").bounding_box()["y"]
    assert top == pytest.approx(header["y"] + header["height"], abs=2)


def test_few_labels_are_left_where_words_would_run_into_each_other(opened):
    shown = "all => all.filter(tick => tick.style.visibility !== 'hidden').length"
    for width, labels in ((1600, STEPS), (400, STEPS // 2)):
        there = opened(width=width)
        assert there.locator(".st-key-panels .xtick").evaluate_all(shown) == labels


def test_a_touch_picks_as_a_click_does(opened, expect):
    there = opened(touch=True)
    for key in ("h", "f"):
        there.touchscreen.tap(*cell(there, key, 10, 6))
        expect(there.get_by_text(f"step 10 signal {key} unit 6 chart panels")).to_be_visible()
    there.get_by_role("button", name="word4, step 4").tap()
    expect(there.get_by_text("step 4 signal None")).to_be_visible()


def test_a_word_is_text_and_never_markup(opened, expect):
    there = opened()
    expect(word(there, FIRST + STEPS - 1)).to_have_text("<i>last</i>")
    expect(there.locator(".words i")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_amber_and_paper_come_from_the_theme(opened, scheme):
    there = opened(scheme=scheme)
    amber = there.locator(".words").evaluate("box => box.style.getPropertyValue('--amber')")
    assert amber == {"light": "#E69F00", "dark": "#FFB000"}[scheme]
