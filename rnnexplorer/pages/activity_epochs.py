"""What lesson 8 is done with: a training, what it writes at an epoch, and its losses."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st

from rnnexplorer import reciting, runs, signals
from rnnexplorer.corpus import CorpusError
from rnnexplorer.figures import curves
from rnnexplorer.measures import epochs, learning, memorised
from rnnexplorer.pages import (
    charts,
    downloads,
    frame,
    knobs,
    lesson_form,
    lesson_runs,
    memorised_spans,
    memorised_written,
    reading,
    texts,
)
from rnnexplorer.pages.lesson import Way
from rnnexplorer.pages.texts import Texts
from rnnexplorer.reciting import LONG
from rnnexplorer.settings import Kinds, Whole

NETS = {"chapter": "alice-rnn-chapter", "book": "alice-lstm-book"}
#: Held against each other: all that are shipped.
SHIPPED = ("alice-rnn-chapter", "alice-lstm-chapter", "alice-rnn-book", "alice-lstm-book")
KINDS: Kinds = {"net": lesson_runs.among(NETS), "epoch": Whole(0, 100_000, 0)}
#: Words that a kept checkpoint writes: as many as are written down during a training.
WRITTEN = 20
#: What is kept from a training, by its recipe.
HELD_OUT = {"last-chapter": "the last chapter", "last-tenth": "the last tenth of the text"}
#: From this share of repeated 4-grams on a text goes round.
ROUND = 0.5


class Written(NamedTuple):
    """What a network wrote.

    Attributes:
        words: given and written ones.
        given: how many were given.
        now: it was written now, by a kept checkpoint; else during the training.
    """

    words: tuple[str, ...]
    given: int
    now: bool

    @property
    def own(self) -> tuple[str, ...]:
        """The written words."""
        return self.words[self.given :]


def draw(values: dict[str, Any]) -> Iterator[str]:
    """An epoch: what it writes, how much of it is the book's, and its place on the curves."""
    run = lesson_runs.choose(KINDS, "net", NETS, "There is no training to look back on")
    if run is None:
        return
    stops = _stops(run)
    epoch = knobs.stops(KINDS, "epoch", "Epoch of this training", stops, epochs.short_name)
    text, why_not = _text(run)
    made = _written(run, epoch)
    if made is None:
        return
    whole_book = knobs.now(KINDS)["net"] == "book"
    if epoch > 0 and _repeated(run, made) >= ROUND:
        yield "loop"
    if whole_book:
        yield "book"
    elif epoch == stops[-1]:
        yield "last"
    st.markdown(f"#### {_headline(made, epoch)}")
    _draw(run, made, text, why_not)
    _curves(run, epoch, text)
    if whole_book:
        _side_by_side()


def _stops(run: runs.Run) -> list[int]:
    """Epochs of which there is something to show."""
    return sorted({*runs.checkpoints(run), *(sample.epoch for sample in runs.samples(run))})


def _text(run: runs.Run) -> tuple[Texts | None, str]:
    """The text of a run, or why it is not at hand."""
    try:
        return texts.of(run), ""
    except (CorpusError, ValueError) as error:
        return None, str(error)


# --- what it writes ------------------------------------------------------------------------------


def _written(run: runs.Run, epoch: int) -> Written | None:
    """By the checkpoint where one was kept, else as it was written down after that epoch.

    After every epoch a training goes on from another place of its text, 20 words far; so does the
    checkpoint, so that epochs compare.
    """
    samples = {sample.epoch: sample for sample in runs.samples(run)}
    if epoch in runs.checkpoints(run):
        beginning = samples[epoch].seed_words if epoch in samples else None
        look = frame.current().changed(
            run=run.name, epoch=epoch, write=WRITTEN, temperature=0.0, top_k=None, top_p=None,
            text=None if beginning is None else " ".join(beginning), memory=None,
        )  # fmt: skip
        trace = reading.written(look, run)
        return None if trace is None else Written(trace.words, trace.origin.prompt, now=True)
    sample = samples[epoch]
    words = (*sample.seed_words, *sample.continuation)
    return Written(words, len(sample.seed_words), now=False)


def _repeated(run: runs.Run, made: Written) -> float:
    return memorised.repeated(runs.vocabulary(run).encode(made.own), reciting.ORDER)


def _headline(made: Written, epoch: int) -> str:
    count, different = len(made.own), set(made.own)
    told = f"{len(different)} of them different"
    if len(different) == 1:
        told = f"all of them “{made.own[0]}”"
    return f"{epochs.name(epoch).capitalize()}: it writes {count} words, {told}"


def _draw(run: runs.Run, made: Written, text: Texts | None, why_not: str) -> None:
    """The words, with the runs of the training text marked where that is at hand."""
    length, told = None, why_not
    if text is not None:
        ids = runs.vocabulary(run).encode(made.words)
        length = memorised.spans(text.index, ids, made.given).length
        alone = memorised.spans(text.index, ids[made.given :], 0).length
        told = (
            f"{int((alone >= LONG).sum())} of them end a run of {LONG} or more words that stands"
            " in the training text, word for word."
        )
    memorised_spans.draw_marked(made.words, made.given, length, "lesson_epochs_words")
    source = (
        "Written now, by the checkpoint of this epoch" if made.now else
        "Written down after this epoch, whose weights were not kept"
    )  # fmt: skip
    st.caption(
        f"{source}; always the most probable word, after another beginning from the text each time."
        f" {told}",
        width=lesson_form.PROSE,
    )


