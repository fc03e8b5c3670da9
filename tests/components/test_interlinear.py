"""The markup of words under each other: escaped, ticked where they agree, parted where they do."""

from __future__ import annotations

import re
from html import unescape

from rnnexplorer.components.interlinear import Step, html_of
from rnnexplorer.figures.style import theme_of

STEPS = [
    Step("the", "the", 0.5, "the", "/?step=1", "/?step=2"),
    Step("<b>", "cat", 0.0004, "dog", "/?a=1&step=3", "/?step=4"),
]


def columns(parted: int | None) -> list[str]:
    markup = html_of(STEPS, parted, theme_of("light")).split('<div class="lines">')[1]
    return [part for part in re.split(r'(?=<div class="step)', markup) if part]


def test_a_tick_says_that_a_word_is_the_books_and_a_cross_that_a_guess_is_not() -> None:
    first, second = (re.sub(r"<[^>]+>", " ", column).split() for column in columns(None))
    assert first == ["the", "✓", "the", "50%", "✓", "the"]
    assert [unescape(word) for word in second] == ["<b>", "✗", "cat", "<0.1%", "dog"]


def test_only_the_step_at_which_they_part_has_the_line() -> None:
    assert ["parts" in column.split(">")[0] for column in columns(1)] == [False, True]
    assert not any("parts" in column.split(">")[0] for column in columns(None))


def test_each_word_leads_to_its_step() -> None:
    links = [unescape(link) for link in re.findall(r'href="([^"]+)"', "".join(columns(1)))]
    assert links == ["/?step=1", "/?step=2", "/?a=1&step=3", "/?step=4"]
