from __future__ import annotations

import math

import pytest

from rnnexplorer.components.words import shaded
from rnnexplorer.figures import LIGHT, probability

SCALE = probability(LIGHT)


def test_a_word_is_written_by_the_model_from_the_given_index_on():
    made = shaded(["a", "b", "c"], [0.0, 0.1, 0.2], SCALE, ["", "", ""], written_from=1)
    assert [word.written for word in made] == [False, True, True]
    assert not any(word.written for word in shaded(["a"], [0.0], SCALE, [""]))


def test_a_word_without_a_value_is_not_shaded():
    (word,) = shaded(["a"], [math.nan], SCALE, [""])
    assert word.background == LIGHT.background


def test_a_missing_reading_is_an_error():
    with pytest.raises(ValueError, match="shorter"):
        shaded(["a", "b"], [0.0, 0.1], SCALE, ["only one"])
