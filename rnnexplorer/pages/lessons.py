"""Lessons: a recurrent network understood by predicting, trying and reading why."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from rnnexplorer.pages import frame, lesson_form, lesson_progress
from rnnexplorer.pages.lesson import Lesson, every


def _list(lessons: Sequence[Lesson]) -> None:
    done = [lesson for lesson in lessons if lesson_progress.of(lesson).done(lesson)]
    st.markdown("### Lessons")
    st.markdown(
        "Each is a question: predict the answer, find it out, read why. Done:"
        f" {len(done)} of {len(lessons)}.",
        width=lesson_form.PROSE,
    )
    with st.container(gap="xsmall", width=lesson_form.PROSE, key="lesson-list"):
        for lesson in lessons:
            icon = lesson_form.DONE if lesson in done else lesson_form.OPEN
            frame.turn(f"{lesson.number} · {lesson.title}", icon, lesson=lesson.key)
            st.caption(f"{lesson.question} ({lesson.minutes}\u00a0minutes)")
    with st.container(horizontal=True, vertical_alignment="center"):
        lesson_form.hand_in(lessons)
        st.button(
            "Start all lessons again", icon=":material/replay:",
            on_click=lesson_progress.forget, args=tuple(lessons),
        )  # fmt: skip
    st.caption(
        "Predictions and answers are kept in this tab until it is closed or reloaded; save them"
        " before."
    )


def _draw() -> None:
    frame.uses("lesson")
    lessons, asked = every(), frame.current().lesson
    for lesson in lessons:
        if lesson.key == asked:
            lesson_form.draw(lesson, lessons)
            return
    if asked is not None:
        st.warning(f"There is no lesson called {asked!r}.", icon=":material/link_off:")
        frame.look(lesson=None)
    _list(lessons)


_draw()
frame.show_address()
