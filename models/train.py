"""Train the models that ship with the repository, and write down every figure about them.

    python models/train.py            all six, one after another (about half an hour on two cores)
    python models/train.py alice-rnn-chapter …   some of them
    python models/train.py --report   only models/README.md and the recorded probabilities

Needs the book: `corpus.load("alice")` finds it in the data folder, the cache or the network.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import math
import os
import shutil
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import numpy as np  # noqa: E402

from rnnexplorer import corpus as corpora  # noqa: E402
from rnnexplorer import planning, runs, signals, tracing, training  # noqa: E402
from rnnexplorer.measures import distribution, ngrams  # noqa: E402
from rnnexplorer.recipe import checkpoint_epochs  # noqa: E402
from rnnexplorer.runs import files  # noqa: E402

#: Cell, preset and the checkpoints that ship. Early epochs change most. Half precision (below) and
#: this choice keep all six under 34 MB.
MODELS = {
    "alice-lstm-book": ("lstm", "book", (0, 3, 18)),
    "alice-rnn-book": ("rnn", "book", (0, 3, 18)),
    "alice-gru-book": ("gru", "book", (3, 18)),
    "alice-rnn-matched": ("rnn", "matched", (3, 18)),
    "alice-lstm-chapter": ("lstm", "chapter", (0, 100)),
    "alice-rnn-chapter": ("rnn", "chapter", (0, 8, 100)),
}
SEED = 1
#: What the tests ask each model after which words, and compare with what is recorded.
PROMPTS = ("alice was beginning to get very", "said the mock turtle", "the queen of")


def train(name: str, book: corpora.Corpus) -> None:
    """Train one model in a folder of its own, then keep what ships."""
    cell, preset, kept = MODELS[name]
    with tempfile.TemporaryDirectory() as folder:
        os.environ["RNNEXPLORER_RUNS"] = folder
        run = planning.start(planning.plan(cell, book, preset, seed=SEED))
        status = training.train(run, book, report=lambda r: _show(name, r))
        if status.state != "finished":
            raise SystemExit(f"{name}: {status.state}: {status.message}")
        ship(run, HERE / name, kept)
    os.environ.pop("RNNEXPLORER_RUNS")


def ship(run: runs.Run, target: Path, kept: tuple[int, ...]) -> None:
    """Copy a run without what only going on needs, its weights in half precision.

    A tied output matrix is the embedding once more, and does not ship.
    """
    shutil.rmtree(target, ignore_errors=True)
    (target / "checkpoints").mkdir(parents=True)
    for file in ("vocabulary.json", "metrics.jsonl", "status.json"):
        shutil.copy(run.path / file, target / file)
    # A sample begins with ten words of the book and may go on with twenty that were learned by
    # heart: only as many ship as show the learning.
    for sample in runs.samples(run):
        if sample.epoch in checkpoint_epochs(run.recipe.epochs):
            files.append_line(target / "samples.jsonl", dataclasses.asdict(sample))
    recipe = json.loads((run.path / "recipe.json").read_text(encoding="utf-8"))
    recipe["corpus"]["path"] = None  # where the book lay on one machine says nothing on another
    (target / "recipe.json").write_text(json.dumps(recipe, indent=2) + "\n", encoding="utf-8")
    left_out = {"W_hy"} if run.recipe.tied else set()
    for epoch in kept:
        weights = runs.weights(run, epoch)
        half = {k: v.astype(np.float16) for k, v in weights.items() if k not in left_out}
        runs.write_weights(target / "checkpoints" / f"epoch-{epoch:04d}.safetensors", half)


def _show(name: str, report: training.Report) -> None:
    if report.step == 0 and report.loss is not None and report.epoch % 5 == 0:
        held_out = math.nan if report.held_out_loss is None else math.exp(report.held_out_loss)
        sys.stderr.write(
            f"{name}: epoch {report.epoch}, loss {report.loss:.3f}, perplexity {held_out:.1f}\n"
        )


def record() -> None:
    """Write down the probabilities that the shipped weights give."""
    recorded = {}
    for name in MODELS:
        run = runs.find(name)
        recorded[name] = {}
        for prompt in PROMPTS:
            trace = tracing.trace(run, prompt)
            probs = distribution.probabilities(trace.logits)[-1]
            top = distribution.top_words(probs, trace.vocabulary, 3)
            recorded[name][prompt] = {word: round(float(p), 6) for word, p in top}
    path = HERE / "recorded.json"
    path.write_text(json.dumps(recorded, indent=2) + "\n", encoding="utf-8")


def report(book: corpora.Corpus) -> None:
    """Write models/README.md from what the folders and the book say."""
    training_words, held_out = book.split("last-chapter")
    vocabulary = book.vocabulary()
    ids, asked = vocabulary.encode(training_words), vocabulary.encode(held_out)
    unigram = ngrams.Unigram.fit(ids, len(vocabulary)).perplexity(asked)
    orders = {n: ngrams.InterpolatedKneserNey.fit(ids, len(vocabulary), n) for n in (2, 3)}
    baselines = {
        "unigram, add-one smoothing": unigram,
        **{
            f"interpolated Kneser–Ney, {n} words": model.perplexity(asked)
            for n, model in orders.items()
        },
    }
    (HERE / "README.md").write_text(_readme(book, len(asked), baselines), encoding="utf-8")


def _readme(book: corpora.Corpus, asked: int, baselines: dict[str, float]) -> str:
    rows = [_row(runs.find(name)) for name in MODELS]
    base = "\n".join(f"| {name} | {value:,.0f} |" for name, value in baselines.items())
    return f"""# Shipped models

