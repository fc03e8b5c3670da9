import dataclasses
import math

import numpy as np
import pandas as pd
import pytest
from toy import toy

from rnnexplorer.measures import comparison, learning, word_values


def softmax(row):
    e = np.exp(np.asarray(row, dtype=float))
    return e / e.sum()


def test_a_word_is_shaded_by_what_was_said_before_it_came():
    trace, _ = toy("lstm")
    values = word_values.of(trace, "probability").values
    assert math.isnan(values[0])
    for t in range(1, len(trace)):
        came = trace.vocabulary.index(trace.words[t])
        assert values[t] == pytest.approx(softmax(trace.logits[t - 1])[came], abs=1e-6)


def test_surprisal_and_probability_say_the_same():
    trace, _ = toy("gru")
    bits = word_values.of(trace, "surprisal").values[1:]
    assert 2.0**-bits == pytest.approx(word_values.of(trace, "probability").values[1:])


def test_a_signal_of_a_unit_is_taken_at_the_word_itself():
    trace, _ = toy("lstm", layers=2)
    found = word_values.of(trace, "f", layer=1, unit=2)
    assert found.values.tolist() == trace.signals["f"][1, :, 2].tolist()
    assert found.signal == "f"


def test_readings_are_words():
    trace, _ = toy("lstm")
    assert word_values.of(trace, "probability").readings()[0] == "nothing came before it"
    assert word_values.of(trace, "entropy").readings()[1].endswith(" bits")


def test_a_reading_below_zero_has_a_real_minus_sign():
    values = word_values.WordValues(np.array([-0.25, -0.001, 0.5]), 1.0, "h", "", "")
    assert values.readings() == ["\N{MINUS SIGN}0.25", "0.00", "0.50"]


def test_a_signal_the_cell_does_not_have_is_refused():
    with pytest.raises(ValueError, match="no signal 'f'"):
        word_values.of(toy("rnn")[0], "f")


def test_a_trace_does_not_differ_from_itself():
    trace, _ = toy()
    bits, shared = comparison.divergence(trace, trace)
    assert bits == pytest.approx(np.zeros(len(trace)))
    assert shared == len(trace.vocabulary)


def test_vocabularies_in_another_order_are_lined_up():
    trace, _ = toy()
    turned = dataclasses.replace(
        trace, vocabulary=trace.vocabulary[::-1], logits=trace.logits[:, ::-1].copy()
    )
    assert comparison.divergence(trace, turned)[0] == pytest.approx(np.zeros(len(trace)))


def test_words_that_only_one_knows_are_left_out_and_the_rest_rescaled():
    trace, _ = toy()
    smaller = dataclasses.replace(
        trace, vocabulary=("a", "b", "c", "d", "x"), logits=trace.logits.copy()
    )
    if "e" in trace.words:
        pytest.fail("the toy text must not hold the word that is taken away")
    p, q, shared = comparison.aligned(trace, smaller)
    assert shared == ("a", "b", "c", "d")
    assert p.sum(axis=1) == pytest.approx(np.ones(len(trace)))
    assert q == pytest.approx(p)


def test_traces_over_different_words_are_not_compared():
    a, _ = toy(seed=0)
    b, _ = toy(seed=1)
    with pytest.raises(ValueError, match="different words"):
        comparison.divergence(a, b)


METRICS = pd.DataFrame(
    {
        "epoch": [1, 2, 3],
        "loss": [3.0, 2.0, 1.0],
        "held_out_loss": [math.log(50), math.log(40), np.nan],
        "gradient_norm": [1.0, 1.0, 1.0],
        "seconds": [9.0, 2.0, 2.0],
    }
)


def test_time_left_is_the_usual_epoch_times_those_to_come():
    assert learning.time_left(METRICS, 13) == pytest.approx(20.0)
    assert learning.time_left(METRICS.iloc[:0], 13) is None


def test_perplexity_of_an_epoch_and_none_where_it_was_not_measured():
    assert learning.last_perplexity(METRICS, 1) == pytest.approx(50)
    assert learning.last_perplexity(METRICS) is None
    assert learning.last_perplexity(METRICS, 9) is None


@pytest.mark.parametrize(
    ("perplexities", "over_fits_from"),
    [
        ([300, 200, 201.9], None),  # 0.95 % above the lowest
        ([300, 200, 202.1], 2),  # 1.05 %
        ([300, 200, 260, 200.5], None),  # back again
        ([300, 200, 190], None),
    ],
)
def test_it_over_fits_where_the_last_perplexity_lies_one_percent_above_the_lowest(
    perplexities, over_fits_from
):
    epochs = list(range(1, len(perplexities) + 1))
    found = learning.held_out(
        pd.DataFrame({"epoch": epochs, "held_out_loss": np.log(perplexities)})
    )
    assert found.lowest == 1 + int(np.argmin(perplexities))
    assert found.last == epochs[-1]
    assert np.exp(found.rise) == pytest.approx(perplexities[-1] / min(perplexities))
    assert found.over_fits_from == over_fits_from


def test_epochs_that_were_not_measured_do_not_count():
    assert learning.held_out(METRICS) == learning.HeldOut(2, 2, 0.0)
    assert learning.held_out(METRICS.iloc[2:]) is None


def test_a_loss_without_bound_is_an_infinite_perplexity():
    metrics = pd.DataFrame({"epoch": [1], "held_out_loss": [4196.0]})
    assert learning.last_perplexity(metrics) == np.inf
