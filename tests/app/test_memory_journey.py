"""A click on a word, in a real Chromium: the headline and the split by words follow it."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.browser

ITEMS = "document.querySelector('.st-key-ledger_items .js-plotly-plot')"
PARTS = f"({ITEMS}?.calcdata?.[0] ?? []).map(bar => bar.s)"


def test_a_click_on_a_word_splits_what_is_held_there(page, url, expect):
    there = page(f"{url}/memory?run=tale-lstm&write=0&text=the+keeper+of+the+bridge&unit=5")
    there.locator('.words[data-linked="2"]').wait_for(timeout=60_000)
    for step, word in ((1, "keeper"), (3, "the")):
        there.locator(".word").nth(step).click()
        said = there.get_by_text(re.compile(rf"At “{word}” unit 5 holds"))
        expect(said).to_be_visible(timeout=10_000)
        held = re.search(r"holds (\S+):", said.inner_text())[1]
        shown = held.replace("\N{MINUS SIGN}", "-")
        there.wait_for_function(f"Math.abs({PARTS}.reduce((a, b) => a + b, 0) - ({shown})) < 0.006")
        there.wait_for_function(f"{PARTS}.slice({step} + 1).every(part => part === 0)")
    there.wait_for_url(re.compile("step=3"))


def test_a_click_in_the_picture_chooses_its_word(page, url, expect):
    there = page(f"{url}/memory?run=tale-gru&write=0&text=the+keeper+of+the+bridge&units=all")
    there.locator('.words[data-linked="2"]').wait_for(timeout=60_000)
    box = there.locator(".st-key-ledger_bars .nsewdrag").first.bounding_box()
    there.mouse.click(box["x"] + box["width"] * 2.9 / 5, box["y"] + box["height"] * 0.2)
    expect(there.get_by_text(re.compile("At “of” all 8 units"))).to_be_visible(timeout=10_000)
