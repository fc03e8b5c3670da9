"""How far back, on average: gradient, states and expectations against lag, network by network."""

from __future__ import annotations

import streamlit as st

from rnnexplorer import beside, remembering, runs
from rnnexplorer.beside import Drawn
from rnnexplorer.figures import lag as figures
from rnnexplorer.figures.lag import Axes
from rnnexplorer.measures import lag
from rnnexplorer.measures.lag import Curve
from rnnexplorer.pages import charts, downloads, frame, influence_models, knobs
from rnnexplorer.pages.influence_models import MODELS
from rnnexplorer.remembering import STRETCHES, TOLD, Places
from rnnexplorer.settings import Choice, Kinds

VIEWS = {
    "gradient": "gradient",
    "distance": "states, measured",
    "bits": "next word, measured",
}
SCALES = {"share": "100% at the word", "absolute": "as it is"}
STATES = {"memory": "C, or h without one", "h": "h"}
KINDS: Kinds = {**MODELS, "scale": Choice(tuple(SCALES)), "state": Choice(tuple(STATES))}

#: What fades, beginning a sentence; and how it is drawn.
SUBJECT = {
    "gradient": "the gradient",
    "distance": "the distance of the states after one changed word",
    "bits": "the effect of a changed word on the next one",
}
#: Lags at which two networks are held against each other.
AGAINST = (5, 20)


def draw(run: runs.Run) -> None:
    """Controls, a headline, the curves."""
    values = knobs.values(KINDS)
    drawn = influence_models.choose(run, KINDS, values)
    row = st.container(
        horizontal=True, vertical_alignment="bottom", gap="medium", key="controls-lag"
    )
    with row:
        view = frame.choose_view("Measure", VIEWS, "lag_view", quiet=False)
        if view == "gradient":
            knobs.choice(KINDS, "scale", "Drawn as", SCALES)
        if view != "bits" and any(remembering.memory_of(each) != "h" for each, _ in drawn):
            knobs.choice(
                KINDS, "state", "State", STATES,
                help="What carries the memory of an LSTM is C. Its h leads to the gates and the"
                " candidate of the next word, and to the output or the layer above.",
            )  # fmt: skip
    found = influence_models.text_of(run)
    places = None if found is None else influence_models.places_of(run, found)
    if places is None:
        return
    keys = {
        each.name: remembering.memory_of(each) if values["state"] == "memory" else "h"
        for each, _ in drawn
    }
    absolute = view == "gradient" and values["scale"] == "absolute"
    curves = _curves(run, drawn, places, view, keys, absolute=absolute)
    if curves is None:
        return
    st.markdown(
        f"#### {lag.headline(SUBJECT[view], curves, 'back' if view == 'gradient' else 'later')}"
    )
    if view == "gradient":
        _against(run, drawn, places, keys)
    axes = _axes(view, absolute=absolute)
    cells = [each.recipe.cell for each, _ in drawn]
    charts.draw(
        figures.by_lag(curves, cells, axes, frame.theme()),
        "lag_curves",
        figures.describe_by_lag(curves, axes),
    )
    st.caption(_how_to_read(view, places, drawn))
    with st.container(horizontal=True):
        with st.popover("Data", icon=":material/download:"):
            downloads.csv("Every lag", lag.table(curves), f"{run.name}-lag-{view}")
            summary = lag.summary(curves, TOLD)
            downloads.csv("Half-lives", summary, f"{run.name}-half-lives-{view}")
            st.dataframe(summary, height=220, hide_index=True)
        st.button(
            "One word of your own", icon=":material/edit:",
            on_click=frame.look, kwargs={"tab": "change", "view": None, "settings": None},
        )  # fmt: skip


def _axes(view: str, *, absolute: bool) -> Axes:
    if view == "gradient":
        return figures.NORM if absolute else figures.SHARE
    return {"distance": figures.DISTANCE, "bits": figures.BITS}[view]


def _curves(
    run: runs.Run,
    drawn: list[Drawn],
    places: Places,
    view: str,
    keys: dict[str, str],
    *,
    absolute: bool,
) -> dict[str, Curve] | None:
    """By the short names of the runs; None where the work was cancelled."""
    names = beside.named(drawn)
    if view == "gradient":
        done = influence_models.gradients(drawn, places).done()
        if done is None:
            return None
        return {
            names[name]: remembering.gradient_curve(parts, keys[name], absolute=absolute)
            for name, parts in done.items()
        }
    try:
        apart = influence_models.apart(drawn, places).done()
    except ValueError as error:  # no other word to change one into
        st.info(f"{influence_models.sentence(error)}.")
        return None
    if apart is None:
        return None
    return {
        names[name]: remembering.bits_curve(parts)
        if view == "bits"
        else remembering.distance_curve(parts, keys[name])
        for name, parts in apart.items()
    }


def _against(
    run: runs.Run, drawn: list[Drawn], places: Places, keys: dict[str, str]
) -> None:  # fmt: skip
    """The chosen network against the one of another cell that has as many weights."""
    other = beside.matched(run, [each for each, _ in drawn[1:]])
    done = None if other is None else influence_models.gradients(drawn, places).done()
    if other is None or done is None:
        return
    ratio = remembering.ratio_curve(
        done[run.name], keys[run.name], done[other.name], keys[other.name]
    )
    names = beside.named(drawn)
    told = " ".join(
        lag.against(ratio, at, names[run.name], names[other.name])
        for at in AGAINST
        if at < len(ratio.mean)
    )
    st.markdown(f"With {run.parameters:,} weights against {other.parameters:,}: {told}")


def _how_to_read(view: str, places: Places, drawn: list[Drawn]) -> str:
    where = f"{len(places)} places of the {places.part} text"
    band = f"Bands: {lag.CONFIDENCE:.0%}, a t-interval over {STRETCHES} stretches of it."
    text = {
        "gradient": "How much the loss at a word would move with the state so many words before,"
        f" as a share of its own at that word; the geometric mean over {where}. Geometric, because"
        " such a gradient is a product of many factors, and a plain mean would be that of a few"
        " places. A straight line fades by the same factor at every word.",
        "distance": f"At {where} one word is replaced by another, drawn as often as the text has"
        " it, and both versions are read on. Drawn is the mean distance of their states: 1 is"
        " that of the states at two unrelated places, near 0 the change is forgotten.",
        "bits": f"At {where} one word is replaced by another, drawn as often as the text has it,"
        " and both versions are read on. Drawn is how far their expectations of the next word lie"
        " apart, the mean of D(untouched ‖ changed). 0.01 bits is what lies between 50% and 56%.",
    }[view]
    if view == "gradient":
        text += " The axis ends at a hundred-thousandth of its top, where a curve may leave it."
    if any(each.recipe.layers > 1 for each, _ in drawn) and view != "bits":
        text += " Of several layers it is the last."
    windows = sorted({each.recipe.window for each, _ in drawn if each.recipe.memory == "window"})
    if windows:
        told = " or ".join(map(str, windows))
        text += f" A network trained on windows ({told} words) sees nothing further back."
    return f"{text} {band}"
