from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from rnnexplorer import signals
from rnnexplorer.traces import Origin, Trace

VOCABULARY = ("alice", "was", "beginning", "to", "get", "very", "tired", "of", "sitting", "by")


@pytest.fixture
def make_trace() -> Callable[..., Trace]:
    """A trace of any cell and size, of seeded noise within the range of each signal."""

    def make(
        cell: str = "lstm", steps: int = 12, units: int = 6, layers: int = 1, seed: int = 0
    ) -> Trace:
        rng = np.random.default_rng(seed)
        shape = (layers, steps, units)
        low = {"gate": 0.0, "signed": -1.0, "unbounded": -4.0}
        high = {"gate": 1.0, "signed": 1.0, "unbounded": 4.0}
        table = signals.cell(cell)
        values = {
            signal.key: rng.uniform(low[signal.kind], high[signal.kind], shape).astype(np.float32)
            for signal in table.signals
        }
        return Trace(
            words=tuple(VOCABULARY[k % len(VOCABULARY)] for k in range(steps)),
            vocabulary=VOCABULARY,
            signals=values,
            before={key: np.zeros(shape, np.float32) for key in table.states},
            initial={key: np.zeros((layers, units), np.float32) for key in table.states},
            logits=rng.normal(size=(steps, len(VOCABULARY))).astype(np.float32),
            origin=Origin("demo", cell, 3, "read", "stateful", None, steps),
        )

    return make
