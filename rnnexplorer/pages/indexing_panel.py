"""The index of the chosen checkpoint: there, being made, or offered."""

from __future__ import annotations

import streamlit as st

from rnnexplorer import address, index, runs, tasks
from rnnexplorer.index import Index
from rnnexplorer.pages import frame

#: How often a page looks how far the work is, in seconds.
LOOK_SECONDS = 0.7


def ready(run: runs.Run, epoch: int | None) -> Index | None:
    """The index of a checkpoint; None, after an offer to make it, where there is none.

    Args:
        run: the chosen run.
        epoch: a checkpoint that exists; None is the last.
    """
    epoch = runs.kept_epoch(run, epoch)
    made = _made(run, epoch)
    if made is None:
        _offer(run, epoch)
    return made


def of_last_epoch(run: runs.Run) -> Index | None:
    """The index of the last checkpoint, where there is one; nothing is offered."""
    return _made(run, runs.kept_epoch(run))


def _made(run: runs.Run, epoch: int) -> Index | None:
    if not index.is_made(run, epoch):
        return None
    return _opened(str(index.folder(run, epoch)), index.stamp(run, epoch), run, epoch)


#: Memory maps: nothing is read until it is looked at.
@st.cache_resource(max_entries=32, show_spinner=False)
def _opened(folder: str, stamp: int, _run: runs.Run, _epoch: int) -> Index:
    return index.open_index(_run, _epoch)


def _offer(run: runs.Run, epoch: int) -> None:
    own = run.name == frame.current().run
    why = (
        "**This page looks over the whole text.** The network"
        if own
        else f"**{address.label(run)} has not read the whole text yet.** It"
    )
    with st.container(border=True):
        st.markdown(
            f"{why} has to read it once, all of it, at epoch {epoch}. For Alice that takes seconds;"
            " it goes on in the background, and what it finds is kept."
        )
        for task in (None, epoch):
            progress = tasks.progress(run, task)
            if progress is not None and not progress.error:
                _watch(run, epoch, task)
                return
            if progress is not None:
                st.warning(progress.error, icon=":material/info:")
        with st.container(horizontal=True):
            st.button(
                "Read the whole text",
                type="primary",
                icon=":material/play_arrow:",
                on_click=_start,
                args=(run, epoch),
            )
            missing = [kept for kept in runs.checkpoints(run) if not index.is_made(run, kept)]
            if len(missing) > 1:
                st.button(
                    f"Read it at every epoch, {len(missing)} times",
                    on_click=_start_every,
                    args=(run, epoch),
                    help="One after the other, this epoch first; then the slider on the left moves"
                    " without waiting.",
                )


def _start(run: runs.Run, epoch: int) -> None:
    tasks.forget(run, epoch)
    tasks.start(run, epoch)


def _start_every(run: runs.Run, first: int) -> None:
    tasks.forget(run, None)
    tasks.start_every(run, first)


@st.fragment(run_every=LOOK_SECONDS)
def _watch(run: runs.Run, epoch: int, task: int | None) -> None:
    """How far a task is; the page draws itself again when the index of the epoch is there."""
    progress = tasks.progress(run, task)
    if progress is None or progress.error or index.is_made(run, epoch):
        st.rerun()
    left, right = st.columns([5, 1], vertical_alignment="center")
    with left:
        st.progress(progress.share, f"{progress.phase} · {progress.done:,} of {progress.total:,}")
    with right:
        cancel_button(run, task)


def cancel_button(run: runs.Run, task: int | None) -> None:
    """Ask a task to stop, and say that it was asked until it does."""
    if tasks.is_cancelled(run, task):
        st.button("Cancelling …", disabled=True)
    else:
        st.button("Cancel", on_click=tasks.cancel, args=(run, task))
