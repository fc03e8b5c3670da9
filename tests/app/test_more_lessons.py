"""Lessons 5, 8, 9 and 10: predicted, done, begun again; with other networks, and with none."""

from __future__ import annotations

import json
import math
import shutil

import numpy as np
import pytest
from lesson_steps import (
    lesson,
    lesson_of,
    link,
    predicted,
    press,
    set_to,
    ticks,
    told_and_begun_again,
)
from test_dose_page import values
from test_pages import charts, said

from rnnexplorer import corpus, reciting, removing, runs, tracing
from rnnexplorer.corpus import CorpusError
from rnnexplorer.measures import distribution
from rnnexplorer.measures import importance as measure
from rnnexplorer.measures.expansion import KINDS as LABORATORY
from rnnexplorer.measures.expansion import Setup, expand
from rnnexplorer.pages import activity_epochs as epochs
from rnnexplorer.pages import activity_importance as importance
from rnnexplorer.pages import activity_output as output
from rnnexplorer.pages import texts
from rnnexplorer.settings import read

KEYS = ("fading", "epochs", "output", "importance")
#: Settings under which each task is fulfilled, in the order of the tasks.
WAYS = {
    "fading": ["u=0.9", "u=1.1", "u=1.1;activation=tanh"],
    "epochs": ["epoch=2", "epoch=100", "net=book;epoch=100"],
    "output": ["heat=0", "heat=1.5"],
    "importance": ["unit=35", "unit=27", "net=book"],
}


@pytest.fixture(autouse=True)
def own_caches(fresh_caches):
    """Every test its own."""


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("right", [True, False])
def test_a_lesson_is_done_by_doing_and_begun_again(key, right):
    at, picked = predicted(key, right=right)
    assert ticks(at) == 0
    for done, settings in enumerate(WAYS[key], start=1):
        assert lesson_of(key).why not in said(at.markdown)
        set_to(at, settings)
        assert ticks(at) == done + (done == len(WAYS[key]))
    told_and_begun_again(at, key, picked, right=right)


@pytest.mark.usefixtures("own_runs")
def test_what_a_link_has_done_already_is_not_done_until_one_does_it():
    at = lesson("fading", "u=0.9")
    assert ticks(at) == 0
    at.run()
    assert ticks(at) == 0
    assert ticks(set_to(at, "u=0.9;depth=30")) == 0  # another number is not the one asked for
    assert ticks(set_to(at, "u=1.1")) == 1
    assert ticks(set_to(at, "u=0.9")) == 2


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize("settings", ["heat=0.0", "u=0.6;heat=0"])
def test_however_a_link_spells_what_it_has_done_it_is_not_done_by_looking(settings):
    at = lesson("output", settings)
    at.run()
    assert ticks(at) == 0
    set_to(at, "heat=0.7")
    assert ticks(set_to(at, "heat=0")) == 1


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize(
    ("key", "settings", "sentence"),
    [
        ("fading", "u=7", "a number between -2 and 2"),
        ("fading", "size=4", "There is no setting 'size' here"),
        ("epochs", "epoch=soon", "a number between 0 and 100000"),
        ("epochs", "net=mine", "one of chapter, book, chosen"),
        ("output", "heat=nan", "a number between 0 and 2.5"),
        ("output", "text=alice zyzzyva", "zyzzyva"),
        ("importance", "unit=5000", "a number between -1 and 1023"),
        ("importance", "text=zyzzyva", "zyzzyva"),
        ("importance", "text=!?", "no words"),
    ],
)
def test_bad_input_gets_one_sentence(key, settings, sentence):
    at = lesson(key, settings)
    assert said(at.warning).count(sentence) == 1
    assert "Find out" in said(at.markdown)


@pytest.mark.usefixtures("no_runs")
@pytest.mark.parametrize("key", KEYS)
def test_without_any_network_a_lesson_says_what_to_do(key):
    at = lesson(key)
    assert "Find out" in said(at.markdown)
    if key != "fading":  # which needs none
        assert "has no weights" in said(at.info)
        assert "Train a network" in [k.proto.label for k in at.get("page_link")]


@pytest.mark.parametrize("key", [key for key in KEYS if key != "fading"])
def test_a_network_that_is_deleted_meanwhile_leaves_the_lesson_another(key, own_runs):
    at = lesson(key, "net=chosen", run="tale-rnn")
    shutil.rmtree(own_runs / "tale-rnn")
    at.run()
    assert not at.exception
    assert "The run 'tale-rnn' is gone" in said(at.warning)
    assert "Find out" in said(at.markdown)


