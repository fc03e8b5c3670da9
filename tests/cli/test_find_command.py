"""`find` gives the numbers of the page without the page."""

from __future__ import annotations

import argparse
import json
import re

import pytest

from rnnexplorer import cli, corpus
from rnnexplorer.cli.find import find

DEFAULTS = {
    "name": "demo", "text": None, "sought": None, "span": None, "signal": None, "layer": 0,
    "threshold": 0.3, "off_before": False, "off_after": False, "count": 20, "epoch": None,
    "json": True,
}  # fmt: skip


def asked(**options):
    return argparse.Namespace(**{**DEFAULTS, **options})


@pytest.mark.usefixtures("indexed")
def test_words_are_found_with_their_chapter_and_number(capsys):
    words = corpus.load("tale").words
    assert find(asked(sought="the * bridge", count=1000)) == 0
    found = json.loads(capsys.readouterr().out)
    expected = [k for k in range(len(words) - 2)
                if words[k] == "the" and words[k + 2] == "bridge"]  # fmt: skip
    assert [place["word"] for place in found["places"]] == expected
    assert found["count"] == len(expected)
    for place in found["places"]:
        start = corpus.load("tale").chapters[place["chapter"] - 1]
        assert place["word"] == start + place["word_in_chapter"]
        assert tuple(place["before"]) == words[place["word"] - len(place["before"]) : place["word"]]


@pytest.mark.usefixtures("indexed")
def test_a_pattern_finds_the_place_it_was_taken_from(capsys):
    text = " ".join(corpus.load("tale").words[:20])
    assert find(asked(text=text, span="8-9", signal="i", threshold=0.5)) == 0
    found = json.loads(capsys.readouterr().out)
    (own,) = [place for place in found["places"] if place["this_very_place"]]
    assert (own["word"], own["length"]) == (8, 2)
    assert own["units_on"] == len(found["units"]) == len(found["signs"])
    assert find(asked(text=text, span="8-9", signal="i", threshold=0.5, json=False)) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"demo, epoch 2: {len(found['units'])} of 8 units have i on over")
    assert sum("this very place" in line for line in lines) == 1
    tied = found["places"][-1]["places_as_good"]
    shown = sum(p["score"] == found["places"][-1]["score"] for p in found["places"])
    assert lines[-1].startswith(f"{tied} places are as good") == (tied > shown)


@pytest.mark.usefixtures("indexed")
@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({}, "give either --text"),
        ({"text": "the keeper", "sought": "the"}, "give either --text"),
        ({"text": "the keeper", "span": "4"}, "such as 4-9"),
        ({"text": "the keeper", "span": "1-9"}, "the text has steps 0 to 1"),
        ({"text": "the keeper", "signal": "z"}, "has no signal 'z'"),
        ({"text": "the keeper", "layer": 1}, "there is no layer 2; there are 1 to 1"),
        ({"sought": "/(/"}, "at its end: missing )"),
        ({"sought": "the", "epoch": 1}, "there is no index of demo at epoch 1"),
    ],
)
def test_what_cannot_be_done_gets_a_sentence(options, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        find(asked(**options))


@pytest.mark.parametrize("count", ["-1", "0", "two"])
def test_a_count_that_is_none_is_refused(capsys, count):
    with pytest.raises(SystemExit, match="2"):
        cli.main(["find", "demo", "--sought", "the", "--count", count])
    assert "it must be a whole number from 1 on" in capsys.readouterr().err
