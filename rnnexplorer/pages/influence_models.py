"""Which networks are drawn beside the chosen one, and what they did at the places of the text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import streamlit as st

from rnnexplorer import address, beside, keeping, remembering, runs
from rnnexplorer.beside import Drawn
from rnnexplorer.corpus import CorpusError
from rnnexplorer.keeping import Kept
from rnnexplorer.measures.probe import Probe
from rnnexplorer.pages import frame, knobs, reading, texts, working
from rnnexplorer.remembering import Places
from rnnexplorer.settings import Choice, Kinds, Text
from rnnexplorer.traces import Array

if TYPE_CHECKING:
    from rnnexplorer.perturbing import Apart  # imports torch

T = TypeVar("T")

#: Said where there are none: no run can be called that.
ALONE = "-"
#: More curves than this could not be told apart.
MOST = 8
#: At which epoch the others are, while the chosen one is not at its last.
OTHERS_AT = {"last": "their last epoch", "same": "the same epoch, where kept"}
#: In the settings: names of the runs beside the chosen one, of 48 characters at most, and commas,
#: where none said are those of `natural`; and their epoch.
MODELS: Kinds = {
    "models": Text(longest=(MOST - 1) * 49),
    "others": Choice(tuple(OTHERS_AT)),
}


def text_of(run: runs.Run) -> texts.Texts | None:
    """The text of a run; None after saying why there is none."""
    try:
        return texts.of(run)
    except (CorpusError, ValueError) as error:
        st.warning(
            f"This is averaged over the run's text. {_sentence(error)}",
            icon=":material/menu_book:",
        )
        return None


def places_of(
    run: runs.Run, found: texts.Texts, without: tuple[int, ...] = ()
) -> Places | None:  # fmt: skip
    """The places that are read; None after saying why there are none."""
    try:
        return places(run, found, without)
    except ValueError as error:
        st.info(f"{_sentence(error)}.")
        return None


def _sentence(error: Exception) -> str:
    """What an error says, beginning with a capital."""
    return str(error)[:1].upper() + str(error)[1:]


def places(run: runs.Run, found: texts.Texts, without: tuple[int, ...] = ()) -> Places:
    """The places that are read.

    Raises:
        ValueError: the text is too short.
    """
    return _places(texts.key_of(run), without, found)


@st.cache_resource(max_entries=32, show_spinner=False)
def _places(key: object, without: tuple[int, ...], _found: texts.Texts) -> Places:
    return remembering.places(_found, without=without)


def choose(run: runs.Run, kinds: Kinds, values: Mapping[str, Any]) -> list[Drawn]:
    """Controls for the runs beside the chosen one, and for their epoch; who is left out is told.

    Args:
        run: the chosen one.
        kinds: of the page, MODELS among them.
        values: what the address says.

    Returns:
        The chosen run and the others, each with the epoch that is drawn.
    """
    said, epoch = str(values["models"]), frame.current().epoch
    known = frame.known_runs()
    others = beside.comparable(run, known)
    asked = beside.natural(run, others) if not said else said.split(",")
    shown = [name for name in asked if name in others][: MOST - 1]
    st.session_state.influence_models = shown

    def take() -> None:
        names = st.session_state.influence_models
        knobs.turn(kinds, models=",".join(names) or ALONE)

    early = bool(shown) and runs.kept_epoch(run, epoch) != runs.kept_epoch(run)
    if others:
        st.multiselect(
            "Beside it", list(others), key="influence_models", on_change=take,
            format_func=lambda name: address.label(known[name]), max_selections=MOST - 1,
            placeholder="no other network",
            help="Networks of the same text with the same part held out. Where a name has no epoch,"
            " it is the last.",
        )  # fmt: skip
        if early:
            knobs.choice(kinds, "others", "The others at", OTHERS_AT)
    drawn, without = beside.at_epochs(
        run, epoch, [others[name] for name in shown], same=early and values["others"] == "same"
    )
    if without:
        told = [beside.left_out(address.label(other), other, drawn[0][1]) for other in without]
        st.caption(" ".join(told))
    return drawn


def offer_average() -> None:
    """The way to the gradient against lag, averaged over places, against other networks.

    A button: a link from a page to itself would change what is drawn and not what the URL says.
    """
    if st.button("Gradient against lag, on average", icon=":material/monitoring:"):
        frame.look(tab="lag", view=None, settings=None)
        st.rerun()  # the whole page, where a fragment offers it


# --- what they did -------------------------------------------------------------------------------


def gradients(drawn: list[Drawn], found: Places) -> dict[str, list[dict[str, Array]]] | None:
    """Of each run the parts of `remembering.gradients`; None where it was cancelled."""
    return _done("lag_gradients", None, drawn, found, remembering.gradients)


def apart(drawn: list[Drawn], found: Places) -> dict[str, list[Apart]] | None:
    """Of each run the parts of `remembering.apart`; None where it was cancelled."""
    return _done("lag_apart", None, drawn, found, remembering.apart)


def answered(drawn: list[Drawn], found: Places, asked: Probe) -> dict[str, list[Array]] | None:
    """Of each run the parts of `remembering.answered`; None where it was cancelled."""

    def ask(each: runs.Run, epoch: int, places: Places, part: slice) -> Array:
        return remembering.answered(each, epoch, places, part, asked)

    return _done("probe", asked, drawn, found, ask)


def kept(drawn: list[Drawn], found: Places, layer: int) -> dict[str, list[Kept]] | None:
    """Of each run `keeping.at_place` for every place; None where it was cancelled.

    A network of fewer layers is looked at in its last.
    """

    def look(each: runs.Run, epoch: int, places: Places, part: slice) -> Kept:
        return keeping.at_place(each, epoch, places, part.start, layer_of(each, layer))

    return _done("kept", layer, drawn, found, look, 1)


def layer_of(run: runs.Run, layer: int) -> int:
    """The layer, or the last of a network of fewer."""
    return min(layer, run.recipe.layers - 1)


def _done(
    name: str,
    key: object,
    drawn: list[Drawn],
    found: Places,
    work: Callable[[runs.Run, int, Places, slice], T],
    size: int = remembering.AT_ONCE,
) -> dict[str, list[T]] | None:
    """Every part of the places for every run, in pieces of a size; by the name of the run.

    They are kept under the places, so that it is the same work whichever of the runs is chosen.
    """
    parts = remembering.pieces(found, size)
    pieces: dict[tuple[str, int, int, int], Callable[[], T]] = {}
    told: dict[tuple[str, int, int, int], str] = {}
    names = beside.named(drawn)
    for run, epoch in drawn:
        for number, part in enumerate(parts):
            piece = (str(run.path), epoch, reading.stamp(run, epoch), number)
            pieces[piece] = partial(work, run, epoch, found, part)
            told[piece] = names[run.name]
    done = working.in_pieces(
        name, (key, found.digest), pieces, lambda piece: f"{told[piece]} reads"
    )
    if done is None:
        return None
    return {
        run.name: [done[(str(run.path), epoch, reading.stamp(run, epoch), k)]
                   for k in range(len(parts))]
        for run, epoch in drawn
    }  # fmt: skip
