"""Probes: for how many words does a cue help to expect its answer?"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from rnnexplorer import beside, remembering, runs
from rnnexplorer.beside import Drawn
from rnnexplorer.corpus import UnknownWords
from rnnexplorer.figures import lag as figures
from rnnexplorer.measures import lag
from rnnexplorer.measures import probe as measures
from rnnexplorer.measures.probe import Probe, Ready
from rnnexplorer.pages import charts, downloads, frame, influence_models, knobs, texts
from rnnexplorer.pages.influence_models import MODELS
from rnnexplorer.remembering import Places
from rnnexplorer.settings import Text
from rnnexplorer.traces import Array

WORDS = {
    "cue": ("Cue", "A word that goes with the answer."),
    "contrast": ("or instead", "A word that does not, about as frequent."),
    "answer": ("Answer", "The word whose probability is asked for."),
}
KINDS = {**MODELS, **dict.fromkeys(WORDS, Text(longest=40))}


def draw(run: runs.Run) -> None:
    """The probe, and for how long its cue is felt."""
    values = knobs.values(KINDS)
    found = influence_models.text_of(run)
    if found is None:
        return
    ready = _ready(texts.key_of(run), found, run)
    asked = _asked(run, values, ready)
    drawn = influence_models.choose(run, KINDS, values)
    if asked is None:
        return
    words = (asked.cue, asked.contrast, asked.answer)
    places = influence_models.places_of(run, found, words)
    if places is None:
        return
    done = influence_models.answered(drawn, places, asked).done()
    if done is None:
        return
    table = _picture(run, drawn, places, asked, done)
    with st.container(horizontal=True):
        downloads.data("Every number of words", table, f"{run.name}-probe")
        _rule(run, ready)


@st.cache_resource(max_entries=16, show_spinner=False)
def _ready(key: object, _found: texts.Texts, _run: runs.Run) -> list[Ready]:
    return remembering.ready(_found, len(runs.vocabulary(_run)))


def _asked(run: runs.Run, values: dict[str, str], ready: list[Ready]) -> Probe | None:
    """The probe of the address or the strongest ready one; None after saying what is missing."""
    vocabulary = runs.vocabulary(run)
    names = [_spelled(run, one.probe) for one in ready]
    typed, place = [values[name] for name in WORDS], st.container(key="controls-probe")
    if not any(typed) and names:
        typed = list(names[0])
    if names:
        labels = [_label(*words) for words in names]
        st.session_state.probe_ready = _label(*typed) if _label(*typed) in labels else None

        def take() -> None:
            picked = st.session_state.probe_ready
            if picked is not None:
                chosen = names[labels.index(picked)]
                knobs.turn(KINDS, **dict(zip(WORDS, chosen, strict=True)))

        with place:
            st.pills(
                "Ready, from the text: cue → answer", labels, key="probe_ready", on_change=take
            )
    with place:
        _fields(typed)
    try:
        return remembering.probe_of(vocabulary, *typed)
    except UnknownWords as error:
        st.warning(f"{run.name} cannot read this: {error}", icon=":material/spellcheck:")
    except ValueError as error:
        st.info(f"{str(error)[0].upper()}{str(error)[1:]}.")
    return None


def _spelled(run: runs.Run, probe: Probe) -> tuple[str, str, str]:
    words = runs.vocabulary(run).words
    return words[probe.cue], words[probe.contrast], words[probe.answer]


def _label(cue: str, contrast: str, answer: str) -> str:
    return f"{cue} → {answer} (or {contrast})"


def _fields(typed: list[str]) -> None:
    """Three fields that show the probe that is drawn, ready or one's own."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        for (name, (label, about)), word in zip(WORDS.items(), typed, strict=True):
            key = f"probe_{name}"
            st.session_state[key] = word

            def take() -> None:
                now = {name: str(st.session_state[f"probe_{name}"]).strip() for name in WORDS}
                knobs.turn(KINDS, **now)

            st.text_input(label, key=key, on_change=take, help=about, width=170)


def _picture(
    run: runs.Run,
    drawn: list[Drawn],
    places: Places,
    asked: Probe,
    done: dict[str, list[Array]],
) -> pd.DataFrame:
    """Headline, curves and how to read them; the numbers behind."""
    names = beside.named(drawn)
    words = _spelled(run, asked)
    curves = {names[name]: remembering.probe_curve(parts) for name, parts in done.items()}
    mine = names[run.name]
    st.markdown(f"#### {mine}: {measures.told(curves[mine], *words)}")
    cells = [each.recipe.cell for each, _ in drawn]
    charts.draw(
        figures.by_lag(curves, cells, figures.PROBE, frame.theme()),
        "probe_curves",
        figures.describe_by_lag(curves, figures.PROBE),
    )
    cue, contrast, answer = words
    st.caption(
        f"log₂ p({answer} | … {cue} … ) − log₂ p({answer} | … {contrast} … ), with 0, 1, 2 …"
        f" words of the {places.part} text between, the mean over {len(places)} of its passages"
        " that have none of the three words between. 1 bit is twice as likely; at 0 it is all the"
        " same which word stood there. Without any word between, what is seen is mostly which of"
        f" the two {answer} can follow. Gone is less than {measures.SEEN} bits, or a band that"
        f" holds 0. Bands: {lag.CONFIDENCE:.0%}, a t-interval over"
        f" {remembering.STRETCHES} stretches of the text."
    )
    return measures.table(curves).assign(cue=cue, contrast=contrast, answer=answer)


def _rule(run: runs.Run, ready: list[Ready]) -> None:
    """Where the ready probes come from."""
    with st.popover("Where they come from", icon=":material/rule:"):
        st.markdown(
            "The ready ones are the pairs of words of the training text that go together most with"
            f" {measures.NEAREST - 1} to {measures.FARTHEST - 1} words between, by pointwise mutual"
            f" information, among words that stand there {measures.LEAST_WORD} times or more and"
            f" pairs that do {measures.LEAST_PAIR} times or more. The other word is the one"
            " nearest to the cue in frequency that the answer follows no more often than chance"
            " would have it."
        )
        for one in ready:
            cue, contrast, answer = _spelled(run, one.probe)
            st.caption(f"{cue} → {answer}: {one.bits:.1f} bits, {one.together} times; {contrast}")
