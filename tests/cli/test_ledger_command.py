"""`ledger` gives the numbers of the page without the page."""

from __future__ import annotations

import argparse
import json
import re

import pytest

from rnnexplorer import corpus, runs, tracing
from rnnexplorer.cli.ledger import ledger

DEFAULTS = {
    "name": "demo", "text": "the keeper of the bridge", "unit": None, "layer": 0, "step": None,
    "epoch": None, "memory": None, "edits": "", "json": True,
}  # fmt: skip


@pytest.fixture
def made(home, demo, monkeypatch):
    """The small run of the tale."""
    monkeypatch.setenv("RNNEXPLORER_RUNS", str(home))
    return runs.find(demo)


def asked(**options):
    return argparse.Namespace(**{**DEFAULTS, **options})


def items_by_hand(run, words, unit):
    """The items of the last of these words, read in one pass, carried forward one by one."""
    trace = tracing.trace(run, words, memory="stateful")
    f, i, g = (trace.signals[key][0, :, unit] for key in "fig")
    items = []
    for t in range(len(words)):
        items = [f[t] * item for item in items] + [i[t] * g[t]]
    return items, float(trace.signals["c"][0, -1, unit])


@pytest.mark.parametrize("step", [None, 2])
def test_a_unit_is_accounted_for_and_split_as_by_hand(made, capsys, step):
    assert ledger(asked(unit=3, step=step, memory="stateful")) == 0
    found = json.loads(capsys.readouterr().out)
    words = DEFAULTS["text"].split()[: None if step is None else step + 1]
    items, c = items_by_hand(made, words, 3)
    assert [row["part"] for row in found["written_at"]] == pytest.approx(items, abs=1e-6)
    assert found["state"] == pytest.approx(c, abs=1e-6)
    assert (found["signal"], found["word"]) == ("c", words[-1])
    for row in found["steps"]:
        assert row["kept"] + row["written"] == pytest.approx(row["state"], abs=1e-12)
    assert sum(row["share"] for row in found["written_at"]) == pytest.approx(1.0)


def test_in_window_memory_only_the_last_words_are_split(made, capsys):
    words = list(corpus.load("tale").words[: made.recipe.window + 4])
    assert ledger(asked(text=" ".join(words), unit=3, memory="window")) == 0
    found = json.loads(capsys.readouterr().out)
    items, c = items_by_hand(made, words[-made.recipe.window :], 3)
    assert [row["step"] for row in found["written_at"]] == list(range(4, len(words)))
    assert [row["part"] for row in found["written_at"]] == pytest.approx(items, abs=1e-6)
    assert found["state"] == pytest.approx(c, abs=1e-6)
    assert found["state"] == pytest.approx(found["steps"][-1]["state"], abs=1e-5)


@pytest.mark.parametrize("memory", ["stateful", "window"])
def test_kept_written_and_intervened_sum_to_the_state_under_an_edit_of_it(made, capsys, memory):
    words = list(corpus.load("tale").words[: made.recipe.window + 4])
    at = len(words) - 2
    edits = f"c[3]@{at}+2;c[3]@{at + 1}=hold;c[3]@1=5;f[3]@{at + 1}=0.5;word@{at}=the"
    assert ledger(asked(text=" ".join(words), unit=3, memory=memory, edits=edits)) == 0
    found = json.loads(capsys.readouterr().out)
    trace = tracing.trace(made, words, memory=memory, edits=edits)
    c = trace.signals["c"][0, :, 3]
    assert found["edits"] == edits
    for row in found["steps"]:
        added = row["kept"] + row["written"] + row["intervened"]
        assert added == pytest.approx(float(c[row["step"]]), abs=1e-6)
    assert [row["step"] for row in found["steps"] if row["intervened"]] == [1, at, at + 1]
    assert found["steps"][at]["intervened"] == pytest.approx(2, abs=1e-6)
    total = sum(row["part"] for row in found["written_at"]) + found["from_before"]
    assert total == pytest.approx(float(c[-1]), abs=1e-5)
    assert ledger(asked(unit=3, memory=memory, edits="c[3]@2=1", json=False)) == 0
    assert "intervened" in capsys.readouterr().out.splitlines()[1].split()


@pytest.mark.parametrize("edits", ["c[3]@3-=hold", "c[3]@4+1;c[3]@5-=hold;f@6-=hold"])
def test_what_is_held_from_before_the_window_is_held_in_it_at_the_same_value(made, capsys, edits):
    words = list(corpus.load("tale").words[: made.recipe.window + 9])
    assert ledger(asked(text=" ".join(words), unit=3, memory="window", edits=edits)) == 0
    found = json.loads(capsys.readouterr().out)
    trace = tracing.trace(made, words, memory="window", edits=edits)
    held = float(trace.signals["c"][0, -1, 3])
    assert held == pytest.approx(float(trace.signals["c"][0, 5, 3]), abs=1e-6)
    total = sum(row["part"] for row in found["written_at"]) + found["from_before"]
    assert found["state"] == pytest.approx(held, abs=1e-6) == total


def test_a_value_that_is_taken_from_another_text_is_that_of_its_last_window(made, capsys):
    words = corpus.load("tale").words
    text, other = words[: made.recipe.window + 2], words[30 : 30 + made.recipe.window + 3]
    edits = f"c[3]@{len(text) - 1}=({' '.join(other)})"
    assert ledger(asked(text=" ".join(text), unit=3, memory="window", edits=edits)) == 0
    found = json.loads(capsys.readouterr().out)
    items, c = items_by_hand(made, list(other[-made.recipe.window :]), 3)
    assert found["state"] == pytest.approx(c, abs=1e-6) == found["steps"][-1]["state"]


@pytest.mark.usefixtures("made")
def test_a_person_gets_a_table_a_sentence_and_the_largest_items(capsys):
    assert ledger(asked(json=False)) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("demo, epoch 2, ")
    assert lines[1].split() == ["step", "word", "before", "kept", "written", "state"]
    sentence = next(line for line in lines if line.startswith("At “bridge” all 8 units"))
    assert sentence.split("hold ")[1].split(":")[0] == lines[6].split()[-1]
    shares = [float(line.split()[-1].rstrip("%")) for line in lines[9:]]
    assert sum(shares) == pytest.approx(100.0, abs=0.3)


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"unit": 8}, "there is no unit 8; there are 0 to 7"),
        ({"unit": -1}, "there is no unit -1"),
        ({"layer": 1}, "there is no layer 2; there are 1 to 1"),
        ({"step": 5}, "there is no step 5; there are 0 to 4"),
        ({"name": "alice-rnn-book", "text": "alice was"}, "the SimpleRNN has no ledger"),
    ],
)
def test_what_cannot_be_done_gets_a_sentence(options, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        ledger(asked(**options))
