"""Where the whole text has a state like the one that is chosen."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from rnnexplorer.components.concordance import concordance
from rnnexplorer.figures import sequential, theme_of
from rnnexplorer.index import Index
from rnnexplorer.measures import contexts, matching, searching, space
from rnnexplorer.measures.distribution import Array
from rnnexplorer.pages import find_places, frame, reading
from rnnexplorer.pages.memory_second import First

#: Places that are shown.
NEAREST = 6


def draw(first: First, made: Index, step: int) -> None:
    """The words of the whole text whose states are nearest to the chosen one."""
    far, found, own = _found(
        reading.key_of(first.run, first.trace), first.fitted.key, step, first, made
    )
    word = first.trace.words[step]
    st.markdown(f"##### Where the whole text has a state like that after “{word}”")
    usual, near = space.nearness(far)
    lines = []
    for place in found:
        part = find_places.span_of(made, place.at, 1)
        note = f"{place.value:.2f}" + (" · this very place" if place.at in own else "")
        lines.append(find_places.line(first.run, made, place.at, 1, near[part].tolist(), note))
    with st.container(key="space-places"):
        concordance(lines, sequential(theme_of(frame.theme()), first.signal.key), frame.theme())
    st.caption(
        f"The framed word's {first.signal.symbol} is the nearest; the number is its distance in all"
        f" {first.trace.units} units, where a word of the text lies {usual:.2f} away on average."
        " The fuller the shade, the nearer the state after that word. The note opens the place in"
        " Explore."
    )


@st.cache_resource(max_entries=32, show_spinner="Looking through the whole text …")
def _found(
    trace_key: object, space_key: object, step: int, _first: First, _made: Index
) -> tuple[Array, list[contexts.Place], NDArray[np.int64]]:
    far = space.distances(_made.signals[_first.signal.key][_first.layer], _first.states[step])
    found = contexts.strongest(far, _made.ids, NEAREST, lowest=True)
    numbers = {word: k for k, word in enumerate(_made.vocabulary)}
    read = searching.word_ids(_first.trace.words, numbers)
    return far, found, matching.own_starts(_made.ids, read, (step, step))
