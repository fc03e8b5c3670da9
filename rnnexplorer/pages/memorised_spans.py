"""Every written word, marked with the run of the book that it continues."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

import numpy as np
import pandas as pd
import streamlit as st

from rnnexplorer import reciting, runs, signals
from rnnexplorer.components import words as strip
from rnnexplorer.corpus import CorpusError
from rnnexplorer.figures.scales import sequential
from rnnexplorer.figures.style import theme_of
from rnnexplorer.measures import memorised
from rnnexplorer.measures.distribution import Ids
from rnnexplorer.measures.memorised import Span, Spans
from rnnexplorer.pages import downloads, frame, memorised_written, prompt, reading
from rnnexplorer.pages import texts as kept_texts
from rnnexplorer.pages.texts import Texts
from rnnexplorer.reciting import LONG
from rnnexplorer.traces import Trace

#: The run that makes the chapter's point: a small model of 3,000 words reproduces the book.
CHAPTER = "alice-rnn-chapter"
#: From this share on a network recites.
RECITES = 0.5
#: From this share of repeated n-grams on it is said that a network goes round in a loop.
LOOPS = 0.5
#: Words around a run in the passage that shows its place.
AROUND = 25
#: Words that Find looks for, at most: the beginning of a run is rare enough.
SOUGHT = 12
#: The shade is full from so many words on.
FULL = 12


def draw(run: runs.Run, texts: Texts) -> None:
    """The chapter's point in a sentence and three numbers, then the chosen words."""
    _point(run, texts)
    trace = prompt.written(run)
    if trace is None:
        return
    ids = runs.vocabulary(run).encode(trace.words)
    given = reading.words_given(trace, run)
    found = memorised.spans(texts.index, ids, given)
    alone = memorised.spans(texts.index, ids[given:], 0)
    st.markdown(f"#### {_headline(alone)}")
    with st.container(key="memorised-zones"):
        left, right = st.columns([2.2, 1], gap="large")
    with left:
        _words(trace, found, given)
        st.caption(
            "The fuller a word, the longer the run of words ending with it that stands in the"
            " training text, word for word. In the shades a run may begin in the words that were"
            " given; the numbers above count from the first written word. Click a word to see the"
            " place."
        )
        _table(run, trace, texts, found)
    with right:
        _passage(texts, found)


def _point(run: runs.Run, texts: Texts) -> None:
    """The chapter's model and the chosen one, beside the author, by the same measure."""
    shown = [("This", run, texts, runs.kept_epoch(run, frame.current().epoch))]
    chapter = frame.known_runs().get(CHAPTER)
    if run.name == CHAPTER:
        shown = [("The chapter's", *shown[0][1:])]
    elif chapter is not None and (its := _texts_or_none(chapter)) is not None:
        shown.insert(0, ("The chapter's", chapter, its, runs.kept_epoch(chapter)))
    numbers, looped = {}, {}
    for whose, one, its, epoch in shown:
        made = memorised_written.written(one, its, [(epoch, 0.0)])
        if made is None:
            return
        label = f"{whose} {signals.cell(one.recipe.cell).title}"
        numbers[label], looped[label] = reciting.long_share(its, made[0]), reciting.loops(made[0])
    first, share = next(iter(numbers.items()))
    author = texts.author_long_share
    if author is not None:
        numbers["The author, not trained on"] = author
    recites = "recites its text" if share >= RECITES else "recites little of its text"
    st.markdown(
        f"#### {first}{_which(shown[0][1], run)}, trained on {shown[0][1].training_words:,} words,"
        f" {recites}: {share:.0%} of the words that it writes end a run of {LONG} or more."
    )
    for column, (label, value) in zip(st.columns(len(numbers)), numbers.items(), strict=True):
        column.metric(label, f"{value:.0%}")
        if looped.get(label, 0.0) >= LOOPS:
            column.caption(
                f"It mostly goes round in a loop: {looped[label]:.0%} of its {reciting.ORDER}-grams"
                " repeat an earlier one."
            )
    st.caption(
        f"Share of words that end a run of {LONG} or more words of the training text. Networks"
        f" write {reciting.WORDS} words after each of {reciting.PROMPTS} places of that text,"
        f" always the most probable one; {1 - (LONG - 1) / reciting.WORDS:.0%} is the most there"
        f" can be, because the first {LONG - 1} words have no such run behind them. The author's"
        " own held-out text tells how much repeats by itself."
    )


