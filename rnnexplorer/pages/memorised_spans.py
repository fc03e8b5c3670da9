"""Every written word, marked with the run of the book that it continues."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from rnnexplorer import runs
from rnnexplorer.components import words as strip
from rnnexplorer.figures.scales import sequential
from rnnexplorer.figures.style import theme_of
from rnnexplorer.measures import memorised
from rnnexplorer.measures.memorised import Spans
from rnnexplorer.pages import downloads, frame, memorised_novelty, prompt, reading
from rnnexplorer.pages.texts import Texts
from rnnexplorer.traces import Trace

#: A run of so many words is hardly chance: of the author's own text that the network has not seen,
#: few words end such a run.
LONG = 5
#: The run that makes the chapter's point: a small model of 3,000 words reproduces the book.
CHAPTER = "alice-rnn-chapter"
#: Words around a run in the passage that shows its place.
AROUND = 25
#: The shade is full from so many words on.
FULL = 12


def draw(run: runs.Run, texts: Texts) -> None:
    """The chapter's point in three numbers, then the chosen words."""
    _three_numbers(run, texts)
    prompt.draw(run)
    trace = reading.written(frame.current(), run)
    if trace is None:
        prompt.offer_known_words(run)
        return
    frame.fit(trace)
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
        _passage(texts, found, given)


def _three_numbers(run: runs.Run, texts: Texts) -> None:
    """The chapter's model, the chosen one, and the author's own text, by the same measure."""
    chapter = frame.known_runs().get(CHAPTER)
    shown = [("The chosen model writes", run, texts)]
    if chapter is not None and chapter.name != run.name:
        with_text = memorised_novelty.texts_or_none(chapter)
        if with_text is not None:
            shown.insert(0, ("The chapter's SimpleRNN on 3,077 words", chapter, with_text))
    columns = st.columns(len(shown) + 1)
    for column, (label, one, its) in zip(columns, shown, strict=False):
        column.metric(label, f"{memorised_novelty.long_share(one, its, LONG):.0%}")
    if len(texts.held_out):
        share = memorised_novelty.held_out_share(texts, LONG)
        columns[-1].metric("The author, not trained on", f"{share:.0%}")
    st.caption(
        f"Share of words that end a run of {LONG} or more words of the training text. Networks"
        f" write {memorised_novelty.WORDS} words after each of {memorised_novelty.PROMPTS} places"
        " of that text, always the most probable one. The author's own last chapter tells how much"
        " repeats by itself."
    )


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
    theme = frame.theme()
    scale = sequential(theme_of(theme), "p", high=FULL)
    shades = np.where(np.arange(len(trace)) < given, np.nan, found.length.astype(float))
    readings = [
        "given" if k < given else f"run of {n} word{'s' * (n != 1)}"
        for k, n in enumerate(found.length.tolist())
    ]
    strip.words(
        strip.shaded(trace.words, shades.tolist(), scale, readings, given, theme),
        key="memorised_words",
        charts=[],
        selected=frame.current().step,
        caption="Shaded: the run of the training text that each written word continues.",
        theme=theme,
        on_pick=lambda pick: frame.look(step=pick.step),
    )


def _passage(texts: Texts, found: Spans, given: int) -> None:
    """The place of the run that the chosen word continues; the longest run if none is chosen."""
    step = frame.current().step
    holding = [s for s in found.spans if step is not None and s.start <= step < s.start + s.length]
    if not found.spans:
        st.caption("No written word stands in the training text.")
        return
    span = holding[0] if holding else max(found.spans, key=lambda s: s.length)
    before, run, after = texts.passage(span.place, span.length, AROUND)
    st.markdown(f"#### {texts.place(span.place)}")
    st.caption(f"a run of {span.length} words, {span.written} of them written")
    st.markdown(f"… {before} **{run}** {after} …")


def _table(run: runs.Run, trace: Trace, texts: Texts, found: Spans) -> None:
    table = pd.DataFrame(
        {
            "words": [s.length for s in found.spans],
            "written": [s.written for s in found.spans],
            "run": [" ".join(trace.words[s.start : s.start + s.length]) for s in found.spans],
            "place": [texts.place(s.place) for s in found.spans],
            "step": [s.start for s in found.spans],
        }
    ).sort_values("words", ascending=False, kind="stable")
    with st.popover("Data", icon=":material/download:"):
        downloads.csv("Runs of the training text", table, f"{run.name}-runs")
        st.dataframe(table, height=260, hide_index=True)
