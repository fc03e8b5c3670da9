"""A SimpleRNN of a few numbers, forward and back through time, as one would compute it by hand.

Row vectors and no bias, as in the chapter's worked example; the loss is measured after the last
word only. All products are written out, step by step, so that a lesson can show them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnnexplorer.measures.distribution import Array


@dataclass(frozen=True, eq=False)
class Weights:
    """The three matrices.

    Attributes:
        W_xh: [V, H].
        W_hh: [H, H].
        W_hy: [H, V].
    """

    W_xh: Array
    W_hh: Array
    W_hy: Array


@dataclass(frozen=True, eq=False)
class Steps:
    """The way from the inputs to the states.

    Attributes:
        x: the inputs, [T, V].
        before: h_{t-1}, [T, H]; the first row is the zero state.
        from_input: x_t W_xh, [T, H].
        from_state: h_{t-1} W_hh, [T, H].
        total: z_t, the sum of the two, [T, H].
        h: tanh z_t, [T, H], in -1…1.
    """

    x: Array
    before: Array
    from_input: Array
    from_state: Array
    total: Array
    h: Array


@dataclass(frozen=True, eq=False)
class Guess:
    """The way from the last state to the loss.

    Attributes:
        logits: h_T W_hy, [V].
        exps: e to the power of each, [V].
        probs: the same divided by their sum, [V].
        target: the word that should come, as one-hot, [V].
        loss: -ln of its probability, the cross-entropy in nats.
    """

    logits: Array
    exps: Array
    probs: Array
    target: Array
    loss: float


@dataclass(frozen=True, eq=False)
class Gradients:
    """The way back: how much the loss grows with each number, to first order.

    Attributes:
        logits: p - target, [V].
        h: with respect to h_t, by way of everything later, [T, H].
        slope: 1 - h_t², what tanh lets through, [T, H], in 0…1.
        total: with respect to z_t, [T, H]: the product of the two.
        W_xh_parts: x_tᵀ dz_t, what each step adds to the gradient of W_xh, [T, V, H].
        W_hh_parts: h_{t-1}ᵀ dz_t, the same of W_hh, [T, H, H].
        W_hy: h_Tᵀ dlogits, [H, V].
    """

    logits: Array
    h: Array
    slope: Array
    total: Array
    W_xh_parts: Array
    W_hh_parts: Array
    W_hy: Array

    @property
    def W_xh(self) -> Array:
        """[V, H]: the sum over the steps, as all of them used the same matrix."""
        summed: Array = self.W_xh_parts.sum(axis=0)
        return summed

    @property
    def W_hh(self) -> Array:
        """[H, H]: the sum over the steps."""
        summed: Array = self.W_hh_parts.sum(axis=0)
        return summed


def read(x: Array, W_xh: Array, W_hh: Array) -> Steps:
    """The states over some inputs, from the zero state.

    z_t = x_t W_xh + h_{t-1} W_hh;  h_t = tanh z_t (Elman 1990).

    Args:
        x: [T, V], an input a row.
        W_xh: [V, H].
        W_hh: [H, H].
    """
    from_input = x @ W_xh
    before, from_state, total, h = (np.zeros_like(from_input) for _ in range(4))
    for t in range(len(x)):
        if t:
            before[t] = h[t - 1]
        from_state[t] = before[t] @ W_hh
        total[t] = from_input[t] + from_state[t]
        h[t] = np.tanh(total[t])
    return Steps(x, before, from_input, from_state, total, h)


def guess(h: Array, W_hy: Array, target: Array) -> Guess:
    """What a state says of the next word, and what that costs.

    p = exp(l) / Σ exp(l) with l = h W_hy;  loss = -ln p_target.

    Args:
        h: the last state, [H].
        W_hy: [H, V].
        target: the word that should come, as one-hot, [V].
    """
    logits = h @ W_hy
    largest = logits.max()  # as far as the loss goes, so that no number overflows
    log_sum = largest + np.log(np.exp(logits - largest).sum())
    with np.errstate(over="ignore"):
        exps = np.exp(logits)
    probs = np.exp(logits - log_sum)
    return Guess(logits, exps, probs, target, float(log_sum - logits @ target))


def back(steps: Steps, made: Guess, weights: Weights) -> Gradients:
    """Back-propagation through time (Werbos 1990), written out.

    dl = p - target;  dh_T = dl W_hyᵀ;  dz_t = dh_t (1 - h_t²);  dh_{t-1} = dz_t W_hhᵀ.

    Args:
        steps: of the words.
        made: from their last state.
        weights: that made both.
    """
    d_logits = made.probs - made.target
    d_h, d_total = np.zeros_like(steps.h), np.zeros_like(steps.h)
    slope = 1.0 - steps.h**2
    arriving = d_logits @ weights.W_hy.T
    for t in reversed(range(len(steps.h))):
        d_h[t] = arriving
        d_total[t] = d_h[t] * slope[t]
        arriving = d_total[t] @ weights.W_hh.T
    return Gradients(
        logits=d_logits,
        h=d_h,
        slope=slope,
        total=d_total,
        W_xh_parts=steps.x[:, :, None] * d_total[:, None, :],
        W_hh_parts=steps.before[:, :, None] * d_total[:, None, :],
        W_hy=np.outer(steps.h[-1], d_logits),
    )


def updated(weights: Weights, found: Gradients, rate: float) -> Weights:
    """One step of gradient descent: W - rate · ∂loss/∂W."""
    return Weights(
        weights.W_xh - rate * found.W_xh,
        weights.W_hh - rate * found.W_hh,
        weights.W_hy - rate * found.W_hy,
    )
