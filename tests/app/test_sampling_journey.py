"""In a real browser: a branch is a place one can go to, and Back returns from it."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.browser

PLACES = "document.querySelector('.st-key-tree .js-plotly-plot')"


def test_a_click_on_a_branch_goes_on_from_it_and_back_returns(page, url, expect):
    there = page(f"{url}/what_if?run=tale-lstm&tab=tree&temperature=1&text=the+keeper+of")
    there.locator(".st-key-tree .nsewdrag").wait_for(timeout=60_000)
    there.wait_for_function(f"!!{PLACES}?._fullLayout?.xaxis?.d2p")
    prompt = there.get_by_role("textbox", name="Words to read")
    expect(prompt).to_have_value("the keeper of")
    word, x, y = there.evaluate(
        f"""() => {{
            const plot = {PLACES}, layout = plot._fullLayout;
            const places = plot.data.find(trace => trace.name === 'places');
            const words = plot.data.find(trace => trace.name === 'words');
            const at = plot.getBoundingClientRect();
            return [words.text[1].replace(/<[^>]*>/g, '').split(' ')[0],
                    at.left + layout.xaxis._offset + layout.xaxis.d2p(places.x[0]),
                    at.top + layout.yaxis._offset + layout.yaxis.d2p(places.y[0])];
        }}"""
    )
    there.mouse.move(x, y)
    there.mouse.click(x, y)
    expect(prompt).to_have_value(f"the keeper of {word}", timeout=20_000)
    there.wait_for_url(re.compile(rf"text=the\+keeper\+of\+{word}"))
    expect(there.locator("h4", has_text=f"after “{word}”")).to_be_visible()
    there.go_back()
    expect(prompt).to_have_value("the keeper of", timeout=20_000)
    expect(there.locator("h4", has_text="after “of”")).to_be_visible()
    assert not re.search(rf"of\+{word}", there.url)


def test_a_click_on_a_line_takes_its_temperature_for_the_draw(page, url, expect):
    there = page(f"{url}/what_if?run=tale-lstm&tab=draw&temperature=1&text=the+keeper+of")
    lines = there.locator(".st-key-bench_strips .nsewdrag")
    lines.wait_for(timeout=60_000)
    lines.scroll_into_view_if_needed()
    box = lines.bounding_box()
    there.mouse.click(box["x"] + box["width"] / 3, box["y"] + box["height"] / 16)
    expect(there.get_by_text("at temperature 0 the most probable word comes")).to_be_visible(
        timeout=20_000
    )
    there.wait_for_url(re.compile("bench_temperature=0"))
    there.go_back()
    expect(there.get_by_text(re.compile(r"u = 0\.\d\d falls on"))).to_be_visible(timeout=20_000)
