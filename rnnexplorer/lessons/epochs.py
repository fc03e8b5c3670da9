"""Lesson 8: a training from its first epoch to its last, and what a low loss is worth."""

from __future__ import annotations

from rnnexplorer.pages import activity_epochs as activity
from rnnexplorer.pages.lesson import Lesson, Prediction

LESSON = Lesson(
    number=8,
    key="epochs",
    title="From “the the the” to the book",
    minutes=7,
    question="A network learns *Alice* in a hundred passes over the text, called epochs. What does"
    " it write on the way, and when is it good?",
    prediction=Prediction(
        "The SimpleRNN of the chapter is trained on 3,077 words. After 100 epochs its loss on them"
        " is 0.02, nearly 0. How well does it predict a chapter that it has never seen?",
        (
            "Very well: the loss is nearly 0",
            "A little worse than the words it was trained on",
            "About as well as one who knows how often each word occurs",
            "Worse than one who guesses all words alike",
        ),
        right=3,
    ),
    tasks={
        "loop": "Find an early epoch at which it writes the same words on and on.",
        "last": "Go to the last epoch. Where do its words come from, and what do the two losses"
        " say?",
        "book": "Choose the network trained on the whole book. Which is the better one?",
    },
    activity=activity.draw,
    why="What lowers the loss first is to know how often each word occurs. The words read hardly"
    " matter yet, so after any of them the same word is the likeliest, and greedy writing takes it"
    " every time: “the the the” is the beginning of learning, not a fault. A hundred epochs later"
    " the network knows its 3,077 words by heart and writes them down. Its training loss asks about"
    " words it has seen; the held-out loss asks what it has learned of the language, and that was"
    " best in the first epochs and then rose above blind guessing, because it is sure and wrong."
    " More text helps, for it is harder to learn by heart, and so does stopping where the held-out"
    " loss is lowest. The network of the whole book has the far higher training loss and is by far"
    " the better model; and even so, 24,000 words are very few.",
    explore=activity.explore,
    kinds=activity.KINDS,
)
