"""Lesson 9: from the logits to a word, and the loop of always the most probable one."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import streamlit as st

from rnnexplorer import address, runs
from rnnexplorer.corpus import split_words
from rnnexplorer.draws import Sampling
from rnnexplorer.figures import sampling as figures
from rnnexplorer.measures import loops, sampling
from rnnexplorer.pages import downloads, frame, knobs, lesson_pictures, lesson_runs, reading
from rnnexplorer.pages.lesson import Lesson, Prediction, Way
from rnnexplorer.settings import Kinds, Number, Text, Whole
from rnnexplorer.traces import Trace

NETS = {"book": "alice-lstm-book"}
KINDS: Kinds = {
    "net": lesson_runs.among(NETS),
    "text": Text(address.FIRST_WORDS),
    "heat": Number(0.0, 2.5, 0.7),
    "u": Number(0.0, 1.0, 0.5),
    "seed": Whole(1, 999, 1),
}
#: Words that are written: a loop of eight words needs some to be seen.
WRITTEN = 60


def activity(values: dict[str, Any]) -> Collection[str]:
    """One draw, stage by stage, and the text that such draws write."""
    run = lesson_runs.choose(KINDS, "net", NETS, "There is no network that could write")
    if run is None:
        return ()
    knobs.text(KINDS, "text", "Words to read")
    with st.container(horizontal=True, gap="medium"):
        knobs.slider(
            KINDS,
            "heat",
            "Temperature T",
            0.05,
            "Below 1 the likely words become likelier; above 1 all become more alike.",
        )
        knobs.slider(KINDS, "u", "Random number u", 0.01,
                     "All words lie in a line from 0 to 1; u points at one.")  # fmt: skip
    trace = reading.written(_look(run, values), run)
    if trace is None:
        lesson_runs.offer_known_words(KINDS, run)
        return ()
    _draw(run, trace, values)
    _text(trace, values)
    return ("zero",) if values["heat"] == 0 else ("hot",) if values["heat"] > 1 else ()


def _look(run: runs.Run, values: dict[str, Any]) -> address.Address:
    """The address of what the network writes; any truncation would be a second lesson."""
    return frame.current().changed(
        **lesson_runs.at(run), text=values["text"], write=WRITTEN, temperature=values["heat"],
        top_k=None, top_p=None, seed=values["seed"], memory=None,
    )  # fmt: skip


def _draw(run: runs.Run, trace: Trace, values: dict[str, Any]) -> None:
    """The word after the given ones."""
    last = trace.origin.prompt - 1
    drawn = sampling.stages(trace.logits[last], Sampling(values["heat"]), values["u"])
    word, came = trace.vocabulary[drawn.word], trace.words[last]
    told = f"u = {drawn.uniform:.2f} falls on “{word}”"
    if values["heat"] == 0:
        told = f"at T = 0 the most probable word comes, “{word}”, whatever u is"
    st.markdown(f"#### after “{came}”: {told}")
    st.plotly_chart(
        figures.pipeline(drawn, trace.vocabulary, frame.theme()), theme=None,
        key="lesson_output_draw", alt=figures.describe_draw(drawn, trace.vocabulary),
        config=lesson_pictures.QUIET,
    )  # fmt: skip
    st.caption(
        "From left to right: the network's scores, called logits; the same divided by T; softmax"
        " makes probabilities of them; and all words in a line from 0 to 1, each as long as it is"
        " probable. The random number u, in amber, falls on one."
    )
    with st.popover("Data", icon=":material/download:"):
        table = sampling.table(drawn, trace.vocabulary)
        downloads.csv("Every word, stage by stage", table, f"{run.name}-lesson-draw")
        st.dataframe(table, height=260, hide_index=True)


def _text(trace: Trace, values: dict[str, Any]) -> None:
    """What the network writes by such draws, and the loop in it."""
    given = trace.origin.prompt
    found = loops.loop(trace.words[given:])
    st.markdown(f"#### {_headline(trace, found)}")
    lesson_pictures.looping(trace, found, "lesson_output_text")
    if values["heat"] > 0:
        st.button(
            "Draw again", icon=":material/casino:", on_click=knobs.turn, args=(KINDS,),
            kwargs={"seed": values["seed"] % 999 + 1},
        )  # fmt: skip


def _headline(trace: Trace, found: loops.Loop | None) -> str:
    heat = f"T = {trace.origin.temperature:g}"
    if found is None:
        return f"At {heat} it writes {WRITTEN} words and falls into no loop"
    start = trace.origin.prompt + found.start
    stretch = " ".join(trace.words[start : start + found.period])
    return f"At {heat} it goes round, “{stretch}”, {found.rounds} times until it is stopped"


def explore() -> Way:
    """The same draw on the bench, with the same words written after it."""
    values = knobs.now(KINDS)
    run = lesson_runs.now(KINDS, "net", NETS)
    if run is None:
        return Way("what_if", "Any draw of a text, taken apart", {"tab": "draw"})
    look = _look(run, values)
    return Way(
        "what_if",
        "This draw on the bench: cut words off, draw otherwise, go on from there",
        {"tab": "draw", **lesson_runs.at(run), "text": look.text, "write": look.write,
         "temperature": look.temperature, "seed": look.seed, "top_k": None, "top_p": None,
         "memory": None, "step": len(split_words(values["text"])) - 1, "bench_temperature": None,
         "bench_top_k": None, "bench_top_p": None, "bench_u": values["u"]},
    )  # fmt: skip


LESSON = Lesson(
    number=9,
    key="output",
    title="What comes out",
    minutes=5,
    question="A network does not say a word, it scores all of them. How does a word come of the"
    " scores, and what does the *temperature* do on the way?",
    prediction=Prediction(
        "A network trained on the whole book writes on, and each time the most probable word is"
        " taken (*greedy*, temperature 0). What does the text look like after a while?",
        (
            "It is the best text that the network can write",
            "It is another text at every attempt",
            "The same few words come again and again",
            "It falls apart into words without any order",
        ),
        right=2,
    ),
    tasks={
        "zero": "Move T to 0. What becomes of the probabilities, and of the text?",
        "hot": "Move T above 1. What becomes of both now?",
    },
    activity=activity,
    why="softmax(logits / T): dividing by T leaves the order of the words and changes the distances"
    " between them. Two words whose logits lie d apart have probabilities in the ratio e^(d/T), so"
    " towards T = 0 the first takes everything, and with a large T all words come near 1 / V. At"
    " T = 0 nothing is drawn: the next word follows from the state, and the state from the words"
    " read. Where some words lead back to nearly the same state, the same words follow again, and"
    " nothing leads out. The loop is no broken training and no bug, it is what always taking the"
    " most probable word does; a draw leaves it sooner or later. Which T reads best is"
    " a matter of taste: too cold repeats itself, too hot loses the thread.",
    explore=explore,
    kinds=KINDS,
)
