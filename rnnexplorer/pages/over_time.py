"""Over time: when in training did it appear? Curves over checkpoints; a signal that plays."""

from __future__ import annotations

import dataclasses

import pandas as pd
import streamlit as st

from rnnexplorer import runs, signals, timeline
from rnnexplorer.corpus import CorpusError
from rnnexplorer.figures import View, best_epoch, shared_c_limit
from rnnexplorer.figures import timeline as figures
from rnnexplorer.measures import ordering
from rnnexplorer.pages import downloads, frame, prompt, reading, states, texts
from rnnexplorer.pages.texts import Texts
from rnnexplorer.timeline import Moment
from rnnexplorer.traces import Trace

VIEWS = {"curves": "Curves over the epochs", "play": "Play a signal"}


# --- curves --------------------------------------------------------------------------------------


def _curves(run: runs.Run) -> None:
    try:
        found = texts.of(run)
    except (CorpusError, ValueError) as error:
        st.warning(str(error), icon=":material/menu_book:")
        return
    moments = _moments(run, found)
    metrics = runs.metrics(run)
    best = best_epoch(metrics)
    at = best[0] if best is not None and best[2] == "held-out" else None
    chosen = runs.kept_epoch(run, frame.current().epoch)
    st.plotly_chart(
        figures.over_epochs(signals.cell(run.recipe.cell), moments, metrics, at, chosen,
                            frame.theme()),
        theme=None,
        key="over_epochs",
        alt=figures.describe_over_epochs(moments, at),
        config={"displayModeBar": False},
    )  # fmt: skip
    st.caption(
        f"Memorised: the share of words, of {timeline.TEXTS} texts written greedily, that end a run"
        f" of {timeline.LONG} or more words of the training text. In a loop: the share of their"
        " 4-grams that repeat an earlier one. Entropy and saturation are means over"
        f" {timeline.READ} words. Amber is the epoch chosen on the left, where Explore and every"
        " other page look at it."
    )
    with st.popover("Data", icon=":material/download:"):
        table = pd.DataFrame([dataclasses.asdict(m) for m in moments])
        radii = pd.DataFrame(table.pop("radius").tolist()).add_prefix("radius_")
        table = pd.concat([table, radii], axis=1)
        downloads.csv("Every checkpoint", table, f"{run.name}-over-time")
        st.dataframe(table, height=260, hide_index=True)


def _moments(run: runs.Run, found: Texts) -> list[Moment]:
    """Of every checkpoint, with a bar while they are looked at for the first time."""
    kept = runs.checkpoints(run)
    place, moments = st.empty(), []
    for number, epoch in enumerate(kept):
        place.progress(number / len(kept), f"looking at epoch {epoch}")
        key = (str(run.path), reading.stamp(run, epoch), epoch)
        moments.append(_moment(key, run, epoch, found))
    place.empty()
    return moments


@st.cache_resource(max_entries=256, show_spinner=False)
def _moment(key: object, _run: runs.Run, _epoch: int, _found: Texts) -> Moment:
    return timeline.moment(_run, _epoch, _found.training, _found.held_out, _found.index)


# --- playing -------------------------------------------------------------------------------------


def _play(run: runs.Run) -> None:
    prompt.draw(run)
    look = frame.current()
    last = reading.trace_of(look.changed(epoch=None), run)
    if last is None:
        prompt.offer_known_words(run)
        return
    kept = runs.checkpoints(run)
    traces = {e: t for e in kept if (t := reading.same_words(last, run, e)) is not None}
    view = _view(last, traces)
    st.plotly_chart(
        figures.playing(traces, view, frame.theme()),
        theme=None,
        key="playing",
        alt=f"One signal at the epochs {', '.join(map(str, kept))}.",
        config={"displayModeBar": False},
    )
    st.caption(
        "The words that the last epoch wrote, as every kept epoch reads them; a row is the same"
        " unit throughout. What stays the same while it plays was there from the start."
    )


def _view(last: Trace, traces: dict[int, Trace]) -> View:
    keys = [key for key in signals.PANEL_ORDER if key in last.signals]
    shown = frame.current().signal
    st.session_state.over_time_signal = shown if shown in keys else "h"

    def take() -> None:
        frame.look(signal=st.session_state.over_time_signal)

    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        if len(keys) > 1:
            st.segmented_control(
                "Signal", keys, key="over_time_signal", on_change=take, required=True,
                format_func=lambda key: last.cell.signal(key).symbol,
            )  # fmt: skip
        layer = states.choose_layer(last.layers)
    h = last.signals["h"][layer]
    units = ordering.most_active(h, states.UNITS_SHOWN)
    units = units[ordering.order(h[:, units], "similarity")]
    view = View(
        keys=(str(st.session_state.over_time_signal),),
        layer=layer,
        stop=min(len(last), states.STEPS_SHOWN),
        units=tuple(int(unit) for unit in units),
        next_words=0,
    )
    limit = shared_c_limit(*((trace, view) for trace in traces.values()))
    return dataclasses.replace(view, c_limit=limit)


chosen_run = frame.chosen_run()
if chosen_run is None or not runs.checkpoints(chosen_run):
    st.info("There is no training to look back on: the chosen model has no weights.")
    st.page_link("rnnexplorer/pages/train.py", label="Train a network", icon=":material/school:")
else:
    {"curves": _curves, "play": _play}[frame.choose_tab(VIEWS, "over_time_tab")](chosen_run)
frame.show_address()
