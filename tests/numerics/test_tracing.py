from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch_reference import Twin, by_hand, module_of

from rnnexplorer import runs, traces, tracing
from rnnexplorer.corpus import UnknownWords, split_words
from rnnexplorer.runs import Run

SENTENCE = "The grey cat sat on the warm stone; a small dog ran to the river."
WINDOW = 5  # of the trained run


def reference(run: Run, epoch: int | None = None) -> Twin:
    return module_of(run.recipe.cell, runs.weights(run, epoch))


def ids_of(run: Run, words: tuple[str, ...]) -> torch.Tensor:
    return torch.from_numpy(runs.vocabulary(run).encode(words))


# --- reading -------------------------------------------------------------------------------------


@pytest.mark.parametrize("epoch", [0, 2, None])
def test_a_stateful_trace_equals_torch_nn_with_the_weights_of_the_checkpoint(
    trained_run: Run, epoch: int | None
) -> None:
    trace = tracing.trace(trained_run, SENTENCE, epoch=epoch, memory="stateful")
    pair = reference(trained_run, epoch)
    ids = ids_of(trained_run, trace.words)
    np.testing.assert_allclose(trace.logits, pair.logits(ids).numpy(), rtol=0, atol=1e-6)
    cell = trained_run.recipe.cell
    expected = by_hand(cell, pair.recurrent, pair.inputs(ids.unsqueeze(1)).numpy())
    assert set(trace.signals) == set(expected[0])
    for layer, found in enumerate(expected):
        for key, values in found.items():
            ours = trace.signals[key][layer]
            relative = 1e-5 if key == "c" else 0.0
            np.testing.assert_allclose(ours, values[:, 0], rtol=relative, atol=1e-6)


def test_a_window_trace_equals_a_fresh_run_of_torch_nn_for_every_word(trained_run: Run) -> None:
    trace = tracing.trace(trained_run, SENTENCE, memory="window")
    pair = reference(trained_run)
    ids = ids_of(trained_run, trace.words)
    for t in range(len(trace)):
        expected = pair.logits(ids[max(0, t + 1 - WINDOW) : t + 1])[-1]
        np.testing.assert_allclose(trace.logits[t], expected.numpy(), rtol=0, atol=1e-6)


def test_a_trace_says_what_it_shows(trained_run: Run) -> None:
    read = tracing.trace(trained_run, SENTENCE)
    words = split_words(SENTENCE)
    assert read.words == tuple(words)
    assert read.vocabulary == runs.vocabulary(trained_run).words
    # The run was trained with a carried state, so that is how it is read.
    assert read.origin == traces.Origin(
        "trained", trained_run.recipe.cell, 3, "read", "stateful", None, len(words)
    )
    written = tracing.trace(
        trained_run, words, epoch=2, continue_words=3, memory="window", temperature=0.5, top_k=4,
        top_p=0.8, seed=9,
    )  # fmt: skip
    assert written.origin == traces.Origin(
        "trained", trained_run.recipe.cell, 2, "continue", "window", WINDOW, len(words), 0.5, 4,
        0.8, 9,
    )  # fmt: skip
    assert len(written) == len(words) + 3


@pytest.mark.parametrize("memory", ["stateful", "window"])
def test_shapes_are_layer_time_unit(trained_run: Run, memory: str) -> None:
    trace = tracing.trace(trained_run, SENTENCE, memory=memory)
    shape = (2, len(trace), 6)
    assert {array.shape for array in (*trace.signals.values(), *trace.before.values())} == {shape}
    assert {array.shape for array in trace.initial.values()} == {(2, 6)}
    assert {array.dtype for array in trace.signals.values()} == {np.dtype(np.float32)}
    assert set(trace.before) == set(trace.initial) == set(trace.cell.states)


def test_a_stateful_step_starts_where_the_last_one_ended(trained_run: Run) -> None:
    trace = tracing.trace(trained_run, SENTENCE, memory="stateful")
    for key in trace.cell.states:
        assert np.array_equal(trace.before[key][:, 1:], trace.signals[key][:, :-1])
        assert np.array_equal(trace.before[key][:, 0], trace.initial[key])
        assert not trace.initial[key].any()


def test_words_already_split_give_the_same_trace(trained_run: Run) -> None:
    one = tracing.trace(trained_run, SENTENCE)
    other = tracing.trace(trained_run, split_words(SENTENCE))
    assert np.array_equal(one.logits, other.logits)


def test_a_single_word_is_a_text(trained_run: Run) -> None:
    assert tracing.trace(trained_run, "cat", memory="window").logits.shape[0] == 1


# --- writing -------------------------------------------------------------------------------------


@pytest.mark.parametrize("memory", ["stateful", "window"])
def test_a_continued_trace_is_the_reading_of_what_was_written(
    trained_run: Run, memory: str
) -> None:
    written = tracing.trace(trained_run, SENTENCE, continue_words=8, memory=memory)
    read = tracing.trace(trained_run, written.words, memory=memory)
    assert np.array_equal(written.logits, read.logits)
    # Written greedily: each word was the most probable after those before it.
    prompt = written.origin.prompt
    best = written.logits[prompt - 1 : -1].argmax(axis=1)
    assert [written.vocabulary[k] for k in best] == list(written.words[prompt:])


def test_the_same_seed_writes_the_same_words(trained_run: Run) -> None:
    def written(seed: int) -> tuple[str, ...]:
        return tracing.trace(
            trained_run, "the cat", continue_words=30, temperature=1.5, seed=seed
        ).words

    assert written(1) == written(1)
    assert written(1) != written(2)


# --- refusals ------------------------------------------------------------------------------------


def test_unknown_words_are_named_with_their_nearest(trained_run: Run) -> None:
    with pytest.raises(UnknownWords, match='"cats" .*"cat"'):
        tracing.trace(trained_run, "the cats sat")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda run: tracing.trace(run, "cat", epoch=7), "no checkpoint of epoch 7; it has 0, 1,"),
        (lambda run: tracing.trace(run, "… !"), "no words to read; type at least one"),
        (lambda run: tracing.trace(run, []), "no words to read"),
        (lambda run: tracing.trace(run, "cat", memory="long"), "memory is 'long'; .*stateful"),
        (lambda run: tracing.trace(run, ["cat"] * 2001), "2001 words and 0 to write"),
        (lambda run: tracing.trace(run, "cat", continue_words=2000), "1 words and 2000 to write"),
        (lambda run: tracing.trace(run, "cat", continue_words=-1), "1 words and -1 to write"),
        (lambda run: tracing.trace(run, "cat", temperature=-1.0), "temperature is -1"),
        (lambda run: tracing.trace(run, "cat", top_k=0), "top_k is 0"),
        (lambda run: tracing.trace(run, "cat", seed=-1), "seed is -1"),
    ],
)
def test_a_question_that_has_no_answer_is_refused_with_a_sentence(
    trained_run: Run, call: Callable[[Run], object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        call(trained_run)


def test_a_run_without_checkpoints_says_to_wait(make_run: Callable[..., Run]) -> None:
    with pytest.raises(ValueError, match="no checkpoint yet; wait"):
        tracing.trace(make_run(), "the cat")
