"""Lesson 3: the chapter's worked example, every number of it, forward, back, and one step on."""

from __future__ import annotations

from rnnexplorer.pages import activity_by_hand as activity
from rnnexplorer.pages.lesson import Lesson, Prediction

LESSON = Lesson(
    number=3,
    key="byhand",
    title="An RNN by hand",
    minutes=8,
    question="A network with 4 words and 3 units reads “this is an” and should say “example”."
    " What exactly is computed, and which numbers does it learn from its mistake?",
    prediction=Prediction(
        "The loss is measured once, after the last word. Which rows of W_xh, one per word, does a"
        " step of learning change?",
        (
            "The row of “an”, the last word read",
            "The rows of “this”, “is” and “an”",
            "The row of “example”, the word it should say",
            "All four rows",
        ),
        right=1,
    ),
    tasks={
        "an": "Follow the three words into the state (stages 1 to 3).",
        "loss": "See what the last state expects, and what that costs (stage 4).",
        "back": "Follow the gradient back through the words (stage 5).",
        "half": "Take the step of learning until “example” has more than half (stage 7).",
    },
    activity=activity.draw,
    why="The gradient goes back the way the state came, ∂z₃ → ∂h₂ → ∂z₂ → ∂h₁ → ∂z₁, and leaves a"
    " part in the matrices at every word. A one-hot input is 0 but in one place, so a word changes"
    " its own row of W_xh and no other: “this”, “is” and “an” were read, “example” never was; its"
    " turn comes in W_hy, where it was to be said. W_hh is one matrix for all steps, so its parts"
    " are added up. On each step back the gradient is multiplied by W_hhᵀ and by 1 − h², which is"
    " at most 1: the farther a word lies back, the less is usually left for it.",
    explore=activity.explore,
    kinds=activity.KINDS,
    alone=True,
)
