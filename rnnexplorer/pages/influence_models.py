"""Which networks are drawn beside the chosen one, and what they did at the places of the text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import streamlit as st

from rnnexplorer import address, beside, keeping, remembering, runs, signals
from rnnexplorer.beside import Drawn
from rnnexplorer.corpus import CorpusError
from rnnexplorer.keeping import Kept
from rnnexplorer.measures.probe import Probe
from rnnexplorer.pages import frame, knobs, reading, texts, working
from rnnexplorer.remembering import Places
from rnnexplorer.settings import Choice, Kinds, Text
from rnnexplorer.traces import Array

if TYPE_CHECKING:
    from rnnexplorer.gradients import ByLag  # imports torch
    from rnnexplorer.perturbing import Apart

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
            f"This is averaged over the run's text. {sentence(error)}",
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
        st.info(f"{sentence(error)}.")
        return None


def sentence(error: Exception) -> str:
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
    place = st.container(key="controls-others")
    if others:
        place.multiselect(
            "Beside it", list(others), key="influence_models", on_change=take,
            format_func=lambda name: address.label(known[name]), max_selections=MOST - 1,
            placeholder="no other network",
            help="Networks of the same text with the same part held out. Where a name has no epoch,"
            " it is the last.",
        )  # fmt: skip
    if early:
        with place:
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

#: What one piece of work is about: path of the run, epoch, stamp of its checkpoint, number.
Piece = tuple[str, int, int, int]


@dataclass(frozen=True, eq=False)
class Work(Generic[T]):
    """What some networks do at some places, in pieces.

    It is kept under the places, so that it is the same work whichever of the runs is chosen.

    Attributes:
        name: on the shelf of `working`.
        key: what the results depend on besides the networks.
        drawn: the networks.
        pieces: of each network in order.
    """

    name: str
    key: tuple[object, str]
    drawn: list[Drawn]
    pieces: dict[str, dict[Piece, Callable[[], T]]]

    @property
    def is_done(self) -> bool:
        """Whether all of it is there, so that `done` would return at once."""
        every = [piece for pieces in self.pieces.values() for piece in pieces]
        return working.are_done(self.name, self.key, every)

    def done(self) -> dict[str, list[T]] | None:
        """The results of each run by its name, in order; None where it was cancelled."""
        names = beside.named(self.drawn)
        told = {piece: names[run] for run, pieces in self.pieces.items() for piece in pieces}
        every = {piece: do for pieces in self.pieces.values() for piece, do in pieces.items()}
        found = working.in_pieces(
            self.name, self.key, every, lambda piece: f"{told[piece]} reads"
        )  # fmt: skip
        if found is None:
            return None
        return {run: [found[piece] for piece in pieces] for run, pieces in self.pieces.items()}


def _work(
    name: str,
    key: object,
    drawn: list[Drawn],
    found: Places,
    pieces: Callable[[runs.Run, int], list[Callable[[], T]]],
) -> Work[T]:
    """The work of some networks, each piece known by its number."""
    every = {
        run.name: {
            (str(run.path), epoch, reading.stamp(run, epoch), number): piece
            for number, piece in enumerate(pieces(run, epoch))
        }
        for run, epoch in drawn
    }
    return Work(name, (key, found.digest), drawn, every)


def _parts(run: runs.Run, found: Places) -> list[slice]:
    return remembering.pieces(found, remembering.at_once(run))


def gradients(drawn: list[Drawn], found: Places, of: str = "loss") -> Work[ByLag]:
    """Of each run the parts of `remembering.gradients`."""

    def pieces(run: runs.Run, epoch: int) -> list[Callable[[], ByLag]]:
        parts = _parts(run, found)
        return [partial(remembering.gradients, run, epoch, found, part, of) for part in parts]

    return _work("lag_gradients", of, drawn, found, pieces)


def apart(drawn: list[Drawn], found: Places) -> Work[Apart]:
    """Of each run the parts of `remembering.apart`.

    Raises:
        ValueError: see `remembering.other_words`.
    """
    remembering.other_words(found)

    def pieces(run: runs.Run, epoch: int) -> list[Callable[[], Apart]]:
        parts = _parts(run, found)
        return [partial(remembering.apart, run, epoch, found, part) for part in parts]

    return _work("lag_apart", None, drawn, found, pieces)


def answered(drawn: list[Drawn], found: Places, asked: Probe) -> Work[Array]:
    """Of each run the parts of `remembering.answered`."""

    def pieces(run: runs.Run, epoch: int) -> list[Callable[[], Array]]:
        parts = _parts(run, found)
        return [partial(remembering.answered, run, epoch, found, part, asked) for part in parts]

    return _work("probe", asked, drawn, found, pieces)


def kept(drawn: list[Drawn], found: Places, layer: int) -> dict[str, list[Kept]] | None:
    """Of each run what is left at every place, see `keeping`; None where it was cancelled.

    A network of fewer layers is looked at in its last.
    """

    def pieces(run: runs.Run, epoch: int) -> list[Callable[[], Kept]]:
        at = partial(keeping.at_place, run, epoch, found, layer=layer_of(run, layer))
        return [
            partial(at, place, units=units) for place in range(len(found)) for units in blocks(run)
        ]

    def blocks(run: runs.Run) -> list[range]:
        return keeping.blocks(signals.cell(run.recipe.cell), run.recipe.hidden, run.recipe.layers)

    done = _work("kept", layer, drawn, found, pieces).done()
    if done is None:
        return None
    sizes = {run.name: len(blocks(run)) for run, _ in drawn}
    return {
        name: [
            keeping.joined(every[k : k + sizes[name]]) for k in range(0, len(every), sizes[name])
        ]
        for name, every in done.items()
    }


def layer_of(run: runs.Run, layer: int) -> int:
    """The layer, or the last of a network of fewer."""
    return min(layer, run.recipe.layers - 1)
