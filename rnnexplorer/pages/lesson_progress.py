"""How far a person is in the lessons; kept in the session, as long as its tab is open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import pandas as pd
import streamlit as st

from rnnexplorer.pages.lesson import Lesson


@dataclass
class Progress:
    """What a person did in one lesson.

    Attributes:
        predicted: which option, from 0; None before.
        opened: the prediction stands, or none was wanted: the lesson is shown.
        did: names of the tasks that were fulfilled.
        looked: its activity was drawn before.
        given: names of the tasks that the settings of a link fulfil, with nothing done.
        answer: in the person's own words.
    """

    predicted: int | None = None
    opened: bool = False
    did: set[str] = field(default_factory=set)
    looked: bool = False
    given: set[str] = field(default_factory=set)
    answer: str = ""

    def done(self, lesson: Lesson) -> bool:
        """Every task of the lesson was fulfilled."""
        return set(lesson.tasks) <= self.did

    def fulfil(self, names: Iterable[str], *, by_link: bool) -> None:
        """Tick tasks as they are fulfilled; not those that a link alone has.

        Such a task is done by doing it: once it was not fulfilled any more, it counts when it is.

        Args:
            names: of the tasks, one after the other, as things stand now.
            by_link: settings came with the link, so what is fulfilled at the first look is given.
        """
        first, self.looked = not self.looked, True
        now = set()
        for name in names:
            now.add(name)
            if first and by_link:
                self.given.add(name)
            if name not in self.given:
                self.did.add(name)
        self.given &= now


def of(lesson: Lesson) -> Progress:
    """The progress in a lesson; what is changed in it is kept."""
    kept: dict[str, Progress] = st.session_state.setdefault("lesson_progress", {})
    return kept.setdefault(lesson.key, Progress())


def begin_again(lesson: Lesson) -> None:
    """Begin a lesson again: its prediction and tasks are gone; what was written stays."""
    answer = of(lesson).answer
    forget(lesson)
    of(lesson).answer = answer


def forget(*lessons: Lesson) -> None:
    """Begin these lessons again: predictions, tasks and answers are gone."""
    for lesson in lessons:
        st.session_state.get("lesson_progress", {}).pop(lesson.key, None)


def of_all(lessons: Sequence[Lesson]) -> list[tuple[Lesson, Progress]]:
    """Each lesson with its progress, as it is and as it will be changed."""
    return [(lesson, of(lesson)) for lesson in lessons]


def table(kept: Sequence[tuple[Lesson, Progress]], name: str = "") -> pd.DataFrame:
    """Predictions and answers, one row a lesson, to be handed in.

    What is true, and whether the prediction was, stands there once a lesson is done.

    Args:
        kept: of `of_all`.
        name: of the person.
    """
    return pd.DataFrame(
        [{"name": _as_text(name)} | _row(lesson, progress) for lesson, progress in kept]
    )


def _row(lesson: Lesson, progress: Progress) -> dict[str, object]:
    asked, done = lesson.prediction, progress.done(lesson)
    chosen = progress.predicted
    return {
        "lesson": lesson.number,
        "title": lesson.title,
        "asked": _plain(asked.question),
        "predicted": None if chosen is None else _plain(asked.options[chosen]),
        "right": chosen == asked.right if done and chosen is not None else None,
        "true": _plain(asked.options[asked.right]) if done else None,
        "tasks_done": len(progress.did & set(lesson.tasks)),
        "tasks": len(lesson.tasks),
        "done": done,
        "in_own_words": _as_text(progress.answer),
    }


def _plain(markdown: str) -> str:
    return markdown.replace("*", "")


def _as_text(answer: str) -> str:
    """A spreadsheet takes what begins with these for a formula; an apostrophe keeps it words."""
    return f"'{answer}" if answer.startswith(("=", "+", "-", "@")) else answer
