"""`memorised` gives the numbers of the page without the page, each counted again here."""

from __future__ import annotations

import argparse
import json

import numpy as np
import pytest

from rnnexplorer import corpus, memorising, planning, runs, tracing
from rnnexplorer.cli.memorised import memorised
from rnnexplorer.measures.ngrams import InterpolatedKneserNey

DEFAULTS = {
    "name": "demo", "epoch": None, "temperature": 0.7, "text": None, "words": 12, "seed": 1,
    "json": True,
}  # fmt: skip


@pytest.fixture
def run(home, demo, monkeypatch):
    """The small run of the tale."""
    monkeypatch.setenv("RNNEXPLORER_RUNS", str(home))
    return runs.find(demo)


def told(capsys, **options):
    assert memorised(argparse.Namespace(**{**DEFAULTS, **options})) == 0
    return json.loads(capsys.readouterr().out)


def stands_in(part, text):
    return any(text[k : k + len(part)] == part for k in range(len(text) - len(part) + 1))


def test_shares_of_long_runs_and_of_new_words_are_counted_in_the_texts(run, capsys):
    found = told(capsys)
    training, held_out = (ids.tolist() for ids in planning.texts_of(run, planning.corpus_of(run)))
    beginnings = memorising.prompts(np.array(training[:-40]), 12, 10)
    ends, new, loops = [], [], []
    for heat in (0.0, 0.7):
        for ids in memorising.written(run, 2, beginnings, 40, heat):
            text = ids.tolist()
            fives = [k >= 4 and stands_in(text[k - 4 : k + 1], training) for k in range(40)]
            fours = [text[k : k + 4] for k in range(37)]
            if heat == 0:
                ends.append(np.mean(fives))
            else:
                new.append(np.mean([not stands_in(four, training) for four in fours]))
                loops.append(np.mean([four in fours[:k] for k, four in enumerate(fours)]))
    assert found["in_long_runs"] == pytest.approx(np.mean(ends))
    assert found["new"]["4"] == pytest.approx(np.mean(new))
    error = np.std(new, ddof=1) / np.sqrt(len(new))
    assert found["new_error"]["4"] == pytest.approx(error)
    assert found["loops"] == pytest.approx(np.mean(loops))
    author = [not stands_in(held_out[k : k + 4], training) for k in range(len(held_out) - 3)]
    assert found["author_new"]["4"] == pytest.approx(np.mean(author))


def test_perplexities_are_those_of_the_training_and_of_counting(run, capsys):
    found = told(capsys)["held_out_perplexity"]
    metrics = runs.metrics(run)
    expected = float(np.exp(metrics["held_out_loss"].iloc[-1]))
    assert found["network"] == pytest.approx(expected, rel=1e-4)
    training, held_out = planning.texts_of(run, planning.corpus_of(run))
    size = len(runs.vocabulary(run))
    for order, name in ((2, "Kneser–Ney bigram"), (3, "Kneser–Ney trigram")):
        model = InterpolatedKneserNey.fit(training, size, order)
        assert found[name] == pytest.approx(model.perplexity(held_out))


def test_reading_against_writing_is_counted_in_traces_of_every_passage(run, capsys):
    """Passages of 40 words, evenly spread: ten are given, of thirty each is guessed or written."""
    found = told(capsys, temperature=0.0)["reading_against_writing"]
    vocabulary = runs.vocabulary(run)
    texts = planning.texts_of(run, planning.corpus_of(run))
    for part, text in zip(("training", "held_out"), texts, strict=True):
        starts = sorted(set(np.linspace(0, len(text) - 40, 48).astype(int).tolist()))
        right, same, kept = [0] * 30, [0] * 30, []
        for start in starts:
            words = vocabulary.decode(text[start : start + 40])
            read = tracing.trace(run, words)
            written = tracing.trace(run, words[:10], continue_words=30).words
            for k in range(30):
                guess = vocabulary.words[int(read.logits[9 + k].argmax())]
                right[k] += guess == words[10 + k]
                same[k] += written[10 + k] == words[10 + k]
            left = [k for k in range(30) if written[10 + k] != words[10 + k]]
            kept.append(min(left, default=30))
        middle = sorted(kept)
        median = (middle[(len(kept) - 1) // 2] + middle[len(kept) // 2]) / 2
        assert found[part]["places"] == len(starts)
        assert found[part]["right_while_reading"] == pytest.approx([n / len(starts) for n in right])
        assert found[part]["kept_while_writing"] == pytest.approx([n / len(starts) for n in same])
        errors = [np.sqrt(n / len(starts) * (1 - n / len(starts)) / len(starts)) for n in same]
        assert found[part]["kept_while_writing_error"] == pytest.approx(errors)
        assert found[part]["words_kept_median"] == median
        assert 0 < sum(right) < 30 * len(starts)


def test_the_runs_of_given_words_stand_where_they_are_said_to(run, capsys):
    words = corpus.load("tale").words
    found = told(capsys, text=" ".join(words[40:52]))["text"]
    assert tuple(found["given"]) == words[40:52]
    assert len(found["written"]) == 12
    text = [*found["given"], *found["written"]]
    for one in found["runs"]:
        stop = one["step"] + one["length"]
        assert one["words"] == text[one["step"] : stop]
        assert tuple(one["words"]) == words[one["word"] : one["word"] + one["length"]]
        assert one["written"] == stop - max(one["step"], 12)
    training = runs.vocabulary(run).decode(planning.texts_of(run, planning.corpus_of(run))[0])
    longest = [
        max((n for n in range(1, end + 1) if stands_in(text[end - n : end], training)), default=0)
        for end in range(1, len(text) + 1)
    ]
    assert found["run_lengths"] == longest
    assert max(longest) >= 12


def test_people_are_told_in_lines(done, demo):
    lines = done(f"memorised {demo} --text 'the keeper' --words 5").stdout.splitlines()
    assert lines[0].startswith("demo, epoch 2, trained on ")
    assert "end a run of 5 or more words of its text" in lines[1]
    assert any("held-out perplexity: network " in line for line in lines)
    assert any("before it leaves the text (median)" in line for line in lines)
    assert any(line.startswith("  the keeper | ") for line in lines)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [("--epoch 9", "epoch 9"), ("--text xyzzy", "xyzzy"), ("--temperature -1", "temperature is")],
)
def test_what_cannot_be_done_gets_a_sentence(typed, demo, options, sentence):
    process = typed(f"memorised {demo} {options}")
    assert process.returncode == 2
    assert sentence in process.stderr
    assert "Traceback" not in process.stderr
