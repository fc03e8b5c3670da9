"""The form of What if: what becomes of the brushed part; and the interventions there are."""

from __future__ import annotations

import streamlit as st

from rnnexplorer import edits
from rnnexplorer.corpus import split_words
from rnnexplorer.edits import Action, Edit, Intervention, WordEdit
from rnnexplorer.pages import brushing, frame, what_if_asked
from rnnexplorer.traces import Trace

#: What can be done: to a signal of the brushed units and steps, to all that is carried on, or to
#: the word that is read.
ACTIONS: dict[str, str] = {
    "set": "set it to",
    "add": "add",
    "scale": "multiply it by",
    "hold": "hold it where it was",
    "take": "take it from another text",
    "state": "the whole state from another text",
    "word": "read another word here",
}
SIGNAL_ACTIONS: tuple[Action, ...] = ("set", "add", "scale", "hold", "take")

#: Characters of an intervention on its button.
LONGEST_LABEL = 36


# --- one more ------------------------------------------------------------------------------------


def draw(
    trace: Trace, key: str, layer: int, steps: tuple[int, int], units: tuple[int, ...] | None
) -> None:
    """A sentence with fields; without brushed units it is about all of them.

    Args:
        trace: the untouched text.
        key: of the signal.
        layer: from 0.
        steps: first and last.
        units: the brushed ones.
    """
    first, last = steps
    st.session_state.setdefault("what_if_action", "set")
    action = str(st.session_state.what_if_action)
    whose = None if units is None or len(units) == trace.units else units
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="edit-form"):
        st.markdown(_subject(trace, key, whose, first, last, action), width="content")
        st.selectbox(
            "What", list(ACTIONS), format_func=ACTIONS.__getitem__, key="what_if_action",
            label_visibility="collapsed", width=260,
        )  # fmt: skip
        _value(action)
        st.button(
            "Change it", type="primary", icon=":material/edit:", on_click=_add,
            args=(trace, key, layer, (first, last), whose),
        )  # fmt: skip
    for complaint in st.session_state.pop("what_if_complaints", []):
        st.warning(complaint, icon=":material/spellcheck:")


def _subject(
    trace: Trace, key: str, units: tuple[int, ...] | None, first: int, last: int, action: str
) -> str:
    steps = f"steps {first} to {last}" if last > first else f"step {first}"
    if action == "word":
        return f"Instead of **{trace.words[first]}** at step {first}:"
    if action == "state":
        carried = " and ".join(trace.cell.signal(key).symbol for key in trace.cell.states)
        return f"**{carried}** of all units at {steps}:"
    whose = "all units" if units is None else f"{len(units)} of {trace.units} units"
    return f"**{trace.cell.signal(key).symbol}** of {whose} at {steps}:"


def _value(action: str) -> None:
    """A field for the number or the words that an action needs."""
    if action in edits.NUMERIC:
        st.session_state.setdefault("what_if_value", 1.0)
        st.number_input(
            "Value", -edits.LARGEST_VALUE, edits.LARGEST_VALUE, step=0.1,
            key="what_if_value", label_visibility="collapsed", width=130,
        )  # fmt: skip
    elif action != "hold":
        st.text_input(
            "Words", key="what_if_words", label_visibility="collapsed",
            placeholder="one word" if action == "word" else "a text the model knows the words of",
            width=150 if action == "word" else 300,
        )  # fmt: skip


def _add(
    trace: Trace,
    key: str,
    layer: int,
    steps: tuple[int, int],
    units: tuple[int, ...] | None,
) -> None:
    """Put one more intervention behind those of the address, or say what is wrong with its words.

    The fields are read here, not when the button is drawn: a click may come with their last change.
    """
    action, start, stop = str(st.session_state.what_if_action), steps[0], steps[1] + 1
    # The field adds up its steps: 0.1 and 0.2 are 0.30000000000000004.
    value = round(float(st.session_state.get("what_if_value", 0.0)), 9)
    words = tuple(split_words(st.session_state.get("what_if_words", "")))
    if action in edits.NUMERIC or action == "hold":
        words = ()
    unknown = [word for word in words if word not in set(trace.vocabulary)]
    made: tuple[Intervention, ...]
    if unknown:
        complaint = f"the model does not know “{unknown[0]}”; use words of its text"
    elif action == "word" and len(words) != 1:
        complaint = f"{len(words)} words stand there; one word is read at a step"
    elif action in ("take", "state") and not 0 < len(words) <= edits.LONGEST_DONOR:
        complaint = f"the other text has {len(words)} words; give 1 to {edits.LONGEST_DONOR}"
    else:
        complaint = ""
    if complaint:
        st.session_state.what_if_complaints = [f"Nothing is changed: {complaint}."]
        return
    if action == "word":
        made = (WordEdit(start, words[0]),)
    elif action == "state":
        made = brushing.whole_state(trace.cell, trace.layers, start, stop, words)
    else:
        (kind,) = (a for a in SIGNAL_ACTIONS if a == action)
        number = value if kind in edits.NUMERIC else 0.0
        made = (Edit(key, layer, units, start, stop, kind, number, words),)
    before = frame.current().edits
    there = len(edits.pieces(before or ""))
    if there + len(made) > edits.MOST_EDITS:
        st.session_state.what_if_complaints = [
            f"Nothing is changed: with the {there} interventions there are, {len(made)} more would"
            f" be over {edits.MOST_EDITS}; remove some first."
        ]
        return
    # The pictures beside are about the chosen step: from here on, the first that is changed.
    frame.look(edits=";".join([*([before] if before else []), edits.written(made)]), step=start)


# --- those there are -----------------------------------------------------------------------------


def draw_list(text: str, trace: Trace) -> tuple[Intervention, ...]:
    """The interventions as text, to be changed or copied; and one by one, to be removed.

    Args:
        text: of the address.
        trace: the untouched text.

    Returns:
        Those that act; of the others it is said why they do not.
    """
    st.session_state.what_if_text = text

    def take() -> None:
        frame.look(edits=st.session_state.what_if_text.strip() or None)

    st.text_input(
        "Interventions", key="what_if_text", on_change=take,
        placeholder="none yet: draw a rectangle below, or write one here, such as f@4-9=1",
        help="`f@4-9=1` sets f of all units to 1 from step 4 to 9; `h[3]@5*0.5` halves h of unit 3"
        " at step 5; `i@2+0.1` adds; `c@5-=hold` keeps C as it is after step 4;"
        " `c@5=(the queen)` takes C from another text; `word@7=queen` has another word read."
        " Separate several by `;`. The same text works on the command line, after `--edits`.",
    )  # fmt: skip
    if text:
        _removable(edits.pieces(text))
    acting = what_if_asked.draw(text, trace)
    for remark in what_if_asked.overruled(acting):
        st.info(remark, icon=":material/info:")
    return acting


def _removable(pieces: list[str]) -> None:
    """A button for each intervention, also for one that cannot act."""
    with st.container(horizontal=True, gap="small", key="what-if-removable"):
        for place, label in enumerate(pieces[: edits.MOST_EDITS]):
            left = ";".join(pieces[:place] + pieces[place + 1 :])
            if len(label) > LONGEST_LABEL:
                label = label[: LONGEST_LABEL - 1] + "…"
            st.button(
                f"`{label}`", icon=":material/close:", key=f"what_if_remove_{place}",
                help="Remove this one.", on_click=frame.look, kwargs={"edits": left or None},
            )  # fmt: skip
        if len(pieces) > 1:
            st.button(
                "Undo all", icon=":material/undo:", on_click=frame.look, kwargs={"edits": None}
            )
