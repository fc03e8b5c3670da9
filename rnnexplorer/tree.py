"""The type `Tree`: ways in which a text may go on, with the probability of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Node:
    """A word that may come, after the words on the way to it.

    Attributes:
        word: the word; of the root, the last one that was given.
        parent: number of the node before it; None of the root.
        depth: how many words after the root, 0 for the root.
        p: probability of the word after all words before it, p(word | path).
        reached: probability of the whole way from the root to here, the product of the p on it.
        rank: place of the word among all that may come there, 1 the most probable; 0 of the root.
        other: probability, counted from the root, of coming here and going on with a word that has
            no node; None where the tree does not look further.
        others: how many such words there are.
    """

    word: str
    parent: int | None
    depth: int
    p: float
    reached: float
    rank: int
    other: float | None = None
    others: int = 0


@dataclass(frozen=True)
class Tree:
    """Ways to go on from some words.

    Attributes:
        given: the words before the first branch.
        nodes: the root first, every node after its parent, siblings by probability.
    """

    given: tuple[str, ...]
    nodes: tuple[Node, ...]

    def __post_init__(self) -> None:
        """Check that every node comes after its parent."""
        if not self.nodes or self.nodes[0].parent is not None:
            raise ValueError("a tree needs a root, its first node")
        for number, node in enumerate(self.nodes[1:], start=1):
            if node.parent is None or not 0 <= node.parent < number:
                raise ValueError(f"node {number} has parent {node.parent}; it must come before it")

    def children(self, number: int) -> list[int]:
        """The nodes after a node, most probable first."""
        return [k for k, node in enumerate(self.nodes) if node.parent == number]

    def way(self, number: int) -> list[int]:
        """The nodes from the first word after the root to this one; none for the root.

        Raises:
            ValueError: there is no such node.
        """
        if not 0 <= number < len(self.nodes):
            raise ValueError(f"node {number} does not exist; the tree has {len(self.nodes)}")
        way: list[int] = []
        at: int | None = number
        while at is not None and at != 0:
            way.append(at)
            at = self.nodes[at].parent
        return way[::-1]

    def words(self, number: int) -> tuple[str, ...]:
        """The words on the way to a node, those before the root left out."""
        return tuple(self.nodes[k].word for k in self.way(number))

    def along(self, words: Sequence[str]) -> list[int]:
        """The nodes that a text goes through, as far as it stays in the tree.

        Args:
            words: that came after the root.
        """
        nodes, at = [], 0
        for word in words:
            ahead = [k for k in self.children(at) if self.nodes[k].word == word]
            if not ahead:
                break
            at = ahead[0]
            nodes.append(at)
        return nodes
