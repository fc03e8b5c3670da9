"""Gradients through time: how much an earlier state or word matters for what comes later.

The same steps that trained the network are unrolled again and differentiated by autograd. Many
gradients of one text are taken in one backward pass: every row of a batch reads the text and ends
in a number of its own, so that the gradient of the sum of these numbers is, row by row, the
gradient of each (rows of a batch never meet). Backpropagation through time: Werbos (1990).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from rnnexplorer.cells import Values
from rnnexplorer.network import Network, States, input_products, keep_all, logits_of, run_on

Array = NDArray[np.floating[Any]]

#: Rows read side by side: 64 of 500 steps of 200 units take about 0.6 GB with their graph.
ROWS_AT_ONCE = 64

#: A number for every row, [B], from the signals of every layer, each [T, B, H].
Score = Callable[[list[Values]], Tensor]


class Backward(NamedTuple):
    """The gradients of one number per row.

    Attributes:
        states: for each layer and state, ∂score/∂state_s, [T, B, H].
        inputs: ∂score/∂u_s of the first layer, [T, B, G·H].
        scores: the numbers themselves, [B].
    """

    states: list[Values]
    inputs: Tensor
    scores: Tensor


def backward(network: Network, u: Tensor, score: Score, initial: States | None = None) -> Backward:
    """Gradients of each row's score with respect to all its states and inputs.

    A state's gradient is the whole effect of that state: through the output of its own step and
    through all later steps.

    Args:
        network: the network.
        u: what the words bring to the first layer, [T, B, G·H], see `network.input_products`.
        score: see `Score`; a row's number must depend on that row alone.
        initial: before the first word; None is the zero state.
    """
    u = u.detach().requires_grad_()
    steps, batch = u.shape[:2]
    passed: dict[tuple[int, str], list[Tensor]] = {}

    def keep(layer: int, _: int, key: str, value: Tensor) -> Tensor:
        if key in network.cell.states:
            passed.setdefault((layer, key), []).append(value)
        return value

    with torch.enable_grad():
        scores = score(run_on(network, u, initial, change=keep))
        nodes = [value for values in passed.values() for value in values]
        found = torch.autograd.grad(scores.sum(), [u, *nodes], allow_unused=True)
    d_u, rest = found[0], iter(found[1:])
    none = u.new_zeros(batch, network.units)  # a state that no score of the rows depends on
    states: list[Values] = [{} for _ in range(network.layers)]
    for layer, key in passed:
        gradients = [next(rest) for _ in range(steps)]
        states[layer][key] = torch.stack([none if g is None else g for g in gradients])
    return Backward(states, torch.zeros_like(u) if d_u is None else d_u, scores.detach())


# --- one text: every later step against every earlier one ----------------------------------------


@dataclass(frozen=True, eq=False)
class Flow:
    """How each step of a text depends on every step before it; row t, column s, 0 where s > t.

    Attributes:
        states: for each state ‖∂y_t/∂state_s‖ of each layer, [L, R, T] for R rows, all T or some.
        inputs: ‖∂y_t/∂x_s‖, the connectivity of Madsen (2019), [R, T].
        signed: gradient × input, x_s · ∂y_t/∂x_s: above 0 the word raised y_t (Shrikumar et al.
            2016), [R, T].
        scores: y_t, [R].
    """

    states: dict[str, Array]
    inputs: Array
    signed: Array
    scores: Array


def flow(
    network: Network,
    ids: Tensor,
    targets: Tensor,
    window: int | None,
    of: str,
    initial: States | None = None,
    wanted: range | None = None,
) -> Flow:
    """Gradients of every step's loss, or logit, with respect to all that came before.

    Args:
        network: the network.
        ids: the words read, as vocabulary indices, [T].
        targets: at each step the word that y_t is about, [T].
        window: words of memory; None is stateful. In window memory a step depends on the words of
            its own window alone.
        of: `loss`, y_t = -ln p(target), or `logit`, y_t = the target's logit.
        initial: stateful, what the words before these left, of one row; None is the zero state.
        wanted: only the rows of these steps; None is all.

    Raises:
        ValueError: `of` is neither, or there is no word.
    """
    if of not in ("loss", "logit"):
        raise ValueError(f"a gradient is taken of a loss or a logit, not of {of!r}")
    if len(ids) == 0:
        raise ValueError("there are no words to look back from")
    steps, layers = len(ids), network.layers
    wanted = range(steps) if wanted is None else wanted
    shape = len(wanted), steps
    states = {key: np.zeros((layers, *shape), np.float32) for key in network.cell.states}
    inputs, signed = np.zeros((2, *shape), np.float32)
    scores = np.zeros(len(wanted), np.float32)
    for rows in _rows(wanted, steps if window is None else min(window, steps)):
        u = input_products(network, ids[rows.words], keep_all)  # [K, B, G·H]
        score = _score(network, rows.ends, targets[rows.targets], of)
        found = backward(network, u, score, _widened(initial, len(rows.targets)))
        own = rows.targets.numpy() - wanted.start
        at = (own, rows.words.numpy())  # [B], [K, B]
        for key, triangle in states.items():
            for layer in range(layers):
                triangle[layer][at] = found.states[layer][key].norm(dim=2).numpy()
        inputs[at] = _norm_of_inputs(network, found.inputs).numpy()
        signed[at] = _products(network, u, found.inputs).numpy()
        scores[own] = found.scores.numpy()
    earlier = np.arange(steps) <= np.array(wanted)[:, None]
    for triangle in (*states.values(), inputs, signed):
        triangle[..., ~earlier] = 0.0  # no more than rounding: the later words come too late
    return Flow(states, inputs, signed, scores)


class _Rows(NamedTuple):
    """Some targets of a text, each with a row of words that leads to it.

    Attributes:
        words: the step of the text that each place of a row reads, [K, B].
        targets: the step that each row is about, [B].
        ends: its place in the row, [B].
    """

    words: Tensor
    targets: Tensor
    ends: Tensor


def _widened(initial: States | None, rows: int) -> States | None:
    """The state of one row for many that begin with it."""
    if initial is None:
        return None
    return [{key: value.expand(rows, -1) for key, value in layer.items()} for layer in initial]


def _rows(wanted: range, full: int) -> Iterator[_Rows]:
    """All targets, some at a time: from the first word on while that fits, then in windows."""
    for first in range(wanted.start, min(full, wanted.stop), ROWS_AT_ONCE):
        targets = torch.arange(first, min(first + ROWS_AT_ONCE, full, wanted.stop))
        words = torch.arange(int(targets[-1]) + 1)[:, None].expand(-1, len(targets))
        yield _Rows(words, targets, targets)
    for first in range(max(full, wanted.start), wanted.stop, ROWS_AT_ONCE):
        targets = torch.arange(first, min(first + ROWS_AT_ONCE, wanted.stop))
        words = targets + torch.arange(1 - full, 1)[:, None]
        yield _Rows(words, targets, torch.full_like(targets, full - 1))


def _score(network: Network, ends: Tensor, targets: Tensor, of: str) -> Score:
    """The loss or the logit of each row's target at its last step."""
    rows = torch.arange(len(ends))

    def score(layers: list[Values]) -> Tensor:
        logits = logits_of(network, layers[-1]["h"][ends, rows])  # [B, V]
        if of == "loss":
            logits = -torch.log_softmax(logits, dim=1)
        return logits[rows, targets]

    return score


