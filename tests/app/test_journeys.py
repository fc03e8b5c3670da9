"""What people do with the app, in a real Chromium, against the real server."""

from __future__ import annotations

import re

import pytest
from browser import APP, DRAWN, LINKED, Server

from rnnexplorer import corpus, jobs, planning, runs

pytestmark = pytest.mark.browser


@pytest.fixture
def explore(page, url):
    """Open the first page and wait until its charts are drawn and linked."""

    def opened(query="", **how):
        there = page(f"{url}/?{query}", **how)
        there.locator(DRAWN).first.wait_for(timeout=60_000)
        there.locator(LINKED).wait_for(timeout=30_000)
        return there

    return opened


def press(there, name):
    there.get_by_role("button", name=name, exact=True).click()


def choose(there, label, option):
    there.get_by_role("combobox", name=re.compile(label)).click()
    there.get_by_role("option", name=option).click()


def test_a_newcomer_sees_the_gates_of_a_trained_lstm_under_its_words(explore):
    there = explore()
    names = there.evaluate(
        "document.querySelector('.st-key-states .js-plotly-plot').data.map(t => t.name)"
    )
    assert names[:5] == ["h", "c", "f", "i", "p"]
    assert there.locator(".word").nth(0).inner_text() == "alice"
    assert there.locator(".word").count() == 32


def test_a_click_on_a_cell_picks_its_step_and_unit(explore, expect):
    there = explore("run=tale-lstm&write=0&text=the+keeper+of+the+bridge")
    panel = there.locator(".st-key-states .nsewdrag").nth(0)
    box = panel.bounding_box()
    units = there.evaluate(
        "document.querySelector('.st-key-states .js-plotly-plot').data[0].meta.units"
    )
    there.mouse.click(
        box["x"] + box["width"] * 1.5 / 5, box["y"] + box["height"] * 2.5 / len(units)
    )
    expect(there.get_by_text("after “keeper”")).to_be_visible()
    expect(there.get_by_role("spinbutton", name="Unit")).to_have_value(str(units[2]))
    there.wait_for_url(re.compile(rf"step=1.*unit={units[2]}|unit={units[2]}.*step=1"))


def test_a_click_on_a_word_takes_its_step_apart(explore, expect):
    there = explore("run=tale-lstm&write=0&text=the+keeper+of+the+bridge")
    there.locator(".word").nth(2).click()
    expect(there.get_by_text("after “of”")).to_be_visible()


def test_the_url_opens_the_same_view_again(explore, expect):
    there = explore("run=tale-lstm&write=0&text=the+keeper+of+the+bridge&step=3&unit=5&epoch=1")
    expect(there.get_by_role("spinbutton", name="Unit")).to_have_value("5")
    there.reload()
    there.locator(LINKED).wait_for(timeout=30_000)
    expect(there.get_by_role("spinbutton", name="Unit")).to_have_value("5")
    assert "step=3" in there.url
    assert "epoch=1" in there.url


def test_a_dark_browser_gets_dark_charts_on_a_dark_page(explore):
    there = explore(scheme="dark")
    page_color = there.evaluate(
        "getComputedStyle(document.querySelector('.stApp')).backgroundColor"
    )
    chart = there.evaluate(
        "document.querySelector('.st-key-states .js-plotly-plot').layout.paper_bgcolor"
    )
    assert page_color == "rgb(20, 22, 26)"
    assert chart == "#14161A"


@pytest.mark.parametrize("width", [900, 1900])
def test_nothing_is_wider_than_the_window(explore, width):
    there = explore(width=width)
    overflow = there.evaluate(
        "document.querySelector('[data-testid=stMain]').scrollWidth"
        " - document.querySelector('[data-testid=stMain]').clientWidth"
    )
    assert overflow <= 0


#: Texts of fields that do not fit: labels, and the values of inputs.
CUT_OFF = """() => [...document.querySelectorAll('.st-key-adjust *')]
    .filter(e => e.scrollWidth > e.clientWidth + 1)
    .filter(e => e.tagName === 'INPUT'
        || e.innerText && getComputedStyle(e).overflowX !== 'visible')
    .map(e => e.innerText || e.value)"""


