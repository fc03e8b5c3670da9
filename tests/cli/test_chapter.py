"""The commands of the README, as they are written there, on the book."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from rnnexplorer import traces
from rnnexplorer.cli.parser import parser_of_commands

pytestmark = pytest.mark.book

README = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^    python -m rnnexplorer (.*)$", README, flags=re.MULTILINE)
#: In the order of the README: what needs no file of the reader's own, and does not stay open.
TYPED = [line for line in COMMANDS if "path/to" not in line and line != "app"]


def test_the_readme_shows_these_commands():
    first_words = {line.split()[0] for line in COMMANDS}
    offered = {
        action.dest for group in parser_of_commands()._subparsers._group_actions
        for action in group._choices_actions
    }  # fmt: skip
    assert first_words == offered


def test_the_commands_of_the_readme_work_one_after_another(done, alice, tmp_path):
    results = {}
    for line in TYPED:
        here = re.sub(r"\w+\.npz", lambda file: str(tmp_path / file.group()), line)
        results[line.split()[0]] = done(here, runs=tmp_path / "runs").stdout
    assert {row["name"] for row in json.loads(results["runs"])} >= {"demo"}
    assert results["generate"].startswith("alice was beginning to get ")
    assert (tmp_path / "trace.npz").exists()
    edited = traces.load(tmp_path / "kept.npz")
    assert edited.origin.edits == "f@1-2=1;i@1-2=0"
    assert (edited.signals["c"][0, 2] == edited.signals["c"][0, 0]).all()
    assert "5,210 words" in results["index"]
    assert "units have C on over “get very tired”" in results["find"]
    for command in set(results) - {"runs", "trace"}:
        assert results[command].strip()
