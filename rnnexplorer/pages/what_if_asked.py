"""Which of the interventions of an address can act on a text, and why the others cannot."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import streamlit as st

from rnnexplorer import edits
from rnnexplorer.corpus import Vocabulary
from rnnexplorer.edits import Edit, Intervention, WordEdit
from rnnexplorer.traces import Trace

#: What replaces a value, so that of two the later one counts; the others change what they find.
REPLACING = ("set", "take", "hold")


@dataclass(frozen=True)
class Asked:
    """The interventions of an address, held against a network and its text.

    Attributes:
        acting: those that make sense, in their order.
        left_out: a sentence, without its full stop, for each that does not.
    """

    acting: tuple[Intervention, ...]
    left_out: tuple[str, ...]


def draw(text: str, trace: Trace) -> tuple[Intervention, ...]:
    """The interventions that act, after a warning that names all that do not.

    Args:
        text: of the address.
        trace: the untouched text.
    """
    asked = of(text, trace)
    if asked.left_out:
        listed = "".join(f"\n- {sentence}" for sentence in asked.left_out)
        st.warning(f"Left out, because it cannot be done here:\n{listed}", icon=":material/info:")
    return asked.acting


def of(text: str, trace: Trace) -> Asked:
    """Tell the interventions that make sense from those that do not.

    Args:
        text: of the address.
        trace: the untouched text.
    """
    acting: list[Intervention] = []
    left_out: list[str] = []
    vocabulary = Vocabulary(trace.vocabulary)
    pieces = edits.pieces(text)
    for piece in pieces[: edits.MOST_EDITS]:
        try:
            (edit,) = edits.parse(piece)
            _check(edit, trace, vocabulary)
        except ValueError as error:
            named = piece[: edits.QUOTED] in str(error)
            left_out.append(str(error) if named else f"{piece}: {error}")
        else:
            acting.append(edit)
    more = len(pieces) - edits.MOST_EDITS
    if more > 0:
        left_out.append(f"{more} after the first {edits.MOST_EDITS}: that is the most there can be")
    return Asked(tuple(acting), tuple(left_out))


def _check(edit: Intervention, trace: Trace, vocabulary: Vocabulary) -> None:
    """Refuse what the network or the text has not.

    Raises:
        ValueError: it has no such signal, layer, unit, word or step.
    """
    edits.check((edit,), trace.cell, trace.layers, trace.units)
    vocabulary.encode((edit.word,) if isinstance(edit, WordEdit) else edit.donor)
    if _first(edit) >= len(trace):
        raise ValueError(
            f"{edit} changes nothing: the text has {len(trace)} words, steps 0 to {len(trace) - 1}"
        )


def overruled(acting: tuple[Intervention, ...]) -> list[str]:
    """A sentence for every two that give the same cells, or the same word, different values."""
    return [
        f"{first} and {second} meet; where they do, the later one, {second}, counts."
        for first, second in combinations(acting, 2)
        if _meet(first, second)
    ]


def _meet(first: Intervention, second: Intervention) -> bool:
    if isinstance(first, WordEdit) and isinstance(second, WordEdit):
        return first.step == second.step and first.word != second.word
    if isinstance(first, WordEdit) or isinstance(second, WordEdit):
        return False
    if first.action not in REPLACING or second.action not in REPLACING:
        return False
    return (
        (first.signal, first.layer) == (second.signal, second.layer)
        and (first.action, first.value, first.donor) != (second.action, second.value, second.donor)
        and (first.stop is None or second.start < first.stop)
        and (second.stop is None or first.start < second.stop)
        and _share(first, second)
    )


def _share(first: Edit, second: Edit) -> bool:
    """Whether both are about some unit; None is about all."""
    if first.units is None or second.units is None:
        return True
    return not set(first.units).isdisjoint(second.units)


def _first(edit: Intervention) -> int:
    return edit.step if isinstance(edit, WordEdit) else edit.start
