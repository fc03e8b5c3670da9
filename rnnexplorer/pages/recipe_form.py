"""Everything a recipe can be asked for, folded away below the presets."""

from __future__ import annotations

import dataclasses
from typing import Any

import streamlit as st

from rnnexplorer import recipe as recipes
from rnnexplorer.recipe import Recipe

#: Fields in the order of the form: (group, field, label, what it does).
FIELDS: tuple[tuple[str, str, str, str], ...] = (
    ("Network", "hidden", "Units per layer", "Size of the hidden state."),
    ("Network", "layers", "Layers", "Recurrent layers, one on top of another."),
    ("Network", "input", "Input", "One-hot rows, as in the chapter, or a dense embedding."),
    ("Network", "tied", "Tied output", "The output matrix is the embedding transposed."),
    ("Network", "embedding", "Embedding size", "Values for each word, before the first layer."),
    ("Network", "forget_bias", "Forget bias", "Initial bias of the forget gate; 1 keeps memory."),
    ("Text", "words", "First words only", "Train on the first so many words; empty is all."),
    ("Text", "held_out", "Held out", "What is never trained on, to measure what was learned."),
    ("Text", "window", "Window", "Words seen before a question, or the reach of gradients."),
    ("Text", "objective", "Loss at", "The last word of a window, or every word."),
    ("Text", "carry", "Carry the state", "The next window starts where the last one ended."),
    ("Training", "epochs", "Epochs", "Passes over the text."),
    ("Training", "batch", "Batch", "Windows or streams per step."),
    ("Training", "optimizer", "Optimizer", "RMSprop as in the chapter, or Adam."),
    ("Training", "learning_rate", "Learning rate", "Step size."),
    ("Training", "decay", "RMSprop decay ρ", "How slowly squared gradients are forgotten."),
    ("Training", "epsilon", "Epsilon ε", "Guard against division by zero."),
    ("Training", "epsilon_inside", "ε in the root", "As Keras 3 does; slows rare words."),
    ("Training", "clip", "Clip gradients at", "Largest gradient norm; empty does not clip."),
    ("Training", "dropout", "Dropout", "Share of inputs and outputs set to zero in training."),
    ("Training", "weight_decay", "Weight decay", "Only with Adam."),
    ("Training", "seed", "Seed", "Of the weights, the order and the dropout."),
    ("Training", "threads", "CPU threads", "One leaves the machine quick for everybody else."),
    ("Training", "device", "Device", "CUDA is taken where there is one."),
)


def changes(base: Recipe) -> dict[str, Any] | None:
    """The form; returns the fields that differ from the preset.

    The widgets are keyed by the preset's own values, so that choosing another preset shows its.
    Below a field that holds what cannot be used stands why; the fields after it are still drawn.

    Returns:
        None where a field holds what cannot be used.
    """
    types = {field.name: str(field.type) for field in dataclasses.fields(Recipe)}
    found: dict[str, Any] = {}
    sound = True
    with st.expander("Adjust", icon=":material/tune:"), st.container(key="adjust"):
        for group in dict.fromkeys(row[0] for row in FIELDS):
            st.markdown(f"**{group}**")
            columns = st.columns(2)
            rows = [row for row in FIELDS if row[0] == group]
            for k, (_, name, label, help_text) in enumerate(rows):
                if recipes.missing_need(name, {**base.as_dict(), **found}):
                    if getattr(base, name) is True:  # what needs something else goes with it
                        found[name] = False
                    continue
                with columns[k % 2]:
                    was = getattr(base, name)
                    key = f"adjust_{base.preset}_{base.cell}_{base.corpus}_{name}"
                    try:
                        value = _widget(name, types[name], label, help_text, was, key)
                    except ValueError as error:
                        st.error(str(error))
                        sound = False
                        continue
                if value != was:
                    found[name] = value
    return found if sound else None


def _widget(name: str, kind: str, label: str, help_text: str, value: Any, key: str) -> Any:
    if name in recipes.CHOICES:
        options = recipes.CHOICES[name]
        return st.selectbox(label, options, options.index(value), key=key, help=help_text)
    if kind == "bool":
        return st.checkbox(label, value, key=key, help=help_text)
    # Typed as text: a number widget would round 1e-7 away and has no empty state to mean "none".
    shown = "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
    low, high = recipes.BOUNDS[name]
    placeholder = "none" if "None" in kind else None
    given = st.text_input(
        label,
        shown,
        key=key,
        help=f"{help_text} From {low:g} to {high:g}.",
        placeholder=placeholder,
    ).strip()
    if given == shown:
        return value
    return _parsed(name, label, kind, given)


def _parsed(name: str, label: str, kind: str, text: str) -> int | float | None:
    """The number that a field holds.

    Raises:
        ValueError: it holds none, or one that is too small or too large.
    """
    if not text and "None" in kind:
        return None
    whole = "int" in kind
    try:
        value = int(text.replace(",", "")) if whole else float(text)
    except ValueError:
        wanted = "a whole number" if whole else "a number"
        raise ValueError(f"{label} is {text!r}; it must be {wanted}") from None
    low, high = recipes.BOUNDS[name]
    if not low <= value <= high:  # also refuses NaN
        raise ValueError(f"{label} is {text!r}; it must lie between {low:g} and {high:g}")
    return value
