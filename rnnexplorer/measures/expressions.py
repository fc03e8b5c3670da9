r"""Regular expressions over whole words, by the library `regex`, which can be told when to give up.

`.` and `\w` are any letter or digit, a space parts two words, and nothing else matches it: what
matches begins and ends with a word. Small and capital letters are the same; `(\w+) \1` is a word
twice. The rest is as `regex` has it: `\d`, `[a-z]`, `(…)`, `|`, `?`, `*`, `+`, `{2,5}`, `(?!…)`.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np
import regex
from numpy.typing import NDArray

#: Longest match, in words: a repetition must not run over the whole text.
MOST_WORDS = 20

#: Longest expression, in characters.
LONGEST = 200

#: The numbers in {…} multiply to this at most: `regex` writes repetitions out while it reads an
#: expression, when no time-out holds, and would fill the memory with a few nested ones.
MOST_REPEATS = 1000

#: Seconds that a search may take: in all, or for each word of a text of more than 40,000.
PATIENCE, PATIENCE_A_WORD = 0.4, 1e-5

#: What stands between two words: these letters in turn, which no word has (they are of Unicode's
#: private use). A match that may not go over the one before it again ends after MOST_WORDS words,
#: and the library looks through the whole text in one operation, with one time-out.
_GAPS = "".join(chr(0xE000 + k) for k in range(MOST_WORDS))
_GAP = f"[{_GAPS[0]}-{_GAPS[-1]}]"
_NOT_IN_A_WORD = rf"{_GAPS[0]}-{_GAPS[-1]}\n"
_LETTER = f"[^{_NOT_IN_A_WORD}]"
_SPACE = f"(?:(?!(?P=gap)){_GAP})"
_MEANT = {" ": _SPACE, r"\s": _SPACE, ".": _LETTER, r"\w": _LETTER, r"\d": r"\d", r"\b": r"\b"}

#: What may follow "(?": the library has more, and its flags would change how all the rest is read.
_GROUPS = (":", "=", "!", "<=", "<!", ">")

#: An escape, a class of letters, a repetition, or a single sign.
_SIGNS = regex.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{[^}]*\}|.")


def find(expression: str, words: Sequence[str], starts: Sequence[int]) -> NDArray[np.int64]:
    """The places of an expression from left to right: the longest match, then what follows it.

    Args:
        expression: see above.
        words: the text, N words without gaps.
        starts: where a part of the text begins; rising, the first is 0. No match reaches from one
            part into the next.

    Returns:
        The first word and the number of words of each place, [M, 2].

    Raises:
        ValueError: the expression cannot be read, or takes longer than `PATIENCE`; the sentence
            says why.
    """
    pattern = _pattern(expression)
    seconds = max(PATIENCE, len(words) * PATIENCE_A_WORD)
    pieces = [_GAPS[k % MOST_WORDS] + word for k, word in enumerate(words)]
    for start in starts[1:]:
        pieces[start] = "\n" + pieces[start]
    ends = np.cumsum([len(piece) for piece in pieces])
    try:
        matches = pattern.finditer("".join(pieces), timeout=seconds)
        spans = np.array([match.span() for match in matches], np.int64).reshape(-1, 2)
    except TimeoutError:
        raise ValueError(
            f"this expression takes more than {seconds:.1f} s; ask for less at once: a repetition"
            " within a repetition, such as (a*)*, can be matched in too many ways"
        ) from None
    first, last = np.searchsorted(ends, spans[:, 0], "right"), np.searchsorted(ends, spans[:, 1])
    parts = np.searchsorted(starts, (first, last), "right")
    # The library knows more signs than are read here, and some of them take a gap for a letter.
    allowed = (last - first < MOST_WORDS) & (parts[0] == parts[1])
    found: NDArray[np.int64] = np.stack((first, last - first + 1), axis=1)[allowed]
    return found


def _pattern(expression: str) -> regex.Pattern[str]:
    """An expression as one over the words of a text, each after its gap."""
    if not expression.strip():
        raise ValueError("the expression is empty; write one such as (white|march) \\w+")
    if len(expression) > LONGEST:
        raise ValueError(
            f"the expression has {len(expression)} characters; at most {LONGEST} are read"
        )
    signs = _SIGNS.findall(expression)
    repeats = prod(_repeats(sign) for sign in signs if sign.startswith("{"))
    if repeats > MOST_REPEATS:
        raise ValueError(
            f"the repetitions in {{…}} multiply to {repeats:,}; at most {MOST_REPEATS:,} are read"
        )
    _refuse_flags(signs)
    try:
        regex.compile(expression)  # what is wrong is told where the reader wrote it
    except regex.error as error:
        place = ""
        if error.pos is not None:
            within = error.pos < len(expression)
            place = f" at character {error.pos + 1}" if within else " at its end"
        raise ValueError(f"the expression cannot be read{place}: {error.msg}") from None
    inside = "".join(_meant(sign) for sign in signs)
    try:
        # POSIX: of all matches from a word on the longest.
        return regex.compile(
            rf"(?P<gap>{_GAP})(?:{inside})(?={_GAP}|\n|\Z)", regex.POSIX | regex.IGNORECASE
        )
    except regex.error as error:  # its place is one in what the reader never saw
        raise ValueError(f"the expression cannot be read: {error.msg}") from None


def _refuse_flags(signs: Sequence[str]) -> None:
    """Refuse a group that begins with (? and is none of those known."""
    for place, sign in enumerate(signs):
        rest = "".join(signs[place + 1 :])
        if sign == "(" and rest.startswith("?") and not rest[1:].startswith(_GROUPS):
            raise ValueError(
                f"({rest[:2]}… is not known; of the groups with (? these are: "
                + " ".join(f"(?{group}…)" for group in _GROUPS)
            )


def _repeats(sign: str) -> int:
    """The largest number in {…}, at least 1."""
    return max([1, *(int(number) for number in regex.findall(r"[0-9]+", sign))])


def _meant(sign: str) -> str:
    """What a sign of an expression is between gaps."""
    if sign in _MEANT:
        return _MEANT[sign]
    if sign in ("^", "$"):
        raise ValueError(f"{sign} is not needed: whole words are matched")
    if sign.startswith("\\") and sign[1:].isdigit():
        return f"\\{int(sign[1:]) + 1}"  # the first group is the gap
    if sign.startswith("\\") and sign[1:].isalpha():
        raise ValueError(rf"{sign} is not known; \w is any letter and \d any digit")
    if sign.startswith("[") and len(sign) > 1:
        return _class(sign)
    return sign


def _class(sign: str) -> str:
    """Letters in brackets; where they are all but some, the gap is not one of them."""
    if " " in sign:
        raise ValueError(f"{sign} holds a space; write ( |a) for a space or an a")
    return f"[^{_NOT_IN_A_WORD}{sign[2:]}" if sign.startswith("[^") else sign
