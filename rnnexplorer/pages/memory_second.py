"""A second path in the same picture: another run, another epoch, or other words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from rnnexplorer import address, runs
from rnnexplorer.address_fields import LONGEST_TEXT
from rnnexplorer.corpus import split_words
from rnnexplorer.figures.space_path import Path
from rnnexplorer.index import Index
from rnnexplorer.measures import epochs, space
from rnnexplorer.measures.distribution import Array
from rnnexplorer.measures.space import Axes
from rnnexplorer.pages import frame, indexing_panel, reading
from rnnexplorer.signals import Signal
from rnnexplorer.traces import Trace

MODES = {"none": "none", "run": "another run or epoch", "words": "other words"}


@dataclass(frozen=True, eq=False)
class Fitted:
    """The space of a checkpoint: of one signal in one layer.

    Attributes:
        key: tells it from every other.
        axes: of three components.
        points: states of the whole text on them, [N, 3], evenly sampled.
        regions: of the first two, see `measures.space.regions`.
    """

    key: object
    axes: Axes
    points: Array
    regions: tuple[Array, Array, Array]


@dataclass(frozen=True, eq=False)
class First:
    """The path that the page is about.

    Attributes:
        run: its network.
        trace: its text.
        signal: the states that are drawn.
        layer: from 0.
        dimensions: 2 or 3.
        fitted: the space of its checkpoint.
    """

    run: runs.Run
    trace: Trace
    signal: Signal
    layer: int
    dimensions: int
    fitted: Fitted

    @property
    def states(self) -> Array:
        """[T, H]."""
        found: Array = self.trace.signals[self.signal.key][self.layer]
        return found

    @property
    def points(self) -> Array:
        """[T, `dimensions`]."""
        return coordinates(self.states, self.fitted.axes, self.dimensions)


@dataclass(frozen=True, eq=False)
class Second:
    """A second path, and what has to be said of it.

    Attributes:
        path: all of its words.
        states: in its own full space, [T, H].
        told: how it came onto the axes of the first.
        key: tells it from every other.
    """

    path: Path
    states: Array
    told: str
    key: object


#: Middles of the areas behind the path, along each axis.
CELLS = 70


def fitted(run: runs.Run, made: Index, signal: str, layer: int) -> Fitted:
    """The axes of a checkpoint, fitted once on all that it read."""
    return _fitted(reading.index_key(run, made), signal, layer, made)


@st.cache_resource(max_entries=16, show_spinner="Fitting the axes on the whole text …")
def _fitted(key: object, signal: str, layer: int, _made: Index) -> Fitted:
    states = _made.signals[signal][layer]
    axes = space.principal_axes(states, min(3, _made.units))
    points = space.project(space.sample(states), axes)
    return Fitted((key, signal, layer), axes, points, space.regions(points[:, :2], CELLS))


# --- which one -----------------------------------------------------------------------------------


def choose(run: runs.Run) -> None:
    """Controls of the second path; what is chosen stands in the address."""
    look = frame.current()
    mode = _mode()
    st.session_state.space_second = mode

    def take() -> None:
        picked = st.session_state.space_second
        ready = {n: r for n, r in frame.known_runs().items() if runs.checkpoints(r)}
        other = look.other or address.counterpart(run, ready) or run.name
        words = " ".join(reversed(_words(run)))  # known to every network that knows the first
        frame.look(
            other=other if picked == "run" else None,
            other_epoch=_another_epoch(run) if picked == "run" and other == run.name else None,
            other_text=words if picked == "words" else None,
        )

    st.selectbox("Second path", list(MODES), key="space_second", on_change=take,
                 format_func=MODES.__getitem__)  # fmt: skip
    if mode == "run":
        _choose_run(run)
    elif mode == "words":
        _choose_words()


def _mode() -> str:
    look = frame.current()
    return "words" if look.other_text is not None else "run" if look.other else "none"


def _words(run: runs.Run) -> list[str]:
    text = frame.current().text
    return split_words(address.default_text(run) if text is None else text)


def _choose_run(run: runs.Run) -> None:
    known = frame.known_runs()
    look, chosen = frame.current(), _other()
    ready = [n for n, r in known.items() if runs.checkpoints(r) or n == chosen.name]
    st.session_state.space_other = chosen.name

    def take() -> None:
        name = st.session_state.space_other
        frame.look(other=name, other_epoch=_another_epoch(run) if name == run.name else None)

    st.selectbox("Its run", ready, key="space_other", on_change=take,
                 format_func=lambda name: address.label(known[name]))  # fmt: skip
    kept = runs.checkpoints(chosen)
    if len(kept) < 2:
        return
    st.session_state.space_epoch = look.other_epoch if look.other_epoch in kept else kept[-1]

    def take_epoch() -> None:
        picked = st.session_state.space_epoch
        frame.look(other_epoch=None if picked == kept[-1] else picked)

    st.select_slider("Its epoch", kept, key="space_epoch", on_change=take_epoch,
                     format_func=epochs.short_name)  # fmt: skip


def _other() -> runs.Run:
    """The second run; the page is drawn again where it was deleted in another tab since."""
    found = frame.known_runs().get(str(frame.current().other))
    if found is None:
        st.rerun()
    return found


def _another_epoch(run: runs.Run) -> int | None:
    """The last checkpoint of a run but the one that is shown; None is the last of all."""
    kept = runs.checkpoints(run)
    shown = runs.kept_epoch(run, frame.current().epoch)
    others = [epoch for epoch in kept if epoch != shown]
    return others[-1] if others and others[-1] != kept[-1] else None


def _choose_words() -> None:
    st.session_state.space_other_words = frame.current().other_text

    def take() -> None:
        frame.look(other_text=st.session_state.space_other_words.strip()[:LONGEST_TEXT])

    st.text_area(
        "Its words", key="space_other_words", on_change=take, height=90,
        help="Read by the same network, which writes nothing after them. At first they are those of"
        " the first text in reverse.",
    )  # fmt: skip


# --- what becomes of it --------------------------------------------------------------------------


def of(first: First) -> Second | None:
    """The second path on the axes of the first, or None after saying why there is none."""
    look = frame.current()
    mode = _mode()
    if mode == "none":
        return None
    if mode == "words":
        # Words that it wrote would be drawn and stand in no box.
        read = reading.trace_of(look.changed(text=look.other_text, write=0), first.run)
        return None if read is None else _of_words(first, read)
    other = _other()
    if not runs.checkpoints(other):
        st.caption(f"{address.label(other)} has no weights yet; they come with its first epoch.")
        return None
    read = reading.same_words(first.trace, other, look.other_epoch)
    if read is None:
        st.caption("Choose words that both networks know, or another second path.")
        return None
    return _of_epoch(first, read) if other.name == first.run.name else _of_run(first, other, read)


def _of_words(first: First, read: Trace) -> Second:
    states = read.signals[first.signal.key][first.layer]
    at = coordinates(states, first.fitted.axes, first.dimensions)
    told = "Both texts are read by the same network, so both paths lie on the same axes"
    path = Path(text_name(read.words), read.words, at, clickable=False)
    return Second(path, states, f"{told}. {_seen(first, states)}", reading.key_of(first.run, read))


def _of_epoch(first: First, read: Trace) -> Second:
    states = read.signals[first.signal.key][first.layer]
    at = coordinates(states, first.fitted.axes, first.dimensions)
    told = (
        f"Both paths lie on the axes of {epochs.name(first.trace.origin.epoch)}: the units are the"
        f" same ones at every epoch, so nothing is turned. {_seen(first, states)}"
    )
    if read.origin.epoch == first.trace.origin.epoch:
        told = "Both paths are the same; choose another epoch."
    path = Path(epochs.name(read.origin.epoch), read.words, at)
    return Second(path, states, told, reading.key_of(first.run, read))


def _seen(first: First, states: Array) -> str:
    """How much of the second path's movement the axes of the first show."""
    axes = space.first_of(first.fitted.axes, first.dimensions)
    return f"The picture holds {space.seen(states, axes):.0%} of the second path's variance."


