"""Lesson 1: a bag of words forgets the order, a recurrent network does not."""

from __future__ import annotations

from rnnexplorer.pages import activity_order as activity
from rnnexplorer.pages.lesson import Lesson, Prediction

LESSON = Lesson(
    number=1,
    key="order",
    title="Order matters",
    minutes=4,
    question="A *bag of words* counts how often each word occurs. A recurrent network reads the"
    " words one after the other. Which of them can tell “this is an” from “an is this”?",
    prediction=Prediction(
        "The same words in another order. What comes out the same?",
        (
            "The bag and the network's last state",
            "The bag, but not the network's last state",
            "The network's last state, but not the bag",
            "Neither",
        ),
        right=1,
    ),
    tasks={
        "own": "Type words of your own into both boxes: the same ones in two orders.",
        "differ": "Then change one word of one text, until the bags differ as well.",
    },
    activity=activity.draw,
    why="A bag is a sum, x₁ + x₂ + x₃, and a sum does not ask in which order it is added up. A"
    " recurrent network puts what it holds through a matrix again before each new word is added:"
    " h₃ = tanh(x₃·W + tanh(x₂·W + tanh(x₁·W)·U)·U), with W = W_xh and U = W_hh. The first"
    " word has gone through U twice when the third comes in, the second word once, so a word leaves"
    " another mark at another place. The state h has the same size however long the text is; what"
    " it says of the order must fit into it.",
    explore=activity.explore,
    kinds=activity.KINDS,
)
