"""The gradients of every word with respect to every word before it, against a trace of the same.

    python benchmarks/flow.py                       100 words, 10 rounds
    python benchmarks/flow.py --words 30

LSTM(200) as the book preset has it, one thread; in turn, in one process. A triangle of T words is T
gradients of up to T steps, each forward and back.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from statistics import median, quantiles

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import torch  # noqa: E402
from tracing import VOCABULARY, measure  # noqa: E402

from rnnexplorer import gradients, recipe, tracing  # noqa: E402
from rnnexplorer.network import initialise  # noqa: E402
from rnnexplorer.traces import Origin  # noqa: E402


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--words", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args()
    torch.set_num_threads(1)
    network = initialise(recipe.BOOK, VOCABULARY, torch.Generator().manual_seed(1))
    number = torch.Generator().manual_seed(2)
    ids = torch.randint(0, VOCABULARY, (options.words + 1,), generator=number)
    vocabulary = tuple(f"w{k}" for k in range(VOCABULARY))
    origin = Origin("benchmark", "lstm", 0, "read", "stateful", None, options.words)
    found = measure(
        {
            "trace": lambda: tracing.trace_of(network, ids[:-1], vocabulary, origin),
            "triangle": lambda: gradients.flow(network, ids[:-1], ids[1:], None, "loss"),
            "integrated, one word": lambda: gradients.integrated(
                network, ids[:-1], int(ids[-1]), "loss", 64
            ),
            "Jacobians of C, 40 back": lambda: gradients.jacobians(network, ids[:41], 0, "c"),
        },
        options.rounds,
    )
    print(f"{options.words} words\n")
    print("| | ms | times the trace |")
    print("|---|---|---|")
    for name, seconds in found.items():
        ratios = [own / other for own, other in zip(seconds, found["trace"], strict=True)]
        low, middle, high = quantiles(ratios, n=4)
        print(f"| {name} | {1e3 * median(seconds):.0f} | {middle:.1f} [{low:.1f}–{high:.1f}] |")


if __name__ == "__main__":
    main()
