"""The bar on the left: the model, its epoch, and a link for a class."""

from __future__ import annotations

import math
import time
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

from rnnexplorer import address, runs, signals
from rnnexplorer.figures.style import DARK
from rnnexplorer.measures import epochs, learning
from rnnexplorer.pages import frame

ICON = str(Path(__file__).parent / "icon.svg")
STYLE = Path(__file__).parent / "frame.css"
NO_CONTROLS = """<style>
[data-testid="stSidebar"], [data-testid="stExpandSidebarButton"], [class*="st-key-controls"],
.st-key-edit-form, .st-key-what_if_text, .st-key-what-if-removable { display: none; }
</style>"""
PRIMARY_BUTTON = '[data-testid="stBaseButton-primary"]'
CHOSEN = '[data-testid="stMultiSelect"] [data-tag]'
LOGO = {theme: str(Path(__file__).parent / f"logo-{theme}.svg") for theme in ("light", "dark")}


def draw() -> None:
    """The sidebar, and whatever the link asked for that does not exist."""
    st.session_state.page_tabs, st.session_state.page_views = (), set()
    st.session_state.page_fields = set()
    known = frame.known_runs()
    frame.open_view(known)
    st.html(STYLE)
    if frame.theme() == "dark":  # Streamlit writes white on the light primary colour
        st.html(
            f"<style>{PRIMARY_BUTTON}, {CHOSEN}, {CHOSEN} * {{ color: {DARK.background}; }}</style>"
        )
    st.logo(LOGO[frame.theme()], size="large")
    if frame.bare():
        _without_controls()
    else:
        with st.sidebar:
            _controls(known)
    complaints = st.session_state.pop("complaints", [])
    if complaints:
        listed = "\n".join(f"- {complaint}" for complaint in complaints)
        st.warning(complaints[0] if len(complaints) == 1 else listed, icon=":material/link_off:")


def _controls(known: dict[str, runs.Run]) -> None:
    if known:
        _choose_run(known)
        run = known[str(frame.current().run)]
        _facts(run)
        _choose_epoch(run)
    else:
        st.caption("No model yet. Train one on the **Train** page.")
    _share()


def _without_controls() -> None:
    st.html(NO_CONTROLS)
    st.button(
        "Show the controls", type="tertiary", icon=":material/tune:", key="frame_controls",
        on_click=frame.look, kwargs={"controls": "all"},
    )  # fmt: skip


@st.fragment  # asks again what is looked at when it is pressed: clicks redraw a part of the page
def _share() -> None:
    asked = st.button(
        "Link for a class", type="tertiary", icon=":material/link:", key="frame_share",
        help="Opens what you see now, without this bar, the row of words and the tabs.",
    )  # fmt: skip
    if asked:
        query = urlencode(frame.current().changed(controls="none").to_query())
        st.code(f"{st.context.url or ''}?{query}", language=None, wrap_lines=True)


def _choose_run(known: dict[str, runs.Run]) -> None:
    names = list(known)
    frame.show("frame_run", frame.current().run)

    def choose() -> None:
        # Another network has other units, epochs and words; the text and the step stay.
        frame.look(run=st.session_state.frame_run, epoch=None, unit=None, layer=0)

    st.selectbox(
        "Model",
        names,
        key="frame_run",
        format_func=lambda name: address.label(known[name]),
        on_change=choose,
    )


def _facts(run: runs.Run) -> None:
    recipe, status = run.recipe, runs.status(run, time.time())
    layers = f"{recipe.layers} layer" + ("s" if recipe.layers > 1 else "")
    facts = [f"{recipe.hidden} units", layers, f"{run.parameters:,} weights"]
    kept = runs.checkpoints(run)
    epoch = frame.current().epoch if frame.current().epoch in kept else kept[-1] if kept else None
    best = learning.last_perplexity(runs.metrics(run), epoch=epoch)
    if best is not None and math.isfinite(best):
        facts.append(f"held-out perplexity {best:,.0f}")
    if status.state != "finished":
        facts.append(f"{status.state}, epoch {status.epoch} of {status.epochs}")
    st.caption(f"{signals.cell(recipe.cell).title} · " + " · ".join(facts))


def _choose_epoch(run: runs.Run) -> None:
    kept = runs.checkpoints(run)
    if len(kept) < 2:
        return
    epoch = frame.current().epoch
    frame.show("frame_epoch", kept[-1] if epoch not in kept else epoch)

    def choose() -> None:
        picked = st.session_state.frame_epoch
        frame.look(epoch=None if picked == kept[-1] else picked)

    st.select_slider(
        "Epoch",
        kept,
        key="frame_epoch",
        on_change=choose,
        format_func=epochs.short_name,
        help="The same words, read by the network as it was after so many passes over the text.",
    )
