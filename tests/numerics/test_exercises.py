"""Training on exercises: the equations are torch.nn's, and what is learnt is more than chance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch_reference import module_of

from rnnexplorer import exercises
from rnnexplorer.exercise_data import EXERCISES, NOT_ASKED
from rnnexplorer.exercises import Setup

SMALL = Setup("recall", "lstm", units=12, longest=4)


def arrays(network):
    return {name: weight.numpy() for name, weight in network.weights.items()}


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_what_is_read_is_what_torch_nn_computes_from_the_same_weights(cell):
    training = exercises.train(replace(SMALL, cell=cell), 3)
    given = ("c", "a", "b", "h", "?")
    trace = exercises.read(training, given)
    twin = module_of(cell, arrays(training.networks[0]))
    ids = torch.from_numpy(EXERCISES["recall"].numbers(given))
    np.testing.assert_allclose(trace.signals["h"][0], twin.h(ids[:, None])[:, 0], atol=1e-6)
    np.testing.assert_allclose(trace.logits, twin.logits(ids), atol=1e-5)


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_the_decoder_starts_where_the_encoder_ended_and_has_weights_of_its_own(cell):
    training = exercises.train(Setup("reverse", cell, 6), 2)
    given = EXERCISES["reverse"].drawn(1, 0).given
    trace = exercises.read(training, given)
    encoder, decoder = (module_of(cell, arrays(network)) for network in training.networks)
    ids = torch.from_numpy(EXERCISES["reverse"].numbers(given))[:, None]
    with torch.no_grad():
        first, state = encoder.recurrent(encoder.inputs(ids[:4]))
        second, _ = decoder.recurrent(decoder.inputs(ids[4:]), state)
        logits = decoder.output(second)
    expected = torch.cat([first, second])[:, 0]
    np.testing.assert_allclose(trace.signals["h"][0], expected, atol=1e-6)
    np.testing.assert_allclose(trace.logits[4:], logits[:, 0], atol=1e-5)
    assert not trace.logits[:4].any()


def test_one_step_of_training_is_adam_on_the_cross_entropy_of_what_is_asked():
    """The same step by torch.nn, torch's own loss and clipping."""
    before, after = exercises.begin(SMALL), exercises.train(SMALL, 1)
    twin = module_of("lstm", arrays(before.networks[0]))
    batch = exercises.training_batch(SMALL, 0)
    inputs, targets = torch.from_numpy(batch.inputs), torch.from_numpy(batch.targets)
    parameters = [*twin.recurrent.parameters(), *twin.output.parameters()]
    for parameter in parameters:
        parameter.requires_grad_()
    logits = twin.output(twin.recurrent(twin.inputs(inputs))[0])
    loss = torch.nn.functional.cross_entropy(
        logits.flatten(0, 1), targets.flatten(), ignore_index=NOT_ASKED
    )
    assert after.losses[0] == pytest.approx(loss.item(), rel=1e-5)
    loss.backward()
    gradient = twin.recurrent.weight_hh_l0.grad.t()
    moved = after.networks[0].weights["W_hh.l0"] - before.networks[0].weights["W_hh.l0"]
    # Adam's first step is the sign of the gradient times its step size, wherever there is one.
    clear = gradient.abs() > 1e-4
    assert clear.float().mean() > 0.5
    expected = -exercises.LEARNING_RATE * gradient.sign()[clear]
    np.testing.assert_allclose(moved[clear], expected, rtol=2e-3)


def test_going_on_gives_the_bits_of_one_go_and_leaves_the_earlier_stage_as_it_was():
    setup = Setup("spell", "gru", 8)
    whole = exercises.train(setup, 12)
    part = exercises.train(setup, 5)
    kept = {name: weight.clone() for name, weight in part.networks[0].weights.items()}
    on = exercises.go_on(exercises.go_on(part, 9), 12)
    np.testing.assert_array_equal(on.losses, whole.losses)
    for name, weight in whole.networks[0].weights.items():
        assert torch.equal(on.networks[0].weights[name], weight)
    for name, weight in part.networks[0].weights.items():
        assert torch.equal(weight, kept[name])
    assert part.steps == 5
    again = exercises.go_on(exercises.go_on(part, 9), 12)  # its optimizer was left alone too
    np.testing.assert_array_equal(again.losses, whole.losses)
    assert exercises.go_on(whole, 3) is whole