# --- 5: fading -----------------------------------------------------------------------------------


def test_what_the_prediction_of_fading_says_is_so():
    asked = lesson_of("fading").prediction
    assert asked.options[asked.right] == "About 0.1 and about 7"
    shares = [expand(Setup(u=u, depth=21)).left for u in (0.9, 1.1)]
    assert shares == pytest.approx([0.9**20, 1.1**20])
    assert shares == pytest.approx([0.12, 6.7], abs=0.03)


def test_what_is_said_of_tanh_is_so():
    lesson_why = lesson_of("fading").why
    for u in (1.1, 1.5, 2.0):  # the scalar of the lesson: it vanishes
        assert abs(expand(Setup(u=u, depth=21, activation="tanh")).gains[0]) < 0.01
    made = expand(
        Setup(u=1.5, depth=21, activation="tanh", size=32, matrix="gaussian", inputs="first")
    )
    h, through = np.tanh(made.W), np.eye(32)
    for _ in range(20):
        h = np.tanh(made.U @ h)
        assert np.mean(1 - h**2 > 0.5) > 0.5  # most slopes are far from 0
        through = ((1 - h**2)[:, None] * made.U) @ through
    times = np.sqrt((np.linalg.svd(through, compute_uv=False) ** 2).mean())
    assert f"makes it {times:.0f} times as long" in lesson_why
    assert made.gains.max() == pytest.approx(times)
    assert np.abs(made.h).max() < 1


@pytest.mark.usefixtures("own_runs")
def test_the_laboratory_opens_with_the_numbers_of_the_lesson():
    at = lesson("fading", "u=1.2;activation=tanh;depth=30")
    for settings in ("u=0.9", "u=1.1", "u=1.2;activation=tanh;depth=30"):
        set_to(at, settings)
    query = link(at, "The same in the laboratory")
    assert "tab=recurrence" in query
    asked = query.split("settings=")[1].split("&")[0].replace("%3D", "=").replace("%3B", ";")
    found, complaints = read(asked, LABORATORY)
    assert not complaints
    assert (found["u"], found["depth"], found["activation"]) == (1.2, 30, "tanh")


@pytest.mark.usefixtures("own_runs")
def test_without_a_change_the_first_word_is_kept():
    at = lesson("fading")
    assert ticks(at) == 0
    np.testing.assert_allclose(values(charts(at)[0]["data"][0]["y"]), np.ones(21))


# --- 8: epochs -----------------------------------------------------------------------------------


def metrics_of(name):
    folder = runs.models_folder() / name
    return [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]


def test_what_the_prediction_of_the_epochs_says_is_so():
    every_epoch, words = (
        metrics_of("alice-rnn-chapter"),
        runs.vocabulary(runs.find("alice-rnn-chapter")),
    )
    last, blind = every_epoch[-1], math.log(len(words))
    assert last["epoch"] == 100
    assert f"{last['loss']:.2f}" == "0.02"
    assert last["held_out_loss"] > blind
    held_out = [row["held_out_loss"] for row in every_epoch]
    assert held_out.index(min(held_out)) < 5  # best in the first epochs
    assert min(held_out) < blind
    book = metrics_of("alice-lstm-book")[-1]
    assert book["loss"] > 100 * last["loss"]
    assert book["held_out_loss"] < min(held_out)
    assert f"{math.exp(book['held_out_loss']):.0f}" == "234"
    assert runs.find("alice-rnn-chapter").training_words == 3077


@pytest.mark.usefixtures("own_runs")
def test_an_epoch_that_was_not_kept_shows_what_was_written_down_then():
    at = lesson("epochs", "epoch=4")  # 3 was written down, 4 was not
    assert at.select_slider(key="knob_epoch").value == 3
    sample = next(s for s in runs.samples(runs.find("alice-rnn-chapter")) if s.epoch == 3)
    assert set(sample.continuation) == {"she"}
    assert "Epoch 3: it writes 20 words, all of them “she”" in said(at.markdown)
    assert "Written down after this epoch" in said(at.caption)
    run = runs.find("alice-rnn-chapter")
    beginning = " ".join(next(s.seed_words for s in runs.samples(run) if s.epoch == 100))
    at.select_slider(key="knob_epoch").set_value(100).run()
    assert at.session_state.address.settings == "epoch=100"
    last = tracing.trace(run, beginning, continue_words=20)
    own = set(last.words[last.origin.prompt :])
    assert f"Epoch 100: it writes 20 words, {len(own)} of them different" in said(at.markdown)
    assert "Written now, by the checkpoint of this epoch" in said(at.caption)
    amber = [shape for shape in charts(at)[0]["layout"]["shapes"] if shape["line"]["width"] == 2]
    assert [shape["x0"] for shape in amber] == [100]


