"""Loops in a text: against a regular expression, and the end that decides."""

from __future__ import annotations

import re

import numpy as np
import pytest

from rnnexplorer.measures import loops


def by_expression(text):
    """The shortest stretch that is repeated to the end, found by trying all of them backwards."""
    for period in range(1, len(text)):
        stretch = text[-period:]
        # rotated, since the last round may be unfinished: any stretch of that length will do
        whole = re.search(f"(?:{stretch})+$", text).group()
        before = text[: len(text) - len(whole)]
        more = 0
        while more < len(before) and more < period and before[-1 - more] == stretch[-1 - more]:
            more += 1
        length = len(whole) + more
        if length >= max(loops.ROUNDS * period, loops.WORDS):
            return len(text) - length, period, length
    return None


def test_random_texts_of_few_letters_against_a_regular_expression():
    random, found = np.random.default_rng(0), 0
    for _ in range(400):
        head = "".join(random.choice(list("abc"), random.integers(0, 8)))
        tail = "".join(random.choice(list("abc"), random.integers(1, 5)))
        text = head + tail * int(random.integers(1, 7))
        text = text[: len(text) - int(random.integers(0, len(tail)))]
        made = loops.loop(text)
        expected = by_expression(text)
        assert (made and (made.start, made.period, made.length)) == expected, text
        found += made is not None
    assert 100 < found < 390


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the " * 8, (0, 1, 8)),
        ("so " + "a b " * 4, (1, 2, 8)),
        ("x " + "a b c " * 3 + "a b", (1, 3, 11)),  # the last round is unfinished
        ("a b " * 6 + "c", None),  # it got out again
        ("a b c d", None),
        ("the the the", None),  # three words are no loop
        ("", None),
    ],
)
def test_a_loop_is_the_end_of_a_text(text, expected):
    made = loops.loop(text.split())
    assert (made and (made.start, made.period, made.length)) == expected


def test_whole_rounds_are_counted():
    assert loops.loop("abc" * 5 + "ab").rounds == 5
