"""Controls of a laboratory or a lesson; what they are set to is in the address (`settings`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, cast

import pandas as pd
import streamlit as st

from rnnexplorer import settings
from rnnexplorer.pages import frame
from rnnexplorer.settings import Kinds, Matrix, Number, Text, Value, Whole

#: Pixels of a table's columns: of numbers, and of the names of its rows.
COLUMN, NAMES = 84, 80


def values(kinds: Kinds) -> dict[str, Any]:
    """What the address sets, after a sentence on the page for each part that makes no sense.

    A page asks once, before it draws any control.
    """
    frame.uses("settings")
    found, complaints = settings.read(frame.current().settings, kinds)
    for complaint in complaints:
        st.warning(complaint, icon=":material/link_off:")
    return found


def now(kinds: Kinds) -> dict[str, Any]:
    """What the address sets now, without a word about the parts that make no sense."""
    return dict(settings.read(frame.current().settings, kinds)[0])


def turn(kinds: Kinds, **changes: Value) -> None:
    """Set some values and leave the others where they are."""
    frame.look(settings=settings.written({**now(kinds), **changes}, kinds))


def slider(kinds: Kinds, name: str, label: str, step: float | None = None, help: str = "") -> None:
    """A slider of a `Number` or a `Whole`.

    Args:
        kinds: the table of the experiment.
        name: in it.
        label: of the control.
        step: of the slider; None is 1 for a whole number and a hundredth of the range else.
        help: what a high value means.
    """
    kind = cast(Number | Whole, kinds[name])
    key, take = _bound(kinds, name)
    if step is None:
        step = 1 if isinstance(kind, Whole) else (kind.high - kind.low) / 100
    st.slider(
        label, kind.low, kind.high, step=step, key=key, on_change=take, help=help or None
    )  # fmt: skip


def box(kinds: Kinds, name: str, label: str, help: str = "") -> None:
    """A number typed into a box, for a `Number` or a `Whole` of too wide a range for a slider."""
    kind = cast(Number | Whole, kinds[name])
    key, take = _bound(kinds, name)
    st.number_input(
        label, kind.low, kind.high, key=key, on_change=take, help=help or None, width=150
    )


def stops(
    kinds: Kinds, name: str, label: str, options: Sequence[int], names: Callable[[int], str] = str
) -> int:
    """A slider of a `Whole` that stands at some numbers only.

    Args:
        kinds: the table of the experiment.
        name: in it.
        label: of the control.
        options: the numbers, rising, one or more.
        names: of a number on the screen.

    Returns:
        Where it stands: the last option that is not beyond what is set, or the first.
    """
    key, take = _bound(kinds, name)
    at = max((n for n in options if n <= st.session_state[key]), default=options[0])
    frame.show(key, at)
    if len(options) > 1:
        st.select_slider(label, options, key=key, on_change=take, format_func=names)
    return at


def choice(
    kinds: Kinds,
    name: str,
    label: str,
    names: Mapping[str, str],
    help: str = "",
    resets: Mapping[str, Value] | None = None,
) -> None:
    """A control of a `Choice`.

    Args:
        kinds: the table of the experiment.
        name: in it.
        label: of the control.
        names: its options, under the names they have on the screen.
        help: what they mean.
        resets: other settings that a choice brings with it.
    """
    key, take = _bound(kinds, name, resets or {})
    st.segmented_control(
        label, list(names), format_func=names.__getitem__, key=key, on_change=take, required=True,
        help=help or None,
    )  # fmt: skip


def matrix(
    kinds: Kinds, name: str, label: str, rows: Sequence[str], columns: Sequence[str]
) -> None:
    """A small table of a `Matrix` whose entries can be typed over.

    Args:
        kinds: the table of the experiment.
        name: in it.
        label: of the control, with the shape.
        rows: what each row belongs to.
        columns: what each column belongs to.
    """
    kind = cast(Matrix, kinds[name])
    held = now(kinds)[name]
    mount = st.session_state.setdefault(f"knob_{name}_mount", {"number": 0, "first": held})
    key = f"knob_{name}_{mount['number']}"
    if key not in st.session_state or held != mount.get("last"):
        # set elsewhere: by a link, by Back, by a reset; or the page was left and its edits with it
        mount.update(number=mount["number"] + 1, first=held, last=held)
        key = f"knob_{name}_{mount['number']}"
    first = mount["first"]

    def take() -> None:
        typed = [list(row) for row in first]
        for row, cells in st.session_state[key]["edited_rows"].items():
            for column, value in cells.items():
                typed[int(row)][list(columns).index(column)] = float(value or 0.0)
        mount["last"] = kind.read(kind.text(tuple(map(tuple, typed))))  # as the link says it
        turn(kinds, **{name: mount["last"]})

    numbers = st.column_config.NumberColumn(
        min_value=-kind.bound, max_value=kind.bound, required=True, format="%.3g", width=COLUMN
    )
    names = st.column_config.TextColumn("", disabled=True, width=NAMES)
    wide = NAMES + COLUMN * len(columns) + 3  # the rims
    with st.container(width=wide, gap="xsmall"):
        st.markdown(f"{label}; from −{kind.bound:g} to {kind.bound:g}")
        st.data_editor(
            pd.DataFrame(first, index=list(rows), columns=list(columns)),
            key=key,
            on_change=take,
            width=wide,
            column_config={"_index": names, **dict.fromkeys(columns, numbers)},
        )


def text(kinds: Kinds, name: str, label: str, help: str = "") -> None:
    """A line of a `Text`."""
    kind = cast(Text, kinds[name])
    key, take = _bound(kinds, name)
    st.text_input(label, key=key, on_change=take, max_chars=kind.longest, help=help or None)


def _bound(
    kinds: Kinds, name: str, resets: Mapping[str, Value] = MappingProxyType({})
) -> tuple[str, Callable[[], None]]:
    """The key of a control, showing what the address says, and what writes its choice there."""
    key = f"knob_{name}"
    frame.show(key, now(kinds)[name])

    def take() -> None:
        turn(kinds, **{**resets, name: st.session_state[key]})

    return key, take
