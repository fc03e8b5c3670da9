"""Exercises that show how a network can be wired: from one input to one output, up to many."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from rnnexplorer.exercise_data.exercise import (
    BLANK,
    END,
    NOT_ASKED,
    Batch,
    Example,
    Exercise,
    Ints,
    side_by_side,
)

_DIGITS = tuple("0123456789")
_NAMES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_ALPHABET = tuple("abcdefghijklmnopqrstuvwxyz")

#: Digits of a sequence that is repeated or reversed.
DIGITS = 4

#: What a word can be, and words of each class: those trained on, and those never seen.
CLASSES = {
    "number": (
        "one two three four five six seven eight nine ten eleven twelve twenty thirty forty"
        " hundred",
        "thirteen sixteen fifty sixty",
    ),
    "colour": (
        "red blue green yellow black white brown grey pink purple orange violet golden silver"
        " crimson amber",
        "scarlet indigo maroon turquoise",
    ),
    "animal": (
        "cat dog horse mouse rabbit lion tiger bear wolf fox goose duck snake sheep goat whale",
        "hare eagle camel otter",
    ),
}


def _parity() -> tuple[Example, ...]:
    return tuple(
        Example((digit,), ("odd" if number % 2 else "even",))
        for number, digit in enumerate(_DIGITS)
    )


def _spelled() -> tuple[Example, ...]:
    """A digit, then as many blanks as there are letters; its name and the end come out."""
    return tuple(
        Example((digit, *BLANK * len(name)), (*name, END))
        for digit, name in zip(_DIGITS, _NAMES, strict=True)
    )


def _sorted(column: int) -> tuple[Example, ...]:
    """The letters of a word; its class is asked at the last one."""
    return tuple(
        Example(tuple(word), (*[""] * (len(word) - 1), name))
        for name, words in CLASSES.items()
        for word in words[column].split()
    )


def _all_of(
    examples: Sequence[Example], symbols: Sequence[str]
) -> Callable[[np.random.Generator, Ints], Batch]:
    """A `draw` that gives every example once."""
    batch = side_by_side(examples, symbols)
    return lambda rng, distances: batch


def _digits(rng: np.random.Generator, size: int, *, backwards: bool) -> Batch:
    digits = rng.integers(len(_DIGITS), size=(DIGITS, size))
    blanks, unasked = np.full_like(digits, len(_DIGITS)), np.full_like(digits, NOT_ASKED)
    answer = digits[::-1] if backwards else digits
    return Batch(np.vstack([digits, blanks]), np.vstack([unasked, answer]))


def repeat(rng: np.random.Generator, distances: Ints) -> Batch:
    """Four digits are read, then written: `3 1 4 2 · · · ·` → `3 1 4 2`; one for each distance."""
    return _digits(rng, len(distances), backwards=False)


def reverse(rng: np.random.Generator, distances: Ints) -> Batch:
    """Four digits are read, then written backwards: `3 1 4 2 · · · ·` → `2 4 1 3`."""
    return _digits(rng, len(distances), backwards=True)


_PARITY_SYMBOLS = (*_DIGITS, "even", "odd")
_SPELL_SYMBOLS = (*_DIGITS, *sorted(set("".join(_NAMES))), BLANK, END)
_CLASS_SYMBOLS = (*_ALPHABET, BLANK, *CLASSES)

WIRINGS = (
    Exercise(
        "parity", "one-to-one", "A digit: even or odd?",
        "One digit goes in, one answer comes out. Nothing is carried on.",
        _PARITY_SYMBOLS, _all_of(_parity(), _PARITY_SYMBOLS), 1 / 2, examples=_parity(),
    ),
    Exercise(
        "spell", "one-to-many", "Spell a digit",
        "One digit goes in, then nothing more. Its name comes out letter by letter, with a point at"
        " the end.",
        _SPELL_SYMBOLS, _all_of(_spelled(), _SPELL_SYMBOLS), 1 / len(_DIGITS),
        examples=_spelled(),
    ),
    Exercise(
        "class", "many-to-one", "What kind of word?",
        "The letters of a word go in, one by one. After the last: is it a number, a colour or an"
        " animal?",
        _CLASS_SYMBOLS, _all_of(_sorted(0), _CLASS_SYMBOLS), 1 / len(CLASSES),
        examples=_sorted(0), unseen=_sorted(1),
    ),
    Exercise(
        "reverse", "many-to-many", "Reverse digits",
        "Four digits go into one network, the encoder. From its last state a second one, the"
        " decoder, writes them backwards.",
        (*_DIGITS, BLANK), reverse, len(_DIGITS) ** -DIGITS, handed_over=DIGITS,
    ),
    Exercise(
        "repeat", "many-to-many", "Repeat digits",
        "Four digits go into one network, the encoder. From its last state a second one, the"
        " decoder, writes them again.",
        (*_DIGITS, BLANK), repeat, len(_DIGITS) ** -DIGITS, handed_over=DIGITS,
    ),
)  # fmt: skip
