"""An epoch of the chapter preset: this package, the chapter's Keras code, and the least there is.

    python benchmarks/training.py --keras-python OTHER/bin/python      20 rounds, about four minutes
    python benchmarks/training.py --rounds 5 --only rnn                 without Keras if not given

Every variant is a live process. A round runs each for one epoch, in turn, so that whatever else the
machine does meets all of them alike; only ratios within a round are compared.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from statistics import median, quantiles

import workers

HERE = Path(__file__).resolve().parent
WARM_UPS = 2  # epochs that are not counted: compilation, first allocations


class Worker:
    """A process that runs an epoch when asked."""

    def __init__(self, variant: str, python: str) -> None:
        self.variant = variant
        self.process = subprocess.Popen(
            [python, str(HERE / "workers.py"), variant],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._answer()

    def epoch(self) -> dict[str, float]:
        """Seconds and loss of one more epoch."""
        assert self.process.stdin is not None
        self.process.stdin.write("epoch\n")
        self.process.stdin.flush()
        return json.loads(self._answer())

    def end(self) -> None:
        """Let the process go."""
        self.process.communicate()

    def _answer(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.variant} broke off; its message stands above")
        return line


def measure(pythons: dict[str, str], rounds: int) -> dict[str, list[dict[str, float]]]:
    """The epochs of every variant, round by round: first all once, then all again."""
    found: dict[str, list[dict[str, float]]] = {variant: [] for variant in pythons}
    all_workers = [Worker(variant, python) for variant, python in pythons.items()]
    for number in range(-WARM_UPS, rounds):
        for worker in all_workers:
            answer = worker.epoch()
            if number >= 0:
                found[worker.variant].append(answer)
        print(f"\rround {max(0, number + 1)} of {rounds}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    for worker in all_workers:
        worker.end()
    return found


def spread(values: list[float]) -> str:
    """The median and, in brackets, where the middle half lies."""
    low, _, high = quantiles(values, n=4)
    return f"{median(values):.3g} [{low:.3g}–{high:.3g}]"


def table(found: dict[str, list[dict[str, float]]]) -> str:
    """Milliseconds, and how many times faster than Keras and slower than the floor, by round."""
    lines = [
        "| variant | ms an epoch | one-hot Keras takes | Embedding takes | of the floor |",
        "|---|---|---|---|---|",
    ]
    seconds = {variant: [e["seconds"] for e in epochs] for variant, epochs in found.items()}
    for variant, own in seconds.items():
        cell, name = variant.split("-", 1)
        floor = seconds.get(f"{cell}-floor-{name[-1]}" if name[-1].isdigit() else f"{cell}-floor-2")
        ratios = [
            spread([a / b for a, b in zip(*pair, strict=True)]) if all(pair) else "–"
            for pair in (
                (seconds.get(f"{cell}-keras-onehot"), own),
                (seconds.get(f"{cell}-keras-embedding"), own),
                (own, floor),
            )
        ]
        lines.append(f"| {variant} | {spread([1e3 * s for s in own])} | {' | '.join(ratios)} |")
    return "\n".join(lines)


def main() -> None:
    """Measure, keep the numbers, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=20, help="rounds that count (20)")
    parser.add_argument("--only", choices=("rnn", "lstm"), help="one cell instead of both")
    parser.add_argument("--keras-python", help="interpreter of an environment that has Keras")
    parser.add_argument("--out", type=Path, default=HERE / "results", help="folder of the numbers")
    options = parser.parse_args()
    pythons = {
        variant: options.keras_python if "keras" in variant else sys.executable
        for variant in workers.VARIANTS
        if variant.startswith(options.only or "")
    }
    if not options.keras_python:
        print("no --keras-python: only this package and the floor", file=sys.stderr)
    chosen = {variant: python for variant, python in pythons.items() if python}
    load = os.getloadavg()
    found = measure(chosen, options.rounds)
    options.out.mkdir(parents=True, exist_ok=True)
    now = datetime.datetime.now(datetime.UTC)
    kept = {
        "date": now.isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "load_before_and_after": [load, os.getloadavg()],
        "epochs": found,
    }
    path = options.out / f"training-{now:%Y%m%d-%H%M%S}.json"
    path.write_text(json.dumps(kept, indent=1) + "\n")
    print(table(found))
    print(f"\nThe numbers are in {path}", file=sys.stderr)


if __name__ == "__main__":
    main()
