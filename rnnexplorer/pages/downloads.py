"""The data behind a picture, to take away."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import streamlit as st

from rnnexplorer import runs, traces
from rnnexplorer.measures import distribution
from rnnexplorer.traces import Trace


def draw(run: runs.Run, trace: Trace) -> None:
    """A popover with the trace as NPZ and the step table as CSV."""
    name = f"{run.name}-epoch{trace.origin.epoch}"
    with st.popover("Data", icon=":material/download:"):
        st.download_button(
            "Every array (.npz)",
            lambda: npz(trace),
            f"{name}.npz",
            "application/octet-stream",
            help="Words, every signal [layer, word, unit], logits, initial state, origin.",
            on_click="ignore",
        )
        st.download_button(
            "Words and predictions (.csv)",
            lambda: steps_table(trace).to_csv(index=False),
            f"{name}.csv",
            "text/csv",
            on_click="ignore",
        )
        st.dataframe(steps_table(trace), height=260, hide_index=True)


def npz(trace: Trace) -> bytes:
    """The trace as the bytes of an `.npz` file."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **traces.as_arrays(trace))
    return buffer.getvalue()


def steps_table(trace: Trace) -> pd.DataFrame:
    """One row a step: the word, the three likeliest next ones, and how the next was predicted."""
    probs = distribution.probabilities(trace.logits)
    ids, tops = distribution.top_ranks(trace.logits, 3)
    bits = np.full(len(trace), np.nan)
    bits[:-1] = distribution.surprisal(trace.logits[:-1], trace.targets())
    likely = [
        ", ".join(f"{trace.vocabulary[k]} {p:.1%}" for k, p in zip(row, values, strict=True))
        for row, values in zip(ids, tops, strict=True)
    ]
    return pd.DataFrame(
        {
            "step": np.arange(len(trace)),
            "word": trace.words,
            "written": np.arange(len(trace)) >= trace.origin.prompt,
            "likely_next": likely,
            "entropy_bits": distribution.entropy(probs),
            "surprisal_of_next_bits": bits,
        }
    )
