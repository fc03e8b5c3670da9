"""What a training would be, before it is one."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest

from rnnexplorer import corpus as corpora
from rnnexplorer import planning, recipe, runs, training

#: Of the tale; fixed, so that its counts can be stated.
TALE_WORDS, TALE_DISTINCT = 4330, 446


@pytest.fixture(scope="module")
def tale():
    return corpora.load("tale")


def test_the_chapters_run_is_planned_as_the_chapter_ran_it(alice):
    plan = planning.plan("rnn", alice, "chapter")
    assert (plan.training, plan.vocabulary) == (3077, 2600)
    # 2,600·128 + 128·128 + 128 recurrent, 128·2,600 + 2,600 output
    assert plan.parameters == 332_800 + 16_384 + 128 + 332_800 + 2_600
    assert plan.steps == 24  # (3,077 - 10) windows / 128


def test_parameters_of_the_chapters_own_vocabulary():
    assert recipe.CHAPTER.changed(cell="rnn").parameter_count(3077) == 807_301


def test_words_are_limited_after_the_last_chapter_is_held_out(tale):
    plan = planning.plan("rnn", tale, "book")
    assert plan.training + plan.held_out == TALE_WORDS
    assert plan.vocabulary == TALE_DISTINCT
    assert planning.plan("rnn", tale, "book", words=100).training == 100


def test_a_text_without_chapters_holds_out_its_last_tenth(tmp_path):
    path = tmp_path / "plain.txt"
    path.write_text("one two three four five six seven eight nine ten. " * 100, encoding="utf-8")
    plan = planning.plan("lstm", corpora.read_text_file(path), "book")
    assert plan.recipe.held_out == "last-tenth"
    assert (plan.training, plan.held_out) == (900, 100)


def test_the_matched_rnn_has_the_weights_of_the_lstm_but_for_less_than_one_unit(tale):
    lstm = planning.plan("lstm", tale, "book").parameters
    matched = planning.plan("rnn", tale, "matched")
    units = matched.recipe.hidden

    def parameters(hidden):
        return planning.plan("rnn", tale, "matched", hidden=hidden, embedding=hidden).parameters

    assert abs(matched.parameters - lstm) <= abs(parameters(units + 1) - lstm)
    assert abs(matched.parameters - lstm) <= abs(parameters(units - 1) - lstm)
    assert matched.parameters == pytest.approx(lstm, rel=0.01)


def test_a_plan_becomes_a_run_that_says_the_same(tale, tmp_path, monkeypatch):
    monkeypatch.setenv("RNNEXPLORER_RUNS", str(tmp_path))
    plan = planning.plan("gru", tale, "quick", hidden=5)
    run = planning.start(plan, "planned")
    assert (run.recipe, run.parameters, run.training_words) == (
        plan.recipe,
        plan.parameters,
        plan.training,
    )
    assert runs.vocabulary(run).words == tale.vocabulary().words
    assert runs.status(run, time.time()).state == "waiting"


@pytest.mark.parametrize(
    ("preset", "changes", "sentence"),
    [
        ("nothing", {}, "no preset is called 'nothing'"),
        ("quick", {"hidden": 2000}, "hidden is 2000"),
        ("quick", {"hiden": 20}, "no field 'hiden'"),
        ("quick", {"decay": 0.5}, "decay does nothing without optimizer='rmsprop'"),
        ("chapter", {"weight_decay": 0.1}, "weight_decay does nothing without optimizer='adam'"),
        ("chapter", {"embedding": 32}, "embedding does nothing without input='embedding'"),
        ("quick", {"words": 50, "window": 49}, "50 words to train on do not fill a window of 49"),
    ],
)
def test_what_cannot_be_planned_is_said(tale, preset, changes, sentence):
    with pytest.raises(ValueError, match=sentence):
        planning.plan("lstm", tale, preset, **changes)


def test_more_work_is_estimated_longer(tale):
    def seconds(cell="lstm", preset="quick", **changes):
        return planning.plan(cell, tale, preset, **changes).seconds

    assert seconds(epochs=20) == pytest.approx(2 * seconds(epochs=10))
    assert seconds(cell="rnn") < seconds(cell="lstm")
    assert seconds(hidden=64) < seconds(hidden=512)
    assert seconds(layers=1) < seconds(layers=3)


def test_a_training_reads_the_words_that_were_planned(tale, tmp_path, monkeypatch):
    monkeypatch.setenv("RNNEXPLORER_RUNS", str(tmp_path))
    plan = planning.plan("rnn", tale, "quick", hidden=4, embedding=4, epochs=1)
    seen = []
    training.train(planning.start(plan), tale, report=seen.append)
    assert {report.steps for report in seen} == {plan.steps}


def test_a_forget_bias_needs_a_forget_gate(tale):
    assert planning.plan("lstm", tale, "quick", forget_bias=2.0).recipe.forget_bias == 2.0
    with pytest.raises(ValueError, match="forget_bias does nothing without cell='lstm'"):
        planning.plan("rnn", tale, "quick", forget_bias=2.0)


def test_a_book_is_not_downloaded_for_its_chapters(tmp_path, monkeypatch):
    run = SimpleNamespace(corpus_name="alice", corpus_path=None, corpus_sha256="")
    monkeypatch.setenv("RNNEXPLORER_DATA", str(tmp_path))  # where no book is
    monkeypatch.setattr(planning, "corpus_of", lambda run: pytest.fail("it is downloaded"))
    assert planning.chapters_of(run) == ()


def test_chapters_are_those_of_the_very_text_of_the_run(tale):
    run = SimpleNamespace(corpus_name="tale", corpus_path=None, corpus_sha256=tale.sha256)
    assert planning.chapters_of(run) == tale.chapters
    assert tale.chapters
    other = SimpleNamespace(corpus_name="tale", corpus_path=None, corpus_sha256="another")
    assert planning.chapters_of(other) == ()
