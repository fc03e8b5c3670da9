"""The form of every lesson: a question, a prediction, something to do, why, and where to go on."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from rnnexplorer.pages import downloads, frame, knobs, lesson_progress
from rnnexplorer.pages.lesson import Lesson
from rnnexplorer.pages.lesson_progress import Progress

#: Pixels; longer lines are hard to read.
PROSE = 760
LONGEST_ANSWER = 4000
DONE, OPEN = ":material/check_circle:", ":material/radio_button_unchecked:"


def draw(lesson: Lesson, lessons: Sequence[Lesson]) -> None:
    """One lesson, as far as its person is.

    Args:
        lesson: the one that is open.
        lessons: all of them, in their order.
    """
    progress = lesson_progress.of(lesson)
    values = knobs.values(lesson.kinds)
    _head(lesson, lessons)
    above = st.container(width=PROSE)
    if progress.opened:
        with st.container(key=f"lesson-{lesson.key}"):
            progress.fulfil(lesson.activity(values), by_link=bool(frame.current().settings))
    with above:  # drawn last: what the activity has fulfilled is ticked at once
        st.markdown(lesson.question)
        _predict(lesson, progress)
        if not progress.opened:
            return
        _tasks(lesson, progress)
    with st.container(width=PROSE):
        if progress.done(lesson):
            _why(lesson, progress)
        _own_words(lesson, progress)
        _foot(lesson, lessons)


def hand_in(lessons: Sequence[Lesson]) -> None:
    """A name and a button, then another that saves what was predicted, done and written.

    Two, since a file is made of what the server has: while it is offered nothing can be typed that
    would be missing from it.
    """
    kept, who = lesson_progress.of_all(lessons), st.session_state.get("lesson_who", "")
    st.session_state.lesson_name = who

    def take() -> None:
        st.session_state.lesson_who = st.session_state.lesson_name.strip()

    def offer(where: object) -> None:
        st.session_state.lesson_handing_in = where

    st.text_input(
        "Your name, for the file", key="lesson_name", on_change=take, max_chars=60, width=200,
        placeholder="your name, for the file", label_visibility="collapsed",
        disabled=handing_in(),
    )  # fmt: skip
    if not handing_in():
        st.button("Predictions and answers", on_click=offer, args=(_here(),))
        return
    downloads.csv(
        "Save them",
        lambda: lesson_progress.table(kept, who),
        "-".join(filter(None, ["lessons", who])),
        sheet=True,
    )
    st.button("Write on", on_click=offer, args=(None,))


def handing_in() -> bool:
    """The file of predictions and answers is offered here, and nothing is written meanwhile."""
    return bool(st.session_state.get("lesson_handing_in") == _here())


def _here() -> str:
    """The lesson that is open, or the list of them."""
    return frame.current().lesson or "all"


def _head(lesson: Lesson, lessons: Sequence[Lesson]) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="lesson-head"):
        frame.turn("All lessons", ":material/arrow_back:")
        told = f"Lesson {lesson.number} of {lessons[-1].number} · about {lesson.minutes} minutes"
        if lesson.alone and not frame.bare():
            told += " · the model on the left plays no part"
        st.caption(told, width="content")
    st.markdown(f"### {lesson.title}")


def _predict(lesson: Lesson, progress: Progress) -> None:
    """The choice; once the lesson is shown it stands."""
    asked, key = lesson.prediction, f"lesson_{lesson.key}_predicted"
    if progress.opened and progress.predicted is None:
        return
    st.session_state[key] = progress.predicted

    def take() -> None:
        progress.predicted = st.session_state[key]

    def show(predicted: int | None) -> None:
        progress.predicted, progress.opened = predicted, True

    st.radio(
        f"**Your prediction.** {asked.question}", range(len(asked.options)), index=None, key=key,
        format_func=asked.options.__getitem__, on_change=take, disabled=progress.opened,
    )  # fmt: skip
    if progress.opened:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "This is my prediction", type="primary", on_click=show, args=(progress.predicted,),
            disabled=progress.predicted is None, help="Your prediction stands from here on.",
        )  # fmt: skip
        st.button(
            "Show without predicting", type="tertiary", on_click=show, args=(None,),
            help="For one who knows the lesson. A guess, even a wrong one, makes it stay longer.",
        )  # fmt: skip


def _tasks(lesson: Lesson, progress: Progress) -> None:
    lines = [
        f"{DONE if name in progress.did else OPEN} {sentence}"
        for name, sentence in lesson.tasks.items()
    ]
    st.markdown("  \n".join(["**Find out**", *lines]))  # two blanks break a line


def _why(lesson: Lesson, progress: Progress) -> None:
    asked = lesson.prediction
    truth = asked.options[asked.right]
    if progress.predicted is None:
        verdict = f"It is: **{truth}**."
    elif progress.predicted == asked.right:
        verdict = f"As you predicted: **{truth}**."
    else:
        verdict = f"You predicted: {asked.options[progress.predicted]}. It is: **{truth}**."
    st.markdown(f"#### {DONE} Why\n\n{verdict}\n\n{lesson.why}")
    way = lesson.explore()
    frame.offer(way.page, way.label, ":material/travel_explore:", **way.changes)


def _own_words(lesson: Lesson, progress: Progress) -> None:
    key = f"lesson_{lesson.key}_answer"
    st.session_state[key] = progress.answer

    def take() -> None:
        progress.answer = st.session_state[key]

    st.text_area(
        "In your own words", key=key, on_change=take, max_chars=LONGEST_ANSWER, height=90,
        disabled=handing_in(),
        placeholder="What did you see, and why is it so?",
    )  # fmt: skip
    if progress.answer:
        words = len(progress.answer.split())
        st.caption(f"Kept, {words} word{'s' if words != 1 else ''}.")


def _foot(lesson: Lesson, lessons: Sequence[Lesson]) -> None:
    def again() -> None:
        lesson_progress.begin_again(lesson)
        frame.look(settings=None)

    following = [other for other in lessons if other.number > lesson.number]
    with st.container(horizontal=True, vertical_alignment="center", key="lesson-foot"):
        if following:
            label = f"Next: {following[0].title}"
            frame.turn(label, ":material/arrow_forward:", lesson=following[0].key)
        hand_in(lessons)
        st.button("Start this lesson again", on_click=again, icon=":material/replay:")
