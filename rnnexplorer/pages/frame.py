"""What all pages share: which run, which epoch, and the view in the URL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NoReturn
from urllib.parse import urlencode

import streamlit as st

from rnnexplorer import address, runs
from rnnexplorer.address import Address
from rnnexplorer.figures.style import ThemeName
from rnnexplorer.traces import Trace


def theme() -> ThemeName:
    """The theme the browser shows now."""
    return "dark" if st.context.theme.type == "dark" else "light"


def known_runs() -> dict[str, runs.Run]:
    """All readable runs by name, one's own newest first, then the shipped ones."""
    return {run.name: run for run in runs.list_runs()}


# --- the view ------------------------------------------------------------------------------------


def current() -> Address:
    """What is being looked at."""
    shown: Address = st.session_state.address
    return shown


def look(**changes: object) -> None:
    """Change what is being looked at; the URL follows at the end of the script run."""
    st.session_state.address = current().changed(**changes)
    st.session_state.looked = True


def chosen_run() -> runs.Run | None:
    """The run being looked at, if there is one."""
    name = current().run
    return None if name is None else known_runs().get(name)


def still_there(*drawn: runs.Run) -> None:
    """Draw the whole page again where a run was deleted in another tab since; for fragments."""
    if not all(runs.checkpoints(run) for run in drawn):
        st.rerun()


def with_weights(nothing: str) -> runs.Run | None:
    """The run being looked at; where it has no weights, the page says so and shows the way.

    Args:
        nothing: what there is not without weights, a sentence without its end.
    """
    run = chosen_run()
    if run is not None and runs.checkpoints(run):
        return run
    st.info(f"{nothing}: the chosen model has no weights.")
    st.page_link("rnnexplorer/pages/train.py", label="Train a network", icon=":material/school:")
    return None


def fit(trace: Trace) -> None:
    """Bring step, unit and layer of the address into a trace, and say so: a link may be old."""
    _fit({"layer": trace.layers, "step": len(trace), "unit": trace.units})


def fit_units(run: runs.Run) -> None:
    """The same where no trace is looked at: bring unit and layer into the network of a run."""
    _fit({"layer": run.recipe.layers, "unit": run.recipe.hidden})


def _fit(sizes: Mapping[str, int]) -> None:
    for field, size in sizes.items():
        value, first = getattr(current(), field), 1 if field == "layer" else 0
        if value is not None and value >= size:
            there = f"there are {first} to {size - 1 + first}" if size > 1 else "there is one"
            st.warning(
                f"There is no {field} {value + first}; {there}. The last is shown.",
                icon=":material/link_off:",
            )
            look(**{field: size - 1})


def show_address() -> None:
    """Write the view into the URL, so that the address is the page; once, when a page is drawn."""
    if current().tab not in st.session_state.page_tabs:
        st.session_state.address = current().changed(tab=None)
    if current().view not in st.session_state.page_views:
        st.session_state.address = current().changed(view=None)
    for field in {"lesson", "settings"} - st.session_state.page_fields:
        st.session_state.address = current().changed(**{field: None})
    query = current().to_query()
    if dict(st.query_params) != query:
        st.query_params.from_dict(query)
    st.session_state.shown_query, st.session_state.looked = query, False


def uses(field: str) -> None:
    """Say that a page is about a field that belongs to one page: `lesson` or `settings`."""
    st.session_state.page_fields |= {field}


#: What belongs to one page alone.
_LEFT_BEHIND: dict[str, object] = {"tab": None, "view": None, "lesson": None, "settings": None}


def show(key: str, value: object) -> None:
    """Let a control show a value.

    What it shows already is not set again: a value that is set goes to the browser, in the place of
    what a person may have done to the control meanwhile.
    """
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def choose_tab(views: Mapping[str, str], key: str) -> str:
    """Which picture of a page that has several is shown.

    Where the address names none of this page it is the one that was looked at last, and at first
    the first.

    Args:
        views: their names on the screen.
        key: of the control.
    """
    last = st.session_state.setdefault("last_tabs", {})
    shown = current().tab if current().tab in views else last.get(key)
    st.session_state.address = current().changed(tab=shown)
    st.session_state.page_tabs = tuple(views)
    show(key, shown or next(iter(views)))
    last[key] = shown
    if bare():
        return str(st.session_state[key])

    def take() -> None:
        look(tab=st.session_state[key], settings=None)

    st.segmented_control(
        "View", list(views), format_func=views.__getitem__, key=key, on_change=take,
        required=True, label_visibility="collapsed",
    )  # fmt: skip
    return str(st.session_state[key])


def choose(label: str, field: str, options: Mapping[str, str], key: str) -> str:
    """One of a few values of a field of the address that is always set.

    Args:
        label: of the control.
        field: of the address.
        options: its values and their names on the screen.
        key: of the control.
    """
    show(key, getattr(current(), field))

    def take() -> None:
        look(**{field: st.session_state[key]})

    st.segmented_control(
        label, list(options), format_func=options.__getitem__, key=key, on_change=take,
        required=True,
    )  # fmt: skip
    return str(st.session_state[key])


