"""Another word, read in the place of one that is clicked, in a real Chromium."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.browser


def test_a_clicked_word_is_read_as_another_and_the_text_is_written_again(page, url, expect):
    there = page(f"{url}/what_if?run=tale-lstm&signal=f&text=the+keeper+of+the+bridge+rang")
    there.locator('.words[data-linked="1"]').wait_for(timeout=60_000)
    expect(there.get_by_text("Or begin with one of these")).to_be_visible(timeout=30_000)
    there.locator(".word").nth(4).click()
    expect(there.get_by_text("at step 4:")).to_be_visible(timeout=20_000)
    there.get_by_role("combobox", name="What").click()
    there.get_by_role("option", name="read another word here").click()
    expect(there.get_by_text("Instead of bridge at step 4:")).to_be_visible()
    there.get_by_role("textbox", name="Words", exact=True).fill("river")
    there.get_by_role("button", name="Change it").click()
    expect(there.get_by_text("The expectation shifts most after")).to_be_visible(timeout=20_000)
    there.wait_for_url(re.compile(r"edits=word%404%3Driver"))
    changed = there.locator(".st-key-changed-block .word")
    expect(changed.nth(4)).to_have_text("river")
    expect(there.locator(".st-key-brush-block .word").nth(4)).to_have_text("bridge")
    there.reload()
    expect(there.get_by_text("The expectation shifts most after")).to_be_visible(timeout=60_000)
    there.get_by_role("button", name="word@4=river").click()
    expect(there.get_by_text("Or begin with one of these")).to_be_visible()


def test_a_thin_rectangle_is_the_cells_under_it_until_a_click_chooses_a_step(page, url, expect):
    there = page(f"{url}/what_if?run=tale-lstm&signal=f&text=the+keeper+of+the+bridge+rang&write=0")
    there.locator('.words[data-linked="1"]').wait_for(timeout=60_000)
    expect(there.get_by_text("at step 5:")).to_be_visible(timeout=30_000)
    panel = there.locator(".st-key-brush-block .nsewdrag").nth(0).bounding_box()
    column, row = panel["width"] / 6, panel["height"] / 8  # words and units
    left, top = panel["x"] + 1.2 * column, panel["y"] + 2.5 * row - 3
    there.mouse.move(left, top)
    there.mouse.down()
    there.mouse.move(left + column, top + 3)
    there.mouse.move(left + 2 * column, top + 6)
    there.mouse.up()
    expect(there.get_by_text("of 1 of 8 units at steps 1 to 2:")).to_be_visible(timeout=20_000)
    there.locator(".word").nth(4).click()
    expect(there.get_by_text("of all units at step 4:")).to_be_visible(timeout=20_000)
    expect(there.locator(".st-key-brush-block .selectionlayer path")).to_have_count(0)
