"""How much of what is written is new: by n, by temperature, by epoch, beside the author's text."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from rnnexplorer import runs
from rnnexplorer.corpus import CorpusError
from rnnexplorer.figures import memorised as figures
from rnnexplorer.measures import memorised
from rnnexplorer.measures.distribution import Array
from rnnexplorer.pages import downloads, frame, reading, texts
from rnnexplorer.pages.texts import Texts

#: Texts that a network writes, words of each, and words of the training text before each.
PROMPTS, WORDS, GIVEN = 12, 40, 10
ORDERS = tuple(range(1, 9))
#: The n of the curves over temperature and epochs: longer ones are nearly all new.
ORDER = 4
TEMPERATURES = (0.0, 0.3, 0.5, 0.7, 0.85, 1.0, 1.3)
BY = {"n": "by n", "temperature": "by temperature", "epoch": "by epoch"}


def draw(run: runs.Run, found: Texts) -> None:
    """One curve, over what is chosen."""
    by = st.segmented_control(
        "Over", list(BY), format_func=BY.__getitem__, default="n", required=True,
        key="novelty_by", persist_state="session", label_visibility="collapsed",
    )  # fmt: skip
    epoch = runs.kept_epoch(run, frame.current().epoch)
    heat = frame.current().temperature
    if by == "n":
        table = _by_n(run, found, epoch, heat)
    elif by == "temperature":
        shares = {t: _shares(run, found, epoch, t)[:, ORDERS.index(ORDER)] for t in TEMPERATURES}
        table = _over("temperature", shares, found)
    else:
        kept = runs.checkpoints(run)
        shares = {float(e): _shares(run, found, e, heat)[:, ORDERS.index(ORDER)] for e in kept}
        table = _over("epoch", shares, found)
    with st.popover("Data", icon=":material/download:"):
        downloads.csv("Shares of new n-grams", table, f"{run.name}-novelty-by-{by}")
        st.dataframe(table, height=260, hide_index=True)


def _by_n(run: runs.Run, found: Texts, epoch: int, heat: float) -> pd.DataFrame:
    shares, real = _shares(run, found, epoch, heat), _real(found)
    loops = _loops(run, found, epoch, heat)
    st.plotly_chart(
        figures.novelty(ORDERS, shares, real, frame.theme()),
        theme=None,
        key="novelty",
        alt=figures.describe_novelty(ORDERS, shares, real),
        config={"displayModeBar": False},
    )
    st.caption(
        f"How many n-grams of what the network writes ({PROMPTS} texts of {WORDS} words at"
        f" temperature {heat:g}; the band holds the middle half of them) do not stand in the"
        " training text. A network far below the author's own line repeats the book; one near it"
        f" is as new as the author is. New need not be good: {loops:.0%} of its {ORDER}-grams"
        " repeat what it wrote itself some words before."
    )
    table = pd.DataFrame({"n": ORDERS, "written": np.nanmean(shares, axis=0)})
    return table if real is None else table.assign(author=real)


def _over(axis: str, shares: dict[float, Array], found: Texts) -> pd.DataFrame:
    real = _real(found)
    st.plotly_chart(
        figures.novelty_by(axis, shares, None if real is None else real[ORDERS.index(ORDER)],
                           ORDER, frame.theme()),
        theme=None,
        key="novelty",
        alt=f"New {ORDER}-grams over {axis}, from {np.nanmean(list(shares.values())[0]):.0%} to"
        f" {np.nanmean(list(shares.values())[-1]):.0%}.",
        config={"displayModeBar": False},
    )  # fmt: skip
    st.caption(
        f"{PROMPTS} texts of {WORDS} words each; bars are two standard errors of their mean."
        f" Runs of {ORDER} words that the training text does not have."
    )
    means = [np.nanmean(values) for values in shares.values()]
    return pd.DataFrame({axis: list(shares), f"new_{ORDER}_grams": means})


def texts_or_none(run: runs.Run) -> Texts | None:
    """The text of a run, if it is on this machine."""
    try:
        return texts.of(run)
    except (CorpusError, ValueError):
        return None


def long_share(run: runs.Run, found: Texts, at_least: int) -> float:
    """Share of greedily written words that end a run of so many words of the training text.

    Counted from the first written word: the author's own text, which it is held against, has no
    given words to begin a run either.
    """
    epoch = runs.kept_epoch(run)
    written = _written(str(run.path), reading.stamp(run, epoch), epoch, 0.0, run, found)
    shares = [memorised.spans(found.index, ids, 0).share(0, at_least) for ids in written]
    return float(np.mean(shares))


def held_out_share(found: Texts, at_least: int) -> float:
    """The same of the author's text that was not trained on."""
    return memorised.spans(found.index, found.held_out[:2000], 0).share(0, at_least)


def _shares(run: runs.Run, found: Texts, epoch: int, heat: float) -> Array:
    written = _written(str(run.path), reading.stamp(run, epoch), epoch, heat, run, found)
    return memorised.novelty(found.index, written, ORDERS)


def _loops(run: runs.Run, found: Texts, epoch: int, heat: float) -> float:
    written = _written(str(run.path), reading.stamp(run, epoch), epoch, heat, run, found)
    return float(np.mean([memorised.repeated(ids, ORDER) for ids in written]))


def _real(found: Texts) -> Array | None:
    if len(found.held_out) < WORDS:
        return None
    row: Array = memorised.novelty(found.index, [found.held_out], ORDERS)[0]
    return row


def _beginnings(found: Texts) -> list[NDArray[np.int64]]:
    from rnnexplorer import memorising  # torch

    return memorising.prompts(found.training[:-WORDS], PROMPTS, GIVEN)


@st.cache_resource(max_entries=64, show_spinner="The network writes …")
def _written(
    path: str, stamp: int, epoch: int, heat: float, _run: runs.Run, _found: Texts
) -> list[NDArray[np.int64]]:
    from rnnexplorer import memorising  # torch

    return memorising.written(_run, epoch, _beginnings(_found), WORDS, heat)