def test_another_seed_is_another_training():
    assert (
        exercises.train(SMALL, 2).losses[0] != exercises.train(replace(SMALL, seed=2), 2).losses[0]
    )


@pytest.mark.parametrize(
    ("setup", "steps", "distance"),
    [
        (Setup("recall", "gru", 16, 2), 150, 2),
        (Setup("brackets", "rnn", 16, 4), 100, 4),
        (Setup("copy", "gru", 24, 1), 150, 1),
        (Setup("reverse", "rnn", 24), 100, 0),
    ],
    ids=lambda value: getattr(value, "exercise", None),
)
def test_what_is_learnt_is_far_more_than_chance(setup, steps, distance):
    begun = exercises.begin(setup)
    training = exercises.go_on(begun, steps)
    chance, examples = setup.row.chance, 200
    # Four deviations of a binomial above guessing.
    bar = chance + 4 * np.sqrt(chance * (1 - chance) / examples)
    assert exercises.right_answers(training, distance, examples) / examples > max(bar, 0.3)
    assert training.losses[-10:].mean() < training.losses[:10].mean()


def test_the_written_down_exercises_are_learnt_by_heart():
    for key, cell in (("parity", "rnn"), ("spell", "rnn"), ("class", "rnn")):
        training = exercises.train(Setup(key, cell, 24), 120)
        assert all(exercises.right_of(training, EXERCISES[key].examples)), key


def test_an_example_is_right_when_the_answers_that_count_are():
    """Held against what is read one example at a time."""
    setup = Setup("brackets", "rnn", 8, 6)
    training = exercises.train(setup, 40)
    batch = setup.row.draw(np.random.default_rng([1, 6]), np.full(30, 6))
    right = 0
    for given, wanted in zip(batch.inputs.T, batch.targets.T, strict=True):
        trace = exercises.read(training, [setup.row.symbols[k] for k in given])
        right += int(trace.logits[-1].argmax() == wanted[-1])
    assert exercises.right_answers(training, 6, 30) == right
    assert 0 < right < 30


def test_parameters_are_counted_by_hand():
    # V = 9: LSTM(24) 4(9·24 + 24² + 24) = 3,264, output 24·9 + 9 = 225
    assert Setup("recall", "lstm", 24).parameters == 3489
    # V = 11, two SimpleRNNs of 11·6 + 6² + 6 = 108, one output layer 6·11 + 11 = 77
    setup = Setup("reverse", "rnn", 6)
    assert setup.parameters == 2 * 108 + 77
    trained = exercises.train(setup, 1)
    weights = [w for n in trained.networks for w in n.weights.values()]
    unread = sum(trained.networks[0].weights[name].numel() for name in ("W_hy", "b_y"))
    assert sum(weight.numel() for weight in weights) - unread == setup.parameters


@pytest.mark.parametrize(
    # SimpleRNN(H) on V = 9: H² + 19H + 9. 3,489 lies between H = 50 (3,459) and 51 (3,579);
    # LSTM(1): 4·11 + 18 = 62 lies between H = 2 (51) and 3 (75), nearer to 2.
    ("units", "matched"), [(24, 50), (1, 2)],
)  # fmt: skip
def test_the_matched_simple_rnn_has_the_nearest_number_of_weights(units, matched):
    found = exercises.matched(Setup("recall", "lstm", units, 7, seed=3))
    assert found == Setup("recall", "rnn", matched, 7, seed=3)


@pytest.mark.parametrize(
    ("setup", "sentence"),
    [
        (Setup("recall", "lstm", 8, 0), "the longest distance is 0"),
        (Setup("juggle", "lstm", 8, 4), "no exercise is called"),
        (Setup("recall", "cnn", 8, 4), "cell is 'cnn'"),
        (Setup("recall", "lstm", 0, 4), "hidden is 0"),
    ],
)
def test_what_cannot_be_trained_gets_a_sentence(setup, sentence):
    with pytest.raises(ValueError, match=sentence):
        exercises.begin(setup)


def test_what_cannot_be_asked_gets_a_sentence():
    training = exercises.begin(Setup("spell", "rnn", 4))
    with pytest.raises(ValueError, match="has no examples but those it is trained on"):
        exercises.right_answers(training, 0, 10)
    with pytest.raises(ValueError, match="nothing is given"):
        exercises.read(training, ())
