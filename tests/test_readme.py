"""The README keeps what it promises: its Python runs, its links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import plotly.graph_objects as go
import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
PAGES = sorted(REPOSITORY.glob("*.md")) + sorted(REPOSITORY.glob("*/*.md"))
PAGES = [page for page in PAGES if not page.parts[-2].startswith(".")]


def test_the_python_example_gives_what_its_comments_say(tmp_path, monkeypatch):
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(go.Figure, "show", lambda figure: figure)
    found = {}
    exec(code, found)
    trace = found["trace"]
    assert f"# {len(trace)} words, ten of them written by the model" in code
    assert trace.origin.prompt == len(trace) - 10
    assert f"trace.logits.shape  # {trace.logits.shape}:" in code
    assert (tmp_path / "trace.npz").exists()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_links_within_the_repository_lead_somewhere(page):
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8"))
    for link in links:
        if "://" not in link:
            assert (page.parent / link).exists(), link