def _norm_of_inputs(network: Network, d_u: Tensor) -> Tensor:
    """‖∂y/∂x‖ from ∂y/∂u, [..., G·H] -> [...].

    u = x W + b, so ∂y/∂x = ∂y/∂u Wᵀ. Its length needs no row of length V: with the small matrix
    M = Wᵀ W, ‖∂y/∂x‖² = ∂y/∂u M ∂y/∂uᵀ. For few rows M is more work than the rows themselves.
    """
    W = network.weights["W_xh.l0"].detach()
    if d_u.numel() < W.shape[1] ** 2:
        found: Tensor = torch.linalg.vector_norm(d_u @ W.t(), dim=-1)
        return found
    squares = ((d_u @ (W.t() @ W)) * d_u).sum(dim=-1)
    return squares.clamp(min=0.0).sqrt()  # rounding may leave -1e-12


def _products(network: Network, u: Tensor, d_u: Tensor) -> Tensor:
    """X · ∂y/∂x = (x W) · ∂y/∂u = (u - b) · ∂y/∂u, [..., G·H] -> [...]."""
    return ((u - network.weights["b.l0"]) * d_u).detach().sum(dim=-1)


# --- one target ----------------------------------------------------------------------------------


def integrated(
    network: Network,
    ids: Tensor,
    target: int,
    of: str,
    points: int = 32,
    initial: States | None = None,
) -> tuple[Array, float]:
    """Integrated gradients of the words for what is expected after the last of them.

    IG_s = x_s · ∫₀¹ ∂y/∂x_s(α x) dα (Sundararajan, Taly & Yan 2017, eq. 1), the baseline being no
    input at all (x = 0, where only the bias acts), by the midpoint rule. The sum over the words is
    y(x) - y(0).

    Args:
        network: the network.
        ids: the words that lead to the target, [T]; in window memory those of its window.
        target: the word that y is about.
        of: `loss` or `logit`, see `flow`.
        points: of the midpoint rule.
        initial: as in `flow`; it stays as it is while the words fade in.

    Returns:
        [T], and y(x) - y(0) computed directly: what the rule misses is their difference.

    Raises:
        ValueError: there is no word.
    """
    if len(ids) == 0:
        raise ValueError("there are no words to look back from")
    bias = network.weights["b.l0"]
    brought = input_products(network, ids[:, None], keep_all) - bias  # [T, 1, G·H]
    shares = ((torch.arange(points) + 0.5) / points)[:, None]
    ends, targets = torch.full((points,), len(ids) - 1), torch.full((points,), target)
    score = _score(network, ends, targets, of)
    found = backward(network, bias + shares * brought, score, _widened(initial, points))
    words = (brought * found.inputs.mean(dim=1, keepdim=True)).sum(dim=2)[:, 0]
    whole = bias + torch.tensor([0.0, 1.0])[:, None] * brought
    with torch.inference_mode():
        none, all_ = _score(network, ends[:2], targets[:2], of)(
            run_on(network, whole, _widened(initial, 2))
        )
    return words.detach().numpy(), float(all_ - none)