@pytest.mark.usefixtures("own_runs")
def test_words_of_the_training_text_are_counted():
    at = lesson("epochs", "net=chosen;epoch=2", run="tale-lstm")
    run = runs.find("tale-lstm")
    begun = next(s.seed_words for s in runs.samples(run) if s.epoch == 2)
    trace = tracing.trace(run, begun, continue_words=20)
    text = " ".join(corpus.load("tale").words[: run.training_words])
    own = trace.words[trace.origin.prompt :]
    count = sum(" ".join(own[k - 4 : k + 1]) in text for k in range(4, len(own)))
    assert f"{count} of them end a run of 5 or more words" in said(at.caption)
    assert f"{reciting.PROMPTS} beginnings of the text" in said(at.caption)


@pytest.mark.usefixtures("own_runs")
def test_without_the_text_nothing_is_marked_and_all_else_is_told(monkeypatch):
    def gone(run):
        raise CorpusError("The text is not on this machine.")

    monkeypatch.setattr(texts, "of", gone)
    at = lesson("epochs", "epoch=100")
    assert "The text is not on this machine." in said(at.caption)
    assert "training loss **0.02**" in said(at.markdown)
    assert "By heart" not in said(at.caption)


@pytest.mark.usefixtures("own_runs")
def test_the_networks_are_held_against_each_other_by_their_last_losses():
    at = lesson("epochs", "net=book")
    table = at.dataframe[-1].value
    for name, (_, row) in zip(epochs.SHIPPED, table.iterrows(), strict=True):
        last = metrics_of(name)[-1]
        shown = float(row["held-out perplexity"].replace(",", ""))
        assert shown == pytest.approx(math.exp(last["held_out_loss"]), abs=0.51)
    assert table["words it was trained on"].tolist() == ["3,077", "3,077", "24,480", "24,480"]


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize(
    ("name", "held_out", "dropout"),
    [
        ("alice-rnn-chapter", "on the last chapter, which it never trains on", False),
        ("alice-lstm-book", "on the last chapter, which it never trains on", True),
        ("tale-lstm", "on the last tenth of the text, which it never trains on", True),
    ],
)
def test_it_is_said_what_each_loss_is_measured_on(name, held_out, dropout):
    at = lesson("epochs", "net=chosen", run=name)
    assert held_out in said(at.caption)
    assert ("with dropout on" in said(at.caption)) is dropout
    assert ("without dropout" in said(at.caption)) is dropout


def test_where_nothing_was_held_out_no_held_out_words_are_spoken_of(own_runs):
    kept = own_runs / "tale-lstm" / "recipe.json"
    kept.write_text(kept.read_text().replace('"last-tenth"', '"none"'))
    told = said(lesson("epochs", "net=chosen", run="tale-lstm").caption)
    assert "Nothing was held out." in told
    assert "never trains on" not in told


# --- 9: output -----------------------------------------------------------------------------------


@pytest.mark.usefixtures("own_runs")
def test_greedy_text_of_the_shipped_network_goes_round():
    at = lesson("output", "heat=0")
    assert "it goes round, “and the queen was a little golden key”" in said(at.markdown)
    words = tracing.trace(
        runs.find("alice-lstm-book"), str(output.KINDS["text"].default), continue_words=200
    ).words
    assert words[-8:] * 3 == words[-24:]  # and far beyond what is shown
    asked = lesson_of("output").prediction
    assert asked.options[asked.right] == "The same few words come again and again"


@pytest.mark.usefixtures("own_runs")
def test_the_bench_opens_with_this_draw():
    at = lesson("output", "heat=1.5;u=0.25;text=alice was")
    set_to(at, "heat=0")
    set_to(at, "heat=1.5;u=0.25;text=alice was")
    query = link(at, "This draw on the bench")
    for part in ("tab=draw", "temperature=1.5", "bench_u=0.25", "text=alice+was", "step=1"):
        assert part in query
    word = said(at.markdown).split("u = 0.25 falls on “")[1].split("”")[0]
    p = distribution.probabilities(
        tracing.trace(runs.find("alice-lstm-book"), "alice was").logits[-1:], 1.5
    )[0]
    order = np.argsort(-p)
    drawn = order[np.searchsorted(p[order].cumsum(), 0.25)]
    assert runs.vocabulary(runs.find("alice-lstm-book")).words[drawn] == word


