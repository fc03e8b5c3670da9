"""A trace of every signal against a plain forward pass of `torch.nn.LSTM`, which gives h alone.

    python benchmarks/tracing.py                    1,000 words, 20 rounds
    python benchmarks/tracing.py --words 100

Both read the same words with the same weights, in turn, in one process. The trace is what the app
shows: look-up, every signal and the states before every step, logits, arrays of NumPy; loading the
weights and the vocabulary from disk, which the app does once for each new text, is left out.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import torch  # noqa: E402

from rnnexplorer import generation, recipe, signals, tracing  # noqa: E402
from rnnexplorer.network import Network, initialise, logits_of  # noqa: E402
from rnnexplorer.traces import Origin  # noqa: E402

VOCABULARY = 2600  # as Alice has


def candidates(words: int, threads: int) -> dict[str, Callable[[], object]]:
    """What is timed, by name; all read the same words with the same weights."""
    torch.set_num_threads(threads)
    wanted = recipe.BOOK.changed(hidden=128, embedding=128)
    network = initialise(wanted, VOCABULARY, torch.Generator().manual_seed(1))
    plain = _lstm_with(network)
    ids = torch.randint(0, VOCABULARY, (words,), generator=torch.Generator().manual_seed(2))
    x = network.weights["embedding"][ids].unsqueeze(1)
    vocabulary = tuple(f"w{k}" for k in range(VOCABULARY))
    origin = Origin("benchmark", "lstm", 0, "read", "stateful", None, words)

    def forward() -> object:
        with torch.no_grad():
            return plain(x)

    def forward_and_logits() -> object:
        with torch.no_grad():
            return logits_of(network, plain(x)[0][:, 0])

    return {
        "nn.LSTM forward": forward,
        "nn.LSTM forward and logits": forward_and_logits,
        "every signal, without logits": lambda: generation.read(network, ids, None),
        "trace": lambda: tracing.trace_of(network, ids, vocabulary, origin),
    }


def _lstm_with(network: Network) -> torch.nn.LSTM:
    plain = torch.nn.LSTM(network.units, network.units)
    with torch.no_grad():
        plain.weight_ih_l0.copy_(network.weights["W_xh.l0"].t())
        plain.weight_hh_l0.copy_(network.weights["W_hh.l0"].t())
        plain.bias_ih_l0.copy_(network.weights["b.l0"])
        plain.bias_hh_l0.zero_()
    assert network.cell is signals.cell("lstm")
    return plain


def measure(timed: dict[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Seconds by name, round by round."""
    found: dict[str, list[float]] = {name: [] for name in timed}
    for number in range(-2, rounds):
        for name, act in timed.items():
            started = time.perf_counter()
            act()
            if number >= 0:
                found[name].append(time.perf_counter() - started)
    return found


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--words", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    found = measure(candidates(options.words, options.threads), options.rounds)
    plain = found["nn.LSTM forward"]
    print(f"{options.words} words, {options.threads} thread(s)\n")
    print("| | ms | times nn.LSTM forward |")
    print("|---|---|---|")
    for name, seconds in found.items():
        ratios = [own / other for own, other in zip(seconds, plain, strict=True)]
        low, _, high = quantiles(ratios, n=4)
        spread = f"{median(ratios):.2f} [{low:.2f}–{high:.2f}]"
        print(f"| {name} | {1e3 * median(seconds):.1f} | {spread} |")


if __name__ == "__main__":
    main()
