"""From a run and some words to a trace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor

from rnnexplorer import runs, signals
from rnnexplorer.cells import Values
from rnnexplorer.corpus import Vocabulary, split_words
from rnnexplorer.draws import Sampling
from rnnexplorer.edits import Edit, Intervention, WordEdit, check, parse, written
from rnnexplorer.generation import holding, read, write_on
from rnnexplorer.interventions import Interventions
from rnnexplorer.network import Network, logits_of
from rnnexplorer.traces import Array, Origin, Trace, chosen_memory

#: The longest text a trace holds. Its logits alone are then [2000, V]: 20 MB for Alice.
MOST_WORDS = 2000


def load_network(run: runs.Run, epoch: int | None = None) -> tuple[Network, int]:
    """The network of a run as it was after an epoch.

    Args:
        run: the run.
        epoch: a checkpoint that exists; None is the last.

    Returns:
        The network (float32, on the CPU) and the epoch.

    Raises:
        ValueError: the run has no such checkpoint.
    """
    epoch = runs.kept_epoch(run, epoch)
    arrays = runs.weights(run, epoch)
    weights = {name: torch.from_numpy(array) for name, array in arrays.items()}
    return Network(signals.cell(run.recipe.cell), weights), epoch


def trace(
    run: runs.Run,
    text: str | Sequence[str],
    *,
    epoch: int | None = None,
    continue_words: int = 0,
    memory: str | None = None,
    temperature: float = 0.0,
    top_k: int | None = None,
    top_p: float | None = None,
    seed: int = 1,
    edits: str = "",
) -> Trace:
    """Every signal of a run's network over a text, and over what it writes after it.

    Args:
        run: the run, see `runs.find`.
        text: a text, or words already split.
        epoch: which checkpoint; None is the last.
        continue_words: how many words the network writes after the text; 0 only reads.
        memory: `stateful` or `window`; None is what the run was trained for.
        temperature: 0 writes the most probable word each time.
        top_k: draw from only so many most probable words.
        top_p: draw from the fewest words that hold this share of the probability.
        seed: of the draws; the k-th word is drawn with its k-th number, whatever the edits.
        edits: interventions in signals and words, as `edits.parse` reads them; they act while
            reading and while writing.

    Raises:
        ValueError: no words, too many, an unknown word in the text or in an edit
            (`corpus.UnknownWords`), no such epoch or memory, a sampling out of bounds, or edits
            that the network does not have.
    """
    memory = chosen_memory(memory, run.recipe.memory)
    sampling = Sampling(temperature, top_k, top_p, seed)
    words = split_words(text) if isinstance(text, str) else list(text)
    if not words:
        raise ValueError("there are no words to read; type at least one")
    if continue_words < 0 or len(words) + continue_words > MOST_WORDS:
        raise ValueError(
            f"{len(words)} words and {continue_words} to write; a trace holds 1 to {MOST_WORDS}"
        )
    vocabulary = runs.vocabulary(run)
    prompt = torch.from_numpy(vocabulary.encode(words))
    network, epoch = load_network(run, epoch)
    window = run.recipe.window if memory == "window" else None
    asked = parse(edits)
    acting = resolved(network, asked, vocabulary, window)
    ids = write_on(network, prompt, continue_words, window, sampling, acting)
    origin = Origin(
        run=run.name,
        cell=run.recipe.cell,
        epoch=epoch,
        mode="continue" if continue_words else "read",
        memory=memory,
        window=window,
        prompt=len(words),
        temperature=temperature,
        top_k=top_k,
        top_p=top_p,
        seed=seed,
        edits=written(asked),
    )
    return _traced(network, ids, vocabulary.words, origin, acting)


def one_pass(run: runs.Run, trace: Trace, steps: range) -> Trace:
    """Words of a trace read alone with the state carried on, its interventions acting all the same.

    In window memory each step was made by such a pass over its last window. What is held or taken
    has the value that it has in the trace, and other words that were read are in it already.

    Args:
        run: of the trace.
        trace: of a text.
        steps: the words in question.

    Returns:
        The trace of these words; steps, those of its `origin.edits` too, are counted from the
        first of them.
    """
    network, _ = load_network(run, trace.origin.epoch)
    vocabulary = Vocabulary(trace.vocabulary)
    asked, window = parse(trace.origin.edits), trace.origin.window
    ids = torch.from_numpy(vocabulary.encode(trace.words[: steps.stop]))
    acting = resolved(network, asked, vocabulary, window)
    if acting is not None:
        acting = holding(network, ids, window, acting).within(steps.start)
    origin = replace(
        trace.origin, mode="read", memory="stateful", window=None, prompt=len(steps),
        edits=written(_counted_from(asked, steps.start)),
    )  # fmt: skip
    return _traced(network, ids[steps.start :], vocabulary.words, origin, acting)


def _counted_from(asked: Sequence[Intervention], first: int) -> list[Edit]:
    """The interventions in signals that act from a step on, their steps counted from it."""
    return [
        replace(
            edit,
            start=max(edit.start - first, 0),
            stop=None if edit.stop is None else edit.stop - first,
        )
        for edit in asked
        if isinstance(edit, Edit) and (edit.stop is None or edit.stop > first)
    ]


def resolved(
    network: Network, asked: Sequence[Intervention], vocabulary: Vocabulary, window: int | None
) -> Interventions | None:
    """Interventions ready to act: other texts are read, and words are numbers.

    Args:
        network: the network.
        asked: the interventions.
        vocabulary: the words it knows.
        window: words of memory, in which other texts are read as well; None is stateful.

    Returns:
        None where nothing is asked.

    Raises:
        ValueError: the network has no such signal, layer or unit.
        UnknownWords: a word, of another text or on its own, is not in the vocabulary.
    """
    if not asked:
        return None
    check(asked, network.cell, network.layers, network.units)
    taken: dict[int, Tensor] = {}
    words: dict[int, int] = {}
    for place, edit in enumerate(asked):
        if isinstance(edit, WordEdit):
            words[edit.step] = int(vocabulary.encode([edit.word])[0])
        elif edit.action == "take":
            taken[place] = _taken(network, edit, vocabulary, window)
    return Interventions(asked, network.cell, taken, words)


def _taken(network: Network, edit: Edit, vocabulary: Vocabulary, window: int | None) -> Tensor:
    """What the signal of an edit is after the last word of its other text, [H]."""
    ids = torch.from_numpy(vocabulary.encode(edit.donor))
    return read(network, ids, window).signals[edit.layer][edit.signal][-1]


def trace_of(network: Network, ids: Tensor, vocabulary: Sequence[str], origin: Origin) -> Trace:
    """The trace of a network over words it is given.

    Args:
        network: the network.
        ids: vocabulary indices, [T].
        vocabulary: the V words.
        origin: what to write on it; its `window` is the memory it is read with, its `edits` the
            interventions that act while it is read.
    """
    known = Vocabulary(tuple(vocabulary))
    acting = resolved(network, parse(origin.edits), known, origin.window)
    return _traced(network, ids, known.words, origin, acting)


def _traced(
    network: Network,
    ids: Tensor,
    vocabulary: tuple[str, ...],
    origin: Origin,
    acting: Interventions | None,
) -> Trace:
    ids = ids if acting is None else acting.fed(ids)
    reading = read(network, ids, origin.window, acting)
    states = network.cell.states
    zero = network.zero_states(1)
    with torch.inference_mode():
        logits = logits_of(network, reading.signals[-1]["h"])
    return Trace(
        words=tuple(vocabulary[k] for k in ids.tolist()),
        vocabulary=vocabulary,
        signals={s.key: _stacked(reading.signals, s.key) for s in network.cell.signals},
        before={key: _stacked(reading.before, key) for key in states},
        initial={key: _stacked(zero, key)[:, 0] for key in states},
        logits=logits.numpy(),
        origin=origin,
    )


def _stacked(layers: list[Values], key: str) -> Array:
    """One signal of all layers, [L, T, H]."""
    return torch.stack([layer[key] for layer in layers]).contiguous().numpy()
