"""The places of the whole text at which the units of a pattern are on, best first."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from rnnexplorer import runs
from rnnexplorer.components.concordance import concordance
from rnnexplorer.figures import sequential, theme_of
from rnnexplorer.index import Index
from rnnexplorer.measures import matching, patterns, searching
from rnnexplorer.measures.matching import Match
from rnnexplorer.measures.patterns import Pattern
from rnnexplorer.pages import downloads, find_places, frame, indexing_panel, reading
from rnnexplorer.signals import Signal
from rnnexplorer.traces import Trace

#: Units that are linked.
LINKED = 24


def draw(
    run: runs.Run, trace: Trace, span: tuple[int, int], pattern: Pattern, signal: Signal,
    layer: int,
) -> None:  # fmt: skip
    """How many units are on, and the places; a sentence where there are none."""
    inside = trace.words[span[0] : span[1] + 1]
    headline, on = st.empty(), _on(inside, pattern, trace.units)
    headline.markdown(f"#### {on}")
    if not len(pattern.units):
        st.markdown("Lower the threshold, or choose fewer words.")
        return
    _links(pattern, signal)
    made = indexing_panel.ready(run, frame.current().epoch)
    if made is None:
        return
    own = matching.own_starts(
        made.ids,
        searching.word_ids(trace.words, {word: k for k, word in enumerate(made.vocabulary)}),
        span,
    )
    keys = reading.index_key(run, made), _key_of(pattern)
    found = _found(keys, tuple(own.tolist()), signal.key, layer, made, pattern)
    if not found:
        st.markdown("None of these units is on for so long anywhere in the text.")
        return
    others = [match for match in found if not matching.is_own(match, own, pattern.length)]
    headline.markdown(f"#### {on}{_no_better(others)}")
    _rows_of_places(run, made, found, own, pattern, signal, layer)
    told = f"{_how_to_read(made, others, inside[-1])} {matching.told_ties(found)}".rstrip()
    if trace.origin.memory != made.memory:
        told += f" The text was read in the memory that the model was trained for ({made.memory})."
    st.caption(told)
    downloads.data(
        "Places",
        places_table(run, made, found, own, pattern),
        f"{run.name}-epoch{made.epoch}-pattern",
    )


def _links(pattern: Pattern, signal: Signal) -> None:
    """The units' numbers, each a way to its page; the first of them where they are many."""
    listed = []
    for unit in pattern.units[:LINKED].tolist():
        url = escape(frame.link("units", tab="unit", unit=unit, signal=signal.key))
        listed.append(f'<a href="{url}" target="_self">{unit}</a>')
    more = " …" if len(pattern.units) > LINKED else ""
    st.html(f'<p class="find-units">Open a unit: {", ".join(listed)}{more}</p>')


def _on(inside: tuple[str, ...], pattern: Pattern, of_units: int) -> str:
    on = len(pattern.units)
    verb = "is" if on == 1 else "are"
    return f"{on or 'None'} of {of_units} units {verb} on over “{' '.join(inside)}”"


def _key_of(pattern: Pattern) -> tuple[object, ...]:
    """The pattern as a value that can be compared."""
    return tuple(
        tuple(field.tolist()) if isinstance(field, np.ndarray) else field
        for field in vars(pattern).values()
    )


@st.cache_resource(max_entries=64, show_spinner=False)
def _found(
    keys: object, own: tuple[int, ...], key: str, layer: int, _made: Index, _pattern: Pattern
) -> list[Match]:
    signal = _made.signals[key][layer]
    return matching.find(signal, _pattern, _made.starts, find_places.SHOWN, own)


def _rows_of_places(
    run: runs.Run, made: Index, found: list[Match], own: NDArray[np.int64], pattern: Pattern,
    signal: Signal, layer: int,
) -> None:  # fmt: skip
    lines = []
    for match in found:
        part = find_places.span_of(made, match.start, match.length)
        on = patterns.is_on(made.signals[signal.key][layer, part], pattern).sum(axis=1)
        note = f"{match.on} of {len(pattern.units)} on"
        if matching.is_own(match, own, pattern.length):
            note = f"this very place · {note}"
        lines.append(find_places.line(run, made, match.start, match.length, on.tolist(), note))
    scale = sequential(theme_of(frame.theme()), signal.key, high=len(pattern.units))
    with st.container(key="find-places"):
        concordance(lines, scale, frame.theme())


def _no_better(others: list[Match]) -> str:
    """What a headline has to add where chance alone would give as many places as are shown."""
    if not others or others[-1].by_chance < len(others):
        return ""
    return (
        f"; the places below are no better than chance, which gives"
        f" {in_words(others[-1].by_chance)} as good as the last of them"
    )


def _how_to_read(made: Index, others: list[Match], last_word: str) -> str:
    told = (
        "The places of the whole text where most of these units are on for about as many words,"
        " best first, equally good ones in the order of the text; the fuller the shade, the more of"
        " them are on. The note on the right opens the place in Explore."
    )
    if not others:
        return told
    ends = [made.vocabulary[made.ids[m.start + m.length - 1]] for m in others]
    chance = in_words(others[-1].by_chance)
    alike = ends.count(last_word)
    return (
        f"{told} Of the other places, {alike} of {len(others)} end in “{last_word}”, as the"
        f" pattern does. If each unit went its own way, {chance} as good as"
        " the last one here would be expected by chance."
    )


def in_words(expected: float) -> str:
    """An expected number of places, for people."""
    if expected < 0.01:
        return "fewer than 0.01 places"
    return f"{expected:.2f} places" if expected < 10 else f"{expected:,.0f} places"


def places_table(
    run: runs.Run, made: Index, found: list[Match], own: NDArray[np.int64], pattern: Pattern
) -> pd.DataFrame:
    """One row a place."""
    rows: list[dict[str, Any]] = []
    for match in found:
        word = made.corpus_word(match.start)
        chapter, _ = searching.in_chapter(find_places.chapters(run), word)
        rows.append(
            {
                "word": word,
                "chapter": chapter,
                "length": match.length,
                "words": " ".join(made.words(match.start, match.start + match.length)),
                "units_on": match.on,
                "of_units": len(pattern.units),
                "alike_before_and_after": match.edges,
                "score": match.score,
                "expected_by_chance": match.by_chance,
                "this_very_place": matching.is_own(match, own, pattern.length),
            }
        )
    return pd.DataFrame(rows)
