"""Memorised in a real Chromium: a place is one click away."""

from __future__ import annotations

import re

import pytest

from rnnexplorer import corpus

pytestmark = pytest.mark.browser


def test_from_a_written_word_to_its_place_in_find(page, url, expect):
    words = corpus.load("tale").words[60:68]
    there = page(f"{url}/memorised?run=tale-lstm&write=10&temperature=0&text={'+'.join(words)}")
    link = there.locator("h4 a", has_text="chapter")
    link.wait_for(timeout=60_000)
    link.click()
    there.wait_for_url(re.compile(r"/find\?.*tab=words"))
    expect(there.get_by_text("By the words")).to_be_visible(timeout=60_000)


def test_a_step_of_the_two_paths_opens_in_explore_and_back_returns(page, url, expect):
    there = page(f"{url}/memorised?run=tale-rnn&tab=paths")
    words = there.locator(".interlinear a.text")
    words.first.wait_for(timeout=60_000)
    assert words.count() == 60
    expect(there.get_by_text("How long it writes the book's own words")).to_be_visible(
        timeout=60_000
    )
    there.get_by_role("button", name="Another place").click()
    there.wait_for_url(re.compile(r"place=\d+"))
    words.nth(4).click()
    there.locator(".st-key-states .js-plotly-plot .main-svg").first.wait_for(timeout=60_000)
    assert "step=12" in there.url
    there.go_back()
    words.first.wait_for(timeout=60_000)
