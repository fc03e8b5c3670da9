"""A training as it goes: state, curves, samples, and the list of runs with what can be done."""

from __future__ import annotations

import time

import streamlit as st

from rnnexplorer import jobs, runs, signals
from rnnexplorer.figures import curves
from rnnexplorer.measures import epochs, learning
from rnnexplorer.pages import charts, downloads, frame
from rnnexplorer.runs import Run, Status

ICONS = {
    "waiting": ":material/hourglass_empty:",
    "running": ":material/play_circle:",
    "finished": ":material/check_circle:",
    "stopped": ":material/pause_circle:",
    "failed": ":material/error:",
    "lost": ":material/help:",
}
MEANINGS = {
    "waiting": "Its process is starting; the first epoch follows.",
    "running": "Training in a process of its own; this tab can be closed.",
    "finished": "Trained to its last epoch.",
    "stopped": "Stopped on request; it can go on from here.",
    "failed": "Could not go on.",
    "lost": "Its process is gone without a word; it can go on from its last saved epoch.",
}
SAMPLES_SHOWN = 8

#: Where a button of the list wants to go, in the session.
GO_TO = "progress_go_to"


def duration(seconds: float) -> str:
    """Seconds in words: "40 s", "3 min", "1 h 20 min"."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


def point_to_others(run: Run | None) -> None:
    """What else is being trained or waits: another tab may have started it."""
    for other in jobs.queue():
        if run is not None and other.name == run.name:
            continue
        status = runs.status(other, time.time())
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(
                f"{ICONS[status.state]} **{other.name}** is {status.state}, epoch {status.epoch} of"
                f" {status.epochs}",
                width="content",
            )
            st.button(
                "Watch", key=f"watch_{other.name}", on_click=_go_to, args=("train", other.name)
            )


def _go_to(where: str, name: str) -> None:
    frame.look(run=name, epoch=None, unit=None, layer=0)
    st.session_state[GO_TO] = where


def show(run: Run) -> None:
    """One run: how far, how well, what it writes."""
    status, metrics = runs.status(run, time.time()), runs.metrics(run)
    st.subheader(run.name, anchor=False)
    _headline(run, status, learning.time_left(metrics, status.epochs))
    if metrics.empty:
        st.caption("The curves begin after the first epoch.")
    else:
        theme = frame.theme()
        left, right = st.columns([3, 2])
        loss = curves.loss_curves(metrics, theme=theme)
        with left:
            charts.draw(loss, f"loss_{run.name}", curves.describe_loss_curves(metrics))
        norm = curves.gradient_norm(metrics, theme=theme)
        with right:
            charts.draw(norm, f"norm_{run.name}", curves.describe_gradient_norm(metrics))
        st.caption(
            "Left, the surprise per word in nats: on the words it trains on, and on words it never"
            " sees. When the second turns up while the first still falls, it learns by heart."
            " Right, the length of the gradient: sudden peaks are explosions."
        )
        downloads.draw_metrics(run, metrics)
    _samples(run)


def _headline(run: Run, status: Status, seconds_left: float | None) -> None:
    left, right = st.columns([4, 1], vertical_alignment="center")
    done = status.epoch + (status.step / status.steps if status.steps else 0.0)
    share = min(1.0, done / status.epochs) if status.epochs else 1.0
    queued = _queued(run)
    state = "starting" if status.state == "waiting" and not queued else status.state
    text = f"{ICONS[status.state]} **{state}** · epoch {status.epoch} of {status.epochs}"
    if status.state == "running" and seconds_left:
        text += f" · about {duration(seconds_left)} left"
    left.progress(share, text=text)
    left.caption(queued or status.message or MEANINGS[status.state])
    with right:
        actions(run, status.state, "show")


def _queued(run: Run) -> str:
    """Where a waiting run stands in the queue; empty where none is before it."""
    names = [other.name for other in jobs.queue()]
    place = names.index(run.name) if run.name in names else 0
    if place == 0:
        return ""
    return f"Number {place} in the queue, behind {', '.join(names[:place])}."


def actions(run: Run, state: str, where: str) -> None:
    """The one button that makes sense for a run's state."""
    key = f"{where}_{run.name}"
    if state in ("waiting", "running"):
        if runs.stop_requested(run):
            st.button("Stopping …", disabled=True, key=f"stopping_{key}")
        else:
            st.button("Stop", key=f"stop_{key}", on_click=runs.request_stop, args=(run,))
    elif state in ("stopped", "lost", "failed") and not run.shipped:
        label = "Try again" if state == "failed" else "Go on"
        st.button(label, key=f"resume_{key}", on_click=_resume, args=(run,))


