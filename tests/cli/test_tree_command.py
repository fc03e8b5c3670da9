"""`tree` writes the numbers of the picture without the picture."""

from __future__ import annotations

import argparse
import json
import re

import numpy as np
import pytest

from rnnexplorer.address import Address
from rnnexplorer.cli.parser import parser_of_commands
from rnnexplorer.cli.tree import tree

TEXT = "the keeper of the bridge"


def test_the_json_holds_every_branch_and_its_probabilities(done, demo, home, monkeypatch):
    monkeypatch.setenv("RNNEXPLORER_RUNS", str(home))
    from rnnexplorer import runs, tracing

    found = json.loads(
        done(f"tree {demo} --text '{TEXT}' --depth 2 --breadth 2 --temperature 1 --json").stdout
    )
    assert (found["epoch"], found["temperature"]) == (2, 1.0)
    root, *nodes = found["nodes"]
    assert root["word"] == "bridge"
    assert len(nodes) == 6
    logits = tracing.trace(runs.find(demo), TEXT).logits[-1].astype(np.float64)
    probs = np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()
    first = sorted((node for node in nodes if node["depth"] == 1), key=lambda node: node["rank"])
    np.testing.assert_allclose([n["p"] for n in first], np.sort(probs)[::-1][:2], rtol=1e-5)
    assert root["other"] == pytest.approx(1 - sum(n["p"] for n in first), rel=1e-5)


def test_a_person_sees_a_tree_of_words(done, demo):
    lines = done(f"tree {demo} --text '{TEXT}' --depth 2 --breadth 2").stdout.splitlines()
    assert lines[0].startswith(f"{demo}, epoch 2, temperature 0.7: after “bridge”")
    assert len(lines) == 1 + 6 + 3  # branches, and the other words of the three places
    assert re.fullmatch(r"├─ \w+  \d+\.\d%", lines[1])
    assert re.fullmatch(r"│  ├─ \w+  \d+\.\d%, \S+", lines[2])
    assert re.fullmatch(r"└─ \d+ other words  \d+\.\d%", lines[-1])


@pytest.mark.parametrize("line", ["tree x --text y", "generate x --prompt y",
                                  "trace x --text y --out z.npz", "memorised x"])  # fmt: skip
def test_what_is_not_asked_for_is_as_on_the_pages(line):
    page, asked = Address(), parser_of_commands().parse_args(line.split())
    assert asked.temperature == page.temperature == 0.7
    if line.startswith("tree"):
        assert (asked.depth, asked.breadth) == (page.depth, page.breadth) == (4, 3)


def test_at_temperature_zero_there_is_one_way(done, demo):
    lines = done(f"tree {demo} --text '{TEXT}' --depth 3 --temperature 0").stdout.splitlines()
    assert [line.count("100.0%") for line in lines[1:]] == [1, 1, 1]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [({"text": "zebra"}, "zebra"), ({"depth": 99}, "depth is 99"), ({"text": "?"}, "0 words"),
     ({"temperature": 11.0}, "temperature is 11"), ({"epoch": 1000}, "1000")],
)  # fmt: skip
def test_what_cannot_be_done_gets_a_sentence(home, demo, monkeypatch, options, sentence):
    monkeypatch.setenv("RNNEXPLORER_RUNS", str(home))
    asked = {
        "name": demo, "text": TEXT, "depth": 3, "breadth": 3, "leaves": 20, "epoch": None,
        "memory": None, "temperature": 1.0, "top_k": None, "top_p": None, "json": False, **options,
    }  # fmt: skip
    with pytest.raises(ValueError, match=sentence):
        tree(argparse.Namespace(**asked))