@pytest.mark.parametrize("width", [1280, 1440])
def test_no_label_of_the_adjustments_is_cut_off(page, url, expect, width):
    there = page(f"{url}/train", width=width)
    there.get_by_text("Adjust", exact=True).click()
    for preset, field in (("Quick", "Carry the state"), ("Chapter", "RMSprop decay ρ")):
        there.locator(".st-key-train_preset").get_by_text(preset, exact=True).click()
        expect(there.locator(".st-key-adjust").get_by_text(field, exact=True)).to_be_visible()
        assert there.evaluate(CUT_OFF) == []


def test_compare_links_two_networks_over_the_same_words(page, url, expect):
    there = page(
        f"{url}/compare?run=tale-lstm&other=tale-rnn&write=0&text=the+keeper+of+the+bridge"
    )
    there.locator('.words[data-linked="3"]').wait_for(timeout=60_000)
    there.locator(".word").nth(1).click()
    expect(there.get_by_text("after “keeper”")).to_have_count(2)


def test_train_on_the_tale_watch_reload_and_explore_it(page, url, expect):
    there = page(f"{url}/train")
    choose(there, "Text", "The Keeper of the Long Bridge")
    there.get_by_label("Name", exact=True).fill("journey")
    there.get_by_label("Name", exact=True).press("Tab")
    press(there, "Train")
    expect(there.get_by_role("heading", name="journey")).to_be_visible(timeout=20_000)
    expect(there.get_by_text(re.compile("running · epoch"))).to_be_visible(timeout=60_000)
    there.reload()
    expect(there.get_by_role("heading", name="journey")).to_be_visible(timeout=20_000)
    expect(there.get_by_text(re.compile("finished · epoch 30 of 30"))).to_be_visible(
        timeout=240_000
    )
    there.get_by_test_id("stSidebarNav").get_by_text("Explore").click()
    there.locator(LINKED).wait_for(timeout=60_000)
    expect(there.get_by_text(re.compile("LSTM · 64 units"))).to_be_visible()


@pytest.fixture
def long_training(tmp_path, monkeypatch):
    """A training that ends only when it is stopped, and the environment of its servers."""
    home = tmp_path / "runs"
    monkeypatch.setenv("RNNEXPLORER_RUNS", str(home))
    plan = planning.plan("rnn", corpus.load("tale"), "quick", hidden=8, epochs=5000)
    run = planning.start(plan, "long")
    jobs.submit(run)
    yield {"RNNEXPLORER_RUNS": str(home)}
    runs.request_stop(run)
    jobs._children[-1].wait(60)


def test_a_training_outlives_its_server_is_seen_in_a_second_tab_and_stops(
    page, expect, long_training
):
    first = Server(APP, long_training)
    there = page(f"{first.url}/train?run=long")
    expect(there.get_by_text(re.compile("running · epoch"))).to_be_visible(timeout=60_000)
    there.close()
    first.stop()
    second = Server(APP, long_training)
    try:
        there = page(f"{second.url}/train")  # a stranger, who looks at a shipped model first
        press(there, "Watch")
        expect(there.get_by_role("heading", name="long")).to_be_visible(timeout=20_000)
        expect(there.get_by_text(re.compile("running · epoch"))).to_be_visible()
        there.get_by_role("button", name="Stop", exact=True).first.click()
        expect(there.get_by_text(re.compile("stopped · epoch"))).to_be_visible(timeout=60_000)
        expect(there.get_by_role("button", name="Go on").first).to_be_visible()
        there.close()  # a page that outlives its server complains
    finally:
        second.stop()


def test_from_a_cell_to_the_page_of_its_unit_and_back(explore, expect):
    there = explore("run=tale-rnn&write=0&text=the+keeper+of+the+bridge&unit=5")
    there.get_by_role("link", name="What does this unit do?").click()
    there.get_by_role("button", name="Read the whole text").click()
    expect(there.get_by_text("The places of the whole text where")).to_be_visible(timeout=60_000)
    expect(there.get_by_role("spinbutton", name="Unit, 0 to 7")).to_have_value("5")
    expect(there.get_by_text("Switched off")).to_be_visible(timeout=60_000)
    there.locator(".concordance .note a").first.click()
    there.locator(DRAWN).first.wait_for(timeout=60_000)
    expect(there.get_by_role("spinbutton", name="Unit")).to_have_value("5")
    assert "step=" in there.url
    there.go_back()
    expect(there.get_by_text("Switched off")).to_be_visible(timeout=60_000)


