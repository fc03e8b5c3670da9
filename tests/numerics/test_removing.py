"""The removal of each unit: against a trace of its own for every unit, in either memory."""

from __future__ import annotations

import numpy as np
import pytest
from tiny import MakeRun

from rnnexplorer import removing, runs, tracing
from rnnexplorer.measures.distribution import kl_divergence
from rnnexplorer.runs import Run


def words_of(run: Run, count: int) -> list[str]:
    chosen = np.random.default_rng(2).integers(0, len(runs.vocabulary(run).words), count)
    return [runs.vocabulary(run).words[k] for k in chosen]


@pytest.mark.parametrize("memory", ["stateful", "window"])
@pytest.mark.parametrize("layer", [0, 1])
@pytest.mark.parametrize("count", [3, 12])  # shorter and longer than a window of 5
def test_it_is_the_trace_with_that_unit_held_at_0(
    trained_run: Run, memory: str, layer: int, count: int
) -> None:
    words, units = words_of(trained_run, count), [4, 0, 3]
    found = removing.removed(trained_run, words, layer, units, epoch=2, memory=memory)
    assert found.shape == (3, count)
    plain = tracing.trace(trained_run, words, epoch=2, memory=memory)
    for row, unit in zip(found, units, strict=True):
        held = tracing.trace(
            trained_run, words, epoch=2, memory=memory, edits=f"h.{layer + 1}[{unit}]@0-=0"
        )
        expected = kl_divergence(plain.logits, held.logits)
        np.testing.assert_allclose(row, expected, rtol=0.01, atol=1e-8)
    assert found.max() > 1e-7  # an upper layer of so small a network has little to say


def test_a_unit_without_weights_out_of_it_changes_nothing(trained: MakeRun) -> None:
    run = trained(cell="rnn")
    weights = dict(runs.weights(run))
    for name in ("W_hy", "W_hh.l0"):
        weights[name] = weights[name].copy()
        weights[name][2] = 0.0
    runs.write_weights(runs.checkpoint_path(run, 3), weights)
    found = removing.removed(run, words_of(run, 9), 0, range(5))
    np.testing.assert_allclose(found[2], 0.0, atol=1e-9)
    assert (found[[0, 1, 3, 4]].max(axis=1) > 1e-6).all()


def test_what_there_is_not_is_refused(trained_run: Run) -> None:
    words = words_of(trained_run, 3)
    with pytest.raises(ValueError, match="there is no unit 6; there are 0 to 5"):
        removing.removed(trained_run, words, 0, [6])
    with pytest.raises(ValueError, match="there is no layer 3"):
        removing.removed(trained_run, words, 2, [0])
    with pytest.raises(ValueError, match="no words to read"):
        removing.removed(trained_run, [], 0, [0])
    with pytest.raises(ValueError, match="zyzzyva"):
        removing.removed(trained_run, ["zyzzyva"], 0, [0])
