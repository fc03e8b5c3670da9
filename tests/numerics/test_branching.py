"""The tree of continuations against traces that are fed its words, and what must add up."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import log_softmax, softmax
from tiny import MakeRun

from rnnexplorer import branching, runs, tracing
from rnnexplorer.branching import continuations
from rnnexplorer.draws import Sampling
from rnnexplorer.runs import Run
from rnnexplorer.tree import Node, Tree

TEXT = "the grey cat sat on the warm stone"
MEMORIES = ("stateful", "window")


@pytest.mark.parametrize("memory", MEMORIES)
@pytest.mark.parametrize("text", ["the", TEXT])
def test_a_way_has_the_product_of_its_words_probabilities(
    trained_run: Run, memory: str, text: str
) -> None:
    tree = continuations(trained_run, text, depth=4, breadth=3, leaves=25, memory=memory)
    vocabulary = runs.vocabulary(trained_run)
    given = len(text.split())
    for number, node in enumerate(tree.nodes[1:], start=1):
        words = (*text.split(), *tree.words(number))
        trace = tracing.trace(trained_run, words, memory=memory)
        logs = log_softmax(trace.logits.astype(np.float64), axis=1)
        came = [logs[k - 1, vocabulary.index[words[k]]] for k in range(given, len(words))]
        assert node.reached == pytest.approx(np.exp(sum(came)), rel=1e-5)
        assert node.p == pytest.approx(np.exp(came[-1]), rel=1e-5)
        assert node.rank == 1 + (logs[-2] > came[-1]).sum()


def test_temperature_and_truncation_are_those_of_the_draw(trained_run: Run) -> None:
    sampling = Sampling(temperature=0.6, top_k=4)
    tree = continuations(trained_run, TEXT, depth=2, breadth=3, leaves=9, sampling=sampling)
    for number, node in enumerate(tree.nodes[1:], start=1):
        trace = tracing.trace(trained_run, (*TEXT.split(), *tree.words(number)[:-1]))
        probs = np.sort(softmax(trace.logits[-1].astype(np.float64) / 0.6))[::-1]
        assert node.p == pytest.approx(probs[node.rank - 1] / probs[:4].sum(), rel=1e-5)
        assert node.others in (0, 1)


@pytest.mark.parametrize("memory", MEMORIES)
def test_children_and_all_other_words_make_up_their_parent(trained_run: Run, memory: str) -> None:
    tree = continuations(trained_run, TEXT, depth=3, breadth=4, leaves=30, memory=memory)
    words = len(runs.vocabulary(trained_run).words)
    for number, node in enumerate(tree.nodes):
        children = tree.children(number)
        assert (node.other is None) == (not children)
        if node.other is not None:
            total = sum(tree.nodes[k].reached for k in children) + node.other
            assert total == pytest.approx(node.reached, rel=1e-9)
            assert node.others == words - len(children)


@pytest.mark.parametrize("memory", MEMORIES)
def test_the_text_of_the_most_probable_words_is_in_the_tree(trained_run: Run, memory: str) -> None:
    tree = continuations(trained_run, TEXT, depth=6, breadth=2, leaves=3, memory=memory)
    greedy = tracing.trace(trained_run, TEXT, continue_words=6, memory=memory).words[-6:]
    way = tree.along(greedy)
    assert len(way) == 6
    assert all(tree.nodes[k].rank == 1 for k in way)


def test_it_looks_further_at_the_most_probable_end_each_time(trained_run: Run) -> None:
    tree = continuations(trained_run, TEXT, depth=3, breadth=3, leaves=13)
    # The first three looks are along the most probable words; the others each at the best end.
    inner = [k for k in range(len(tree.nodes)) if tree.children(k)]
    looked = sorted(inner, key=lambda k: tree.children(k)[0])[3:]
    ends = [k for k, n in enumerate(tree.nodes) if not tree.children(k) and n.depth < 3]
    assert looked
    assert max(tree.nodes[k].reached for k in ends) <= min(tree.nodes[k].reached for k in looked)
    assert sum(not tree.children(k) for k in range(len(tree.nodes))) == 13


def test_what_is_read_side_by_side_does_not_change_the_tree(
    trained_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for memory in MEMORIES:
        many = continuations(trained_run, "the", depth=5, breadth=3, leaves=30, memory=memory)
        with monkeypatch.context() as patch:
            patch.setattr(branching, "AT_ONCE", 1)
            one = continuations(trained_run, "the", depth=5, breadth=3, leaves=30, memory=memory)
        assert [n.word for n in many.nodes] == [n.word for n in one.nodes]
        np.testing.assert_allclose(
            [n.reached for n in many.nodes], [n.reached for n in one.nodes], rtol=1e-5
        )


def test_words_that_came_have_nodes_however_improbable(trained_run: Run) -> None:
    words = runs.vocabulary(trained_run).words
    trace = tracing.trace(trained_run, TEXT)
    worst = words[int(trace.logits[-1].argmin())]
    tree = continuations(trained_run, TEXT, depth=2, breadth=2, leaves=4, follow=[worst, worst])
    (first, _) = tree.along([worst, worst])
    assert tree.nodes[first].rank == len(words)
    cut = Sampling(temperature=1.0, top_k=3)
    tree = continuations(trained_run, TEXT, depth=2, breadth=2, sampling=cut, follow=[worst])
    assert tree.along([worst]) == []


def test_at_temperature_zero_there_is_one_way(trained_run: Run) -> None:
    tree = continuations(trained_run, TEXT, depth=5, sampling=Sampling(0.0))
    assert [node.depth for node in tree.nodes] == [0, 1, 2, 3, 4, 5]
    assert all(node.reached == 1.0 for node in tree.nodes)
    assert {node.other for node in tree.nodes[:-1]} == {0.0}


@pytest.mark.parametrize("cell", ["rnn", "gru"])
def test_a_one_hot_network_and_a_tied_one_have_trees(trained: MakeRun, cell: str) -> None:
    shape = {"input": "one-hot"} if cell == "rnn" else {"tied": True, "hidden": 4, "embedding": 4}
    run = trained(cell=cell, **shape)
    assert len(continuations(run, "the grey", depth=3).nodes) > 6


@pytest.mark.parametrize(
    ("options", "sentence"),
    [({"depth": 0}, "depth is 0; it must lie between 1 and 12"),
     ({"breadth": 13}, "breadth is 13; it must lie between 1 and 12"),
     ({"leaves": 0}, "leaves is 0; it must lie between 1 and 200"),
     ({"memory": "both"}, "memory is 'both'; it must be one of window, stateful"),
     ({"text": "?"}, "0 words; a tree starts after 1 to 2000"),
     ({"text": ["the"] * 2001}, "2001 words; a tree starts after 1 to 2000"),
     ({"text": "zebra"}, "zebra"), ({"epoch": 77}, "77")],
)  # fmt: skip
def test_what_cannot_be_asked_gets_a_sentence(trained_run: Run, options, sentence) -> None:  # noqa: ANN001
    with pytest.raises(ValueError, match=sentence.replace("?", r"\?")):
        continuations(trained_run, **{"text": TEXT, **options})


def test_a_tree_knows_its_ways() -> None:
    nodes = (
        Node("a", None, 0, 1.0, 1.0, 0), Node("b", 0, 1, 0.6, 0.6, 1), Node("c", 0, 1, 0.4, 0.4, 2),
        Node("d", 2, 2, 0.5, 0.2, 1),
    )  # fmt: skip
    tree = Tree(("a",), nodes)
    assert tree.children(0) == [1, 2]
    assert tree.words(3) == ("c", "d")
    assert tree.words(0) == ()
    assert tree.along(["c", "d", "e"]) == [2, 3]
    assert tree.along(["x"]) == []
    with pytest.raises(ValueError, match="node 4 does not exist"):
        tree.way(4)
    for wrong in ((), nodes[1:], (nodes[0], Node("b", 1, 1, 1.0, 1.0, 1))):
        with pytest.raises(ValueError, match="root|must come before"):
            Tree(("a",), wrong)
