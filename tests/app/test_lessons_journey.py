"""Lessons 3, 4 and 6 in a real Chromium, by keyboard where a keyboard can do it."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser


def test_the_course_goes_from_the_list_from_lesson_to_lesson_and_back(page, url, expect):
    there = page(f"{url}/lessons")
    there.get_by_role("button", name="1 · Order matters").click(timeout=60_000)
    there.wait_for_url(re.compile("lesson=order"))
    there.get_by_text("Neither", exact=True).click()
    there.get_by_role("button", name="This is my prediction").click()
    expect(there.get_by_text("Find out")).to_be_visible()
    there.get_by_role("button", name="Next: Unrolling").click()
    title = there.get_by_role("heading", name="Unrolling")
    expect(title).to_be_visible()
    there.get_by_text("Ten times as many").click()
    there.get_by_role("button", name="This is my prediction").click()
    expect(there.get_by_text("Find out")).to_be_visible()
    expect(title).to_be_visible()
    there.wait_for_url(re.compile("lesson=unrolling"))
    there.go_back()
    expect(there.get_by_role("heading", name="Order matters")).to_be_visible()
    there.get_by_role("button", name="All lessons").click()
    expect(there.get_by_text("Done: 0 of 10")).to_be_visible()
    there.get_by_role("button", name="Start all lessons again").click()
    expect(there.get_by_text("Done: 0 of 10")).to_be_visible()


def test_an_rnn_by_hand_from_the_prediction_to_the_explorer(page, url, expect):
    there = page(f"{url}/lessons?lesson=byhand")
    first = there.get_by_role("radio").first
    first.wait_for(state="attached", timeout=60_000)
    expect(there.get_by_text("Find out")).to_have_count(0)
    first.focus()
    there.keyboard.press("Space")
    there.get_by_role("button", name="This is my prediction").click()
    expect(there.get_by_text("Find out")).to_be_visible()
    expect(there.get_by_role("heading", name=re.compile("“this” comes in"))).to_be_visible()

    for stage, heading in (
        ("3 an", "“an” comes in"),
        ("4 loss", "the loss is"),
        ("5 back", "The gradient goes back"),
        ("7 step", "The loss falls"),
    ):
        there.get_by_role("radio", name=stage).or_(
            there.get_by_role("button", name=stage)
        ).first.click()
        expect(there.get_by_role("heading", name=re.compile(heading))).to_be_visible()

    there.get_by_role("button", name="Take the step").click()
    expect(there.get_by_text("goes from 41%")).to_be_visible()
    there.get_by_role("button", name="Take the step").focus()
    there.keyboard.press("Enter")
    expect(there.get_by_role("heading", name=re.compile("Why"))).to_be_visible()
    expect(there.get_by_text("It is: The rows of “this”, “is” and “an”.")).to_be_visible()
    there.wait_for_url(re.compile("Whh"))

    there.get_by_label("Your name, for the file").fill("Zoe")
    own = there.get_by_label("In your own words")
    own.fill("Only words that were read.")
    there.get_by_role("button", name="Predictions and answers").click()  # with the cursor in it
    expect(own).to_be_disabled()  # while the file is offered
    with there.expect_download() as saved:
        there.get_by_role("button", name="Save them").click()
    assert saved.value.suggested_filename == "lessons-Zoe.csv"
    rows = list(csv.DictReader(io.StringIO(Path(saved.value.path()).read_text("utf-8-sig"))))
    (row,) = [row for row in rows if row["lesson"] == "3"]
    assert (row["done"], row["right"]) == ("True", "False")
    assert (row["name"], row["in_own_words"]) == ("Zoe", "Only words that were read.")
    there.get_by_role("button", name="Write on").click()
    expect(own).to_be_enabled()

    there.get_by_role("link", name="The same arithmetic in a trained network").click()
    there.wait_for_url(re.compile(r"run=alice-rnn-book"))
    there.locator('.words[data-linked="1"]').wait_for(timeout=60_000)
    expect(there.locator(".word").nth(2)).to_have_text("an")


def test_a_weight_typed_over_changes_the_sum_and_is_undone(page, url, expect):
    there = page(f"{url}/lessons?lesson=byhand")
    there.get_by_role("button", name="Show without predicting").click(timeout=60_000)
    heading = there.get_by_role("heading", name=re.compile("“this” comes in"))
    expect(heading).to_contain_text("(0.46, ")  # tanh 0.5
    there.get_by_text("Change the weights").click()
    grid = there.locator('[data-testid="stDataFrame"]').first
    grid.wait_for()
    box = grid.bounding_box()
    # the first number, right of the names of the rows and under those of the columns
    there.mouse.dblclick(box["x"] + box["width"] * 0.4, box["y"] + 52)
    there.locator(".gdg-clip-region input").fill("2")
    there.keyboard.press("Enter")
    expect(heading).to_contain_text("(0.96, ")  # tanh 2
    there.wait_for_url(re.compile("Wxh"))
    there.get_by_role("button", name="The first numbers again").click()
    expect(heading).to_contain_text("(0.46, ")


def test_each_kind_of_wiring_is_trained_while_one_looks(page, url, expect):
    there = page(f"{url}/lessons?lesson=kinds")
    there.get_by_text("A blank that says nothing").click(timeout=60_000)
    there.get_by_role("button", name="This is my prediction").click()
    heading = there.get_by_role("heading", name=re.compile("right"))
    slider = there.get_by_role("slider", name="Steps of training")

    for kind, learnt in (
        ("One to one", "After 400 steps: 10 of 10 right"),
        ("One to many", "After 400 steps: 10 of 10 right"),
        ("Many to one", "After 400 steps: 48 of 48 right, and"),
        ("Many to many", "After 400 steps: 100% of 200 new sequences right"),
    ):
        there.get_by_role("radio", name=kind, exact=True).or_(
            there.get_by_role("button", name=kind, exact=True)
        ).first.click()
        expect(heading).to_contain_text("Before any training")
        slider.focus()
        there.keyboard.press("End")
        expect(heading).to_contain_text(learnt, timeout=60_000)
    expect(there.get_by_text("As you predicted")).to_be_visible()
    there.wait_for_url(re.compile("kind%3Dmany-to-many"))

    there.get_by_role("button", name="Start this lesson again").click()
    expect(there.get_by_role("button", name="Show without predicting")).to_be_visible()


def test_an_lstm_by_hand_keeps_erases_and_hides(page, url, expect):
    there = page(f"{url}/lessons?lesson=lstm&controls=none")
    there.get_by_text("It stays exactly as it was").click(timeout=60_000)
    there.get_by_role("button", name="This is my prediction").click()
    expect(there.get_by_test_id("stSidebar")).to_be_hidden()

    def hold(number, value):
        there.get_by_text(f"held at {value}", exact=True).nth(number).click()
        there.wait_for_url(re.compile(f"{'fio'[number]}%3D{value}"))

    hold(0, 1)
    hold(1, 0)
    expect(there.get_by_role("heading", name=re.compile("Kept: C stays 0.66"))).to_be_visible()
    hold(0, 0)
    expect(there.get_by_role("heading", name=re.compile("Erased"))).to_be_visible()

    def compute(number):
        there.get_by_text("computed", exact=True).nth(number).click()
        there.wait_for_url(re.compile(rf"^((?!{'fio'[number]}%3D).)*$"))

    compute(1)
    expect(there.get_by_role("heading", name=re.compile("No memory"))).to_be_visible()
    compute(0)
    hold(2, 0)
    expect(there.get_by_role("heading", name=re.compile("Hidden: C goes on"))).to_be_visible()
    expect(there.get_by_text("As you predicted")).to_be_visible()
    there.reload()
    there.get_by_role("button", name="Show without predicting").click(timeout=60_000)
    expect(there.get_by_role("heading", name=re.compile("Hidden: C goes on"))).to_be_visible()
