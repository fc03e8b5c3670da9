"""What the removal of each unit does to the next words of one text, all units side by side.

A unit is removed by holding its h at 0 at every word: neither the output, nor the layer above, nor
its own layer a word later hears of it. Rows of a batch lose one unit each (ablation: Karpathy et
al. 2015; Morcos et al. 2018).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from rnnexplorer import runs
from rnnexplorer.network import Change, Network, logits_of
from rnnexplorer.network import run as unroll
from rnnexplorer.studying import switched_off
from rnnexplorer.traces import Array, check_layer, check_unit, chosen_memory
from rnnexplorer.tracing import load_network


@torch.inference_mode()
def removed(
    run: runs.Run,
    words: Sequence[str],
    layer: int,
    units: Sequence[int],
    epoch: int | None = None,
    memory: str | None = None,
) -> Array:
    """How far the expected next word moves when a unit is held at 0 from the first word on.

    D(untouched ‖ removed) = Σ_v p_v log2(p_v / q_v) after each word.

    Args:
        run: the run.
        words: the text, T ≥ 1.
        layer: from 0.
        units: those that are removed, each by itself, U ≥ 1.
        epoch: which checkpoint; None is the last.
        memory: `stateful` or `window`; None is what the run was trained for.

    Returns:
        Bits, [U, T].

    Raises:
        ValueError: there are no words, or no such layer, unit, epoch or memory.
        UnknownWords: a word is not in the vocabulary.
    """
    if not words:
        raise ValueError("there are no words to read; give at least one")
    memory = chosen_memory(memory, run.recipe.memory)
    network, _ = load_network(run, epoch)
    check_layer(layer, network.layers)
    for unit in units:
        check_unit(unit, network.units)
    ids = torch.from_numpy(runs.vocabulary(run).encode(words))
    change = switched_off(layer, torch.tensor(list(units)))
    # Up to the first full window both memories agree; from there on each word has its own start.
    full = min(run.recipe.window, len(ids)) if memory == "window" else len(ids)
    parts = [_bits(network, ids[:full], 0, change, len(units))]
    for stop in range(full + 1, len(ids) + 1):
        parts.append(_bits(network, ids[stop - full : stop], full - 1, change, len(units)))
    return torch.cat(parts, dim=1).numpy()


def _bits(network: Network, ids: Tensor, first: int, change: Change, rows: int) -> Tensor:
    """The divergence from a step on of a pass from the zero state, [rows, steps]."""
    states = network.cell.states
    plain = unroll(network, ids[:, None], only=states)[-1]["h"]
    without = unroll(network, ids[:, None].expand(-1, rows), only=states, change=change)[-1]["h"]
    found = []
    for t in range(first, len(ids)):  # the logits of all steps at once would not fit
        log_p, log_q = (
            logits_of(network, h[t]).double().log_softmax(dim=1) for h in (plain, without)
        )
        found.append((log_p.exp() * (log_p - log_q)).sum(dim=1) / math.log(2))
    return torch.stack(found, dim=1)
