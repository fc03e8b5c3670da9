"""The network against counting: held-out words, one by one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from rnnexplorer import runs
from rnnexplorer.figures import memorised as figures
from rnnexplorer.index import Index
from rnnexplorer.measures import word_by_word
from rnnexplorer.measures.distribution import Array
from rnnexplorer.measures.ngrams import InterpolatedKneserNey, Unigram
from rnnexplorer.pages import downloads, frame, indexing_panel
from rnnexplorer.pages.texts import Texts

MODELS = {1: "unigram", 2: "bigram", 3: "trigram"}
#: Words shown as won and as lost, and words of context before each.
SHOWN, CONTEXT = 8, 6


def draw(run: runs.Run, found: Texts) -> None:
    """Mean gain by how often a word was seen, and the extremes."""
    if len(found.held_out) < 2:
        st.info("This run held nothing out, so there is no text that both models are new to.")
        return
    made = indexing_panel.ready(run, frame.current().epoch)
    if made is None:
        return
    order = st.segmented_control(
        "Against", list(MODELS), format_func=MODELS.__getitem__, default=3, required=True,
        key="counts_order", persist_state="session",
    )  # fmt: skip
    network, counting = _losses(made), _counted(run.corpus_sha256, run.name, int(order or 3), found)
    gain = word_by_word.gains(network, counting)
    name = f"{'Kneser–Ney ' if order != 1 else ''}{MODELS[int(order or 3)]}"
    groups = word_by_word.by_frequency(gain, found.held_out[1:], found.training)
    st.markdown(f"#### {_headline(network, counting, gain, name)}")
    st.plotly_chart(
        figures.wins_and_losses(groups, name, frame.theme()),
        theme=None,
        key="counts",
        alt=figures.describe_wins(groups, name),
        config={"displayModeBar": False},
    )
    st.caption(
        "Every word of the held-out text, grouped by how often it stands in the training text: how"
        " many bits the network saves on it, on average (bars: two standard errors). To the left,"
        " counting predicts better."
    )
    _extremes(made, gain)
    with st.popover("Data", icon=":material/download:"):
        words = [made.vocabulary[k] for k in found.held_out[1:].tolist()]
        table = pd.DataFrame({"word": words, "network_nats": network, "counting_nats": counting,
                              "gain_bits": gain})  # fmt: skip
        downloads.csv("Word by word", table, f"{run.name}-against-{MODELS[int(order or 3)]}")
        st.dataframe(table, height=260, hide_index=True)


def _losses(made: Index) -> Array:
    """Of the network, for every held-out word but the first."""
    losses: Array = np.asarray(made.losses[made.part("held out")][:-1], dtype=np.float64)
    return losses


@st.cache_resource(max_entries=16, show_spinner="Counting …")
def _counted(sha256: str, run: str, order: int, _found: Texts) -> Array:
    size = int(max(_found.training.max(), _found.held_out.max())) + 1
    if order == 1:
        return -Unigram.fit(_found.training, size).log_probabilities(_found.held_out)
    model = InterpolatedKneserNey.fit(_found.training, size, order)
    return -model.log_probabilities(_found.held_out)


def _headline(network: Array, counting: Array, gain: Array, name: str) -> str:
    own, other = np.exp(network.mean()), np.exp(counting.mean())
    error = float(gain.std(ddof=1) / np.sqrt(len(gain)))
    better = "better" if gain.mean() > 0 else "worse"
    sure = "" if abs(gain.mean()) > 2 * error else ", which cannot be told from nothing"
    return (
        f"Perplexity {own:,.0f} against {other:,.0f} of the {name}: {abs(gain.mean()):.2f} ±"
        f" {error:.2f} bits a word {better}{sure}."
    )


def _extremes(made: Index, gain: Array) -> None:
    wins, losses = word_by_word.extremes(gain, SHOWN)
    start = made.part("held out").start
    for column, title, places in zip(
        st.columns(2), ("The network wins most", "The network loses most"), (wins, losses),
        strict=True,
    ):  # fmt: skip
        rows = [
            {
                "before": " ".join(made.words(max(start, start + k + 1 - CONTEXT), start + k + 1)),
                "word": made.words(start + k + 1, start + k + 2)[0],
                "bits": round(float(gain[k]), 1),
            }
            for k in places
        ]
        column.markdown(f"##### {title}")
        column.dataframe(pd.DataFrame(rows), hide_index=True)
