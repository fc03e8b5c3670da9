"""How much of an intervention: one edit at many doses, all of them read side by side.

A dose–response curve asks the network itself: the same words are read with one number of one edit
swept over a range, a row of the batch for each dose. The words stay those of the text, so that what
answers is the dose alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from rnnexplorer import runs
from rnnexplorer.cells import Values
from rnnexplorer.edits import NUMERIC, Edit, Intervention, WordEdit
from rnnexplorer.generation import holding
from rnnexplorer.interventions import Interventions
from rnnexplorer.network import Network, last_states, logits_of
from rnnexplorer.network import run as unroll
from rnnexplorer.traces import Array, chosen_memory
from rnnexplorer.tracing import load_network, resolved


class Swept(NamedTuple):
    """What a network makes of each dose, at K steps from the first edited one on.

    Attributes:
        logits: [K, D, V].
        h: of the edited layer, [K, D, H].
    """

    logits: Tensor
    h: Tensor


@dataclass(frozen=True, eq=False)
class Response:
    """What came of each dose of an edit.

    Attributes:
        edit: what was swept; its own number is not used.
        doses: its numbers, rising, [D].
        logits: at K steps from the first edited one on, [K, D, V].
        h: of the edited layer, [K, D, H].
        logits_without: the same without this edit, [K, V].
        h_without: the same without this edit, [K, H].
    """

    edit: Edit
    doses: Array
    logits: Array
    h: Array
    logits_without: Array
    h_without: Array


def respond(
    run: runs.Run,
    words: Sequence[str],
    asked: Sequence[Intervention],
    place: int,
    doses: Sequence[float],
    steps: int = 1,
    *,
    epoch: int | None = None,
    memory: str | None = None,
) -> Response:
    """Sweep the number of an edit while a run's network reads a text.

    Args:
        run: the run.
        words: the text; all of it is read as it is.
        asked: interventions, in the order in which they act.
        place: of the one that is swept, which is `set`, `add` or `scale`.
        doses: the numbers tried.
        steps: K, how many steps are answered, from the first edited one on; fewer at the end of
            the text.
        epoch: which checkpoint; None is the last.
        memory: `stateful` or `window`; None is what the run was trained for.

    Raises:
        ValueError: the edit has no number or begins after the text, there are no doses, or the
            network has no such signal, layer, unit, word, epoch or memory.
    """
    memory = chosen_memory(memory, run.recipe.memory)
    edit = asked[place]
    if isinstance(edit, WordEdit) or edit.action not in NUMERIC:
        raise ValueError(f"{edit} has no number that could be more or less; set, add or scale")
    if edit.start >= len(words):
        raise ValueError(
            f"step {edit.start} is not in the text; its {len(words)} words are steps 0 to"
            f" {len(words) - 1}"
        )
    if not doses:
        raise ValueError("there are no doses to try; give at least one")
    network, epoch = load_network(run, epoch)
    window = run.recipe.window if memory == "window" else None
    vocabulary = runs.vocabulary(run)
    ids = torch.from_numpy(vocabulary.encode(words))
    numbers = torch.tensor(sorted(doses), dtype=network.weights["b_y"].dtype)
    every, others = (
        resolved(network, acting, vocabulary, window) or Interventions((), network.cell)
        for acting in (asked, (*asked[:place], *asked[place + 1 :]))
    )
    dosed = sweep(network, ids, window, edit, steps, every.dosed(place, numbers))
    without = sweep(network, ids, window, edit, steps, others)
    return Response(
        edit=edit,
        doses=numbers.numpy(),
        logits=dosed.logits.numpy(),
        h=dosed.h.numpy(),
        logits_without=without.logits[:, 0].numpy(),
        h_without=without.h[:, 0].numpy(),
    )


@torch.inference_mode()
def sweep(
    network: Network,
    ids: Tensor,
    window: int | None,
    edit: Edit,
    steps: int,
    acting: Interventions,
) -> Swept:
    """Read a text at every dose of an edit, in rows side by side.

    Args:
        network: the network.
        ids: vocabulary indices, [T].
        window: words of memory; None is stateful.
        edit: what is swept, beginning within the text.
        steps: K, how many steps are answered; fewer at the end of the text.
        acting: all interventions, this one with its doses; or without it, which is one row.
    """
    stop = min(edit.start + steps, len(ids))
    ids = acting.fed(ids[:stop])
    acting = holding(network, ids, window, acting)
    rows = acting.rows(edit.start)
    # Up to the first full window both memories agree; from there on each word has its own start.
    full = stop if window is None else window
    parts = []
    if edit.start < full:
        parts.append(_pass(network, ids[: min(stop, full)], 0, edit, rows, acting))
    for last in range(max(edit.start, full), stop):
        start = last - full + 1
        top, h = _pass(network, ids[start : last + 1], start, edit, rows, acting)
        parts.append((top[-1:], h[-1:]))
    top, h = (torch.cat(part) for part in zip(*parts, strict=True))
    logits = logits_of(network, top.flatten(0, 1))
    return Swept(logits.view(*top.shape[:2], -1), h)


def _pass(
    network: Network, ids: Tensor, start: int, edit: Edit, rows: int, acting: Interventions
) -> tuple[Tensor, Tensor]:
    """From the zero state at a step of the text; what comes before the edit is read once.

    Returns:
        h of the last and of the edited layer from the edit on, each [K, rows, H].
    """
    states = network.zero_states(1)
    before = max(edit.start - start, 0)
    acting.begin(torch.tensor([start]))
    if before:
        states = last_states(network, unroll(network, ids[:before, None], change=acting.change))
        acting.begin(torch.tensor([start + before]))
    layers = unroll(
        network,
        ids[before:, None].expand(-1, rows),
        [_widened(state, rows) for state in states],
        change=acting.change,
    )
    return layers[-1]["h"], layers[edit.layer]["h"]


def _widened(state: Values, rows: int) -> Values:
    return {key: value.expand(rows, -1) for key, value in state.items()}
