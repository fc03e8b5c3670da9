"""A tree of continuations as a table."""

from __future__ import annotations

import pandas as pd

from rnnexplorer.tree import Tree


def table(tree: Tree) -> pd.DataFrame:
    """A row per node but the root: the way to it, its probability there and from the root on."""
    nodes = tree.nodes[1:]
    return pd.DataFrame(
        {
            "node": range(1, len(tree.nodes)),
            "parent": [node.parent for node in nodes],
            "depth": [node.depth for node in nodes],
            "word": [node.word for node in nodes],
            "way": [" ".join(tree.words(k)) for k in range(1, len(tree.nodes))],
            "probability": [node.p for node in nodes],
            "rank": [node.rank for node in nodes],
            "probability_of_way": [node.reached for node in nodes],
            "probability_of_other_words_after_it": [node.other for node in nodes],
        }
    )
