"""One variant of a training epoch, in a process of its own.

    python benchmarks/workers.py VARIANT

builds the variant, writes a line, then runs one epoch for each line that it reads and answers with
its seconds and its loss. A worker that waits for a line uses no processor time, so many can stay
alive while one runs: an epoch is timed warm, without another variant's memory in its process.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import text

#: What TensorFlow takes by itself on two cores.
KERAS_THREADS = 2

#: One epoch; gives the mean loss (None where there is none).
Epoch = Callable[[], float | None]


def ours(cell: str, threads: int) -> Epoch:
    """The chapter preset through the loop that the app trains with."""
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    import torch

    from rnnexplorer.epoch import train_epoch
    from rnnexplorer.network import Network, initialise
    from rnnexplorer.optimizers import optimizer_of
    from rnnexplorer.recipe import CHAPTER

    torch.set_num_threads(threads)
    recipe = CHAPTER.changed(cell=cell, threads=threads)
    fresh = initialise(recipe, text.VOCABULARY, torch.Generator().manual_seed(recipe.seed))
    weights = {name: weight.requires_grad_() for name, weight in fresh.weights.items()}
    network = Network(fresh.cell, weights)
    optimizer = optimizer_of(recipe, list(weights.values()))
    ids = torch.from_numpy(text.word_ids())
    epochs = iter(range(1, sys.maxsize))
    return lambda: train_epoch(network, optimizer, recipe, ids, next(epochs)).loss


def floor(cell: str, threads: int) -> Epoch:
    """The matrix products of an epoch and nothing else, at their exact shapes.

    Forward, gradient of the states, gradient of the weights. The first step starts from the zero
    state, so it needs no product; the input of a one-hot vector is a look-up; the recurrence's
    weight gradient is one product over all timesteps.
    """
    import torch

    torch.set_num_threads(threads)
    units, words, steps = text.HIDDEN, text.VOCABULARY, text.WINDOW - 1
    width = units * {"rnn": 1, "lstm": 4}[cell]

    def products(batch: int) -> list[tuple[torch.Tensor, ...]]:
        def pair(rows: int, inner: int, columns: int) -> tuple[torch.Tensor, ...]:
            return (
                torch.randn(rows, inner),
                torch.randn(inner, columns),
                torch.empty(rows, columns),
            )

        return [
            *[pair(batch, units, width) for _ in range(steps)],
            pair(batch, units, words),
            pair(units, batch, words),
            pair(batch, words, units),
            *[pair(batch, width, units) for _ in range(steps)],
            pair(units, batch * steps, width),
        ]

    full, last = divmod(text.SAMPLES, text.BATCH)
    whole, rest = products(text.BATCH), products(last)

    def epoch() -> None:
        for batch in [whole] * full + [rest]:
            for a, b, out in batch:
                torch.mm(a, b, out=out)

    return epoch


def keras(cell: str, words_as: str) -> Epoch:
    """Keras on TensorFlow with its defaults, the recurrent layer unrolled as in the chapter.

    `onehot` is the chapter's own code; `embedding` what Keras itself would advise: an Embedding of
    128 instead of one-hot vectors, and targets as integers.
    """
    os.environ["KERAS_BACKEND"] = "tensorflow"
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import keras as k
    import numpy as np
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(KERAS_THREADS)
    tf.config.threading.set_inter_op_parallelism_threads(KERAS_THREADS)

    windows = np.lib.stride_tricks.sliding_window_view(text.word_ids(), text.WINDOW + 1)
    inputs, targets = windows[:, :-1].copy(), windows[:, -1].copy()
    layer = {"rnn": k.layers.SimpleRNN, "lstm": k.layers.LSTM}[cell]
    rest = [layer(text.HIDDEN, unroll=True), k.layers.Dense(text.VOCABULARY, activation="softmax")]
    if words_as == "onehot":
        one_hot = np.eye(text.VOCABULARY, dtype=bool)
        inputs, targets = one_hot[inputs], one_hot[targets]
        shape, loss = (text.WINDOW, text.VOCABULARY), "categorical_crossentropy"
        model = k.Sequential([k.Input(shape), *rest])
    else:
        loss = "sparse_categorical_crossentropy"
        first = k.layers.Embedding(text.VOCABULARY, text.HIDDEN)
        model = k.Sequential([k.Input((text.WINDOW,), dtype="int32"), first, *rest])
    model.compile(loss=loss, optimizer="rmsprop")

    def epoch() -> float:
        history = model.fit(inputs, targets, batch_size=text.BATCH, epochs=1, verbose=0)
        return float(history.history["loss"][-1])

    return epoch


#: name -> what builds it and its arguments
VARIANTS: dict[str, tuple[Callable[..., Epoch], tuple[Any, ...]]] = {
    f"{cell}-{name}": (build, (cell, argument))
    for cell in ("rnn", "lstm")
    for name, build, argument in (
        ("keras-onehot", keras, "onehot"),
        ("keras-embedding", keras, "embedding"),
        ("ours-1", ours, 1),
        ("ours-2", ours, 2),
        ("floor-1", floor, 1),
        ("floor-2", floor, 2),
    )
}


def main() -> None:
    """Build one variant and run an epoch for each line of the standard input."""
    build, arguments = VARIANTS[sys.argv[1]]
    # What a library prints must not be taken for an answer.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    epoch = build(*arguments)
    answers.write("ready\n")
    for _ in sys.stdin:
        started = time.perf_counter()
        loss = epoch()
        seconds = time.perf_counter() - started
        answers.write(json.dumps({"seconds": seconds, "loss": loss}) + "\n")


if __name__ == "__main__":
    main()
