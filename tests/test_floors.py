"""The walls of docs/architecture.md, kept by reading the imports."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
PACKAGE = REPOSITORY / "rnnexplorer"
MODULES = sorted(PACKAGE.rglob("*.py"))
SCREEN = ("components", "pages", "lessons")


def floors() -> dict[str, int]:
    """Each room's floor, from the table in docs/architecture.md."""
    found = {}
    for line in (REPOSITORY / "docs/architecture.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) == 5 and cells[1].isdigit():
            for room in cells[2].split(","):
                found[room.strip(" `/")] = int(cells[1])
    return found


FLOORS = floors()


def room(path: Path) -> str:
    """The folder of the package that a module lies in, or its own name."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path, *, lazy: bool) -> set[str]:
    """Dotted names that a module imports; `lazy` also those within functions and for types."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = ast.walk(tree) if lazy else iter(tree.body)
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import hides which room is meant"
            # `from rnnexplorer import runs` names a room; `from rnnexplorer.runs import find` not.
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def rooms_imported(path: Path, *, lazy: bool) -> set[str]:
    parts = [name.split(".") for name in imports(path, lazy=lazy)]
    return {p[1] for p in parts if p[0] == "rnnexplorer" and p[1] in FLOORS}


def of_package(path: Path, package: str, *, lazy: bool) -> bool:
    return any(name.split(".")[0] == package for name in imports(path, lazy=lazy))


def name(path: Path) -> str:
    return str(path.relative_to(REPOSITORY))


def test_every_room_has_a_floor_and_every_floor_a_room():
    rooms = {room(path) for path in MODULES} - {"__init__"}
    assert rooms == set(FLOORS)


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_imports_run_downward(path):
    if room(path) == "__init__":  # the doors lead everywhere
        return
    above = {
        other: FLOORS[other]
        for other in rooms_imported(path, lazy=True)
        if FLOORS[other] > FLOORS[room(path)]
    }
    assert not above, f"{name(path)} on floor {FLOORS[room(path)]} imports {above}"


def test_no_room_needs_itself_by_way_of_others():
    needs: dict[str, set[str]] = {other: set() for other in FLOORS}
    for path in MODULES:
        if room(path) in FLOORS:
            needs[room(path)] |= rooms_imported(path, lazy=False) - {room(path)}
    while free := {other for other, below in needs.items() if not below}:
        needs = {other: below - free for other, below in needs.items() if other not in free}
    assert not needs, f"these rooms import each other in a circle: {sorted(needs)}"


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_streamlit_stays_on_the_screen(path):
    if room(path) not in SCREEN:
        assert not of_package(path, "streamlit", lazy=True)


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_torch_waits_until_it_is_needed(path):
    if FLOORS.get(room(path), 0) >= FLOORS["jobs"]:
        assert not of_package(path, "torch", lazy=True)
        heavy = {"network", "optimizers", "generation", "epoch", "training", "tracing", "cells"}
        assert not rooms_imported(path, lazy=False) & heavy


@pytest.mark.parametrize(
    "path", [p for p in MODULES if room(p) in ("measures", "figures")], ids=name
)
def test_what_is_pure_reads_no_files_and_no_clocks(path):
    forbidden = {"os", "time", "datetime", "random", "pathlib", "io", "tempfile"}
    assert not {n.split(".")[0] for n in imports(path, lazy=True)} & forbidden
    calls = {
        node.func.id
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert "open" not in calls


@pytest.mark.parametrize(
    "door", ["", ".runs", ".jobs", ".figures", ".measures", ".planning", ".cli"]
)
def test_what_lists_and_draws_does_not_load_torch(door):
    code = f"import rnnexplorer{door}, sys; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY).returncode == 0
