"""A click on a word, in a real Chromium: the strip is shaded anew and the headline follows."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.browser

TEXT = "the+keeper+of+the+bridge"

#: The component draws in a shadow of its own.
HOST = "[...document.querySelectorAll('*')].find(e => e.shadowRoot?.querySelector('.strip'))"
SHADES = f"[...({HOST}?.shadowRoot.querySelectorAll('.word') ?? [])].map(w => w.style.background)"


def test_a_click_on_a_word_asks_about_it(page, url, expect):
    there = page(f"{url}/influence?run=tale-lstm&write=0&text={TEXT}&step=4")
    there.locator('.words[data-linked="2"]').wait_for(timeout=60_000)
    expect(there.get_by_role("heading", name=re.compile("“bridge” hangs most on"))).to_be_visible()
    before = there.evaluate(SHADES)
    assert len({*before[:4]}) > 1
    there.locator(".word").nth(2).click()
    expect(there.get_by_role("heading", name=re.compile("“of” hangs most on"))).to_be_visible()
    # what comes from the chosen word on is not shaded
    there.wait_for_function(f"new Set({SHADES}.slice(2)).size === 1")
    after = there.evaluate(SHADES)
    assert len({*after[:3]}) == 3
    assert after != before
    there.wait_for_url(re.compile("step=2"))


def test_a_click_on_a_cell_asks_about_the_word_of_its_row(page, url, expect):
    there = page(f"{url}/influence?run=tale-gru&write=0&text={TEXT}&step=2")
    there.locator('.words[data-linked="2"]').wait_for(timeout=60_000)
    plot = there.locator(".st-key-influence_triangle .nsewdrag").first
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    there.mouse.click(box["x"] + box["width"] * 0.5 / 5, box["y"] + box["height"] * 3.5 / 5)
    expect(there.get_by_role("heading", name=re.compile("“the” hangs most on"))).to_be_visible()
    there.wait_for_url(re.compile("step=3"))
    expect(there.locator(".st-key-influence_triangle .rnn-peg")).to_have_count(1)