def _of_run(first: First, other: runs.Run, read: Trace) -> Second | None:
    """A network with units of its own: its own axes, and a turn."""
    made = indexing_panel.ready(other, read.origin.epoch)
    if made is None:
        st.caption("Until then the second path is missing.")
        return None
    key = first.signal.key if first.signal.key in read.signals else "h"
    layer = min(first.layer, read.layers - 1)
    own = fitted(other, made, key, layer)
    states = read.signals[key][layer]
    at = coordinates(states, own.axes, first.dimensions)
    found = space.turned(at, first.points)
    told = _told_of_turn(found, own.axes, first.dimensions)
    if key != first.signal.key:
        told = f"A {read.cell.title} has no {first.signal.symbol}; its h is drawn. {told}"
    name = f"{address.label(other)} · {epochs.name(read.origin.epoch)}"
    return Second(Path(name, read.words, found.path), states, told,
                  (reading.key_of(other, read), own.key))  # fmt: skip


def coordinates(states: Array, axes: Axes, dimensions: int) -> Array:
    """[T, `dimensions`]: components that a network of one or two units does not have are 0."""
    at = space.project(states, axes)[:, :dimensions]
    return np.pad(at, ((0, 0), (0, dimensions - at.shape[1])))


def _told_of_turn(found: space.Turned, axes: Axes, dimensions: int) -> str:
    told = (
        "Each network has units of its own, and so axes of its own (the second's hold"
        f" {axes.shares[:dimensions].sum():.0%} of its variance); the second path is turned or"
        " mirrored about the mean to lie on the first, without scaling (orthogonal Procrustes)."
        f" This leaves {found.residual:.2f} of the two paths' size: 0 would be one path, 1 nothing"
        " in common"
    )
    if found.alike is None:
        return (
            f"{told}. For so few words it cannot be told whether that is more than chance; it takes"
            f" {space.LEAST_SHIFTS + 1}."
        )
    as_well = int((found.shifted <= found.residual).sum())
    verdict = "more alike than chance" if found.alike else "no more alike than chance"
    return (
        f"{told}. With the second path shifted against the words, so that each word meets the state"
        f" of another, {found.shifted.mean():.2f} are left on average, and as little as here in"
        f" {as_well} of {len(found.shifted)} shifts: the paths are {verdict}."
    )


def text_name(words: tuple[str, ...]) -> str:
    """A text by its first words."""
    return f"“{' '.join(words[:4])}{' …' if len(words) > 4 else ''}”"
