"""The data behind a picture, to take away."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Callable

import numpy as np
import pandas as pd
import streamlit as st

from rnnexplorer import runs, traces
from rnnexplorer.measures import comparison, distribution
from rnnexplorer.pages import reading
from rnnexplorer.traces import Trace


def draw(run: runs.Run, trace: Trace) -> None:
    """A popover with the trace as NPZ and the step table as CSV."""
    with st.popover("Data", icon=":material/download:"):
        arrays("Every array", trace, _name(run, trace))
        table = _kept_table(reading.key_of(run, trace), trace)
        csv("Words and predictions", table, _name(run, trace))
        st.dataframe(table, height=260, hide_index=True)


def draw_two(first: runs.Run, a: Trace, second: runs.Run, b: Trace) -> None:
    """A popover with both traces, and step by step how far their predictions lie apart."""
    with st.popover("Data", icon=":material/download:"):
        arrays(f"Above, {_name(first, a)}: every array", a, _name(first, a))
        arrays(f"Below, {_name(second, b)}: every array", b, _name(second, b))
        keys = reading.key_of(first, a), reading.key_of(second, b)
        table = _kept_difference(keys, a, b)
        csv("Words and difference", table, f"{_name(first, a)}-{_name(second, b)}")
        st.dataframe(table, height=260, hide_index=True)


def data(label: str, table: pd.DataFrame, name: str) -> None:
    """A popover with the numbers behind a picture, to be saved as CSV or looked at.

    Args:
        label: what a row is.
        table: the numbers.
        name: of the file, without its ending.
    """
    with st.popover("Data", icon=":material/download:"):
        csv(label, table, name)
        st.dataframe(table, height=260, hide_index=True)


def draw_metrics(run: runs.Run, metrics: pd.DataFrame) -> None:
    """A popover with the numbers behind the curves."""
    data("Losses, gradient norm, seconds", metrics, f"{run.name}-metrics")


@st.cache_resource(max_entries=16, show_spinner=False)
def _kept_table(key: object, _trace: Trace) -> pd.DataFrame:
    return steps_table(_trace)


@st.cache_resource(max_entries=16, show_spinner=False)
def _kept_difference(keys: object, _a: Trace, _b: Trace) -> pd.DataFrame:
    return difference_table(_a, _b)


def _name(run: runs.Run, trace: Trace) -> str:
    return f"{run.name}-epoch{trace.origin.epoch}"


def csv(
    label: str,
    table: pd.DataFrame | Callable[[], pd.DataFrame],
    name: str,
    *,
    sheet: bool = False,
) -> None:
    """A button that saves a table, or what makes it; the text is made when it is pressed.

    Args:
        label: what a row is.
        table: the numbers.
        name: of the file, without its ending.
        sheet: it is meant for a spreadsheet, which knows UTF-8 by a mark at the beginning.
    """

    def made() -> str:
        found = table() if callable(table) else table
        return "\ufeff" * sheet + str(found.to_csv(index=False))

    st.download_button(
        f"{label} (.csv)",
        made,
        f"{ascii_name(name)}.csv",
        "text/csv",
        key=f"csv-{name}-{label}",
        on_click="ignore",
    )


def arrays(label: str, trace: Trace, name: str) -> None:
    """A button that saves a trace as NPZ.

    Args:
        label: what is in it.
        trace: the numbers.
        name: of the file, without its ending.
    """
    st.download_button(
        f"{label} (.npz)",
        lambda: npz(trace),
        f"{ascii_name(name)}.npz",
        "application/octet-stream",
        key=f"npz-{name}-{label}",
        help="Words, every signal [layer, word, unit], logits, initial state, origin.",
        on_click="ignore",
    )


def ascii_name(name: str) -> str:
    """The name of a file in letters that every system and every script takes: é is e, – is -."""
    dashed = re.sub(r"[\u2010-\u2015\u2212 ]", "-", name)
    return unicodedata.normalize("NFKD", dashed).encode("ascii", "ignore").decode()


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


def difference_table(a: Trace, b: Trace) -> pd.DataFrame:
    """One row a step of two traces over the same words: what each expected, and how far apart."""
    bits, _ = comparison.divergence(a, b)
    columns: dict[str, object] = {"step": np.arange(len(a)), "word": a.words}
    for name, trace in (("first", a), ("second", b)):
        table = steps_table(trace)
        columns[f"likely_next_{name}"] = table["likely_next"]
        columns[f"surprisal_of_next_bits_{name}"] = table["surprisal_of_next_bits"]
    return pd.DataFrame({**columns, "divergence_bits": bits})
