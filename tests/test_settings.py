"""The numbers of an experiment as a short text."""

from __future__ import annotations

import pytest

from rnnexplorer import settings
from rnnexplorer.settings import Choice, Matrix, Number, Text, Whole

KINDS = {
    "u": Number(-2.0, 2.0, 0.9),
    "steps": Whole(1, 50, 5),
    "activation": Choice(("none", "tanh")),
    "W": Matrix(((1.0, 0.0), (0.0, 1.0)), bound=10.0),
}
WORDS = {"word": Text(longest=12), "u": Number(0.0, 1.0, 0.5)}


def test_what_is_not_said_stays_at_its_default():
    values, complaints = settings.read("steps=8", KINDS)
    assert values == {"u": 0.9, "steps": 8, "activation": "none", "W": ((1.0, 0.0), (0.0, 1.0))}
    assert not complaints


def test_only_what_differs_is_written_and_it_is_read_again():
    values, _ = settings.read("u=-1.25;activation=tanh;W=0.5,2/3,-4", KINDS)
    text = settings.written(values, KINDS)
    assert text == "u=-1.25;activation=tanh;W=0.5,2/3,-4"
    assert settings.written(settings.read(None, KINDS)[0], KINDS) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("u=3", "a number between -2 and 2"),
        ("u=nan", "a number between -2 and 2"),
        ("u=", "a number between -2 and 2"),
        ("steps=2.5", "a whole number"),
        ("steps=inf", "a number between 1 and 50"),
        ("activation=relu", "one of none, tanh"),
        ("W=1,2", "2 rows of 2 numbers"),
        ("W=1,2/3,11", "a number between -10 and 10"),
    ],
)
def test_a_part_that_makes_no_sense_is_named_and_its_default_taken(text, reason):
    values, complaints = settings.read(text, KINDS)
    assert values == settings.read(None, KINDS)[0]
    assert len(complaints) == 1
    assert reason in complaints[0]
    assert "The default is taken." in complaints[0]


def test_words_are_read_as_they_are_written_but_for_what_parts_the_settings():
    text = settings.written({"word": " mock = turtle; u=1", "u": 0.25}, WORDS)
    assert text == "word=mock = turtl;u=0.25"
    assert settings.read(text, WORDS) == ({"word": "mock = turtl", "u": 0.25}, [])
    assert settings.written({"word": "", "u": 0.5}, WORDS) is None
    values, (complaint,) = settings.read("word=thirteen long", WORDS)
    assert values["word"] == ""
    assert "it must be at most 12 characters" in complaint


def test_an_unknown_name_is_left_out_and_said_so():
    values, complaints = settings.read("depth=3;u=1", KINDS)
    assert values["u"] == 1.0
    assert complaints == ["There is no setting 'depth' here; it is left out."]
