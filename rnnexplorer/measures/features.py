"""Labels of words that a unit may track, from the text and from short lists of English words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rnnexplorer.measures.distribution import Array


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


#: A word belongs to the first class that lists it, or whose ending it has.
CLASSES: dict[str, frozenset[str]] = {
    "article": _listed("the a an this that these those some any no every each"),
    "pronoun": _listed(
        "i you he she it we they me him her us them my your his its our their mine yours hers"
        " herself himself itself myself yourself themselves who what which im ill id ive youre"
        " youve its thats hes shes"
    ),
    "preposition": _listed(
        "of in to on at with for from by into about over under after before through upon down up"
        " out off between behind near round without against among towards"
    ),
    "conjunction": _listed("and but or so if when as than because though while till"),
    "auxiliary": _listed(
        "is are was were be been being am have has had having do does did will would shall should"
        " can could may might must dont didnt wont wouldnt couldnt cant isnt wasnt"
    ),
}
ENDINGS = {"-ing form": "ing", "-ed form": "ed", "-ly adverb": "ly"}

#: A shorter word with such an ending is more likely another word: "red", "king", "fly".
SHORTEST_WITH_ENDING = 5


def word_class(word: str) -> str:
    """The class of a word by a simple rule, without its context; "other" if there is none."""
    for name, members in CLASSES.items():
        if word in members:
            return name
    for name, ending in ENDINGS.items():
        if len(word) >= SHORTEST_WITH_ENDING and word.endswith(ending):
            return name
    return "other"


def features(
    words: Sequence[str],
    frequency: NDArray[np.integer],
    in_sentence: NDArray[np.integer],
    quoted: NDArray[np.bool_],
    progress: Array,
) -> dict[str, Array]:
    """Every label of every word, as numbers.

    Args:
        words: [N].
        frequency: how often each of them stands in the training text, [N].
        in_sentence: words since the sentence began, [N].
        quoted: within quotation marks, [N].
        progress: through the book, 0…1, [N].

    Returns:
        By name, [N] each; classes as 0 and 1.
    """
    classes = np.array([word_class(word) for word in words])
    named = (*CLASSES, *ENDINGS)
    return {
        "position in the sentence": np.log1p(np.asarray(in_sentence, dtype=np.float64)),
        "first word of a sentence": np.asarray(in_sentence) == 0,
        "inside quotation marks": np.asarray(quoted),
        "progress through the book": np.asarray(progress, dtype=np.float64),
        "frequency of the word": np.log(np.asarray(frequency, dtype=np.float64) + 1.0),
        "length of the word": np.array([len(word) for word in words], dtype=np.float64),
        **{name: classes == name for name in named},
    }
