"""What lesson 1 is done with: two texts, as bags of words and as states."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import streamlit as st

from rnnexplorer import address, index, runs
from rnnexplorer.corpus import split_words
from rnnexplorer.figures.matrices import Block
from rnnexplorer.measures import bag
from rnnexplorer.measures.arithmetic import number
from rnnexplorer.measures.distribution import Array
from rnnexplorer.pages import frame, knobs, lesson_form, lesson_pictures, lesson_runs, reading
from rnnexplorer.pages.lesson import Way
from rnnexplorer.settings import Text

KINDS = {"one": Text("this is an", 60), "two": Text("an is this", 60)}
#: Next words shown.
COUNT = 5
#: Words of a text; more would not be read side by side.
MOST_WORDS = 6


def draw(values: dict[str, Any]) -> Iterator[str]:
    """Two texts, as bags and as states; the trained network where it knows the words."""
    left, right = st.columns(2, width=lesson_form.PROSE)
    with left:
        knobs.text(KINDS, "one", "First text")
    with right:
        knobs.text(KINDS, "two", "Second text")
    texts = [split_words(values[name]) for name in KINDS]
    if not all(1 <= len(words) <= MOST_WORDS for words in texts):
        st.warning(
            f"Each text needs one to {MOST_WORDS} words; these have {len(texts[0])} and"
            f" {len(texts[1])}.",
            icon=":material/info:",
        )
        return
    vocabulary = bag.vocabulary_of(*texts)
    bags = [bag.bag(words, vocabulary) for words in texts]
    yield from _fulfilled(texts, bags)
    states = [bag.tiny_states(words, vocabulary) for words in texts]
    st.markdown(f"#### {_headline(bags, states)}")
    _draw(texts, vocabulary, bags, states)
    _trained(texts)


def _headline(bags: Sequence[Array], states: Sequence[Array]) -> str:
    bags_told = "One bag" if _same(*bags) else "Two bags"
    last = [state[-1] for state in states]
    states_told = "one state" if _same(*last) else "two states"
    joined = "and" if (bags_told == "One bag") == (states_told == "one state") else "but"
    return f"{bags_told}, {joined} {states_told}"


def _same(one: Array, other: Array) -> bool:
    return bool(np.allclose(one, other, atol=1e-9))


def _draw(
    texts: Sequence[Sequence[str]],
    vocabulary: Sequence[str],
    bags: Sequence[Array],
    states: Sequence[Array],
) -> None:
    bag_sign = "=" if _same(*bags) else "≠"
    state_sign = "=" if _same(states[0][-1], states[1][-1]) else "≠"
    first_row = [
        Block(
            f"bag of text {k + 1}", bags[k][None], key="p", columns=vocabulary, limit=2.0,
            gate=True, decimals=0, operator=bag_sign if k else "",
        )
        for k in range(2)
    ]  # fmt: skip
    second_row = [
        Block(
            f"h, reading text {k + 1}", states[k].T, columns=texts[k], limit=1.0,
            rows=[f"unit {unit}" for unit in range(bag.UNITS)],
            column=len(texts[k]) - 1, operator=state_sign if k else "",
        )
        for k in range(2)
    ]  # fmt: skip
    lesson_pictures.matrices(
        [first_row, second_row],
        "lesson_order",
        "Above, how often each word occurs. Below, the hidden state h of a network of"
        f" {bag.UNITS} units with random weights, after each word; in amber the last one, all that"
        f" it knows of the whole text.{_first_columns(texts)}",
    )


def _first_columns(texts: Sequence[Sequence[str]]) -> str:
    if texts[0][0] == texts[1][0]:
        return ""
    return " Follow the columns: the first already differ, since the first words do."


def _trained(texts: Sequence[Sequence[str]]) -> None:
    """What a trained network expects after each text, where it knows the words."""
    run = lesson_runs.trained("rnn")
    if run is None:
        return
    st.markdown("##### And a trained network?")
    unknown = [word for words in texts for word in words if not _knows(run, word)]
    if unknown:
        st.caption(
            f"{run.name} does not know “{unknown[0]}”; with words of its book, such as “she was"
            " not” and “not she was”, it is shown here as well.",
            width=lesson_form.PROSE,
        )
        return
    traces = [
        reading.trace_of(
            frame.current().changed(
                **lesson_runs.at(run), text=" ".join(words), write=0, memory="stateful"
            ),
            run,
        )
        for words in texts
    ]
    one, two = traces
    if one is None or two is None:
        return
    lesson_pictures.expected([one, two], "lesson_order_next", COUNT)
    h_one, h_two = (trace.signals["h"][-1, -1].astype(float) for trace in (one, two))
    st.caption(
        f"The next words that {run.name} expects. Its two states of {one.units} units differ by"
        f" {number(float(np.abs(h_one - h_two).mean()))} a unit on average, of at most 2."
        + (
            " A bag would have to expect the same after both."
            if sorted(texts[0]) == sorted(texts[1])
            else ""
        ),
        width=lesson_form.PROSE,
    )


def _knows(run: runs.Run, word: str) -> bool:
    return word in runs.vocabulary(run).index


def _fulfilled(texts: Sequence[Sequence[str]], bags: Sequence[Array]) -> tuple[str, ...]:
    one, two = texts
    if not _same(*bags):  # by one word, and not while the second text is still to be typed
        return ("differ",) if np.abs(bags[0] - bags[1]).sum() == 2 else ()
    own = set(one) != set(split_words(KINDS["one"].default))
    return ("own",) if own and one != two else ()


def explore() -> Way:
    """Both texts as paths through the trained network's states, where it knows the words.

    Paths need the index of the whole text; until it is there, the first text word by word.
    """
    run = lesson_runs.trained("rnn")
    texts = [" ".join(split_words(text)) for text in knobs.now(KINDS).values()]
    if run is None:
        return Way("explore", "The states of a trained network, word by word")
    if not all(texts) or not all(_knows(run, word) for text in texts for word in text.split()):
        words = split_words(address.default_text(run))[:3]
        texts = [" ".join(words), " ".join(reversed(words))]
    there = {"text": texts[0], "write": 0, "memory": None, "step": None, "signal": None,
             **lesson_runs.looked_at("rnn")}  # fmt: skip
    epoch = frame.current().epoch if run == frame.chosen_run() else None
    if not index.is_made(run, runs.kept_epoch(run, epoch)):
        return Way(
            "explore",
            f"“{texts[0]}” in {run.name}, word by word; type the other order there and compare",
            there,
        )
    return Way(
        "memory",
        f"“{texts[0]}” and “{texts[1]}” as two paths through the states of {run.name}",
        {"tab": "space", "other_text": texts[1], **there},
    )
