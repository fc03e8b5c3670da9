"""The plan for a class: every link in it opens, and what it sets is there."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from test_pages import opened, said

from rnnexplorer import address, runs, settings
from rnnexplorer.measures import expansion
from rnnexplorer.pages import laboratory_wirings
from rnnexplorer.pages.lesson import every

REPOSITORY = Path(__file__).resolve().parents[2]
PLAN = (REPOSITORY / "docs" / "teaching.md").read_text(encoding="utf-8")
LINKS = sorted(set(re.findall(r"`(/[^`\s]*)`", PLAN)))
KEYS = {lesson.key for lesson in every()}


def query_of(link):
    return dict(parse_qsl(urlsplit(link).query, keep_blank_values=True))


@pytest.mark.parametrize("link", LINKS)
def test_a_link_of_the_plan_means_something(link, monkeypatch, tmp_path):
    monkeypatch.setenv("RNNEXPLORER_RUNS", str(tmp_path))  # a class has the shipped runs only
    page, query = urlsplit(link).path.strip("/") or "explore", query_of(link)
    assert (REPOSITORY / "rnnexplorer" / "pages" / f"{page}.py").exists()
    found, complaints = address.from_query(query, {run.name: run for run in runs.list_runs()})
    assert not complaints
    assert set(query) <= {field.name for field in dataclasses.fields(found)}
    if page == "lessons" and found.lesson is not None:
        assert found.lesson in KEYS
        for lesson in every():
            if lesson.key == found.lesson:
                assert not settings.read(found.settings, lesson.kinds)[1]
    elif page == "laboratory":
        kinds = {"recurrence": expansion.KINDS, "wirings": laboratory_wirings.KINDS}
        assert not settings.read(found.settings, kinds[found.tab])[1]
    else:
        assert found.settings is None


@pytest.mark.usefixtures("own_runs", "fresh_caches")
@pytest.mark.parametrize("link", [link for link in LINKS if not link.startswith("/lessons")])
def test_a_view_of_the_plan_opens_without_a_complaint(link):
    page = urlsplit(link).path.strip("/") or "explore"
    at = opened(f"rnnexplorer/pages/{page}.py", **query_of(link))
    told = said(at.warning)
    assert "link" not in told
    assert "There is no" not in told


def test_every_lesson_is_in_the_plan():
    assert {query_of(link).get("lesson") for link in LINKS} >= KEYS