Trained by `make models` (`models/train.py`) on Project Gutenberg's ebook 11, whose text is not in
this repository: {len(book.words):,} words, {len(book.vocabulary()):,} different ones. Each folder
is a run as docs/formats.md describes it, with the weights of some epochs in half precision and
without the optimizer's state. `recorded.json` holds probabilities that the tests ask for again.

| model | cell | weights | epochs kept | loss, first → last | held-out perplexity | size |
|---|---|---|---|---|---|---|
{chr(10).join(rows)}

Loss is on the training text, in nats per word over the epoch, as Keras reports it. Perplexity is
after the last epoch, on the last chapter ({asked:,} words), which no model was trained on. The
vocabulary is closed: it lists the words of the whole book, so a word that only the last chapter has
is possible, but was never learned.

| baseline, fitted on the other chapters | held-out perplexity |
|---|---|
{base}

The chapter reports 6.716 for its SimpleRNN after the first pass and 0.647 after the hundredth, with
a vocabulary of 3,077 entries and 3,067 windows. The preset trains on a slice of that length, the
first 3,077 words, with the vocabulary of the whole book as this package splits it; which text the
chapter cut its slice from is not known. RMSprop's epsilon stands beside the root, as in Keras 2,
and the loss falls further than the chapter's, below 0.647 before the sixtieth pass. With epsilon
under the root, as in Keras 3 (`--epsilon-inside`), the same run reaches 6.915 after the first and
1.374 after the hundredth pass. The perplexity on the last chapter is what learning by heart costs:
see the two book models for networks that were asked to generalise.
"""


def _row(run: runs.Run) -> str:
    metrics = runs.metrics(run)
    first, last = metrics.iloc[0], metrics.iloc[-1]
    size = sum(p.stat().st_size for p in run.path.rglob("*") if p.is_file()) / 1e6
    cell = signals.cell(run.recipe.cell).title
    kept = ", ".join(map(str, runs.checkpoints(run)))
    return (
        f"| {run.name} | {cell}({run.recipe.hidden}) | {run.parameters:,} | {kept} |"
        f" {first['loss']:.3f} → {last['loss']:.3f} | {math.exp(last['held_out_loss']):,.0f} |"
        f" {size:.1f} MB |"
    )


def main() -> None:
    """Train what was asked for, then write the figures down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(MODELS))
    parser.add_argument("--report", action="store_true", help="train nothing")
    options = parser.parse_args()
    unknown = set(options.names) - set(MODELS)
    if unknown:
        parser.error(f"no model is called {sorted(unknown)[0]!r}; there are {', '.join(MODELS)}")
    book = corpora.load("alice")
    for name in [] if options.report else options.names or MODELS:
        train(name, book)
    record()
    report(book)


if __name__ == "__main__":
    main()
