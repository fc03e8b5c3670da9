"""From a run and its text to an index: every signal at every word, written piece by piece."""

from __future__ import annotations

import math
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from rnnexplorer import index, planning, runs, tracing
from rnnexplorer.corpus import LEAST_WORDS, Corpus
from rnnexplorer.generation import read
from rnnexplorer.index import Index, Section
from rnnexplorer.network import Network, States, last_states, logits_of
from rnnexplorer.network import run as unroll

#: Words read before their arrays are written and dropped: memory does not grow with the text.
AT_ONCE = 512

HALF_PRECISION = 2  # bytes

#: Told how many words are done and how many there are; may raise to give up.
Report = Callable[[int, int], None]


def make(
    run: runs.Run, corpus: Corpus, epoch: int | None = None, report: Report = lambda *_: None
) -> Index:
    """Read all of a run's text, what it was trained on and what was held out, and keep it.

    Each of the two is read from the zero state, in the memory that the run was trained for, so
    that the mean loss of the held-out part is the held-out loss of the training.

    Args:
        run: the run.
        corpus: its text.
        epoch: a checkpoint that exists; None is the last.
        report: see `Report`; if it raises, nothing is left behind.

    Raises:
        ValueError: no such checkpoint, or the corpus is not the text of the run.
        OSError: the index cannot be written.
    """
    network, epoch = tracing.load_network(run, epoch)
    stamp = index.stamp(run, epoch)
    window = run.recipe.window if run.recipe.memory == "window" else None
    sections, ids = _sections(run, corpus, network)
    home = index.folder(run, epoch)
    making = home.with_name(f".{home.name}.{os.getpid()}")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    try:
        arrays = _created(making, network, ids)
        for section in sections:
            pieces = _pieces(network, torch.from_numpy(ids[section.start : section.stop]), window)
            for start, piece in pieces:
                _store(arrays, section.start + start, piece)
                report(section.start + start + len(piece["losses"]), len(ids))
        for array in arrays.values():
            array.flush()
        cell, memory = network.cell.key, run.recipe.memory
        header = index.Header(index.FORMAT, epoch, cell, memory, stamp, sections)
        index.write_header(making, header)
        index.remove(run, epoch)
        os.rename(making, home)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return index.open_index(run, epoch)


def _sections(
    run: runs.Run, corpus: Corpus, network: Network
) -> tuple[tuple[Section, ...], NDArray[np.int64]]:
    """The parts of the text and their words; the training part is cut where it would not fit."""
    training, held_out = planning.texts_of(run, corpus)
    signals = len(network.cell.signals)
    bytes_a_word = signals * network.layers * network.units * HALF_PRECISION + 16
    fitting = index.MOST_BYTES // bytes_a_word - len(held_out)
    training = training[: max(fitting, LEAST_WORDS)]
    sections = [Section("training", 0, len(training), 0)]
    if len(held_out):
        ends = (len(training), len(training) + len(held_out))
        sections.append(Section("held out", *ends, len(corpus.words) - len(held_out)))
    return tuple(sections), np.concatenate((training, held_out))


def _created(folder: Path, network: Network, ids: NDArray[np.int64]) -> dict[str, Any]:
    """Empty arrays on disk, by name."""
    count = len(ids)
    shapes: dict[str, tuple[tuple[int, ...], type]] = {
        "ids": ((count,), np.int32),
        "losses": ((count,), np.float32),
        "entropy": ((count,), np.float32),
        "likeliest": ((count,), np.int32),
    }
    for signal in network.cell.signals:
        shapes[signal.key] = ((network.layers, count, network.units), np.float16)
    arrays = {
        name: np.lib.format.open_memmap(folder / f"{name}.npy", "w+", dtype, shape)
        for name, (shape, dtype) in shapes.items()
    }
    arrays["ids"][:] = ids
    return arrays


def _store(arrays: Mapping[str, Any], start: int, piece: Mapping[str, NDArray[Any]]) -> None:
    stop = start + len(piece["losses"])
    for name, values in piece.items():
        if values.ndim == 3:  # a signal, [L, T, H]
            arrays[name][:, start:stop] = values
        else:
            arrays[name][start:stop] = values


@torch.inference_mode()
def _pieces(
    network: Network, ids: Tensor, window: int | None
) -> Iterator[tuple[int, dict[str, NDArray[Any]]]]:
    """Signals and predictions of a section, some hundred words at a time."""
    states: States | None = None
    for start in range(0, len(ids), AT_ONCE):
        stop = min(start + AT_ONCE, len(ids))
        if window is None:
            layers = unroll(network, ids[start:stop].unsqueeze(1), states)
            states = last_states(network, layers)
            found = [{key: value[:, 0] for key, value in layer.items()} for layer in layers]
        else:
            # The words before the piece fill its first windows; their own rows are dropped.
            lead = min(start, window - 1)
            reading = read(network, ids[start - lead : stop], window)
            found = [{k: value[lead:] for k, value in layer.items()} for layer in reading.signals]
        piece = {
            signal.key: torch.stack([layer[signal.key] for layer in found]).numpy()
            for signal in network.cell.signals
        }
        yield start, piece | _predictions(network, found[-1]["h"], ids[start + 1 : stop + 1])


def _predictions(network: Network, h: Tensor, following: Tensor) -> dict[str, NDArray[Any]]:
    """Loss, entropy and the likeliest word after each word; no loss where the text ends."""
    log_probs = torch.log_softmax(logits_of(network, h), dim=1)
    losses = torch.full((len(h),), math.nan)
    losses[: len(following)] = -log_probs[: len(following)].gather(1, following[:, None])[:, 0]
    entropy = -(log_probs.exp() * log_probs).sum(dim=1) / math.log(2.0)
    return {
        "losses": losses.numpy(),
        "entropy": entropy.numpy(),
        "likeliest": log_probs.argmax(dim=1).numpy(),
    }
