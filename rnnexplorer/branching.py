"""Ways a network goes on: the most probable continuations of some words, as a tree."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from rnnexplorer import draws, runs, tracing
from rnnexplorer.corpus import split_words
from rnnexplorer.draws import Array, Sampling
from rnnexplorer.network import Network, States, last_states, logits_of, run
from rnnexplorer.traces import chosen_memory
from rnnexplorer.tree import Node, Tree

#: Sizes that are read in seconds; a screen has room for less, see `address`.
DEEPEST, BROADEST, MOST_LEAVES = 12, 12, 200
#: Places that are read side by side. The most probable ones are read before it is known that all
#: of them are wanted: a batch costs hardly more than a word.
AT_ONCE = 16
#: What is drawn from when nothing else is asked: the network's own distribution.
AS_IT_IS = Sampling(temperature=1.0)


def continuations(
    owner: runs.Run,
    text: str | Sequence[str],
    *,
    depth: int = 5,
    breadth: int = 3,
    leaves: int = 40,
    epoch: int | None = None,
    memory: str | None = None,
    sampling: Sampling = AS_IT_IS,
    follow: Sequence[str] = (),
) -> Tree:
    """The tree of continuations of some words, the most probable ways first.

    At every place it looks at, the tree has the `breadth` most probable words. It goes first along
    the most probable word of every place and along `follow`, both to the full depth; from then on
    always on from the most probable end that it has. The probabilities are those with which words
    are drawn: after temperature and truncation. A way's probability is the product of its words'
    (the chain rule), which a trace of the same words gives too.

    Args:
        owner: the run, see `runs.find`.
        text: a text, or words already split.
        depth: words ahead, 1…12.
        breadth: words at every place, 1…12; fewer where fewer can be drawn.
        leaves: once the tree has so many ends it is not looked further; 1…200.
        epoch: which checkpoint; None is the last.
        memory: `stateful` or `window`; None is what the run was trained for.
        sampling: temperature and truncation; its seed has no part in this.
        follow: words that came after the text; they have nodes as far as they can be drawn at all.

    Raises:
        ValueError: no words, too many, an unknown word (`corpus.UnknownWords`), no such epoch or
            memory, or a size out of bounds.
    """
    for name, value, most in (
        ("depth", depth, DEEPEST), ("breadth", breadth, BROADEST), ("leaves", leaves, MOST_LEAVES),
    ):  # fmt: skip
        if not 1 <= value <= most:
            raise ValueError(f"{name} is {value}; it must lie between 1 and {most}")
    memory = chosen_memory(memory, owner.recipe.memory)
    words = split_words(text) if isinstance(text, str) else list(text)
    if not 1 <= len(words) <= tracing.MOST_WORDS:
        raise ValueError(f"{len(words)} words; a tree starts after 1 to {tracing.MOST_WORDS}")
    vocabulary = runs.vocabulary(owner)
    ids, wanted = vocabulary.encode(words), vocabulary.encode(follow)
    network, _ = tracing.load_network(owner, epoch)
    window = owner.recipe.window if memory == "window" else None
    places = _Places(network, torch.from_numpy(ids), window, sampling)
    growing = _Growing(places, words[-1], vocabulary.words, depth, breadth)
    growing.follow(wanted.tolist())
    growing.follow_the_likeliest()
    growing.grow(leaves)
    return Tree(tuple(words), tuple(growing.nodes))


class _Place(NamedTuple):
    """What the network makes of the words up to a node.

    Attributes:
        ids: the words that it reads again with the next one; window memory only.
        states: of every layer, [H] each.
        probs: [V], what is drawn from, most probable word first.
        order: [V], the words.
    """

    ids: Tensor
    states: States
    probs: Array
    order: NDArray[np.int64]


class _Places:
    """The network, and every place of the tree that it has read."""

    def __init__(
        self, network: Network, ids: Tensor, window: int | None, sampling: Sampling
    ) -> None:
        self._network, self._window, self._sampling = network, window, sampling
        self._read_places: dict[int, _Place] = {}
        self._read([0], [ids if window is None else ids[-window:]], None)

    def __contains__(self, node: int) -> bool:
        return node in self._read_places

    def __getitem__(self, node: int) -> _Place:
        return self._read_places[node]

    def read(self, nodes: Sequence[int], parents: Sequence[int], ids: Sequence[int]) -> None:
        """Read on by one word at several nodes, side by side.

        Args:
            nodes: that are not read yet.
            parents: of each; they are.
            ids: the word of each.
        """
        before = [self[parent] for parent in parents]
        words = [torch.tensor([word]) for word in ids]
        if self._window is None:
            states = [
                {
                    key: torch.stack([place.states[layer][key] for place in before])
                    for key in self._network.cell.states
                }
                for layer in range(self._network.layers)
            ]
            self._read(nodes, words, states)
            return
        texts = [
            torch.cat((place.ids, word))[-self._window :]
            for place, word in zip(before, words, strict=True)
        ]
        # Until the window is full, a deeper node has a longer text.
        for length in {len(text) for text in texts}:
            rows = [row for row, text in enumerate(texts) if len(text) == length]
            self._read([nodes[row] for row in rows], [texts[row] for row in rows], None)

    @torch.inference_mode()
    def _read(self, nodes: Sequence[int], unread: Sequence[Tensor], states: States | None) -> None:
        columns = torch.stack(list(unread), dim=1)  # [T, B]
        layers = run(self._network, columns, states, only=self._network.cell.states)
        ranking = draws.rank(logits_of(self._network, layers[-1]["h"][-1]).numpy(), self._sampling)
        shares = ranking.shares()
        probs = shares / shares.sum(axis=-1, keepdims=True)
        after = last_states(self._network, layers)
        for row, node in enumerate(nodes):
            own = [{key: value[row] for key, value in layer.items()} for layer in after]
            self._read_places[node] = _Place(unread[row], own, probs[row], ranking.order[row])


class _Growing:
    """A tree while it grows."""

    def __init__(
        self, places: _Places, last: str, vocabulary: Sequence[str], depth: int, breadth: int
    ) -> None:
        self._places, self._vocabulary = places, vocabulary
        self._depth, self._breadth = depth, breadth
        self.nodes = [Node(last, None, 0, 1.0, 1.0, 0)]
        self._ids = [-1]
        self._ahead: dict[int, list[int]] = {}

    def follow(self, ids: Sequence[int]) -> None:
        """Grow along given words, as far as the depth and their being drawn at all allow."""
        at = 0
        for word in ids[: self._depth]:
            ahead = [k for k in self._expand(at, word) if self._ids[k] == word]
            if not ahead:
                return
            at = ahead[0]

    def follow_the_likeliest(self) -> None:
        """Grow along the most probable word of every place."""
        at = 0
        while self.nodes[at].depth < self._depth:
            at = self._expand(at)[0]

    def grow(self, leaves: int) -> None:
        """Look further at the most probable end, until there are so many ends."""
        ends = [self._queued(k) for k in range(len(self.nodes)) if k not in self._ahead]
        waiting = [end for end in ends if self.nodes[end[1]].depth < self._depth]
        heapq.heapify(waiting)
        count = len(ends)
        while waiting and count < leaves:
            node = waiting[0][1]
            if node not in self._places:
                self._read([k for _, k in heapq.nsmallest(AT_ONCE, waiting)])
            heapq.heappop(waiting)
            ahead = self._expand(node)
            count += len(ahead) - 1
            if self.nodes[node].depth + 1 < self._depth:
                for child in ahead:
                    heapq.heappush(waiting, self._queued(child))

    def _queued(self, node: int) -> tuple[float, int]:
        return -self.nodes[node].reached, node

    def _read(self, nodes: Iterable[int]) -> None:
        unread = [k for k in nodes if k not in self._places]
        parents = [parent for k in unread if (parent := self.nodes[k].parent) is not None]
        self._places.read(unread, parents, [self._ids[k] for k in unread])

    def _expand(self, node: int, also: int | None = None) -> list[int]:
        """The children of a node: the most probable words there, and one more that is asked for."""
        if node in self._ahead:
            return self._ahead[node]
        if node not in self._places:
            self._read([node])
        place = self._places[node]
        possible = int((place.probs > 0).sum())
        ranks = list(range(min(self._breadth, possible)))
        if also is not None:
            rank = int(np.flatnonzero(place.order == also)[0])
            if len(ranks) <= rank < possible:
                ranks.append(rank)
        rest = place.probs.copy()
        rest[ranks] = 0.0
        before = self.nodes[node]
        other = before.reached * float(rest.sum())
        self.nodes[node] = replace(before, other=other, others=possible - len(ranks))
        self._ahead[node] = [self._add(node, rank) for rank in ranks]
        return self._ahead[node]

    def _add(self, parent: int, rank: int) -> int:
        place, before = self._places[parent], self.nodes[parent]
        word, p = int(place.order[rank]), float(place.probs[rank])
        self._ids.append(word)
        self.nodes.append(
            Node(self._vocabulary[word], parent, before.depth + 1, p, before.reached * p, rank + 1)
        )
        return len(self.nodes) - 1
