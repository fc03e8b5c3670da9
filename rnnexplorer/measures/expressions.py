r"""Regular expressions over whole words, matched in a time that no expression can blow up.

Python's `re` takes exponential time for some short expressions, has no time-out, and would hold up
every other visitor of the server meanwhile. Here an expression is matched by its derivatives
(Brzozowski 1964; Owens, Reppy & Turon 2009, "Regular-expression derivatives re-examined"): what is
left to match after a letter is again an expression, and there are finitely many of them. Each is
made once and remembered, so that a letter costs one look-up; an expression with too many of them
is refused.

Known are letters, `.` and `\w` (any letter or digit), `\d`, `[a-z]`, `[^a-z]`, `(…)`, `|`, `?`,
`*`, `+`, `{2}`, `{2,}` and `{2,5}`. A space parts two words, and nothing else matches it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NoReturn

#: Longest expression in characters, and deepest nesting of its brackets.
LONGEST, DEEPEST = 200, 8

#: Largest number in {…}: repetitions are written out.
MOST_REPEATS = 40

#: Parts of expressions that are looked at before one is given up: less than half a second's worth.
MOST_LOOKED_AT = 300_000

#: The states in which nothing can match any more, and in which all is matched.
NOTHING, DONE = 0, 1


@dataclass(frozen=True)
class Letters:
    """Which letters one place of an expression takes.

    Attributes:
        ranges: first and last letter of each.
        digits: any digit as well.
        others: all letters but these; never the space.
    """

    ranges: tuple[tuple[str, str], ...] = ()
    digits: bool = False
    others: bool = False

    def take(self, letter: str) -> bool:
        """Whether they take that letter."""
        among = any(low <= letter <= high for low, high in self.ranges)
        among = among or (self.digits and letter.isdigit())
        return (letter != " " and not among) if self.others else among


ANY = Letters(others=True)


@dataclass(frozen=True)
class _Node:
    """One expression; its parts are numbers of others."""

    kind: Literal["nothing", "done", "letter", "then", "either", "many"]
    parts: tuple[int, ...] = ()
    letters: Letters = ANY


class Machine:
    """An expression and its derivatives; each has a number, and equal ones have the same.

    Attributes:
        start: the number of the expression itself.
    """

    def __init__(self, expression: str) -> None:
        """Read an expression.

        Raises:
            ValueError: it cannot be read; the sentence says where, and why.
        """
        self._nodes: list[_Node] = []
        self._numbers: dict[_Node, int] = {}
        self._accepts: list[bool] = []
        self._derivatives: dict[tuple[int, str], int] = {}
        self._looked_at = 0
        self._number(_Node("nothing"), accepts=False)
        self._number(_Node("done"), accepts=True)
        self.start = _Parser(expression, self).whole()

    def after(self, state: int, text: str) -> int:
        """What is left to match after a text.

        Raises:
            ValueError: the expression has too many derivatives, or too large ones.
        """
        for letter in text:
            if state == NOTHING:
                break
            state = self._derivative(state, letter)
        return state

    def accepts(self, state: int) -> bool:
        """Whether all may be matched already."""
        return self._accepts[state]

    # --- expressions from their parts; what is the same is simplified to be equal ---

    def letter(self, letters: Letters) -> int:
        """One letter."""
        return self._number(_Node("letter", letters=letters), accepts=False)

    def then(self, first: int, second: int) -> int:
        """One expression after the other."""
        if NOTHING in (first, second):
            return NOTHING
        if DONE in (first, second):
            return second if first == DONE else first
        both = self._accepts[first] and self._accepts[second]
        return self._number(_Node("then", (first, second)), accepts=both)

    def either(self, options: tuple[int, ...]) -> int:
        """Any one of some expressions."""
        flat: set[int] = set()
        for number in options:
            node = self._nodes[number]
            flat.update(node.parts if node.kind == "either" else (number,))
        flat.discard(NOTHING)
        self._count(len(flat))
        if len(flat) < 2:
            return flat.pop() if flat else NOTHING
        some = any(self._accepts[number] for number in flat)
        return self._number(_Node("either", tuple(sorted(flat))), accepts=some)

    def many(self, inner: int) -> int:
        """An expression any number of times."""
        if inner in (NOTHING, DONE):
            return DONE
        if self._nodes[inner].kind == "many":
            return inner
        return self._number(_Node("many", (inner,)), accepts=True)

    def _number(self, node: _Node, *, accepts: bool) -> int:
        if node not in self._numbers:
            self._numbers[node] = len(self._nodes)
            self._nodes.append(node)
            self._accepts.append(accepts)
        return self._numbers[node]

    def _count(self, parts: int) -> None:
        self._looked_at += parts
        if self._looked_at > MOST_LOOKED_AT:
            raise ValueError("the expression is too intricate; ask for less at once")

    def _derivative(self, state: int, letter: str) -> int:
        """What is left to match after one letter."""
        known = self._derivatives.get((state, letter))
        if known is not None:
            return known
        node = self._nodes[state]
        self._count(1 + len(node.parts))
        left = NOTHING
        if node.kind == "letter":
            left = DONE if node.letters.take(letter) else NOTHING
        elif node.kind == "either":
            left = self.either(tuple(self._derivative(part, letter) for part in node.parts))
        elif node.kind == "many":
            left = self.then(self._derivative(node.parts[0], letter), state)
        elif node.kind == "then":
            first, second = node.parts
            left = self.then(self._derivative(first, letter), second)
            if self._accepts[first]:
                left = self.either((left, self._derivative(second, letter)))
        self._derivatives[state, letter] = left
        return left


class _Parser:
    """Reads an expression from left to right, by recursive descent."""

    def __init__(self, text: str, machine: Machine) -> None:
        self.text, self.machine = text, machine
        self.at, self.depth = 0, 0

    def whole(self) -> int:
        """The whole expression."""
        if not self.text.strip():
            raise ValueError("the expression is empty; write one such as (white|march) \\w+")
        if len(self.text) > LONGEST:
            raise ValueError(
                f"the expression has {len(self.text)} characters; at most {LONGEST} are read"
            )
        found = self._either()
        if self.at < len(self.text):
            self._refuse("a bracket is closed here that was never opened")
        return found

    def _either(self) -> int:
        options = [self._sequence()]
        while self._next("|"):
            options.append(self._sequence())
        return self.machine.either(tuple(options))

    def _sequence(self) -> int:
        parts = []
        while self._peek() not in ("", "|", ")"):
            parts.append(self._repeated())
        found = DONE
        for part in reversed(parts):
            found = self.machine.then(part, found)
        return found

    def _repeated(self) -> int:
        inner = self._single()
        least, most = self._quantifier()
        if self._peek() in ("?", "*", "+", "{") and (least, most) != (1, 1):
            self._refuse("a repetition follows a repetition; put the first into brackets")
        # x{2,4} is x x (x (x)?)?, and x{2,} is x x x*.
        found = self.machine.many(inner) if most is None else DONE
        for _ in range(0 if most is None else most - least):
            found = self.machine.either((DONE, self.machine.then(inner, found)))
        for _ in range(least):
            found = self.machine.then(inner, found)
        return found

    def _quantifier(self) -> tuple[int, int | None]:
        for sign, numbers in (("?", (0, 1)), ("*", (0, None)), ("+", (1, None))):
            if self._next(sign):
                return numbers
        if not self._next("{"):
            return 1, 1
        least = self._whole_number()
        most: int | None = least
        if self._next(","):
            most = None if self._peek() == "}" else self._whole_number()
        if not self._next("}"):
            self._refuse("a repetition is written {2}, {2,} or {2,5}")
        if most is not None and most < least:
            self._refuse(f"{most} times is less than {least} times", back=1)
        return least, most

    def _whole_number(self) -> int:
        start = self.at
        while self._peek() in tuple("0123456789"):
            self.at += 1
        if start == self.at:
            self._refuse("a repetition is written {2}, {2,} or {2,5}")
        number = int(self.text[start : self.at])
        if number > MOST_REPEATS:
            self._refuse(f"at most {MOST_REPEATS} repetitions can be asked for", back=1)
        return number

    def _single(self) -> int:
        sign = self._peek()
        if sign == "(":
            return self._bracket()
        if sign == "[":
            return self.machine.letter(self._class())
        if sign in "?*+{":
            self._refuse(f"there is nothing before {sign} that could be repeated")
        if sign in "^$":
            self._refuse(f"{sign} is not needed: whole words are matched")
        if sign == "\\":
            return self.machine.letter(self._escaped())
        self.at += 1
        if sign == ".":
            return self.machine.letter(ANY)
        return self._plain(sign)

    def _plain(self, sign: str) -> int:
        """A letter as the text has it: small, and maybe more than one when it is."""
        found = DONE
        for letter in reversed(sign.lower()):
            found = self.machine.then(self.machine.letter(Letters(((letter, letter),))), found)
        return found

    def _bracket(self) -> int:
        self.depth += 1
        if self.depth > DEEPEST:
            self._refuse(f"brackets can be nested {DEEPEST} deep")
        opened = self.at
        self.at += 1
        if self._next("?") and not self._next(":"):
            self._refuse("of the brackets that begin with ? only (?:…) is known")
        found = self._either()
        if not self._next(")"):
            self.at = opened
            self._refuse("this bracket is never closed")
        self.depth -= 1
        return found

    def _class(self) -> Letters:
        opened = self.at
        self.at += 1
        others = self._next("^")
        ranges: list[tuple[str, str]] = []
        digits = False
        while not self._next("]"):
            if self._peek() == "":
                self.at = opened
                self._refuse("this bracket is never closed")
            if self._peek() == "\\":
                escaped = self._escaped()
                if escaped == ANY:
                    self._refuse(r"\w takes every letter; it needs no bracket", back=2)
                digits |= escaped.digits
                ranges += escaped.ranges
                continue
            low = high = self._small()
            if self._peek() == "-" and self.text[self.at + 1 : self.at + 2] not in ("", "]"):
                self.at += 1
                high = self._small()
            if high < low:
                self._refuse(f"{low}-{high} runs backwards", back=1)
            ranges.append((low, high))
        if not ranges and not digits:
            self.at = opened
            self._refuse("this bracket is empty")
        return Letters(tuple(ranges), digits, others)

    def _small(self) -> str:
        sign = self.text[self.at]
        self.at += 1
        return sign.lower() if len(sign.lower()) == 1 else sign

    def _escaped(self) -> Letters:
        sign = self.text[self.at + 1 : self.at + 2]
        if sign.isalnum() and sign not in ("w", "d"):
            self._refuse(rf"\{sign} is not known; \w is any letter and \d any digit")
        if not sign:
            self._refuse("something has to follow the last backslash")
        self.at += 2
        if sign == "w":
            return ANY
        return Letters(digits=True) if sign == "d" else Letters(((sign, sign),))

    def _peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def _next(self, sign: str) -> bool:
        """Whether that sign comes next; it is read."""
        found = self._peek() == sign
        self.at += found
        return found

    def _refuse(self, why: str, back: int = 0) -> NoReturn:
        at = self.at - back
        sign = f", “{self.text[at]}”" if at < len(self.text) else ", its end"
        raise ValueError(f"the expression cannot be read at character {at + 1}{sign}: {why}")
