"""Playing the epochs and holding two of them together, in a real Chromium."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.browser

PLOT = "document.querySelector('.st-key-playing .js-plotly-plot')"
READ = "run=tale-lstm&write=0&text=the+keeper+of+the+bridge"


@pytest.mark.parametrize(
    ("played", "drawn"),
    [
        ("signal", "JSON.stringify(PLOT.data[0].z)"),
        ("gates", "[...PLOT.querySelectorAll('.points path')].map(p => p.getAttribute('transform'))"
                  ".join()"),
        ("next", "[...PLOT.querySelectorAll('.bars path')].map(p => p.getAttribute('d')).join()"),
    ],
)  # fmt: skip
def test_the_epochs_play_in_place(page, url, played, drawn):
    drawn = drawn.replace("PLOT", PLOT)
    there = page(f"{url}/over_time?{READ}&tab=play&played={played}&epoch=0")
    there.wait_for_function(f"{PLOT}?._transitionData?._frames?.length", timeout=60_000)
    there.evaluate(f"window.before = {PLOT}; window.drawn = {drawn}")
    there.get_by_text("▶ Play").click()
    there.wait_for_function(f"{PLOT}._fullLayout.sliders[0].active == 2", timeout=30_000)
    there.wait_for_function(f"{drawn} !== window.drawn", timeout=15_000)
    assert there.evaluate(f"window.before === {PLOT}"), "the chart was put anew"


def test_a_click_on_a_cell_of_the_difference_picks_its_step_and_unit(page, url, expect):
    there = page(f"{url}/over_time?{READ}&tab=pair&epoch=0&other=tale-lstm&other_epoch=1")
    words = there.locator('.words[data-linked="2"]').bounding_box(timeout=60_000)
    room = there.locator(".st-key-pair_words").evaluate("box => getComputedStyle(box).minHeight")
    assert room == f"{words['height']:.0f}px", "the charts jump when their words come"
    box = there.locator(".st-key-pair-panels .nsewdrag").nth(2).bounding_box()
    units = there.evaluate(
        "document.querySelector('.st-key-pair-panels .js-plotly-plot').data[2].meta.units"
    )
    there.mouse.click(
        box["x"] + box["width"] * 1.5 / 5, box["y"] + box["height"] * 2.5 / len(units)
    )
    expect(there.get_by_text("after “keeper”")).to_have_count(2)
    there.wait_for_url(re.compile(rf"step=1.*unit={units[2]}|unit={units[2]}.*step=1"))
    there.get_by_role("button", name="A⇄B").click()
    there.wait_for_url(re.compile(r"epoch=1.*other_epoch=0"))
    expect(there.get_by_text("after “keeper”")).to_have_count(2)
