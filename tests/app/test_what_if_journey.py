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
    expect(there.get_by_text("Instead of")).to_be_visible()
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
