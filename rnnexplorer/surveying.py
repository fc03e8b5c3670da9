"""Index and study of a checkpoint, one after the other: what a page of units waits for once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np

from rnnexplorer import index, runs, studies
from rnnexplorer.corpus import Corpus, annotate
from rnnexplorer.index import Array, Index
from rnnexplorer.measures import blocks, features, tracking

#: Shifted copies of the labels that a score is held against; p is at least 1/200.
SHIFTS = 199

#: Told the phase, what is done and how much there is; may raise to give up.
Tell = Callable[[str, int, int], None]


def survey(run: runs.Run, corpus: Corpus, epoch: int, tell: Tell = lambda *_: None) -> Index:
    """Read the whole text, unless that was done, then study the units.

    The index is in its place as soon as it is whole; a page need not wait for the rest.

    Args:
        run: the run.
        corpus: its text.
        epoch: a checkpoint that exists.
        tell: see `Tell`.

    Raises:
        ValueError: the corpus is not the text of the run, or is too short to study units on.
    """
    from rnnexplorer import indexing  # torch

    if index.is_made(run, epoch):
        made = index.open_index(run, epoch)
    else:
        made = indexing.make(run, corpus, epoch, lambda d, n: tell("reading the text", d, n))
    if studies.load(run, epoch) is None:
        studies.save(run, epoch, _study(run, corpus, made, tell))
    return made


def _study(run: runs.Run, corpus: Corpus, made: Index, tell: Tell) -> studies.Study:
    from rnnexplorer import studying, tracing  # torch

    network, _ = tracing.load_network(run, made.epoch)
    window = run.recipe.window if made.memory == "window" else None
    part = _tried_on(made, window)
    ids = made.ids[made.part(part)]
    memory = made.cell.states[-1]
    worths, left, tracked = [], [], []
    for layer in range(made.layers):
        where = f" in layer {layer + 1}" if made.layers > 1 else ""

        def report(done: int, total: int, where: str = where) -> None:
            tell(f"switching units off, one by one{where}", done, total)

        report(0, made.units)
        worths.append(studying.worth(network, ids, window, layer, report))
        _, spread = blocks.mean_and_spread(made.signals[memory][layer])

        def pushed(done: int, total: int, where: str = where) -> None:
            tell(f"pushing units{where}", done, total)

        left.append(studying.remembered(network, ids, window, layer, spread, pushed))

        def shifted(done: int, total: int, where: str = where) -> None:
            tell(f"looking for what units track{where}", done, total)

        shifted(0, 1)
        tracked.append(_tracked(made, corpus, part, layer, shifted))
    return studies.Study(
        part=np.array([part]),
        cost=np.stack([found.cost for found in worths]),
        error=np.stack([found.error for found in worths]),
        loss=np.array([worths[0].loss]),
        words=np.array([worths[0].words]),
        left=np.stack(left),
        features=np.array(tracked[0].features),
        score=np.stack([found.score for found in tracked]),
        sign=np.stack([found.sign for found in tracked]),
        shuffled=np.stack([found.shuffled for found in tracked]),
        spread=np.stack([found.spread for found in tracked]),
        p=np.stack([found.p for found in tracked]),
    )


def _tried_on(made: Index, window: int | None) -> str:
    """The part of the text that units are tried on: what is held out, if it is long enough."""
    from rnnexplorer import studying  # torch

    held_out = made.part("held out")
    long = studying.enough(held_out.stop - held_out.start, window)
    return "held out" if len(made.sections) > 1 and long else "training"


def _tracked(
    made: Index, corpus: Corpus, part: str, layer: int, report: Callable[[int, int], None]
) -> tracking.Tracking:
    """Scores of a layer's h; where too little is held out, the training text lends a tenth."""
    labels = labels_of(made, corpus)
    first, second = made.part("training"), made.part(part)
    if part == "training":
        cut = first.stop - (first.stop - first.start) // 10
        first, second = slice(first.start, cut), slice(cut, first.stop)
    states = made.signals["h"][layer]
    return tracking.tracking(
        (states[first], states[second]),
        ({k: v[first] for k, v in labels.items()}, {k: v[second] for k, v in labels.items()}),
        SHIFTS,
        np.random.default_rng(0),
        report,
    )


def labels_of(made: Index, corpus: Corpus) -> dict[str, Array]:
    """Every label of every indexed word, see `measures.features`."""
    notes = annotate(corpus)
    places = np.concatenate([np.arange(s.stop - s.start) + s.corpus_start for s in made.sections])
    training = made.ids[made.part("training")]
    counts = Counter(training.tolist())
    return features.features(
        made.words(),
        np.array([counts[k] for k in made.ids.tolist()]),
        notes.in_sentence[places],
        notes.quoted[places],
        places / len(corpus.words),
    )
