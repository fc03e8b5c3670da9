"""The index of the chosen checkpoint: there, being made, or offered."""

from __future__ import annotations

import streamlit as st

from rnnexplorer import index, runs, tasks
from rnnexplorer.index import Index

#: How often a page looks how far the work is, in seconds.
LOOK_SECONDS = 0.7


def ready(run: runs.Run, epoch: int | None) -> Index | None:
    """The index of a checkpoint; None, after an offer to make it, where there is none.

    Args:
        run: the chosen run.
        epoch: a checkpoint that exists; None is the last.
    """
    epoch = runs.kept_epoch(run, epoch)
    if index.is_made(run, epoch):
        return _opened(str(index.folder(run, epoch)), index.stamp(run, epoch), run, epoch)
    _offer(run, epoch)
    return None


#: Memory maps: nothing is read until it is looked at.
@st.cache_resource(max_entries=32, show_spinner=False)
def _opened(folder: str, stamp: int, _run: runs.Run, _epoch: int) -> Index:
    return index.open_index(_run, _epoch)


def _offer(run: runs.Run, epoch: int) -> None:
    with st.container(border=True):
        st.markdown(
            f"**This page looks over the whole text.** The network has to read it once, all of it,"
            f" at epoch {epoch}. For Alice that takes seconds; it goes on in the background, and"
            " what it finds is kept."
        )
        progress = tasks.progress(run, epoch)
        if progress is not None and not progress.error:
            _watch(run, epoch)
            return
        if progress is not None:
            st.warning(progress.error, icon=":material/info:")
        st.button(
            "Read the whole text",
            type="primary",
            icon=":material/play_arrow:",
            on_click=_start,
            args=(run, epoch),
        )


def _start(run: runs.Run, epoch: int) -> None:
    tasks.forget(run, epoch)
    tasks.start(run, epoch)


@st.fragment(run_every=LOOK_SECONDS)
def _watch(run: runs.Run, epoch: int) -> None:
    progress = tasks.progress(run, epoch)
    if progress is None or progress.error or index.is_made(run, epoch):
        st.rerun()
    left, right = st.columns([5, 1], vertical_alignment="center")
    with left:
        st.progress(progress.share, f"{progress.phase} · {progress.done:,} of {progress.total:,}")
    right.button("Cancel", on_click=tasks.cancel, args=(run, epoch))
