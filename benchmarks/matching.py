"""Search of a text for a pattern of units, for words and for an expression, against its reading.

    python benchmarks/matching.py                          27,000 words x 200 units, 20 rounds
    python benchmarks/matching.py --words 1000000 --rounds 3

The signal lies on disk in half precision as an index does; each unit drifts as C does, and all of
them belong to the pattern, which is the most that a search can be asked for. Every round runs each
variant once, in turn. The first column of the table is what reading the units' columns alone takes;
memory is what NumPy and Python held at most, the memory map left out.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np  # noqa: E402

from rnnexplorer.measures import matching, patterns, searching  # noqa: E402
from rnnexplorer.measures.patterns import Pattern  # noqa: E402

VOCABULARY = 2600  # as Alice has
AT_ONCE = 10_000

#: Share of its value that a unit keeps from word to word.
KEPT = 0.8


def written(path: Path, words: int, units: int) -> None:
    """A signal of that size on disk."""
    random = np.random.default_rng(1)
    array = np.lib.format.open_memmap(path, "w+", np.float16, (words, units))
    last = np.zeros(units, np.float32)
    for start in range(0, words, AT_ONCE):
        piece = random.normal(size=(min(AT_ONCE, words - start), units)).astype(np.float32)
        for row in piece:
            row += KEPT * last
            last = row
        array[start : start + len(piece)] = np.tanh(piece)
    array.flush()


def candidates(path: Path, units: int) -> dict[str, Callable[[], object]]:
    """What is timed, by name."""
    signal = np.load(path, mmap_mode="r")
    random = np.random.default_rng(2)
    ids = (VOCABULARY * random.random(len(signal)) ** 3).astype(np.int32)  # some words are common
    letters = np.array(list("etaoinshrdlu"))
    lengths = random.integers(2, 9, VOCABULARY)
    vocabulary = ["".join(random.choice(letters, n)) + str(k) for k, n in enumerate(lengths)]
    signs = np.where(random.random(units) < 0.5, 1, -1)
    whole, none = np.arange(units), np.zeros(units, np.bool_)

    def pattern(length: int, off: bool = False) -> Pattern:
        return Pattern(whole, signs, length, 0.3, none, none, off, off)

    def read() -> object:
        return [
            patterns.is_on(signal[start : start + matching.AT_ONCE], pattern(1))
            for start in range(0, len(signal), matching.AT_ONCE)
        ]

    def find(length: int, off: bool = False) -> Callable[[], object]:
        return lambda: matching.find(signal, pattern(length, off), [0], 20)

    def look(sought: str) -> Callable[[], object]:
        return lambda: searching.search(sought, vocabulary, ids, [0])

    first = " ".join(vocabulary[k] for k in ids[:3])
    return {
        "reading the units alone": read,
        "pattern of 3 words": find(3),
        "pattern of 10 words, off before and after": find(10, off=True),
        "pattern of 20 words, off before and after": find(20, off=True),
        "three words": look(first),
        r"/th?e?\d* \w+s\d+/": look(r"/th?e?\d* \w+s\d+/"),
        "/.*/, every word a place": look("/.*/"),
    }


def measure(timed: dict[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Seconds by name, round by round."""
    found: dict[str, list[float]] = {name: [] for name in timed}
    for number in range(-1, rounds):
        for name, act in timed.items():
            started = time.perf_counter()
            act()
            if number >= 0:
                found[name].append(time.perf_counter() - started)
    return found


def held(act: Callable[[], object]) -> float:
    """Most memory held meanwhile, in MB."""
    tracemalloc.start()
    act()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most / 1e6


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--words", type=int, default=27_000)
    parser.add_argument("--units", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "c.npy"
        written(path, options.words, options.units)
        timed = candidates(path, options.units)
        found = measure(timed, options.rounds)
        plain = found["reading the units alone"]
        print(f"{options.words:,} words x {options.units} units\n")
        print("| | ms | times the reading | MB |")
        print("|---|---|---|---|")
        for name, seconds in found.items():
            low, _, high = quantiles(seconds, n=4)
            ratio = median([own / other for own, other in zip(seconds, plain, strict=True)])
            spread = f"{1e3 * median(seconds):.0f} [{1e3 * low:.0f}–{1e3 * high:.0f}]"
            print(f"| {name} | {spread} | {ratio:.1f} | {held(timed[name]):.0f} |")


if __name__ == "__main__":
    main()
