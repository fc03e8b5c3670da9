"""A page with nothing on it but one wiring, for the tests."""

import streamlit as st

from rnnexplorer.pages import exercise_kind, frame, knobs
from rnnexplorer.settings import Choice

KINDS = {"kind": Choice(tuple(exercise_kind.NAMES)), **exercise_kind.SETTINGS}


def page() -> None:
    """The wiring that the settings name."""
    values = knobs.values(KINDS)
    st.session_state.shown = exercise_kind.choose(values["kind"], KINDS, values)
    if st.session_state.shown is not None:
        exercise_kind.draw(st.session_state.shown, KINDS, values["at"])
    frame.show_address()


chosen = st.navigation([st.Page(page, title="One wiring")])
frame.draw()
chosen.run()