@pytest.mark.usefixtures("own_runs")
def test_another_draw_has_another_seed_and_greedy_has_none():
    at = press(lesson("output"), "Draw again")
    assert at.session_state.address.settings == "seed=2"
    set_to(at, "heat=0")
    assert not [button for button in at.button if button.label == "Draw again"]


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize("key", ["output", "importance"])
def test_words_that_a_network_does_not_know_have_a_way_out(key):
    at = lesson(key, "net=chosen", run="tale-gru")
    assert "tale-gru cannot read this" in said(at.warning)
    press(at, "Use words this model knows")
    assert not at.warning
    assert at.get("plotly_chart")


# --- 10: importance ------------------------------------------------------------------------------


def _words(name):
    """Those that the lesson gives, and those that the network writes after them."""
    given = str(importance.KINDS["text"].default)
    return tracing.trace(runs.find(name), given, continue_words=importance.WRITTEN).words


def found_of(name, words=None, layer=0):
    """Both measures, in the memory that the run was trained for, from traces and edits."""
    words = _words(name) if words is None else words
    trace = tracing.trace(runs.find(name), words)
    removal = removing.removed(runs.find(name), words, layer, range(trace.units))
    return measure.importance(trace.signals["h"][layer], removal)


def test_what_is_said_of_the_shipped_networks_is_so():
    chapter, book = found_of("alice-rnn-chapter"), found_of("alice-lstm-book")
    assert abs(chapter.agreement) < 0.2
    assert book.agreement > 0.9
    assert chapter.most(measure.IDLE) == 35
    assert chapter.most(measure.TELLING) == 27
    assert chapter.effect[27] > 5 * chapter.effect[35]
    shares = [_at_once(name) / found.effect.mean() for name, found in
              (("alice-rnn-chapter", chapter), ("alice-lstm-book", book))]  # fmt: skip
    assert shares[0] < 0.1  # nearly all comes through the other units
    assert shares[1] > 0.5  # most comes at once
    rows = np.linalg.norm(runs.weights(runs.find("alice-lstm-book"))["W_hy"], axis=1)
    assert rows.std() < 0.1 * rows.mean()


def _at_once(name):
    """Mean divergence when only what a unit adds to the logits is taken away."""
    trace = tracing.trace(runs.find(name), _words(name))
    W_hy, h = runs.weights(runs.find(name))["W_hy"], trace.signals["h"][0]
    bits = [
        distribution.kl_divergence(logits, logits - h[t][:, None] * W_hy)
        for t, logits in enumerate(trace.logits)
    ]
    return float(np.mean(bits))


@pytest.mark.usefixtures("own_runs")
def test_one_case_of_either_kind_is_shown_on_request():
    at = lesson("importance")
    assert at.number_input(key="lesson_importance_unit").value is None
    assert "128 units" in said(at.markdown)
    for unit, done in ((35, 1), (27, 2)):
        press(at, "Show me one")
        assert at.session_state.address.settings == f"unit={unit}"
        assert ticks(at) == done
    assert "more active than 12% of the others" in said(at.markdown)
    at.number_input(key="lesson_importance_unit").set_value(None).run()
    assert at.session_state.address.settings is None


@pytest.mark.usefixtures("own_runs")
def test_what_if_opens_with_that_unit_held_at_0():
    at = lesson("importance")
    for settings in WAYS["importance"]:
        set_to(at, settings)
    assert "edits=" not in link(at, "Remove units of")  # of the book's network none is chosen yet
    set_to(at, "unit=35")
    query = link(at, "Unit 35 held at 0")
    assert "edits=h%5B35%5D%400-%3D0" in query
    assert "run=alice-rnn-chapter" in query
    assert "unit=35" in link(at, "What does unit 35 do?")


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize(("name", "layer"), [("tale-lstm", 0), ("tale-gru", 1)])
def test_any_network_and_layer_can_be_looked_at(name, layer):
    text = "the keeper"
    at = lesson("importance", f"net=chosen;text={text};unit=3", run=name, layer=layer)
    words = tracing.trace(runs.find(name), text, continue_words=importance.WRITTEN).words
    found = found_of(name, words, layer)
    dots, ring = charts(at)[0]["data"]
    np.testing.assert_allclose(values(dots["x"]), found.activity, rtol=1e-5)
    np.testing.assert_allclose(values(dots["y"]), found.effect, rtol=1e-4)
    assert ring["text"] == ["unit 3"]