def _resume(run: Run) -> None:
    try:
        jobs.submit(run)
    except (ValueError, OSError) as error:
        st.session_state.progress_error = str(error)


def _samples(run: Run) -> None:
    samples = runs.samples(run)
    if not samples:
        return
    st.markdown("**What it writes**")
    st.caption("After each epoch: ten words of the text, then what the network adds, greedily.")
    shown = samples if len(samples) <= SAMPLES_SHOWN else _spread(samples)
    for sample in reversed(shown):
        epoch, text = st.columns([1.4, 8])
        epoch.caption(epochs.name(sample.epoch))
        seed, written = " ".join(sample.seed_words), " ".join(sample.continuation)
        text.markdown(f":gray[{seed}] **{written}**")


def _spread(samples: list[runs.Sample]) -> list[runs.Sample]:
    """A few samples from first to last, denser where most changes: at the beginning."""
    last = len(samples) - 1
    places = {round(last * (k / (SAMPLES_SHOWN - 1)) ** 2) for k in range(SAMPLES_SHOWN)}
    return [samples[place] for place in sorted(places)]


def table() -> None:
    """All runs, with what can be done to each."""
    st.divider()
    st.subheader("Runs", anchor=False)
    if "progress_error" in st.session_state:
        st.error(st.session_state.pop("progress_error"), icon=":material/error:")
    now = time.time()
    queued = [run.name for run in jobs.queue()]
    for run in runs.list_runs():
        _row(run, runs.status(run, now), queued)
    for name, reason in runs.unreadable():
        st.caption(f":material/broken_image: {name}: {reason}")


def _row(run: Run, status: Status, queued: list[str]) -> None:
    name, facts, open_, act, more = st.columns([3, 3.4, 2.2, 2.4, 1.3], vertical_alignment="center")
    name.markdown(f"{ICONS[status.state]} {run.name}" + (" :gray[shipped]" if run.shipped else ""))
    cell = signals.cell(run.recipe.cell).title
    state = "starting" if status.state == "waiting" else status.state
    if run.name in queued[1:]:
        state = f"{status.state}, number {queued.index(run.name)} in the queue"
    facts.caption(
        f"{cell} · {run.corpus_name} · {run.recipe.preset} · {state} ·"
        f" {status.epoch}/{status.epochs}"
    )
    if runs.checkpoints(run):
        open_.button("Open", key=f"open_{run.name}", on_click=_go_to, args=("explore", run.name))
    with act:
        actions(run, status.state, "row")
    if not run.shipped and status.state not in ("waiting", "running"):
        with more.popover("", icon=":material/more_vert:", help="Rename or delete"):
            _manage(run)


def _manage(run: Run) -> None:
    new = st.text_input("New name", run.name, key=f"name_{run.name}")
    if st.button("Rename", key=f"rename_{run.name}"):
        try:
            renamed = runs.rename(run, new.strip())
        except ValueError as error:
            st.error(str(error), icon=":material/error:")
        else:
            if frame.current().run == run.name:
                frame.look(run=renamed.name)
            st.rerun()
    _delete(run)


def _delete(run: Run) -> None:
    """The button, and once more before it is done: what is deleted does not come back."""
    asked = f"delete_asked_{run.name}"

    def ask(*, wanted: bool) -> None:
        st.session_state[asked] = wanted

    if not st.session_state.get(asked, False):
        st.button("Delete for good", key=f"delete_{run.name}", icon=":material/delete:",
                  on_click=ask, kwargs={"wanted": True})  # fmt: skip
        return
    st.caption(f"{run.name}, its weights and what was found of it do not come back.")
    st.button("No, keep it", key=f"keep_{run.name}", on_click=ask, kwargs={"wanted": False})
    if st.button("Yes, delete it", key=f"sure_{run.name}", icon=":material/delete:"):
        ask(wanted=False)
        try:
            runs.delete(run)
        except ValueError as error:
            st.error(str(error), icon=":material/error:")
        else:
            st.rerun()
