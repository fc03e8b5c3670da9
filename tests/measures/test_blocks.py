"""Work over a whole text holds a part of it at a time, and finds what the whole would give."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable

import numpy as np
import pytest

from rnnexplorer.measures import blocks, half_life, tracking

ROWS, UNITS = 60_000, 32
#: Bytes of the text's signal in the double precision that is reckoned in.
WHOLE = ROWS * UNITS * 8


@pytest.fixture(scope="module")
def signal(tmp_path_factory: pytest.TempPathFactory) -> np.ndarray:
    """A gate over a long text, on disk in half precision as in an index."""
    path = tmp_path_factory.mktemp("index") / "f.npy"
    values = np.random.default_rng(0).random((ROWS, UNITS)).astype(np.float16)
    np.save(path, values)
    return np.load(path, mmap_mode="r")


def test_mean_and_spread_are_those_of_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    values = 1000 + np.random.default_rng(1).normal(size=(50, 3))
    monkeypatch.setattr(blocks, "AT_ONCE", 7)
    mean, spread = blocks.mean_and_spread(values)
    np.testing.assert_allclose(mean, np.mean(values, axis=0), rtol=1e-12)
    np.testing.assert_allclose(spread, np.std(values, axis=0), rtol=1e-12)


def test_a_half_life_by_blocks_is_that_of_the_whole(signal: np.ndarray) -> None:
    logs = np.log(np.clip(signal.astype(np.float64), 1e-7, 1 - 2**-11))
    np.testing.assert_allclose(
        half_life.from_gate(signal), np.log(0.5) / logs.mean(axis=0), rtol=1e-12
    )


def scores(signal: np.ndarray) -> object:
    labels = [{"a": np.arange(n, dtype=float)} for n in (50_000, 10_000)]
    two = signal[:50_000], signal[50_000:]
    return tracking.tracking(two, (labels[0], labels[1]), 2, np.random.default_rng(0))


@pytest.mark.parametrize("work", [blocks.mean_and_spread, half_life.from_gate, scores])
def test_a_long_text_is_never_held_whole(
    signal: np.ndarray, work: Callable[[np.ndarray], object]
) -> None:
    """A block with its squares or logarithms, and of tracking the labels: a third of the whole."""
    tracemalloc.start()
    try:
        work(signal)
        assert tracemalloc.get_traced_memory()[1] < WHOLE / 3
    finally:
        tracemalloc.stop()
