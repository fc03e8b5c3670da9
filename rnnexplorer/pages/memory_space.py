"""State space: the path that a text takes, drawn where the states of the whole text lie."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from rnnexplorer import address, runs
from rnnexplorer.components import words as strip
from rnnexplorer.figures import View, sequential, space_solid, theme_of
from rnnexplorer.figures import space as figures
from rnnexplorer.figures.space_path import Path
from rnnexplorer.index import Index
from rnnexplorer.measures import epochs, space
from rnnexplorer.pages import (
    charts,
    downloads,
    frame,
    indexing_panel,
    memory_nearest,
    memory_second,
    prompt,
    reading,
    states,
)
from rnnexplorer.pages.memory_second import First, Second
from rnnexplorer.signals import Signal
from rnnexplorer.traces import Trace

CHART = "space_path"
#: Points of the text in three dimensions.
CLOUD = 1500
#: A return is told where it is nearer than this share of the usual distance.
NEAR = 0.5


def draw(run: runs.Run) -> None:
    """The words, then the space they move in."""
    trace = prompt.traced(run)
    if trace is None:
        return
    made = indexing_panel.ready(run, trace.origin.epoch)
    if made is None:
        return
    if trace.units < 2:
        st.info("This network has one unit: its states lie on a line, which Explore draws.")
        return
    _look(run, trace, made)


@st.fragment
def _look(run: runs.Run, trace: Trace, made: Index) -> None:
    frame.still_there(run)
    with st.container(key="space-zones"):
        left, right = st.columns([3.1, 1], gap="large")
    with right:
        first = _controls(run, trace, made)
        memory_second.choose(run)
    with left:
        second = memory_second.of(first)
        chosen = _picture(first, second)
    with right:
        _scree(first)
        _about_step(first, chosen)
    memory_nearest.draw(first, made, chosen)
    frame.show_address()


# --- controls ------------------------------------------------------------------------------------


def _controls(run: runs.Run, trace: Trace, made: Index) -> First:
    """Which states are drawn, and in how many dimensions."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        signal = _signal(trace)
        layer = states.choose_layer(trace.layers)
        dimensions = _dimensions(min(3, trace.units))
    kept = memory_second.fitted(run, made, signal.key, layer)
    return First(run, trace, signal, layer, dimensions, kept)


def _signal(trace: Trace) -> Signal:
    """What is carried from word to word: h, and C in an LSTM."""
    return states.choose_signal(trace.cell, "State", "space_signal", among=trace.cell.states)


def _dimensions(most: int) -> int:
    if most < 3:
        return most
    st.session_state.space_dimensions = frame.current().dimensions

    def take() -> None:
        frame.look(dimensions=st.session_state.space_dimensions)

    st.segmented_control(
        "Components", [2, 3], key="space_dimensions", on_change=take, required=True,
        format_func=lambda n: f"{n}-D", width="content",
    )  # fmt: skip
    return int(st.session_state.space_dimensions)


# --- the picture ---------------------------------------------------------------------------------


def _picture(first: First, second: Second | None) -> int:
    """Headline, words, paths; returns the chosen step."""
    moved, headline = _moved(_key(first), first), st.container()
    start, stop = states.steps_shown(first.run, first.trace)
    headline.markdown(f"#### {_headline(first, (start, stop), moved)}")
    view = View(keys=(first.signal.key,), layer=first.layer, start=start, stop=stop, next_words=0)
    chosen = states.picked(first.run, first.trace, view).step
    with st.container(key="space-block"):
        _strip(first, moved, view, chosen)
        figure, alt = _figure(first, second, view, chosen)
        charts.selectable(figure, CHART, alt, "points", _clicked)
    st.caption(_how_to_read(first, start))
    if second is not None:
        st.caption(second.told)
    downloads.data(
        "Every word", _kept_table(_both(first, second), first, second), f"{first.run.name}-space"
    )
    return chosen


def _clicked() -> None:
    """A point that was clicked becomes the step; a click beside the points changes nothing."""
    step = charts.clicked(st.session_state[CHART])
    if step is not None:
        frame.look(step=int(step))


def _headline(first: First, part: tuple[int, int], whole: space.Movement) -> str:
    """Where the drawn part of a path jumps farthest, and where it comes back."""
    words, (start, stop) = first.trace.words, part
    if len(words) == 1:
        return "One word is one point."
    drawn = whole if stop - start == len(words) else _moved_within((_key(first), part), part, first)
    step = start + int(np.nanargmax(drawn.jumps))
    told = (
        f"{'The state' if drawn is whole else 'Of the words shown, the state'} jumps farthest at"
        f" “{words[step]}” (step {step}), {whole.jumps[step]:.2f} against"
        f" {np.nanmean(whole.jumps):.2f} on average{'' if drawn is whole else ' over all'}"
    )
    if drawn.back is None or drawn.apart > NEAR * drawn.typical:
        return f"{told}."
    a, b = (start + step for step in drawn.back)
    return (
        f"{told}; at “{words[b]}” (step {b}) it is back near “{words[a]}” (step {a}),"
        f" {drawn.apart:.2f} away."
    )


def _strip(first: First, moved: space.Movement, view: View, chosen: int) -> None:
    theme, part = frame.theme(), slice(view.start, view.stop)
    high = float(np.nanmax(moved.jumps)) if len(first.trace) > 1 else 1.0
    jumps = moved.jumps[part]
    strip.words(
        strip.shaded(
            first.trace.words[part],
            jumps.tolist(),
            sequential(theme_of(theme), first.signal.key, high=max(high, 1e-6)),
            ["" if np.isnan(jump) else f"jump {jump:.2f}" for jump in jumps],
            reading.words_given(first.trace, first.run) - view.start,
            theme,
        ),
        key="space_words",
        charts=[],
        selected=chosen,
        first_step=view.start,
        caption=f"Shaded: how far {first.signal.symbol} moved at this word."
        f"{reading.underlined(first.trace, first.run)}",
        theme=theme,
        on_pick=lambda pick: frame.look(step=pick.step),
    )


