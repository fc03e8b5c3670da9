"""Work of a page that takes longer than a moment: done in pieces, shown, cancelled, gone on with.

Streamlit stops a script at its next `st.` call when somebody presses a button or leaves. A loop
that moves a progress bar between its pieces can therefore be stopped after any of them. What is
done is kept for all visitors, so that nothing is computed twice: not after Cancel, not after a
look at another page.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping
from typing import Any, TypeVar

import streamlit as st

from rnnexplorer.runs import Run
from rnnexplorer.traces import Trace

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")

#: Up to here what one text asks of one network is there in less than a second.
QUICK_UNITS, QUICK_WORDS = 256, 100

#: In the session: the work that was cancelled and not gone on with, by name.
CANCELLED = "working_cancelled"


def in_pieces(
    name: str, key: Hashable, pieces: Mapping[K, Callable[[], T]], told: Callable[[K], str]
) -> dict[K, T] | None:
    """Results of all pieces; a progress bar and a Cancel button while some are still missing.

    A piece should take less than a second or two: the page answers Cancel at once, but the piece
    that is under way goes on behind it to its end; its result is kept too.

        shares = working.in_pieces(
            "novelty", key, {t: partial(_shares, run, t) for t in TEMPERATURES},
            "the network writes at temperature {:g}".format,
        )
        if shares is None:
            return  # cancelled: a sentence and a button to go on are on the page

    Args:
        name: of the work, unique on its page; part of the keys of the buttons.
        key: what the results depend on besides what tells the pieces apart, such as the path of the
            run and `reading.stamp`.
        pieces: each function computes one and draws nothing; by what tells them apart. Pieces that
            were done for other work under the same name and key are not done again. A Cancel holds
            for this key and these pieces.
        told: what is done in a piece, for the bar.

    Returns:
        The result of each piece, in the order of `pieces`; None where the work was cancelled, after
        a sentence that says so.
    """
    done = _shelf(name, key)
    missing = [piece for piece in pieces if piece not in done]
    work = (key, tuple(pieces))
    if missing and st.session_state.get(CANCELLED, {}).get(name) == work:
        _offer_to_go_on(name, len(pieces) - len(missing), len(pieces))
        return None
    place = st.empty()
    if missing:
        with place.container(horizontal=True, vertical_alignment="center"):
            # before the bar: behind it a longer text would move it from under the pointer
            st.button("Cancel", key=f"{name}_cancel", on_click=_cancel, args=(name, work))
            bar = st.progress(0.0)
        for piece in missing:
            at = list(pieces).index(piece)
            bar.progress(at / len(pieces), f"{told(piece)} · {at + 1} of {len(pieces)}")
            done[piece] = pieces[piece]()
        place.empty()
    return {piece: done[piece] for piece in pieces}


def are_done(name: str, key: Hashable, pieces: Collection[Hashable]) -> bool:
    """Whether `in_pieces` has them all, so that it would return at once."""
    return all(piece in _shelf(name, key) for piece in pieces)


def part_of_page(
    draw: Callable[[Run, Trace], None], run: Run, trace: Trace, *, quick: bool = True
) -> None:
    """Draw a part of a page by itself at a click in it, as a fragment, where that is quick.

    Streamlit lets no press on Cancel into a fragment before it has ended. So where the pieces of
    `in_pieces` may take long, as in a wide network or over a long text, the page is drawn as one.

    Args:
        draw: the part.
        run: that made the trace.
        trace: what the part is about.
        quick: nothing else that takes long is missing.
    """
    quick = quick and trace.units <= QUICK_UNITS and len(trace) <= QUICK_WORDS
    (st.fragment(draw) if quick else draw)(run, trace)


@st.cache_resource(max_entries=256, show_spinner=False)
def _shelf(name: str, key: Hashable) -> dict[Any, Any]:
    """Where the pieces of some work are put as they are done, for all visitors."""
    return {}


def _cancel(name: str, work: Hashable) -> None:
    st.session_state[CANCELLED] = {**st.session_state.get(CANCELLED, {}), name: work}


def _go_on(name: str) -> None:
    st.session_state[CANCELLED].pop(name, None)


def _offer_to_go_on(name: str, done: int, total: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"Cancelled with {done} of {total} parts done. They are kept.", width="content")
        st.button(
            "Go on", key=f"{name}_go_on", icon=":material/play_arrow:", on_click=_go_on,
            args=(name,),
        )  # fmt: skip
