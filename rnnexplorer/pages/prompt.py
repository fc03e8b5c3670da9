"""The words: what is read, how much is written after it, and how."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import streamlit as st

from rnnexplorer import address, runs
from rnnexplorer.address_fields import LARGEST_K, LONGEST_TEXT
from rnnexplorer.pages import frame, reading
from rnnexplorer.traces import Trace

T = TypeVar("T")

WRITE = {0: "only read", 10: "write 10 words", 20: "write 20 words", 40: "write 40 words",
         100: "write 100 words", 300: "write 300 words"}  # fmt: skip
TEMPERATURES = (0.0, 0.3, 0.5, 0.7, 0.85, 1.0, 1.3, 1.7)
MEMORY = {
    "stateful": "carried on, one step a word",
    "window": "window: a fresh start for every word",
}


def draw(run: runs.Run) -> None:
    """One row of controls, wrapping where it is narrow; each writes its choice into the address."""
    if frame.bare():
        return
    look = frame.current()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="prompt"):
        _text(run, look)
        writes = sorted({*WRITE, look.write})
        _select("Then", "write", writes, look.write, lambda n: WRITE.get(n, f"write {n} words"))
        heats = sorted({*TEMPERATURES, look.temperature})
        _select("Temperature", "temperature", heats, look.temperature, _temperature_name)
        _more(run, look)


def traced(run: runs.Run) -> Trace | None:
    """The controls, and the trace they ask for, see `reading.trace_of`; None after a way out."""
    return _read(run, reading.trace_of)


def written(run: runs.Run) -> Trace | None:
    """The same of what the chosen epoch itself writes, see `reading.written`."""
    return _read(run, reading.written)


def _read(run: runs.Run, how: Callable[[address.Address, runs.Run], Trace | None]) -> Trace | None:
    draw(run)
    trace = how(frame.current(), run)
    if trace is None:
        offer_known_words(run)
    else:
        frame.fit(trace)
    return trace


def offer_known_words(run: runs.Run) -> None:
    """A way out when the words cannot be read."""

    def use() -> None:
        frame.look(text=None, step=None)

    st.button("Use words this model knows", on_click=use, icon=":material/undo:")
    st.caption(f"Known are, among {len(runs.vocabulary(run).words):,} words: " + _common_words(run))


def _common_words(run: runs.Run) -> str:
    return ", ".join(runs.vocabulary(run).words[:40]) + " …"


def _text(run: runs.Run, look: address.Address) -> None:
    shown = address.default_text(run) if look.text is None else look.text
    st.session_state.prompt_text = shown

    def take() -> None:
        typed = st.session_state.prompt_text.strip()[:LONGEST_TEXT]
        frame.look(text=None if typed == address.default_text(run) else typed, step=None)

    st.text_input(
        "Words to read",
        key="prompt_text",
        on_change=take,
        help="Words the network knows from its text. Press Enter to read them.",
    )


def _select(
    label: str, field: str, options: Sequence[T], value: T, name: Callable[[T], str]
) -> None:
    key = f"prompt_{field}"
    st.session_state[key] = value

    def take() -> None:
        frame.look(**{field: st.session_state[key]}, step=None)

    st.selectbox(label, options, key=key, format_func=name, on_change=take, width=170)


def _temperature_name(value: float) -> str:
    return "0 · most probable" if value == 0 else f"{value:g}"


def _more(run: runs.Run, look: address.Address) -> None:
    with st.popover("More", icon=":material/tune:", width="content"):
        memory = run.recipe.memory if look.memory is None else look.memory
        st.session_state.prompt_memory = memory

        def take_memory() -> None:
            picked = st.session_state.prompt_memory
            frame.look(memory=None if picked == run.recipe.memory else picked)

        st.radio(
            "Memory",
            list(MEMORY),
            key="prompt_memory",
            on_change=take_memory,
            format_func=lambda m: MEMORY[m],
            help=f"This model was trained {MEMORY[run.recipe.memory]}. In a window the state"
            f" starts from zero and sees the last {run.recipe.window} words only.",
        )
        _limit("Draw from the k most probable words", "top_k", look.top_k, 1, LARGEST_K)
        _limit("Draw from the words holding this share", "top_p", look.top_p, 0.01, 1.0)
        _seed(look)


def _limit(label: str, field: str, value: float | None, low: float, high: float) -> None:
    key = f"prompt_{field}"
    st.session_state[key] = value

    def take() -> None:
        frame.look(**{field: st.session_state[key]})

    # Without `value=None` an emptied field would fall to its minimum.
    st.number_input(label, low, high, value=None, key=key, on_change=take, placeholder="all")


def _seed(look: address.Address) -> None:
    st.session_state.prompt_seed = look.seed

    def take() -> None:
        frame.look(seed=int(st.session_state.prompt_seed))

    def again() -> None:
        frame.look(seed=frame.current().seed + 1)

    st.number_input("Seed of the draws", 0, 2**31 - 1, key="prompt_seed", on_change=take)
    st.button(
        "Draw again",
        on_click=again,
        disabled=look.temperature == 0.0,
        help="Another seed. At temperature 0 there is nothing to draw.",
    )