def _figure(first: First, second: Second | None, view: View, chosen: int) -> tuple[go.Figure, str]:
    """The drawn part of both paths; kept, so that the chart stays in place."""
    return _kept_figure(
        _both(first, second), first.dimensions, view, chosen, frame.theme(), first, second
    )


def _key(first: First) -> tuple[object, ...]:
    return reading.key_of(first.run, first.trace), first.fitted.key


def _both(first: First, second: Second | None) -> tuple[object, ...]:
    """What tells two paths from all others."""
    return *_key(first), first.dimensions, second and (second.key, second.path.name)


@st.cache_resource(max_entries=32, show_spinner=False)
def _moved(key: object, _first: First) -> space.Movement:
    """Every two words are held together: too much to do again at each click."""
    return space.movement(_first.states)


@st.cache_resource(max_entries=64, show_spinner=False)
def _moved_within(key: object, part: tuple[int, int], _first: First) -> space.Movement:
    """The same of the part that is drawn."""
    return space.movement(_first.states[slice(*part)])


@st.cache_resource(max_entries=64, show_spinner=False)
def _kept_figure(
    key: object, dimensions: int, view: View, chosen: int, theme: str,
    _first: First, _second: Second | None,
) -> tuple[go.Figure, str]:  # fmt: skip
    own = Path(_name(_first, _second), _first.trace.words, _first.points)
    paths = [_part(path, view) for path in (own, _second and _second.path) if path]
    shares, kept = _first.fitted.axes.shares, _first.fitted
    alt = figures.describe(_first.signal, shares, paths, dimensions)
    if dimensions == 3:
        cloud = kept.points[:: -(-len(kept.points) // CLOUD)]
        return space_solid.solid(_first.signal, shares, paths, cloud, chosen, theme), alt
    return figures.flat(_first.signal, shares, paths, kept.regions, chosen, theme), alt


def _name(first: First, second: Second | None) -> str:
    """What tells the first path from the second."""
    if second is None or not second.path.clickable:
        return memory_second.text_name(first.trace.words)
    epoch = epochs.name(first.trace.origin.epoch)
    same = frame.current().other == first.run.name
    return epoch if same else f"{address.label(first.run)} · {epoch}"


def _part(path: Path, view: View) -> Path:
    """The words that are drawn; of a shorter text its last ones."""
    stop = min(len(path.words), view.stop or len(path.words))
    start = max(0, min(view.start, stop - states.STEPS_SHOWN)) if stop < (view.stop or 0) else (
        view.start
    )  # fmt: skip
    return Path(path.name, path.words[start:stop], path.points[start:stop], start, path.clickable)


def _how_to_read(first: First, start: int) -> str:
    axes, n = first.fitted.axes, first.dimensions
    whole, own = axes.shares[:n].sum(), space.seen(first.states, space.first_of(axes, n))
    behind = (
        "the areas hold 50%, 90% and 99% of the states of the whole text, the cross is their mean"
        if n == 2
        else "the small dots are states of the whole text; drag to turn the picture"
    )
    drawn = " of those shown" * (start > 0)
    return (
        f"Each point is {first.signal.symbol} after a word; the first{drawn} is open, its word"
        f" bold; {behind}. Near points are similar states, a long line is a word that changed much."
        f" But the picture holds {whole:.0%} of the variance of {axes.fitted:,} states, and"
        f" {own:.0%} of this path's: what lies together here may differ in the rest."
        f" {_memory(first)}"
    )


def _memory(first: First) -> str:
    origin = first.trace.origin
    read = (
        "The state is carried on from word to word."
        if origin.memory == "stateful"
        else f"Each word has a fresh start over the last {origin.window} words; the line joins"
        " states that were reached one by one."
    )
    if origin.memory != first.run.recipe.memory:
        read += " The axes come from the other memory, the one the model was trained for."
    return read


@st.cache_resource(max_entries=16, show_spinner=False)
def _kept_table(keys: object, _first: First, _second: Second | None) -> pd.DataFrame:
    """A row per word; the second path's columns beside it."""
    own = space.table(_first.trace.words, _first.states, _first.points)
    if _second is None:
        return own
    other = space.table(_second.path.words, _second.states, _second.path.points)
    renamed = other.drop(columns="step").add_suffix("_second")
    return pd.concat([own, renamed], axis=1)


# --- beside -------------------------------------------------------------------------------------


def _scree(first: First) -> None:
    shares = first.fitted.axes.shares
    st.caption("Explained variance")
    charts.draw(
        figures.scree(first.signal, shares, first.dimensions, frame.theme()),
        "space_scree",
        figures.describe_scree(shares),
    )


def _about_step(first: First, step: int) -> None:
    """The chosen word in numbers."""
    jumps = _moved(_key(first), first).jumps
    away = space.distances(first.states[[step]], first.fitted.axes.mean)[0]
    told = f"**{first.trace.words[step]}** · step {step}  \n"
    told += "" if step == 0 else f"{jumps[step]:.2f} from the word before  \n"
    told += f"{away:.2f} from the average state (usual: {first.fitted.axes.spread:.2f})  \n"
    told += f":small[Distances in all {first.trace.units} units.]"
    st.markdown(told)
