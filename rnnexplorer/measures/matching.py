"""Where else in a text the same units are on: the search of LSTMVis, and what chance would give.

A pattern is the set of units that are on over a range of words. The places of the text at which
most of them are on for about as many words are its matches (Strobelt et al. 2018). LSTMVis also
counts against a place the units that are on there and not in the pattern; that would need every
unit of the text, and here only the pattern's own are read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnnexplorer.measures import chance
from rnnexplorer.measures.distribution import Array
from rnnexplorer.measures.patterns import Pattern, is_on

#: Words between two places: units that stay on for a sentence match at one place.
APART = 8

#: Words read at once: memory grows with the number of units and not with the length of the text.
AT_ONCE = 8192

#: A match may be shorter or longer than the pattern by a quarter of it, by one word at least and
#: by this many at most.
MOST_SLACK = 4

#: Equally good places are counted up to so many.
MOST_TIED = 1000

#: So many words in a row tell one place of a text from every other, but for refrains.
TELLING = 8

Bits = NDArray[np.uint64]


@dataclass(frozen=True)
class Match:
    """A place of the text.

    Attributes:
        start: its first word.
        length: in words.
        on: how many units of the pattern are on over all of it.
        edges: how many times one of them is on or off at the word before or after as it is in the
            pattern, 0 … 2 · on.
        score: from 0 to 1, see `find`.
        by_chance: how many words of the text would begin a match of this score or a better one if
            the units had nothing to do with each other, see `find`.
        tied: how many places have this score, itself among them; at most `MOST_TIED` are counted.
    """

    start: int
    length: int
    on: int
    edges: int
    score: float
    by_chance: float
    tied: int


def find(
    signal: Array,
    pattern: Pattern,
    starts: Sequence[int],
    count: int,
    own: Sequence[int] | NDArray[np.integer] = (),
) -> list[Match]:
    """The places where most units of a pattern are on for about as many words, best first.

    For the m words from s on, n(s, m) units of the K are on at every one of them (and off at the
    word before or after, if the pattern asks for that). With L, the length of the pattern,

        score(s, m) = n(s, m) / K · min(m, L) / max(m, L).

    A place is a start s with its best m among the lengths around L; of equal ones the length
    nearest to L, then the shorter. Places are ranked by score. Of equal ones the pattern's own come
    first, the others stand in the order of the text; where not all of them are returned, those are
    that have the most edges, the number of those n units that are on or off at the word before as
    they are in the pattern, and the same for the word after. Each is at least `APART` words away
    from every better one. The zero state before a part of the text counts as off, and no match
    reaches from one part into the next.

    Chance is this control: shift the on and off of each unit along the text, each by a random
    distance of its own. Every unit keeps how often and for how long it is on; that several are on
    together is left to chance. Each start then has n(s, m) distributed as the sum of K independent
    draws with the units' own shares p_u(m) of starts (Poisson binomial), so the expected number of
    starts with a score of at least x is, summed over m,

        Σ_m N_m · P(n ≥ x K max(m, L) / min(m, L)).

    It errs on the high side: a start that is good at two lengths is counted twice, and neighbours
    count one by one where `find` keeps the best of them. The units of a network are not
    independent, so to beat this control says that they act together, and not why.

    Args:
        signal: of one layer over the text, [N, H], half precision on disk.
        pattern: the units, of the same signal and layer.
        starts: where a part of the text begins, from the zero state; rising, the first is 0.
        count: most places returned.
        own: where the words stand that the pattern was taken from, see `own_starts`.
    """
    if not len(pattern.units):
        return []
    scored = _scored(signal, pattern, starts)
    is_own = np.isin(np.arange(len(scored.worth)), own)
    chosen = _apart(scored, is_own, count)
    tied = Counter(scored.worth[chosen].tolist())
    return [
        Match(
            start=s,
            length=int(scored.length[s]),
            on=int(scored.on[s]),
            edges=int(scored.edges[s]),
            score=float(scored.worth[s]) / len(pattern.units),
            by_chance=chance.by_chance(float(scored.worth[s]), pattern.length, scored.expected),
            tied=tied[float(scored.worth[s])],
        )
        for s in sorted(chosen[:count], key=lambda s: (-scored.worth[s], not is_own[s], s))
    ]


def own_starts(
    ids: NDArray[np.integer], read: NDArray[np.integer], span: tuple[int, int]
) -> NDArray[np.int64]:
    """Where in a text the words that a pattern was taken from stand themselves.

    Told by the `TELLING` words up to the end of the range, or by those around it near the
    beginning; what was read may be a part of the text.

    Args:
        ids: of the text, [N].
        read: the words that were read, [T], in the same vocabulary.
        span: first and last step of the pattern.

    Returns:
        The first word of the pattern at each such place; empty if there is none.
    """
    start = max(0, span[1] + 1 - TELLING)
    wanted = read[start : start + TELLING]
    places = len(ids) - len(wanted) + 1
    if places < 1:
        return np.zeros(0, np.int64)
    same = np.ones(places, np.bool_)
    for offset, word in enumerate(wanted):
        same &= ids[offset : offset + places] == word
    return np.flatnonzero(same) + (span[0] - start)


def is_own(match: Match, own: NDArray[np.int64], length: int) -> bool:
    """Whether a match lies on a place that the pattern itself was taken from."""
    return bool(((own < match.start + match.length) & (match.start < own + length)).any())


def told_ties(found: Sequence[Match]) -> str:
    """That more places are as good as the last one found than are shown; else nothing."""
    last = found[-1]
    shown = sum(match.score == last.score for match in found)
    if last.tied <= shown:
        return ""
    tied = f"{last.tied:,}" + (" or more" if last.tied >= MOST_TIED else "")
    return (
        f"{tied} places are as good as the last one; of them {shown} are shown, where the most"
        " units are on or off alike before and after."
    )


# --- scores --------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Scored:
    """Every start with its best length; what chance would give of each length.

    Attributes:
        worth: n(s, m) · min(m, L) / max(m, L), [N].
        length: m, [N].
        on: n(s, m), [N].
        edges: see `Match`, [N].
        expected: by length m, how many starts would have n or more units on by chance, [K + 1].
    """

    worth: Array
    length: NDArray[np.int16]
    on: NDArray[np.int16]
    edges: NDArray[np.int16]
    expected: dict[int, Array]


def _scored(signal: Array, pattern: Pattern, starts: Sequence[int]) -> _Scored:
    lengths, units = _lengths(pattern), len(pattern.units)
    worth = np.zeros(len(signal))
    best_length, best_on, edges = (np.zeros(len(signal), np.int16) for _ in range(3))
    held = {length: np.zeros(units, np.int64) for length in lengths}
    tried = dict.fromkeys(lengths, 0)
    for section in _sections(starts, len(signal)):
        for part in _chunks(section):
            bits = _padded_bits(signal, pattern, section, part, max(lengths))
            for length in lengths:
                full = _on_throughout(bits, pattern, section, part, length)
                held[length] += _per_unit(full, units)
                tried[length] += len(full)
                on = np.bitwise_count(full).sum(axis=1, dtype=np.int16)
                here = slice(part.start, part.start + len(on))
                value = on * min(length, pattern.length) / max(length, pattern.length)
                better = value > worth[here]
                worth[here][better] = value[better]
                best_length[here][better] = length
                best_on[here][better] = on[better]
                edges[here][better] = _edges(bits, full, pattern, length)[better]
    expected = {m: tried[m] * chance.at_least(held[m] / max(tried[m], 1)) for m in lengths}
    return _Scored(worth, best_length, best_on, edges, expected)


# --- lengths and parts ---------------------------------------------------------------------------


def _lengths(pattern: Pattern) -> list[int]:
    """The lengths that a match can have, nearest to the pattern's first, then the shorter.

    Units that are on for longer are on for this long as well, with a better score; only if they
    have to be off afterwards can a longer match be a better one.
    """
    slack = min(max(1, pattern.length // 4), MOST_SLACK)
    longest = pattern.length + (slack if pattern.after_off else 0)
    lengths = range(max(1, pattern.length - slack), longest + 1)
    return sorted(lengths, key=lambda m: (abs(m - pattern.length), m))


def _sections(starts: Sequence[int], count: int) -> list[range]:
    ends = [*starts[1:], count]
    return [range(start, end) for start, end in zip(starts, ends, strict=True)]


def _chunks(section: range) -> Iterator[range]:
    for start in range(section.start, section.stop, AT_ONCE):
        yield range(start, min(start + AT_ONCE, section.stop))


# --- units as bits: sixty-four of them in a number ----------------------------------------------


def _padded_bits(
    signal: Array, pattern: Pattern, section: range, part: range, longest: int
) -> Bits:
    """Which units are on, from the word before a part to the end of the last match from there.

    Row 0 is the word before the part, row 1 its first word. Outside of the section all are off.
    """
    stop = min(section.stop, part.stop + longest)
    first = max(section.start, part.start - 1)
    on = is_on(signal[first:stop], pattern)
    nothing = np.zeros((1, on.shape[1]), np.bool_)
    rows = [nothing] if part.start == section.start else []
    rows += [on, nothing] if stop == section.stop else [on]
    return _packed(np.concatenate(rows))


def _packed(on: NDArray[np.bool_]) -> Bits:
    """[N, K] as bits, in as many numbers as they need."""
    packed = np.packbits(on, axis=1)
    whole = np.zeros((len(packed), -(-packed.shape[1] // 8) * 8), np.uint8)
    whole[:, : packed.shape[1]] = packed
    return whole.view(np.uint64)


def _on_throughout(bits: Bits, pattern: Pattern, section: range, part: range, length: int) -> Bits:
    """Per start within the part, the units that are on at all `length` words from there."""
    starts = max(0, min(part.stop, section.stop - length + 1) - part.start)
    # Twice as many words from two halves that may overlap: log2(length) steps.
    full, reach = bits[1:], 1
    while reach < length:
        more = min(reach, length - reach)
        full = full[: len(full) - more] & full[more:]
        reach += more
    full = full[:starts].copy()
    if pattern.before_off:
        full &= ~bits[:starts]
    if pattern.after_off:
        full &= ~bits[length + 1 : length + 1 + starts]
    return full


def _edges(bits: Bits, full: Bits, pattern: Pattern, length: int) -> NDArray[np.int16]:
    """Per start, how many units are at the word before and after as they are in the pattern."""
    starts = len(full)
    before, after = _packed(np.stack((pattern.on_before, pattern.on_after)))
    same_before = full & ~(bits[:starts] ^ before)
    same_after = full & ~(bits[length + 1 : length + 1 + starts] ^ after)
    counts = np.bitwise_count(same_before) + np.bitwise_count(same_after)
    found: NDArray[np.int16] = counts.sum(axis=1, dtype=np.int16)
    return found


def _per_unit(bits: Bits, units: int) -> NDArray[np.int64]:
    """How many rows each unit is set in, [K]."""
    single = np.unpackbits(np.ascontiguousarray(bits).view(np.uint8), axis=1, count=units)
    found: NDArray[np.int64] = single.sum(axis=0, dtype=np.int64)
    return found


# --- ranking -----------------------------------------------------------------------------------


def _apart(scored: _Scored, is_own: NDArray[np.bool_], count: int) -> list[int]:
    """The best starts, each apart from every better one; after `count` those as good as the last.

    They are no more than `count` and `MOST_TIED`, whichever is more.
    """
    taken = np.zeros(len(scored.worth), np.bool_)
    chosen: list[int] = []
    for s in np.lexsort((-scored.edges, ~is_own, -scored.worth)).tolist():
        full = len(chosen) >= count and scored.worth[s] < scored.worth[chosen[count - 1]]
        if full or len(chosen) >= max(count, MOST_TIED) or scored.worth[s] <= 0:
            break
        stop = s + int(scored.length[s])
        if not taken[max(0, s - APART) : stop + APART].any():
            chosen.append(s)
            taken[s:stop] = True
    return chosen
