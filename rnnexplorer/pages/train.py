"""Train: choose a cell, a text and a preset, start, and watch."""

from __future__ import annotations

import time

import streamlit as st

from rnnexplorer import corpus as corpora
from rnnexplorer import jobs, planning, recipe, runs, signals, worker
from rnnexplorer.pages import frame, progress, recipe_form

#: While something trains its numbers are read again this often.
WATCH_SECONDS = 1.0

#: The cell of a preset that allows one only.
FIXED_CELL = {"matched": "rnn"}


@st.cache_resource(max_entries=4, show_spinner=False)
def _corpus(name: str, changed: int) -> corpora.Corpus:
    """A text, read once; a file with another time of change is another entry."""
    return corpora.load(name)


def _load(listing: corpora.Listing) -> corpora.Corpus | None:
    if listing.path is None:
        st.caption("The book is not on this machine yet; it comes from Project Gutenberg.")
        if not st.button("Download it, 170 kB", icon=":material/download:"):
            return None
    try:
        if listing.path is None:
            return _download(listing.name)
        return _corpus(listing.name, listing.path.stat().st_mtime_ns)
    except (corpora.CorpusError, OSError) as error:
        st.error(str(error), icon=":material/book:")
        return None


def _download(name: str) -> corpora.Corpus:
    """The book, from the network; the next script run finds it in the cache."""
    text = "Downloading the book"
    bar = st.progress(0.0, text=text)

    def progress(done: int, total: int) -> None:
        size = f"{done / 1e3:,.0f} kB"
        bar.progress(min(1.0, done / total) if total else 0.0, text=f"{text}: {size}")

    try:
        return corpora.load(name, progress=progress)
    finally:
        bar.empty()


def _choose_corpus() -> corpora.Corpus | None:
    listed = {listing.name: listing for listing in corpora.available()}
    wanted = st.session_state.pop("train_uploaded", None)
    if wanted in listed:
        st.session_state.train_corpus = wanted
    name = st.selectbox(
        "Text",
        list(listed),
        index=[listing.path is not None for listing in listed.values()].index(True),
        key="train_corpus",
        format_func=lambda key: listed[key].title,
        help="Alice is looked for in the data folder and in the cache, else downloaded once.",
    )
    _upload()
    return _load(listed[name])


def _upload() -> None:
    with st.popover("Use a text of your own", icon=":material/upload_file:"):
        st.caption(
            "A plain text file, UTF-8, at least a few hundred words. It is kept on the machine that"
            " runs this app, in its data folder."
        )
        given = st.file_uploader("Text file", type=["txt", "md", "text"], key="train_file")
        if given is None or st.session_state.get("train_file_saved") == given.file_id:
            return
        try:
            saved = corpora.save_upload(given.name, given.getvalue())
        except corpora.CorpusError as error:
            st.error(str(error), icon=":material/description:")
            return
    st.session_state.train_file_saved = given.file_id
    st.session_state.train_uploaded = str(saved.path)
    st.rerun()


def _choose_cell(preset: str) -> str:
    if preset in FIXED_CELL:
        fixed = FIXED_CELL[preset]
        st.markdown(f"**{signals.cell(fixed).title}**, with as many weights as the LSTM.")
        return fixed
    cell: str | None = st.segmented_control(
        "Cell",
        list(signals.CELLS),
        default="lstm",
        key="train_cell",
        format_func=lambda key: signals.CELLS[key].title,
        required=True,
    )
    return cell or "lstm"


def _draw_form() -> None:
    """The left column: the widgets, and the button that starts what they add up to."""
    preset: str = st.radio(
        "Preset",
        list(recipe.PRESETS),
        index=list(recipe.PRESETS).index("quick"),
        key="train_preset",
        captions=[text for _, text in recipe.PRESETS.values()],
        format_func=str.capitalize,
    )
    cell = _choose_cell(preset)
    corpus = _choose_corpus()
    if corpus is not None:
        _start(_planned(cell, corpus, preset))


def _planned(cell: str, corpus: corpora.Corpus, preset: str) -> planning.Plan | None:
    """The preset as it was adjusted; None after saying what cannot be used."""
    try:
        plan = planning.plan(cell, corpus, preset)
        changes = recipe_form.changes(plan.recipe)
        if changes is None:
            return None
        return planning.plan(cell, corpus, preset, **changes) if changes else plan
    except ValueError as error:
        st.error(str(error), icon=":material/tune:")
        return None


def _start(plan: planning.Plan | None) -> None:
    """The name and the button; without a plan it cannot be pressed."""
    name = st.text_input(
        "Name", key="train_name", placeholder="made from text, cell and preset", max_chars=48
    )
    st.caption(
        "This cannot be trained: a value under Adjust has to be changed first."
        if plan is None
        else f"{plan.parameters:,} weights · {plan.vocabulary:,} different words ·"
        f" {plan.training:,} words to train on, {plan.held_out:,} held out ·"
        f" about {progress.duration(plan.seconds)}"
    )
    pressed = st.button(
        "Train", type="primary", icon=":material/play_arrow:", width="stretch",
        disabled=plan is None,
    )  # fmt: skip
    if plan is None or not pressed:
        return
    try:
        worker.check_device(plan.recipe)
        run = planning.start(plan, name.strip() or None)
        jobs.submit(run)
    except (ValueError, OSError) as error:
        st.error(str(error), icon=":material/error:")
        return
    frame.look(run=run.name, epoch=None, unit=None, layer=0)
    st.toast(f"{run.name} is on its way", icon=":material/school:")
    st.rerun()


def _anything_active() -> bool:
    now = time.time()
    return any(
        runs.status(run, now).state in ("waiting", "running")
        for run in runs.list_runs()
        if not run.shipped
    )


def _go_where_asked() -> None:
    """What a button in the list asked for; it concerns the whole page, not only the list."""
    where = st.session_state.pop(progress.GO_TO, None)
    if where == "explore":
        frame.go("explore")
    elif where is not None:
        st.rerun()


def _watched() -> None:
    """The run in view and the list, drawn again every second while anything trains."""
    _go_where_asked()
    was_active = st.session_state.get("train_active", False)
    active = _anything_active()
    st.session_state.train_active = active
    if was_active and not active:
        st.rerun()  # once more as a whole: stops the clock, and the sidebar learns the epochs
    run = frame.chosen_run()
    progress.point_to_others(run)
    if run is not None:
        progress.show(run)
    progress.table()


with st.container(key="train-zones"):
    left, right = st.columns([1, 2], gap="large")
with left:
    st.subheader("A new network", anchor=False)
    _draw_form()
with right:
    st.fragment(_watched, run_every=WATCH_SECONDS if _anything_active() else None)()
frame.show_address()