# --- many places ---------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class ByLag:
    """How each of N numbers depends on what came before, by how far back, k = 0 … K - 1.

    Attributes:
        states: for each state ‖∂y/∂state_{t-k}‖ of each layer, [L, N, K].
        inputs: ‖∂y/∂x_{t-k}‖, [N, K].
    """

    states: dict[str, Array]
    inputs: Array


def by_lag(network: Network, ids: Tensor, targets: Tensor, lags: int, of: str) -> ByLag:
    """Gradient against lag, at many places of a corpus.

    Args:
        network: the network.
        ids: at each place the words that lead to it, read from the zero state, [T, N]; more than
            `lags`, so that the state that is looked back to is one that reading made.
        targets: the word that y is about, [N].
        lags: how far to look back, K - 1.
        of: `loss` or `logit`, see `flow`.

    Raises:
        ValueError: there are fewer words than lags.
    """
    steps, places = ids.shape
    if steps <= lags:
        raise ValueError(f"{steps} words do not reach {lags} words back; give at least {lags + 1}")
    shape, looked_back = (places, lags + 1), slice(-1, -lags - 2, -1)
    states = {key: np.zeros((network.layers, *shape), np.float32) for key in network.cell.states}
    inputs = np.zeros(shape, np.float32)
    for first in range(0, places, ROWS_AT_ONCE):
        part = slice(first, min(first + ROWS_AT_ONCE, places))
        u = input_products(network, ids[:, part], keep_all)
        ends = torch.full((u.shape[1],), steps - 1)
        found = backward(network, u, _score(network, ends, targets[part], of))
        inputs[part] = _norm_of_inputs(network, found.inputs).numpy()[looked_back].T
        for key, norms in states.items():
            for layer in range(network.layers):
                norms[layer, part] = found.states[layer][key].norm(dim=2).numpy()[looked_back].T
    return ByLag(states, inputs)


def jacobians(
    network: Network,
    ids: Tensor,
    layer: int,
    key: str,
    initial: States | None = None,
    wanted: range | None = None,
) -> Array:
    """How the last state of a text depends on the same state at every step before.

    J_s[j, k] = ∂state_T[j] / ∂state_s[k].

    Args:
        network: the network.
        ids: the words, [T].
        layer: from 0.
        key: of the state, `h` or `c`.
        initial: as in `flow`.
        wanted: only these j; None is all.

    Returns:
        [T, H, H], or [T, J, H] for J of the units; the last is the identity (for h, and for c).

    Raises:
        ValueError: the cell has no such state, or there is no word.
    """
    if key not in network.cell.states:
        raise ValueError(f"the {network.cell.title} has no state {key!r}")
    if len(ids) == 0:
        raise ValueError("there are no words to look back from")
    wanted = range(network.units) if wanted is None else wanted
    found = np.zeros((len(ids), len(wanted), network.units), np.float32)
    for first in range(wanted.start, wanted.stop, ROWS_AT_ONCE):
        chosen = torch.arange(first, min(first + ROWS_AT_ONCE, wanted.stop))
        u = input_products(network, ids[:, None].expand(-1, len(chosen)), keep_all)

        def score(layers: list[Values], chosen: Tensor = chosen) -> Tensor:
            return layers[layer][key][-1, torch.arange(len(chosen)), chosen]

        states = backward(network, u, score, _widened(initial, len(chosen))).states
        found[:, chosen.numpy() - wanted.start] = states[layer][key].numpy()
    return found
