"""From a wish to a run: the recipe fitted to its corpus, what it will cost, and its folder.

The page and the command line both come through here, so they accept and refuse the same things.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnexplorer import corpus as corpora
from rnnexplorer import recipe as recipes
from rnnexplorer import runs, signals
from rnnexplorer.corpus import Corpus, CorpusError
from rnnexplorer.recipe import Recipe, steps_per_epoch

#: Multiplications and additions per second that one thread reaches in this loop, and what a step of
#: the optimizer and one timestep cost besides. Measured on two cloud cores; only an estimate rests
#: on them, and the first epoch replaces it.
FLOPS_PER_SECOND = 4e10
SECONDS_PER_STEP = 1.5e-3
SECONDS_PER_TIMESTEP = 3e-4


@dataclass(frozen=True, eq=False)
class Plan:
    """What a training would do, before it is started.

    Attributes:
        recipe: complete and checked.
        corpus: the text.
        training: words trained on.
        held_out: words held out.
        vocabulary: number of different words V.
        parameters: number of trained weights.
        steps: optimizer steps per epoch.
        seconds: estimated duration on one CPU thread.
    """

    recipe: Recipe
    corpus: Corpus
    training: int
    held_out: int
    vocabulary: int
    parameters: int
    steps: int
    seconds: float


def plan(cell: str, corpus: Corpus, preset: str, **changes: Any) -> Plan:
    """The recipe of a preset, fitted to a corpus and changed as asked.

    A preset that holds out the last chapter holds out the last tenth of a text without chapters.

    Args:
        cell: `rnn`, `lstm` or `gru`.
        corpus: the text.
        preset: a name from `recipe.PRESETS`.
        changes: fields of the recipe that differ from the preset.

    Raises:
        ValueError: no such preset or field, a value out of bounds, or a text too short.
    """
    size = len(corpus.vocabulary())
    wanted = recipes.preset(preset, cell=cell, corpus=corpus.name, vocabulary=size)
    if wanted.held_out == "last-chapter":
        wanted = wanted.changed(held_out=corpus.default_held_out())
    if changes.get("tied", wanted.tied) and "hidden" in changes:
        changes = {"embedding": changes["hidden"], **changes}  # as wide as the output it is
    recipe = recipes.from_dict({**wanted.as_dict(), **changes})
    _refuse_meaningless(changes, recipe)
    training, held_out = training_words(corpus, recipe)
    if len(training) <= recipe.window + 1:
        raise ValueError(
            f"{len(training)} words to train on do not fill a window of {recipe.window};"
            " take a longer text or a shorter window"
        )
    return Plan(
        recipe=recipe,
        corpus=corpus,
        training=len(training),
        held_out=len(held_out),
        vocabulary=size,
        parameters=recipe.parameter_count(size),
        steps=steps_per_epoch(recipe, len(training)),
        seconds=estimated_seconds(recipe, size, len(training)),
    )


def _refuse_meaningless(changes: Mapping[str, Any], recipe: Recipe) -> None:
    """An option that would do nothing is a misunderstanding, better said than ignored."""
    for name, value in changes.items():
        need = recipes.missing_need(name, recipe.as_dict())
        as_wide = name == "embedding" and recipe.tied and value == recipe.hidden
        if need and value is not False and not as_wide:
            raise ValueError(f"{name} does nothing without {need}; leave it out, or ask for that")


def start(plan: Plan, name: str | None = None) -> runs.Run:
    """The folder of a planned run, ready to be trained.

    Raises:
        ValueError: the name is taken or malformed.
    """
    return runs.create(
        plan.recipe,
        vocabulary=plan.corpus.vocabulary().words,
        corpus_name=plan.corpus.name,
        corpus_sha256=plan.corpus.sha256,
        corpus_path=plan.corpus.path,
        training_words=plan.training,
        name=name,
    )


def training_words(corpus: Corpus, recipe: Recipe) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words a recipe trains on, and those it holds out."""
    training, held_out = corpus.split(recipe.held_out)
    return training[: recipe.words], held_out


def corpus_of(run: runs.Run) -> Corpus:
    """The text of a run: by name where it has one, else the file it was.

    Raises:
        CorpusError: the text is not there any more, or cannot be read.
    """
    named = run.corpus_name in ("alice", "tale")
    return corpora.load(run.corpus_name if named else str(run.corpus_path))


def chapters_of(run: runs.Run) -> tuple[int, ...]:
    """First word of each chapter of a run's text; none where the text is not on this machine.

    A book is not downloaded for the numbers of its chapters.
    """
    listings = corpora.available()
    if any(listing.name == run.corpus_name and listing.path is None for listing in listings):
        return ()
    try:
        corpus = corpus_of(run)
    except CorpusError:
        return ()
    return corpus.chapters if corpus.sha256 == run.corpus_sha256 else ()


def texts_of(run: runs.Run, corpus: Corpus) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """What a run was trained on and what it held out, as vocabulary indices, [N] each.

    Raises:
        ValueError: the corpus is not the text that the run began with.
    """
    if corpus.sha256 != run.corpus_sha256:
        raise ValueError(
            f"the text of {corpus.name!r} has changed since the run {run.name!r} began;"
            " put the old file back, or start a new run"
        )
    vocabulary = runs.vocabulary(run)
    training, held_out = training_words(corpus, run.recipe)
    return vocabulary.encode(training), vocabulary.encode(held_out)


def estimated_seconds(recipe: Recipe, vocabulary: int, training: int) -> float:
    """How long all epochs will take, roughly.

    Forward and backward pass cost three times the forward pass: 6 operations for each weight that
    a word meets. The output layer is met once a window (`last`) or once a word (`every`).
    """
    steps = steps_per_epoch(recipe, training)
    cell = signals.cell(recipe.cell)
    # A one-hot input is looked up, not multiplied: it costs no more than an empty one.
    inputs = 0 if recipe.input == "one-hot" else recipe.embedding
    recurrent = cell.weight_count(inputs, recipe.hidden)
    recurrent += (recipe.layers - 1) * cell.weight_count(recipe.hidden, recipe.hidden)
    read = training * (recipe.window if recipe.objective == "last" else 1)
    flops = 6 * (read * recurrent + training * recipe.hidden * vocabulary)
    overhead = steps * (SECONDS_PER_STEP + recipe.window * recipe.layers * SECONDS_PER_TIMESTEP)
    return recipe.epochs * (flops / FLOPS_PER_SECOND + overhead)
