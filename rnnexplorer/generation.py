"""Reading a text with a network, and writing on, in either kind of memory.

*Stateful*: one step a word, the state carried on from the first word. *Window*: for every word a
fresh start from the zero state over the last `window` words, which is what a network trained on
windows was trained for. They are different functions of the text; a trace says which it shows.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from rnnexplorer.cells import Values
from rnnexplorer.draws import Sampling, draw, uniforms
from rnnexplorer.interventions import Interventions
from rnnexplorer.network import Change, Network, last_states, logits_of, run

#: Windows read side by side. Bounds the memory of a long text (64 windows of 500 steps, 1,024
#: units and 6 signals are 0.8 GB) at no cost in speed.
WINDOWS_AT_ONCE = 64

#: Words scored before their states and logits are dropped: a long text needs no more memory.
AT_ONCE = 512


class Reading(NamedTuple):
    """One pass over T words.

    Attributes:
        signals: for each layer every signal, [T, H].
        before: for each layer the states that step t started from, [T, H].
    """

    signals: list[Values]
    before: list[Values]


@torch.inference_mode()
def read(
    network: Network, ids: Tensor, window: int | None, edits: Interventions | None = None
) -> Reading:
    """Every signal at every word of a text.

    Args:
        network: the network.
        ids: vocabulary indices, [T], T ≥ 1.
        window: words of memory; None carries the state on through the whole text.
        edits: interventions, at steps of this text.
    """
    if edits is not None:
        ids = edits.fed(ids)
        edits = holding(network, ids, window, edits)
    if window is None or len(ids) <= window:
        return _read_on(network, ids, edits)
    # Up to the first full window there is nothing to forget: both memories agree.
    parts = [_read_on(network, ids[:window], edits)]
    windows = ids.unfold(0, window, 1)[1:]  # [T - window, window]
    starts = torch.arange(1, len(windows) + 1)
    for some, first in zip(
        torch.split(windows, WINDOWS_AT_ONCE), torch.split(starts, WINDOWS_AT_ONCE), strict=True
    ):
        layers = run(network, some.t(), change=_begun(edits, first))
        states = network.cell.states
        parts.append(
            Reading(
                signals=[{key: value[-1] for key, value in layer.items()} for layer in layers],
                before=[{key: layer[key][-2] for key in states} for layer in layers],
            )
        )
    return Reading(
        signals=_joined([part.signals for part in parts]),
        before=_joined([part.before for part in parts]),
    )


@torch.inference_mode()
def holding(
    network: Network, ids: Tensor, window: int | None, edits: Interventions
) -> Interventions:
    """The same interventions, each `hold` with the value that it keeps.

    That is the signal at the step before, as a reading in the same memory has it, with all that
    acts by then: what is held from an earlier step on comes first. It is one value for the whole
    text, since each window has its own step before.

    Args:
        network: the network.
        ids: the words that are really read, as far as there are any yet, [T].
        window: words of memory; None is stateful.
        edits: interventions; what is held from after these words on stays unknown.
    """
    for start in edits.awaited(len(ids)):
        stop = max(start, 1)
        first = 0 if window is None else max(stop - window, 0)
        words = ids[first:stop, None].expand(-1, edits.rows(stop - 1))
        layers = run(network, words, change=_begun(edits, torch.tensor([first])))
        before = [{key: value[-1] for key, value in layer.items()} for layer in layers]
        edits = edits.keeping(start, before)
    return edits


def _begun(edits: Interventions | None, first: Tensor) -> Change | None:
    """The change of a pass that begins at these steps of the text."""
    if edits is None:
        return None
    edits.begin(first)
    return edits.change


def _read_on(network: Network, ids: Tensor, edits: Interventions | None) -> Reading:
    layers = run(network, ids.unsqueeze(1), change=_begun(edits, torch.zeros(1, dtype=torch.int64)))
    found = [{key: value[:, 0] for key, value in layer.items()} for layer in layers]
    before = [
        {
            key: torch.cat((torch.zeros_like(layer[key][:1]), layer[key][:-1]))
            for key in network.cell.states
        }
        for layer in found
    ]
    return Reading(found, before)


def _joined(parts: list[list[Values]]) -> list[Values]:
    layers = range(len(parts[0]))
    return [
        {key: torch.cat([part[layer][key] for part in parts]) for key in parts[0][layer]}
        for layer in layers
    ]


@torch.inference_mode()
def write_on(
    network: Network,
    prompt: Tensor,
    count: int,
    window: int | None,
    sampling: Sampling,
    edits: Interventions | None = None,
) -> Tensor:
    """The words a network writes after a prompt.

    Args:
        network: the network.
        prompt: vocabulary indices, [T], T ≥ 1.
        count: how many words to write.
        window: words of memory; None is stateful.
        sampling: how each is drawn. The k-th word uses the k-th random number of the seed, so the
            same seed at another temperature differs by the temperature alone.
        edits: interventions, at steps of the text; those after the prompt act on what is written.
            A word that they replace is drawn, and its random number used up, all the same.

    Returns:
        The words read, [T + count]: the prompt and what follows it, those replaced included.
    """
    ids = prompt if edits is None else edits.fed(prompt)
    states = None
    unread = ids if window is None else ids[-window:]
    for uniform in uniforms(sampling.seed, count):
        if edits is not None:
            edits = holding(network, ids, window, edits)
        change = _begun(edits, torch.tensor([len(ids) - len(unread)]))
        layers = run(network, unread.unsqueeze(1), states, change=change)
        logits = logits_of(network, layers[-1]["h"][-1])[0]
        word = ids.new_tensor([draw(logits.numpy(), sampling, float(uniform))])
        ids = torch.cat((ids, word))
        if edits is not None:
            ids = edits.fed(ids)
        if window is None:
            states, unread = last_states(network, layers), ids[-1:]
        else:
            unread = ids[-window:]
    return ids


@torch.inference_mode()
def word_losses(network: Network, ids: Tensor, window: int | None) -> Tensor:
    """How badly each word was predicted: its negative log probability.

    Args:
        network: the network.
        ids: vocabulary indices, [T].
        window: words of memory; None is stateful.

    Returns:
        Nats. Stateful [T - 1], for the second word to the last; window [T - window], for the
        words that have a full window before them (as in training).
    """
    only = network.cell.states
    found = []
    if window is None:
        states = None
        pieces = zip(torch.split(ids[:-1], AT_ONCE), torch.split(ids[1:], AT_ONCE), strict=True)
        for words, targets in pieces:
            layers = run(network, words.unsqueeze(1), states, only=only)
            states = last_states(network, layers)
            found.append(_losses(network, layers[-1]["h"][:, 0], targets))
    else:
        for some in torch.split(ids.unfold(0, window + 1, 1), AT_ONCE):
            layers = run(network, some[:, :-1].t(), only=only)
            found.append(_losses(network, layers[-1]["h"][-1], some[:, -1]))
    return torch.cat(found)


def _losses(network: Network, h: Tensor, targets: Tensor) -> Tensor:
    return functional.cross_entropy(logits_of(network, h), targets, reduction="none")
