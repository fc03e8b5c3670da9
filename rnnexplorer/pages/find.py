"""Find: where else does this happen? By what the units do, or by the words themselves."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from rnnexplorer import runs
from rnnexplorer.pages import find_pattern, find_words, frame

STYLE = Path(__file__).parent / "find.css"
VIEWS = {"pattern": "By what the units do", "words": "By the words"}


def _draw(run: runs.Run) -> None:
    st.html(STYLE)
    if frame.choose_tab(VIEWS, "find_tab") == "pattern":
        find_pattern.draw(run)
    else:
        find_words.draw(run)


chosen = frame.with_weights("There is nothing to look for yet")
if chosen is not None:
    _draw(chosen)
frame.show_address()
