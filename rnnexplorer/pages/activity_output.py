"""What lesson 9 is done with: one draw of a word, and the text that such draws write."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import streamlit as st

from rnnexplorer import address, runs
from rnnexplorer.corpus import split_words
from rnnexplorer.draws import Sampling
from rnnexplorer.figures import sampling as figures
from rnnexplorer.measures import loops, sampling
from rnnexplorer.pages import charts, downloads, frame, knobs, lesson_pictures, lesson_runs, reading
from rnnexplorer.pages.lesson import Way
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


def draw(values: dict[str, Any]) -> Iterator[str]:
    """One draw, stage by stage, and the text that such draws write."""
    run = lesson_runs.choose(KINDS, "net", NETS, "There is no network that could write")
    if run is None:
        return
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
        return
    if values["heat"] == 0:
        yield "zero"
    if values["heat"] > 1:
        yield "hot"
    _draw(run, trace, values)
    _text(trace, values)


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
    charts.draw(
        figures.pipeline(drawn, trace.vocabulary, frame.theme()),
        "lesson_output_draw",
        figures.describe_draw(drawn, trace.vocabulary),
    )
    kept = "all are kept, since none is cut off here" if values["heat"] else "one alone is kept"
    st.caption(
        "From left to right: the network's scores, called logits; the same divided by T; softmax"
        f" makes probabilities of them; {kept}; and the kept words in a line from 0 to 1, each as"
        " long as it is probable. The random number u, in amber, falls on one."
    )
    downloads.data(
        "Every word, stage by stage",
        sampling.table(drawn, trace.vocabulary),
        f"{run.name}-lesson-draw",
    )


def _text(trace: Trace, values: dict[str, Any]) -> None:
    """What the network writes by such draws, and the loop in it."""
    given = trace.origin.prompt
    found = loops.loop(trace.words[given:])
    st.markdown(f"#### {_headline(trace, found)}")
    lesson_pictures.looping(trace, found, "lesson_output_text")
    if values["heat"] > 0:
        st.caption("Every word has a random number of its own here; the u above is for one draw.")
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
