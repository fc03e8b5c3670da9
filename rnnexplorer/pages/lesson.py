"""What a lesson is: a question, a prediction, things to do that answer it, and why it is so."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from rnnexplorer.settings import Kinds

#: The folder of the lessons; it is listed, so that a new file is a new lesson.
FOLDER = "rnnexplorer.lessons"


@dataclass(frozen=True)
class Prediction:
    """What a person is asked before anything is shown.

    Attributes:
        question: in one sentence.
        options: the answers to choose from; plausible ones.
        right: which of them is true, from 0.
    """

    question: str
    options: tuple[str, ...]
    right: int

    def __post_init__(self) -> None:
        """Check that there is something to choose."""
        if len(self.options) < 2 or not 0 <= self.right < len(self.options):
            raise ValueError(f"of {len(self.options)} options number {self.right} cannot be right")


@dataclass(frozen=True)
class Way:
    """Where a lesson goes on, in the explorer.

    Attributes:
        page: name of its module.
        label: what is to be seen there.
        changes: fields of the address, as `frame.offer` takes them.
    """

    page: str
    label: str
    changes: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Lesson:
    """One lesson; `pages.lesson_form` draws it.

    Attributes:
        number: its place in the list, from 1.
        key: its name in a link, lower-case letters and digits.
        title: of two to four words.
        minutes: that it takes.
        question: what one will know afterwards; Markdown, one or two sentences.
        prediction: asked for first.
        tasks: what is to be done, by name: sentences on the screen. Done once, a task stays done;
            with all of them done the lesson is.
        activity: draws what the tasks are done with, and yields the names of the tasks that are
            fulfilled as things stand now, before anything that takes long to draw: a click
            meanwhile ends the drawing. It is given the values of `kinds`. What is more than a few
            lines is a module of its own, `pages.activity_…`.
        why: one paragraph, Markdown, shown when all is done.
        explore: where to go on, in the state that the activity is in.
        kinds: the numbers that a person or a link sets, see `settings` and `pages.knobs`.
        alone: the model chosen on the left plays no part before the way on.
    """

    number: int
    key: str
    title: str
    minutes: int
    question: str
    prediction: Prediction
    tasks: Mapping[str, str]
    activity: Callable[[dict[str, Any]], Iterator[str]]
    why: str
    explore: Callable[[], Way]
    kinds: Kinds = field(default_factory=dict)
    alone: bool = False


@cache
def every() -> tuple[Lesson, ...]:
    """All lessons in their order."""
    folder = importlib.import_module(FOLDER)
    modules = [
        importlib.import_module(f"{FOLDER}.{module.name}")
        for module in pkgutil.iter_modules(folder.__path__)
    ]
    lessons: list[Lesson] = [module.LESSON for module in modules]
    return tuple(sorted(lessons, key=lambda lesson: lesson.number))
