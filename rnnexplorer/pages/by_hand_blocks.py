"""The stages of the worked example as lines of matrices."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnnexplorer.figures.matrices import Block
from rnnexplorer.measures.by_hand import Gradients, Guess, Steps, Weights
from rnnexplorer.measures.distribution import Array

Names = Sequence[str]
Lines = list[list[Block]]
#: States and weights of this size get the full hue.
LIMIT = 1.0
SMALL = "₀₁₂₃₄₅₆₇₈₉"


def word(
    steps: Steps, made: Guess, weights: Weights, t: int, vocabulary: Names, units: Names
) -> Lines:
    """X · W_xh, h · W_hh, their sum and its tanh at one step, and what that state expects."""
    now, before = SMALL[t + 1], SMALL[t]
    row = int(steps.x[t].argmax())

    def one(title: str, values: Array, operator: str = "") -> Block:
        return Block(title, values[None], columns=units, limit=LIMIT, operator=operator)

    return [
        [
            Block(f"x{now}", steps.x[t][None], "p", columns=vocabulary, gate=True, decimals=0),
            Block("W_xh", weights.W_xh, rows=vocabulary, columns=units, limit=LIMIT, row=row,
                  operator="·"),
            one(f"x{now}·W_xh", steps.from_input[t], "="),
        ],
        [
            one(f"h{before}", steps.before[t]),
            Block("W_hh", weights.W_hh, rows=units, columns=units, limit=LIMIT, operator="·"),
            one(f"h{before}·W_hh", steps.from_state[t], "="),
        ],
        [
            one(f"x{now}·W_xh", steps.from_input[t]),
            one(f"h{before}·W_hh", steps.from_state[t], "+"),
            one(f"z{now}", steps.total[t], "="),
            one(f"h{now} = tanh z{now}", steps.h[t], "→"),
        ],
        [
            one(f"h{now}", steps.h[t]),
            Block("W_hy", weights.W_hy, "p", rows=units, columns=vocabulary, limit=LIMIT,
                  operator="·"),
            Block("logits", made.logits[None], "p", columns=vocabulary, limit=LIMIT, operator="="),
            Block("p = softmax", made.probs[None], "p", columns=vocabulary, gate=True,
                  operator="→"),
        ],
    ]  # fmt: skip


def loss(steps: Steps, made: Guess, weights: Weights, vocabulary: Names, units: Names) -> Lines:
    """From the last state by way of the logits to the probabilities."""
    last, right = SMALL[len(steps.h)], int(made.target.argmax())
    return [
        [
            Block(f"h{last}", steps.h[-1][None], columns=units, limit=LIMIT),
            Block("W_hy", weights.W_hy, "p", rows=units, columns=vocabulary, limit=LIMIT,
                  operator="·"),
            Block("logits", made.logits[None], "p", columns=vocabulary, limit=LIMIT, operator="="),
        ],
        [
            Block("exp of the logits", made.exps[None], "p", columns=vocabulary, gate=True,
                  limit=2 * LIMIT),
            Block("p, their shares", made.probs[None], "p", columns=vocabulary, gate=True,
                  operator="→", column=right),
        ],
    ]  # fmt: skip


def back(
    made: Guess, found: Gradients, weights: Weights, words: Names, vocabulary: Names, units: Names
) -> Lines:
    """From the loss to every state: the truth, the last state, and word after word."""
    last = SMALL[len(words)]
    limit = _limit(found.h, found.total)
    return [
        [
            Block("p", made.probs[None], "p", columns=vocabulary, gate=True),
            Block("truth", made.target[None], "p", columns=vocabulary, gate=True, decimals=0,
                  operator="−"),
            Block("∂loss/∂logits", found.logits[None], "p", columns=vocabulary, limit=LIMIT,
                  operator="="),
        ],
        [
            Block("∂loss/∂logits", found.logits[None], "p", columns=vocabulary, limit=LIMIT),
            Block("W_hyᵀ", weights.W_hy.T, "p", rows=vocabulary, columns=units, limit=LIMIT,
                  operator="·"),
            Block(f"∂loss/∂h{last}", found.h[-1][None], columns=units, limit=limit, operator="="),
        ],
        [
            Block("∂loss/∂h", found.h, rows=words, columns=units, limit=limit),
            Block("1 − h²", found.slope, columns=units, gate=True, operator="×"),
            Block("∂loss/∂z", found.total, columns=units, limit=limit, operator="="),
        ],
        *(
            [
                Block(f"∂loss/∂z{SMALL[t + 1]}", found.total[t][None], columns=units, limit=limit),
                Block("W_hhᵀ", weights.W_hh.T, rows=units, columns=units, limit=LIMIT,
                      operator="·"),
                Block(f"∂loss/∂h{SMALL[t]}", found.h[t - 1][None], columns=units, limit=limit,
                      operator="="),
            ]
            for t in range(len(words) - 1, 0, -1)
        ),
    ]  # fmt: skip


def gradients(found: Gradients, words: Names, vocabulary: Names, units: Names) -> Lines:
    """What each word adds to the gradients, and their sums."""
    return [
        [
            *(
                Block(f"“{name}” adds", part, rows=() if t else vocabulary, columns=units,
                      limit=_limit(found.W_xh_parts), operator="+" if t else "")
                for t, (name, part) in enumerate(zip(words, found.W_xh_parts, strict=True))
            ),
            Block("∂loss/∂W_xh", found.W_xh, columns=units, limit=_limit(found.W_xh_parts),
                  operator="="),
        ],
        [
            *(
                Block(f"“{name}” adds", part, rows=() if t else units, columns=units,
                      limit=_limit(found.W_hh_parts), operator="+" if t else "")
                for t, (name, part) in enumerate(zip(words, found.W_hh_parts, strict=True))
            ),
            Block("∂loss/∂W_hh", found.W_hh, columns=units, limit=_limit(found.W_hh_parts),
                  operator="="),
        ],
        [Block("∂loss/∂W_hy", found.W_hy, "p", rows=units, columns=vocabulary)],
    ]  # fmt: skip


def step(
    weights: Weights, found: Gradients, after: Weights, rate: float, vocabulary: Names, units: Names
) -> Lines:
    """Each matrix, minus the learning rate times its gradient, and what comes of it."""
    rows = (
        ("W_xh", weights.W_xh, found.W_xh, after.W_xh, vocabulary, units, "h"),
        ("W_hh", weights.W_hh, found.W_hh, after.W_hh, units, units, "h"),
        ("W_hy", weights.W_hy, found.W_hy, after.W_hy, units, vocabulary, "p"),
    )
    return [
        [
            Block(name, old, key, rows=down, columns=across, limit=LIMIT),
            Block(f"{rate:g} · ∂loss/∂{name}", rate * gradient, key, columns=across, limit=LIMIT,
                  operator="−"),
            Block(f"new {name}", new, key, columns=across, limit=LIMIT, operator="="),
        ]
        for name, old, gradient, new, down, across, key in rows
    ]  # fmt: skip


def _limit(*arrays: Array) -> float:
    """One shade for one size in all of them."""
    return max(1e-6, *(float(np.abs(array).max()) for array in arrays))