# --- the curves ----------------------------------------------------------------------------------


def _curves(run: runs.Run, epoch: int, text: Texts | None) -> None:
    metrics, blind = runs.metrics(run), math.log(len(runs.vocabulary(run)))
    if metrics.empty:
        st.caption("Of this training no losses were kept.")
        return
    st.markdown(_losses(metrics, epoch))
    charts.draw(
        curves.loss_curves(metrics, {"all words alike": blind}, frame.theme(), epoch),
        "lesson_epochs_loss",
        curves.describe_loss_curves(metrics),
    )
    st.caption(
        f"Loss: the surprise per word, in nats; lower is better. {_measured(run)} Dotted: guessing"
        f" blindly, ln {len(runs.vocabulary(run)):,}. Amber: the epoch above."
        f" {_by_heart(run, text)}",
        width=lesson_form.PROSE,
    )
    downloads.draw_metrics(run, metrics)


def _measured(run: runs.Run) -> str:
    """On which words either loss is measured, and when."""
    dropout = run.recipe.dropout > 0
    training = "the mean over the epoch while the weights still change" + (
        ", with dropout on" if dropout else ""
    )
    if run.recipe.held_out == "none":
        return f"On the words it trains on: {training}. Nothing was held out."
    after = "after the epoch" + (", without dropout" if dropout else "")
    return (
        f"On the words it trains on ({training}), and on {HELD_OUT[run.recipe.held_out]}, which it"
        f" never trains on ({after})."
    )


def _losses(metrics: pd.DataFrame, epoch: int) -> str:
    """The two losses after an epoch, as perplexities too."""
    row = metrics[metrics["epoch"] == epoch]
    if row.empty:
        return "Before the first epoch no loss was measured."
    told = [
        f"{name} **{float(row[column].iloc[0]):.2f}** (perplexity"
        f" {_perplexity(float(row[column].iloc[0]))})"
        for column, name in (("loss", "training loss"), ("held_out_loss", "held-out loss"))
        if math.isfinite(float(row[column].iloc[0]))
    ]
    return f"After {epochs.name(epoch)}: {', '.join(told)}."


def _by_heart(run: runs.Run, text: Texts | None) -> str:
    """The share that is recited at every kept epoch, after beginnings from all over the text."""
    if text is None:
        return ""
    kept = runs.checkpoints(run)
    made = memorised_written.written(run, text, [(epoch, 0.0) for epoch in kept])
    if made is None:
        return ""
    shares = [
        f"{reciting.long_share(text, some):.0%} {'at ' * (epoch > 0)}{epochs.name(epoch)}"
        for epoch, some in zip(kept, made, strict=True)
    ]
    return f"By heart, after {reciting.PROMPTS} beginnings of the text: {', '.join(shares)}."


def _perplexity(loss: float) -> str:
    value = math.exp(min(loss, learning.LARGEST_LOSS))
    return f"{value:,.0f}" if value >= 10 else f"{value:.2f}"


def _side_by_side() -> None:
    """The shipped networks after their last epochs: a small text, and the whole book."""
    rows = []
    for name in SHIPPED:
        run = frame.known_runs().get(name)
        metrics = None if run is None else runs.metrics(run)
        if run is None or metrics is None or metrics.empty:
            continue
        last = metrics.iloc[-1]
        rows.append({
            "network": signals.cell(run.recipe.cell).title,
            "words it was trained on": f"{run.training_words:,}",
            "training perplexity": _perplexity(float(last["loss"])),
            "held-out perplexity": _perplexity(float(last["held_out_loss"])),
        })  # fmt: skip
    st.markdown("##### A small text and the whole book, after the last epoch")
    st.dataframe(pd.DataFrame(rows), hide_index=True, width=lesson_form.PROSE)
    st.caption(
        "A perplexity of 234 is that of guessing among 234 words that are equally likely.",
        width=lesson_form.PROSE,
    )


def explore() -> Way:
    """Every kept epoch of the network that is looked at, at the one that is looked at."""
    run = lesson_runs.now(KINDS, "net", NETS)
    return Way(
        "over_time",
        "This training, epoch by epoch: loss, entropy, saturation, words by heart",
        {"tab": "curves"} | ({} if run is None else lesson_runs.at(run, epoch=_kept_there(run))),
    )


def _kept_there(run: runs.Run) -> int | None:
    """The last epoch with weights up to the one that is looked at; None is the last of all."""
    asked = int(knobs.now(KINDS)["epoch"])
    kept = runs.checkpoints(run)
    at = max((epoch for epoch in kept if epoch <= asked), default=kept[0])
    return None if at == kept[-1] else at
