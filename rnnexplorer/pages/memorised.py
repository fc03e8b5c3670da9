"""Learned or memorised: how much of what a network writes stands in the text it was trained on."""

from __future__ import annotations

import streamlit as st

from rnnexplorer import runs
from rnnexplorer.corpus import CorpusError
from rnnexplorer.pages import (
    frame,
    memorised_counts,
    memorised_novelty,
    memorised_paths,
    memorised_spans,
    texts,
)

VIEWS = {
    "spans": "Runs of the book",
    "novelty": "How much is new",
    "counts": "Against counting",
    "paths": "Reading against writing",
}
DRAWN = {
    "spans": memorised_spans.draw,
    "novelty": memorised_novelty.draw,
    "counts": memorised_counts.draw,
    "paths": memorised_paths.draw,
}


def _draw(run: runs.Run) -> None:
    try:
        found = texts.of(run)
    except (CorpusError, ValueError) as error:
        st.warning(
            f"This page holds what a network writes against the text it was trained on. {error}",
            icon=":material/menu_book:",
        )
        return
    DRAWN[frame.choose_tab(VIEWS, "memorised_tab")](run, found)


chosen = frame.with_weights("There is nothing to hold against the text yet")
if chosen is not None:
    _draw(chosen)
frame.show_address()
