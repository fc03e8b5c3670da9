"""The network against counting: held-out words, one by one."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from rnnexplorer import reciting, runs
from rnnexplorer.figures import memorised as figures
from rnnexplorer.measures import word_by_word
from rnnexplorer.measures.arithmetic import signed
from rnnexplorer.measures.distribution import Array
from rnnexplorer.measures.word_by_word import Verdict
from rnnexplorer.pages import charts, downloads, frame, reading, texts, working
from rnnexplorer.pages.texts import Texts
from rnnexplorer.reciting import COUNTING

#: Said where the held-out text has such words.
NEVER_SEEN = (
    " Words that were never seen are in the vocabulary and nowhere in the training text: training"
    " only ever pushed their probability down."
)
#: Words shown as won and as lost, and words of context before each.
SHOWN, CONTEXT = 8, 6


def draw(run: runs.Run, found: Texts) -> None:
    """Mean gain by how often a word was seen, and the extremes."""
    if len(found.held_out) < 2:
        st.info("This run held nothing out, so there is no text that both models are new to.")
        return
    # The strongest of them is the one to beat.
    models = {str(order): COUNTING[order] for order in sorted(COUNTING, reverse=True)}
    order = int(frame.choose_view("Against", models, "counts_order", quiet=False))
    name = COUNTING[order]
    losses = _losses(run, found, order)
    if losses is None:
        return
    network, counting = losses
    gain = word_by_word.gains(network, counting)
    seen = word_by_word.times_seen(found.held_out[1:], found.training)
    groups = word_by_word.by_frequency(gain, seen)
    st.markdown(f"#### {_headline(word_by_word.verdict(network, counting), name)}")
    charts.draw(
        figures.wins_and_losses(groups, name, frame.theme()),
        "counts",
        figures.describe_wins(groups, name),
    )
    st.caption(
        "Every word of the held-out text, grouped by how often it stands in the training text: how"
        " many bits the network saves on it, on average (bars: two standard errors). To the left,"
        f" counting predicts better.{NEVER_SEEN if (seen == 0).any() else ''}"
    )
    words = _held_out_words(found)
    _extremes(words, gain)
    with st.popover("Data", icon=":material/download:"):
        table = pd.DataFrame({"word": words[1:], "seen_in_training": seen, "network_nats": network,
                              "counting_nats": counting, "gain_bits": gain})  # fmt: skip
        downloads.csv("Word by word", table, f"{run.name}-against-{name}")
        st.dataframe(table, height=260, hide_index=True)


def _losses(run: runs.Run, found: Texts, order: int) -> tuple[Array, Array] | None:
    """Of the network and of the counting model for every held-out word but the first."""
    epoch = runs.kept_epoch(run, frame.current().epoch)
    reads = (reading.stamp(run, epoch), epoch)
    made = working.in_pieces(
        "losses",
        texts.key_of(run),
        {
            reads: lambda: reciting.network_losses(run, epoch, found),
            order: lambda: reciting.counting_losses(found, order),
        },
        lambda piece: "the network reads" if piece == reads else "counting",
    )
    return None if made is None else (made[reads], made[order])


def _held_out_words(found: Texts) -> list[str]:
    return list(found.corpus.words[len(found.corpus.words) - len(found.held_out) :])


def _headline(found: Verdict, name: str) -> str:
    better = "better" if found.gain > 0 else "worse"
    sure = "" if found.certain else ", which cannot be told from nothing"
    return (
        f"Perplexity {found.network:,.0f} against {found.counting:,.0f} of the {name}:"
        f" {abs(found.gain):.2f} ± {found.error:.2f} bits a word {better}{sure}."
    )


def _extremes(words: list[str], gain: Array) -> None:
    wins, losses = word_by_word.extremes(gain, SHOWN)
    with st.container(key="counts-zones"):
        columns = st.columns(2)
    for column, title, places in zip(
        columns, ("The network wins most", "The network loses most"), (wins, losses),
        strict=True,
    ):  # fmt: skip
        rows = [
            {
                "before": " ".join(words[max(0, k + 1 - CONTEXT) : k + 1]),
                "word": words[k + 1],
                "bits": signed(gain[k], 1),
            }
            for k in places
        ]
        column.markdown(f"##### {title}")
        column.dataframe(pd.DataFrame(rows), hide_index=True)
