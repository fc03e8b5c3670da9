"""How long the app keeps a person waiting, in a real Chromium, without and beside a training.

    pip install -r requirements-dev.txt
    python benchmarks/clicks.py                     20 clicks of each kind

First page: from opening the address on a warm server until the heatmaps are drawn and linked; the
bare page is a Streamlit script with one small heatmap, the least that any such page takes.
Click: from the mouse on a word, or on a cell of a heatmap, until the page beside shows that step.
The training beside is the book preset on the tale, as the app starts it: one thread, nice 10.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import quantiles
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY / "tests"))

from browser import CHROMIUM_ARGUMENTS, Server, find_chromium  # noqa: E402
from playwright.sync_api import Page, sync_playwright  # noqa: E402

DRAWN = ".st-key-states .js-plotly-plot .main-svg"
LINKED = '.words[data-linked="1"]'


#: In the page: from the press of the button until the page tells of the step that was meant.
WATCH = """() => {
  document.addEventListener("pointerdown", () => { window.pressed = performance.now(); }, true);
  new MutationObserver(() => {
    const told = [...document.querySelectorAll("p")].some((p) => p.textContent === window.meant);
    if (window.meant && window.pressed && told) {
      window.waited = performance.now() - window.pressed;
      window.meant = null;
    }
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""


#: What any page of Streamlit with one chart costs.
BARE = """
import plotly.graph_objects as go
import streamlit as st

st.plotly_chart(go.Figure(go.Heatmap(z=[[1, 2], [3, 4]])))
"""


def opened_bare(browser: Any, url: str) -> float:
    """Seconds until the one chart of a bare page is drawn."""
    page = browser.new_context(viewport={"width": 1600, "height": 1000}).new_page()
    page.goto(url)
    page.locator(".js-plotly-plot .main-svg").first.wait_for()
    seconds = page.evaluate("performance.now()") / 1000
    page.context.close()
    return float(seconds)


def opened(browser: Any, url: str) -> tuple[Page, float]:
    """A new visitor's first page, and the seconds until it is drawn and linked."""
    page = browser.new_context(viewport={"width": 1600, "height": 1000}).new_page()
    page.goto(url)
    page.locator(DRAWN).first.wait_for()
    page.locator(LINKED).wait_for()
    seconds = page.evaluate("performance.now()") / 1000
    page.evaluate(WATCH)
    return page, seconds


def answered(page: Page, step: int, click: Callable[[], None]) -> float:
    """Seconds from a click to the page that tells of a step."""
    page.evaluate(
        "text => { window.meant = text; window.pressed = window.waited = null; }",
        f"step {step} · what may come next",
    )
    click()
    page.wait_for_function("window.waited !== null")
    return float(page.evaluate("window.waited")) / 1000


def click_word(page: Page, step: int) -> float:
    """A click on a word of the strip."""
    return answered(page, step, page.locator(".word").nth(step).click)


def click_cell(page: Page, step: int, steps: int) -> float:
    """A click on a cell of the first heatmap."""
    box = page.locator(".st-key-states .nsewdrag").first.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] * (step + 0.5) / steps, box["y"] + box["height"] / 2
    return answered(page, step, lambda: page.mouse.click(x, y))


def rounds(browser: Any, url: str, bare: str, number: int) -> dict[str, list[float]]:
    """Every wait, so many times."""
    found: dict[str, list[float]] = {
        name: [] for name in ("bare page", "first page", "click on a word", "click on a cell")
    }
    for _ in range(max(3, number // 4)):
        found["bare page"].append(opened_bare(browser, bare))
        page, seconds = opened(browser, url)
        found["first page"].append(seconds)
        page.context.close()
    page, _ = opened(browser, url)
    steps = page.locator(".word").count()
    for k in range(number):
        found["click on a word"].append(click_word(page, (7 * k) % steps))
        found["click on a cell"].append(click_cell(page, (7 * k + 3) % steps, steps))
    page.context.close()
    return found


def training(runs_folder: str) -> subprocess.Popen[bytes]:
    """A training as the app starts it, for as long as nobody ends it."""
    command = [sys.executable, "-m", "rnnexplorer", "train", "--cell", "lstm", "--corpus", "tale"]
    command += ["--preset", "book", "--epochs", "5000"]
    environment = {**os.environ, "RNNEXPLORER_RUNS": runs_folder}
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=quiet, stderr=quiet)


def wait_for_first_epoch(runs_folder: str) -> None:
    """Until the training trains."""
    while not list(Path(runs_folder).glob("*/metrics.jsonl")):
        time.sleep(0.2)


def main() -> None:
    """Measure without, with and again without a training; print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        server = Server(REPOSITORY / "app.py", {"RNNEXPLORER_RUNS": folder})
        (Path(folder) / "bare.py").write_text(BARE)
        bare = Server(Path(folder) / "bare.py", {})
        path = find_chromium(driver.chromium.executable_path)
        browser = driver.chromium.launch(executable_path=path, args=list(CHROMIUM_ARGUMENTS))
        try:
            opened(browser, server.url)[0].context.close()  # the server is warm from here on
            alone = rounds(browser, server.url, bare.url, options.rounds)
            trainer = training(folder)
            wait_for_first_epoch(folder)
            beside = rounds(browser, server.url, bare.url, options.rounds)
            trainer.terminate()
            trainer.wait()
            again = rounds(browser, server.url, bare.url, options.rounds)
        finally:
            browser.close()
            server.stop()
            bare.stop()
    print("| ms, median [half of all] | alone | beside a training | alone again |")
    print("|---|---|---|---|")
    for what in alone:
        cells = []
        for found in (alone, beside, again):
            low, middle, high = quantiles([1e3 * seconds for seconds in found[what]], n=4)
            cells.append(f"{middle:.0f} [{low:.0f}–{high:.0f}]")
        print(f"| {what} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