def _which(shown: runs.Run, chosen: runs.Run) -> str:
    """That the run shown first is not the chosen one."""
    if shown.name == chosen.name:
        return ""
    same = shown.corpus_sha256 == chosen.corpus_sha256
    return f" ({shown.name}, another model{'' if same else ' of another text'})"


def _texts_or_none(run: runs.Run) -> Texts | None:
    """The text of a run, if it is on this machine."""
    try:
        return kept_texts.of(run)
    except (CorpusError, ValueError):
        return None


def _headline(alone: Spans) -> str:
    """In numbers, counted from the first written word: given words are no merit of the network."""
    written = len(alone.length)
    if written == 0:
        return "Nothing was written; choose how many words the network writes."
    long, longest = int((alone.length >= LONG).sum()), int(alone.length.max())
    return (
        f"{long} of {written} written words continue a run of {LONG} or more words of the training"
        f" text; the longest run has {longest}."
    )


def _words(trace: Trace, found: Spans, given: int) -> None:
    draw_marked(
        trace.words, given, found.length, "memorised_words", frame.current().step,
        lambda pick: frame.look(step=pick.step),
    )  # fmt: skip


def draw_marked(
    words: Sequence[str],
    given: int,
    length: Ids | None,
    key: str,
    selected: int | None = None,
    on_pick: Callable[[strip.Pick], None] | None = None,
) -> None:
    """Words, the written ones shaded by the run of the training text that they continue.

    Args:
        words: given and written ones.
        given: how many were given.
        length: `Spans.length` of the words; None where the training text is not at hand, and
            nothing is shaded.
        key: of the strip.
        selected: the chosen step.
        on_pick: what a click does.
    """
    theme = frame.theme()
    scale = sequential(theme_of(theme), "p", high=FULL)
    runs_of = np.zeros(len(words)) if length is None else length
    blank = (np.arange(len(words)) < given) | (length is None)
    readings = [
        "given" if k < given else "" if length is None else f"run of {n:g} word{'s' * (n != 1)}"
        for k, n in enumerate(runs_of.tolist())
    ]
    strip.words(
        strip.shaded(
            words, np.where(blank, np.nan, runs_of).tolist(), scale, readings, given, theme
        ),
        key=key,
        charts=[],
        selected=selected,
        caption="Underlined: written by the network."
        if length is None
        else "Shaded: the run of the training text that each written word continues.",
        theme=theme,
        on_pick=on_pick,
    )


def _passage(texts: Texts, found: Spans) -> None:
    """The place of the run that the chosen word continues; the longest run if none is chosen."""
    step = frame.current().step
    holding = [s for s in found.spans if step is not None and s.start <= step < s.start + s.length]
    if not found.spans:
        st.caption("No written word stands in the training text.")
        return
    span = holding[0] if holding else max(found.spans, key=lambda s: s.length)
    before, run, after = texts.passage(span.place, span.length, AROUND)
    st.markdown(
        f'#### <a href="{escape(_find(texts, span))}" target="_self">{texts.place(span.place)}</a>',
        unsafe_allow_html=True,  # a link of Markdown would open another tab
    )
    own = "all" if span.written == span.length else str(span.written)
    st.caption(f"a run of {span.length} words, {own} of them written; the link opens it in Find")
    st.markdown(f"… {before} **{run}** {after} …")


def _find(texts: Texts, span: Span) -> str:
    """Find, with the first words of a run: every place where they stand."""
    words = texts.corpus.words[span.place : span.place + min(span.length, SOUGHT)]
    return frame.link("find", tab="words", sought=" ".join(words), place=span.place)


def _table(run: runs.Run, trace: Trace, texts: Texts, found: Spans) -> None:
    table = pd.DataFrame(
        {
            "words": [s.length for s in found.spans],
            "written": [s.written for s in found.spans],
            "run": [" ".join(trace.words[s.start : s.start + s.length]) for s in found.spans],
            "place": [texts.place(s.place) for s in found.spans],
            "word": [s.place for s in found.spans],
            "step": [s.start for s in found.spans],
        }
    ).sort_values("words", ascending=False, kind="stable")
    downloads.data("Runs of the training text", table, f"{run.name}-runs")
