"""Lesson 9: from the logits to a word, and the loop of always the most probable one."""

from __future__ import annotations

from rnnexplorer.pages import activity_output as activity
from rnnexplorer.pages.lesson import Lesson, Prediction

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
    activity=activity.draw,
    why="softmax(logits / T): dividing by T leaves the order of the words and changes the distances"
    " between them. Two words whose logits lie d apart have probabilities in the ratio e^(d/T), so"
    " towards T = 0 the first takes everything, and with a large T all words come near 1 / V. At"
    " T = 0 nothing is drawn: the next word follows from the state, and the state from the words"
    " read. Where some words lead back to nearly the same state, the same words follow again, and"
    " nothing leads out. The loop is no broken training and no bug, it is what always taking the"
    " most probable word does; a draw leaves it sooner or later. Which T reads best is"
    " a matter of taste: too cold repeats itself, too hot loses the thread.",
    explore=activity.explore,
    kinds=activity.KINDS,
)