def choose_view(
    label: str,
    views: Mapping[str, str],
    key: str,
    *,
    quiet: bool = True,
    stacked: bool = False,
    settings_too: bool = False,
) -> str:
    """Which variant of a picture is shown; the first where the address names none of it.

    Args:
        label: of the control.
        views: their names on the screen.
        key: of the control.
        quiet: the label is read aloud only.
        stacked: the variants stand below each other, for a narrow column.
        settings_too: each has `settings` of its own, which another does not know.
    """
    first = next(iter(views))
    shown = current().view
    st.session_state.page_views |= set(views)
    show(key, shown if shown in views else first)

    def take() -> None:
        picked = st.session_state[key]
        forgotten = {"settings": None} if settings_too else {}
        look(view=None if picked == first else picked, **forgotten)

    shown_label: Literal["collapsed", "visible"] = "collapsed" if quiet else "visible"
    if stacked:
        st.radio(
            label, list(views), format_func=views.__getitem__, key=key, on_change=take,
            label_visibility=shown_label,
        )  # fmt: skip
        return str(st.session_state[key])
    st.segmented_control(
        label, list(views), format_func=views.__getitem__, key=key, on_change=take, required=True,
        label_visibility=shown_label,
    )  # fmt: skip
    return str(st.session_state[key])


def bare() -> bool:
    """The link asked for no controls: the page is to be looked at, not steered."""
    return current().controls == "none"


def link(page: str, **changes: object) -> str:
    """The URL of a page at what is being looked at, changed; exactly as the page itself writes it.

    Any other spelling of the same view would be corrected by the page, and each correction is one
    more step back in the browser's history.

    Args:
        page: its path; "" is Explore.
        changes: fields of the address; `tab` and `view` of the page left behind are dropped.
    """
    return f"/{page}?{urlencode(current().changed(**{**_LEFT_BEHIND, **changes}).to_query())}"


def turn(label: str, icon: str, **changes: object) -> None:
    """The same page at something else, such as another lesson: one step of the history.

    A button, and no link: with a link from a page to itself the browser would keep the old address,
    and bring it back with the next click.

    Args:
        label: what it leads to.
        icon: of Streamlit's, before the label.
        changes: as in `link`; no two offers of a page have the same label.
    """
    st.button(label, type="tertiary", icon=icon, on_click=look, kwargs={**_LEFT_BEHIND, **changes})


def offer(page: str, label: str, icon: str, **changes: object) -> None:
    """A link to another page at what is being looked at, changed: one step of the history.

    Args:
        page: name of its module.
        label: what it leads to.
        icon: of Streamlit's, before the label.
        changes: as in `link`.
    """
    there = current().changed(**{**_LEFT_BEHIND, **changes})
    st.page_link(
        f"rnnexplorer/pages/{page}.py", label=label, icon=icon, query_params=there.to_query()
    )


def go(page: str, **changes: object) -> NoReturn:
    """Open another page, where no link can: after a click on a chart, or a training.

    Streamlit makes two steps of it in the browser's history; `offer` makes one.

    Args:
        page: name of its module.
        changes: as in `link`.
    """
    st.session_state.address = current().changed(**{**_LEFT_BEHIND, **changes})
    query = current().to_query()
    st.session_state.shown_query, st.session_state.looked = query, False
    st.switch_page(f"rnnexplorer/pages/{page}.py", query_params=query)


def _gone_back() -> bool:
    """The browser shows another view than this session wrote, and no control asked for one.

    A page chosen in the menu comes without any query; there the session knows better.
    """
    query = st.query_params.to_dict()
    moved = query != st.session_state.get("shown_query", query)
    return bool(query) and moved and not st.session_state.get("looked", False)


def open_view(known: dict[str, runs.Run]) -> None:
    """Read the URL when a session begins or goes back; otherwise the session knows better."""
    gone_back = _gone_back()
    if "address" not in st.session_state or gone_back:
        opened, complaints = address.from_query(st.query_params, known)
        st.session_state.address, st.session_state.complaints = opened, complaints
    elif current().run not in known:  # deleted or renamed, here or in another tab
        gone = current().run
        st.session_state.address = current().changed(
            run=address.first_address(known).run, epoch=None, step=None, unit=None, layer=0
        )
        if gone is not None:
            _complain(f"The run {gone!r} is gone; it was renamed or deleted.")
    if current().other is not None and current().other not in known:
        _complain(f"The second run, {current().other!r}, is gone; it was renamed or deleted.")
        st.session_state.address = current().changed(other=None, other_epoch=None)


def _complain(sentence: str) -> None:
    st.session_state.complaints = [*st.session_state.get("complaints", []), sentence]