@pytest.mark.parametrize(
    ("link", "landed"),
    [("What does this unit do?", "units"), ("What was written when?", "memory")],
)
def test_from_page_to_page_is_one_step_back(explore, link, landed):
    there = explore("run=tale-lstm&write=0&text=the+keeper+of+the+bridge&step=3&unit=5")
    before, steps = there.url, there.evaluate("history.length")
    there.get_by_role("link", name=link).click()
    there.wait_for_url(re.compile(f"/{landed}.*tab="))
    there.locator("[data-test-script-state=notRunning]").wait_for(timeout=30_000)
    assert there.evaluate("history.length") == steps + 1
    there.go_back()
    there.wait_for_url(before)
    there.locator(LINKED).wait_for(timeout=30_000)
    assert there.url == before


def test_a_dot_of_gate_health_opens_its_unit(page, url, expect):
    there = page(f"{url}/units?run=tale-rnn&tab=health")
    offer = there.get_by_role("button", name="Read the whole text")
    dots = there.locator(".st-key-health_dots .js-plotly-plot .points path")
    there.wait_for_function(
        "document.querySelector('.st-key-health_dots .points path') ||"
        " document.body.innerText.includes('Read the whole text')"
    )
    if offer.count():
        offer.click()
    dots.first.wait_for(timeout=60_000)
    dots.nth(3).click(force=True)
    expect(there.get_by_role("spinbutton", name="Unit, 0 to 7")).to_have_value(re.compile(r"\d"))
    there.wait_for_url(re.compile(r"unit=\d"))


def test_a_rectangle_on_a_gate_clamps_it_and_the_text_is_written_again(page, url, expect):
    there = page(f"{url}/what_if?run=tale-lstm&signal=f&text=the+keeper+of+the+bridge+rang&step=0")
    panel = there.locator(".st-key-brush-block .nsewdrag").first
    panel.wait_for(timeout=60_000)
    box = panel.bounding_box()
    plot = "document.querySelector('.st-key-brush-block .js-plotly-plot')"
    columns = there.evaluate(f"{plot}.data[0].x.length || {plot}._fullLayout.xaxis.range[1] + 0.5")
    column = box["width"] / columns
    there.mouse.move(box["x"] + 1.2 * column, box["y"] + 2)
    there.mouse.down()
    there.mouse.move(box["x"] + 3.8 * column, box["y"] + box["height"] - 2, steps=8)
    there.mouse.up()
    expect(there.get_by_text("at steps 1 to 3:")).to_be_visible(timeout=10_000)
    there.get_by_role("button", name="Change it").click()
    expect(there.get_by_text("The expectation shifts most after")).to_be_visible()
    there.wait_for_url(re.compile(r"edits=f%401-3%3D1"))
    there.reload()
    expect(there.get_by_text("The expectation shifts most after")).to_be_visible(timeout=60_000)


def test_a_memorised_run_is_shown_at_its_place_in_the_text(page, url, expect):
    words = corpus.load("tale").words[60:68]
    there = page(f"{url}/memorised?run=tale-lstm&write=10&temperature=0&text={'+'.join(words)}")
    expect(there.get_by_text("written words continue a run of 5 or more")).to_be_visible(
        timeout=60_000
    )
    there.locator(".word").nth(8).click()
    expect(there.locator("h4 a", has_text="chapter")).to_be_visible()
    there.wait_for_url(re.compile("step=8"))


def test_a_pattern_is_found_elsewhere_and_opens_there(page, url, expect):
    there = page(f"{url}/find?run=tale-lstm&write=0&text=the+keeper+of+the+bridge&span=1-2")
    offer = there.get_by_role("button", name="Read the whole text")
    places = there.locator(".concordance .note a")
    offer.or_(places.first).first.wait_for(timeout=60_000)
    if offer.count():
        offer.click()
    expect(there.get_by_text(re.compile("units are on over"))).to_be_visible(timeout=60_000)
    places.nth(1).click()
    there.locator(DRAWN).first.wait_for(timeout=60_000)
    assert "/find" not in there.url
    there.go_back()
    expect(there.get_by_text(re.compile("units are on over"))).to_be_visible(timeout=60_000)
