"""The places of a text, and averages of what networks do there."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from scipy.special import rel_entr
from tiny import MakeRun
from torch_reference import module_of

from rnnexplorer import corpus, reciting, remembering, runs, tracing
from rnnexplorer.measures import lag
from rnnexplorer.measures.distribution import probabilities
from rnnexplorer.reciting import Texts
from rnnexplorer.runs import Run

PASSAGE = remembering.BEFORE + 1 + remembering.LAGS


def texts(training: int, held_out: int = 0) -> Texts:
    """Words that are all different, so that a place can be found again."""
    ids = np.arange(training + held_out)
    return Texts(corpus.load("tale"), ids[:training], ids[training:], len(ids), None)  # type: ignore[arg-type]


def test_places_are_from_all_over_the_held_out_text_in_its_order():
    found = remembering.places(texts(3000, 2000))
    assert found.part == "held-out"
    assert len(found) == remembering.PLACES
    starts = found.ids[0]
    np.testing.assert_array_equal(found.ids, starts + np.arange(PASSAGE)[:, None])
    np.testing.assert_array_equal(found.targets, starts + PASSAGE)
    assert (np.diff(starts) > 0).all()
    assert 3000 <= starts[0] < 3010
    assert starts[-1] > 3000 + 2000 - PASSAGE - 11


def test_too_little_held_out_means_the_text_that_was_trained_on():
    found = remembering.places(texts(3000, remembering.ENOUGH - 1))
    assert found.part == "training"
    assert found.targets.max() < 3000


def test_the_changed_word_is_another_and_as_frequent_words_are():
    ids = np.random.default_rng(0).choice(4, 4000, p=[0.7, 0.1, 0.1, 0.1])
    found = remembering.places(dataclasses.replace(texts(1), training=ids))
    assert (found.others != found.ids[remembering.BEFORE]).all()
    # Of two draws that differ the second is word 0 in 2 · 0.7 · 0.3 / (1 - 0.49 - 0.03) … at least
    # where the first is not: there it is drawn in 0.7 of the places or more.
    rare = found.ids[remembering.BEFORE] != 0
    assert np.mean(found.others[rare] == 0) > 0.6


def test_the_same_text_gives_the_same_places():
    one, two = (remembering.places(texts(3000)) for _ in range(2))
    np.testing.assert_array_equal(one.ids, two.ids)
    np.testing.assert_array_equal(one.others, two.others)


def test_words_of_a_probe_do_not_stand_between():
    ids = np.random.default_rng(0).integers(0, 60, 9000)
    found = remembering.places(dataclasses.replace(texts(1), training=ids), without=(3,))
    between = found.ids[remembering.BEFORE : remembering.BEFORE + 1 + remembering.BETWEEN]
    assert not (between == 3).any()
    assert (found.ids[: remembering.BEFORE] == 3).any()


def test_a_text_that_is_too_short_is_told_how_long_it_must_be():
    with pytest.raises(ValueError, match="100 words are too few .* 19 passages of 81 words fit in"):
        remembering.places(texts(100))
    with pytest.raises(ValueError, match="0 passages of 81 words without these words"):
        remembering.places(dataclasses.replace(texts(1), training=np.zeros(500, int)), without=(0,))


def test_in_a_text_of_one_word_again_and_again_nothing_can_be_changed():
    found = remembering.places(dataclasses.replace(texts(1), training=np.zeros(3000, int)))
    assert found.others is None
    with pytest.raises(ValueError, match="no other word to put .* two different words"):
        remembering.other_words(found)
    one_differs = np.zeros(3000, int)
    one_differs[7] = 1
    found = remembering.places(dataclasses.replace(texts(1), training=one_differs))
    assert (remembering.other_words(found) != found.ids[remembering.BEFORE]).all()


@pytest.mark.parametrize(
    ("units", "layers", "places"), [(64, 1, 50), (256, 1, 50), (1024, 1, 3), (1024, 3, 1)]
)
def test_of_a_large_network_fewer_places_are_one_piece_of_work(units, layers, places):
    recipe = SimpleNamespace(hidden=units, layers=layers)
    assert remembering.at_once(SimpleNamespace(recipe=recipe)) == places


@pytest.fixture
def long_run(trained: MakeRun) -> Run:
    return trained(cell="lstm", layers=2)


def test_the_curve_in_bits_is_the_mean_over_single_traces(long_run: Run):
    found = remembering.places(reciting.texts_of(long_run))
    parts = [remembering.apart(long_run, 3, found, part) for part in remembering.pieces(found)]
    curve = remembering.bits_curve(parts)
    words, bits = runs.vocabulary(long_run).words, []
    for n in range(0, len(found), 40):
        passage = [words[k] for k in found.ids[:, n]]
        edit = f"word@{remembering.BEFORE}={words[found.others[n]]}"
        plain, changed = (tracing.trace(long_run, passage, edits=e) for e in ("", edit))
        p, q = (probabilities(t.logits[remembering.BEFORE :]) for t in (plain, changed))
        single = np.concatenate([part.bits for part in parts])[n]
        np.testing.assert_allclose(single, rel_entr(p, q).sum(axis=1) / np.log(2), atol=1e-6)
        bits.append(single)
    assert len(curve.mean) == remembering.LAGS + 1
    whole = np.concatenate([part.bits for part in parts])
    np.testing.assert_allclose(curve.mean, whole.mean(axis=0), rtol=1e-9)


def test_unrelated_states_are_one_apart(long_run: Run):
    found = remembering.places(reciting.texts_of(long_run))
    parts = [remembering.apart(long_run, 3, found, part) for part in remembering.pieces(found)]
    states = np.concatenate([part.untouched["c"][-1] for part in parts])
    distances = np.linalg.norm(states[:, None] - states, axis=2)
    mean = distances.sum() / (len(states) * (len(states) - 1))
    assert remembering.unrelated(parts, "c") == pytest.approx(mean, rel=1e-5)
    raw = np.concatenate([part.states["c"][-1] for part in parts]).mean(axis=0)
    np.testing.assert_allclose(remembering.distance_curve(parts, "c").mean, raw / mean, rtol=1e-5)


def test_gradients_and_their_ratio_to_themselves(long_run: Run):
    found = remembering.places(reciting.texts_of(long_run))
    parts = [remembering.gradients(long_run, 3, found, part) for part in remembering.pieces(found)]
    shares = remembering.gradient_curve(parts, "c", absolute=False)
    norms = remembering.gradient_curve(parts, "c", absolute=True)
    assert shares.mean[0] == pytest.approx(1.0)
    np.testing.assert_allclose(shares.mean, norms.mean / norms.mean[0], rtol=1e-5)
    same = remembering.ratio_curve(parts, "c", parts, "c")
    np.testing.assert_allclose(same.mean, 1.0)
    of_h = remembering.gradient_curve(parts, "h", absolute=False)
    ratio = remembering.ratio_curve(parts, "c", parts, "h")
    np.testing.assert_allclose(ratio.mean, shares.mean / of_h.mean, rtol=1e-9)


def by_torch(run: Run, ids: np.ndarray, target: int, back: int) -> float:
    """‖∂loss/∂h‖ of the last layer so many words back, by torch.nn cut in two at that state."""
    twin = module_of(run.recipe.cell, runs.weights(run, 3))
    x = twin.embedding[torch.from_numpy(ids)][:, None]
    with torch.no_grad():
        _, state = twin.recurrent(x[: len(ids) - back])
    state.requires_grad_()
    last = twin.recurrent(x[len(ids) - back :], state)[0][-1] if back else state[-1]
    loss = torch.nn.functional.cross_entropy(twin.output(last), torch.tensor([target]))
    return float(torch.autograd.grad(loss, state)[0][-1].norm())


@pytest.mark.parametrize(
    "made", [{"cell": "gru"}, {"cell": "rnn", "objective": "last", "carry": False}]
)
def test_the_gradient_at_a_place_is_that_of_torch_in_the_last_layer_and_the_own_memory(
    trained: MakeRun, made
):
    run = trained(layers=2, **made)
    found = remembering.places(reciting.texts_of(run))
    words = found.ids if run.recipe.memory == "stateful" else found.ids[-run.recipe.window :]
    norms = remembering.gradients(run, 3, found, slice(0, 2)).states["h"][-1]
    for n in (0, 1):
        for back in (0, 1, 4):
            expected = by_torch(run, words[:, n], int(found.targets[n]), back)
            assert norms[n, back] == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("of", ["loss", "logit"])
def test_the_gradient_of_an_earlier_word_is_that_of_torch(long_run: Run, of):
    found = remembering.places(reciting.texts_of(long_run))
    parts = [remembering.gradients(long_run, 3, found, slice(k, k + 1), of) for k in range(20)]
    curve = remembering.gradient_curve(parts, "words", absolute=True)
    twin = module_of("lstm", runs.weights(long_run, 3))
    norms = []
    for n in range(20):
        x = twin.embedding[torch.from_numpy(found.ids[:, n])][:, None].detach().requires_grad_()
        logits = twin.output(twin.recurrent(x)[0][-1, 0])
        log_p = torch.log_softmax(logits, 0)
        y = (logits if of == "logit" else log_p)[int(found.targets[n])]
        norms.append(torch.autograd.grad(y, x)[0][:, 0].norm(dim=1).flip(0).numpy())
    expected = np.exp(np.log(np.stack(norms)[:, : remembering.LAGS + 1]).mean(axis=0))
    np.testing.assert_allclose(curve.mean, expected, rtol=1e-3)


def test_a_curve_is_of_the_layer_that_is_asked_for(long_run: Run):
    found = remembering.places(reciting.texts_of(long_run))
    parts = [remembering.gradients(long_run, 3, found, part) for part in remembering.pieces(found)]
    for layer in (0, 1):
        norms = np.concatenate([part.states["h"][layer] for part in parts])
        curve = remembering.gradient_curve(parts, "h", absolute=True, layer=layer)
        np.testing.assert_allclose(curve.mean, np.exp(np.log(norms).mean(axis=0)), rtol=1e-5)


def test_a_changed_word_is_read_in_the_window_that_the_network_has(trained: MakeRun):
    run = trained(cell="rnn", objective="last", carry=False)
    found = remembering.places(reciting.texts_of(run))
    bits, words = remembering.apart(run, 3, found, slice(0, 2)).bits, runs.vocabulary(run).words
    for n in (0, 1):
        passage = [words[k] for k in found.ids[:, n]]
        edit = f"word@{remembering.BEFORE}={words[found.others[n]]}"
        p, q = (
            probabilities(tracing.trace(run, passage, edits=e).logits)[remembering.BEFORE :]
            for e in ("", edit)
        )
        expected = rel_entr(p, q).sum(axis=1) / np.log(2)
        np.testing.assert_allclose(bits[n], expected[: bits.shape[1]], atol=1e-6)


def test_a_network_of_windows_is_asked_within_its_window(trained: MakeRun):
    run = trained(cell="rnn", objective="last", carry=False)
    found = remembering.places(reciting.texts_of(run))
    part = slice(0, 3)
    assert remembering.lags_of(run) == run.recipe.window - 1 == 5
    assert remembering.gradients(run, 3, found, part).inputs.shape == (3, 6)
    assert remembering.apart(run, 3, found, part).bits.shape == (3, 6)
    asked = remembering.probe_of(runs.vocabulary(run), "cat", "dog", "river")
    assert remembering.answered(run, 3, found, part, asked).shape == (2, 3, 6)


def test_an_answer_is_what_two_traces_expect(long_run: Run):
    vocabulary = runs.vocabulary(long_run)
    asked = remembering.probe_of(vocabulary, "cat", "dog", "river")
    found = remembering.places(reciting.texts_of(long_run))
    answered = remembering.answered(long_run, 3, found, slice(0, 2), asked)
    passage = [vocabulary.words[k] for k in found.ids[:, 1]]
    for row, cue in enumerate(("cat", "dog")):
        passage[remembering.BEFORE] = cue
        trace = tracing.trace(long_run, passage)
        logs = np.log2(probabilities(trace.logits)[remembering.BEFORE :, asked.answer])
        np.testing.assert_allclose(answered[row, 1], logs[: remembering.BETWEEN + 1], atol=1e-5)
    curve = remembering.probe_curve([answered.repeat(20, axis=1)])
    np.testing.assert_allclose(curve.mean, (answered[0] - answered[1]).mean(axis=0))


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("cat", "cat", "dog"), "cue and contrast are both “cat”"),
        (("cat", "", "dog"), "a probe needs three words"),
        (("cat", "zebra", "dog"), '"zebra"'),
    ],
)
def test_a_probe_that_makes_no_sense_is_told_why(make_run: MakeRun, words, reason):
    with pytest.raises(ValueError, match=reason):
        remembering.probe_of(runs.vocabulary(make_run()), *words)


@pytest.mark.book
def test_the_lstm_of_the_book_fades_more_slowly_than_the_matched_rnn_and_not_at_once(alice):
    """What models and page say: less is left after some words, more after twenty."""
    lstm, matched = runs.find("alice-lstm-book"), runs.find("alice-rnn-matched")
    found = remembering.places(reciting.texts_of(lstm))
    done = [
        [remembering.gradients(run, 18, found, part) for part in remembering.pieces(found)]
        for run in (lstm, matched)
    ]
    ratio = remembering.ratio_curve(done[0], "c", done[1], "h")
    assert ratio.high[2] < 1.0
    assert ratio.low[20] > 5.0
    assert lag.crossing(remembering.gradient_curve(done[0], "c", absolute=False).mean, 0.5) < 2.0
