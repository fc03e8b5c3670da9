"""How much of what is written is new: by n, by temperature, by epoch, beside the author's text."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from rnnexplorer import reciting, runs
from rnnexplorer.figures import memorised as figures
from rnnexplorer.measures import memorised
from rnnexplorer.measures.distribution import Array, Ids
from rnnexplorer.pages import charts, downloads, frame, memorised_written
from rnnexplorer.pages.texts import Texts
from rnnexplorer.reciting import ORDER, ORDERS, PROMPTS, TEMPERATURES, WORDS

BY = {"n": "by n", "temperature": "by temperature", "epoch": "by epoch"}


def draw(run: runs.Run, found: Texts) -> None:
    """One curve, over what is chosen."""
    by = frame.choose_view("Over", BY, "novelty_by")
    epoch = runs.kept_epoch(run, frame.current().epoch)
    heat = frame.current().temperature
    kept = runs.checkpoints(run)
    asked = {
        "n": [(epoch, heat)],
        "temperature": [(epoch, t) for t in TEMPERATURES],
        "epoch": [(e, heat) for e in kept],
    }[str(by)]
    texts = memorised_written.written(run, found, asked)
    if texts is None:
        return
    if by == "n":
        table = _by_n(found, texts[0], heat)
    else:
        shares = [reciting.novelty(found, one)[:, ORDERS.index(ORDER)] for one in texts]
        x = list(TEMPERATURES) if by == "temperature" else [float(e) for e in kept]
        table = _over(str(by), dict(zip(x, shares, strict=True)), found, heat)
    downloads.data("Shares of new n-grams", table, f"{run.name}-novelty-by-{by}")


def _by_n(found: Texts, written: list[Ids], heat: float) -> pd.DataFrame:
    shares, real = reciting.novelty(found, written), found.author_novelty
    at = ORDERS.index(ORDER)
    mean, error = memorised.mean_of_texts(shares)
    st.markdown(f"#### {_headline(float(mean[at]), real, f'{heat:g}')}")
    charts.draw(
        figures.novelty(ORDERS, shares, real, frame.theme()),
        "novelty",
        figures.describe_novelty(ORDERS, shares, real),
    )
    st.caption(
        f"How many n-grams of what the network writes ({PROMPTS} texts of {WORDS} words at"
        f" temperature {heat:g}; the band holds the middle half of them) do not stand in the"
        " training text. A network far below the author's own line repeats the book; one near it"
        f" is as new as the author is. New need not be good: {reciting.loops(written):.0%} of its"
        f" {ORDER}-grams repeat what it wrote itself some words before."
    )
    table = pd.DataFrame({"n": ORDERS, "written": mean, "error": error})
    return table if real is None else table.assign(author=real)


def _headline(share: float, real: Array | None, heat: str) -> str:
    told = (
        f"At temperature {heat}, {share:.0%} of its runs of {ORDER} words stand nowhere in the"
        " training text"
    )
    if real is None:
        return f"{told}."
    return f"{told}; of the author's own, {real[ORDERS.index(ORDER)]:.0%}."


def _over(axis: str, shares: dict[float, Array], found: Texts, heat: float) -> pd.DataFrame:
    real, name = found.author_novelty, f"new_{ORDER}_grams"
    rows = [(x, *memorised.mean_of_texts(values)) for x, values in shares.items()]
    table = pd.DataFrame(rows, columns=[axis, name, "error"])
    means = table[name].tolist()
    st.markdown(
        f"#### From {means[0]:.0%} new at {axis} {list(shares)[0]:g} to {means[-1]:.0%} at"
        f" {list(shares)[-1]:g}."
    )
    charts.draw(
        figures.novelty_by(
            axis, table, None if real is None else real[ORDERS.index(ORDER)], ORDER, frame.theme()
        ),
        "novelty",
        f"New {ORDER}-grams over {axis}, from {means[0]:.0%} to {means[-1]:.0%}.",
    )
    at = "" if axis == "temperature" else f" at temperature {heat:g}"
    st.caption(
        f"Share of all runs of {ORDER} words that stand nowhere in the training text: {PROMPTS}"
        f" texts of {WORDS} words each{at}; bars are two standard errors of their mean."
    )
    return table
