"""How long each view of the app keeps a person waiting once it has been opened, in a real Chromium.

    pip install -r requirements-dev.txt
    python benchmarks/views.py                      5 visits of each view
    python benchmarks/views.py --run alice-rnn-book

Every view is opened once by its address, which fills the server's caches. Then it is left for
another page and visited again by the navigation. A visit is timed in the page: from the press of
the button until the script has run, every chart of the view is drawn and nothing is stale.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import quantiles
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY / "tests"))

from browser import CHROMIUM_ARGUMENTS, Server, find_chromium  # noqa: E402
from playwright.sync_api import Page, sync_playwright  # noqa: E402

#: Page's title, its address and the least number of charts of the view.
VIEWS = (
    ("Explore", "?", 1),
    ("Compare", "compare?", 2),
    ("Units", "units?tab=atlas", 1),
    ("Units", "units?tab=unit&unit=41", 3),
    ("Units", "units?tab=health", 2),
    ("Find", "find?span=4-6", 1),
    ("Find", "find?tab=words&sought=the+white+*", 0),
    ("Memory", "memory?tab=ledger&unit=41", 1),
    ("Memory", "memory?tab=space", 1),
    ("Influence", "influence?tab=flow", 2),
    ("Influence", "influence?tab=why", 1),
    ("What if", "what_if?edits=f%4011%3D0", 3),
    ("What if", "what_if?tab=dose&unit=41&step=11", 1),
    ("What if", "what_if?tab=draw&step=11", 1),
    ("What if", "what_if?tab=tree", 1),
    ("Memorised", "memorised?tab=spans", 0),
    ("Memorised", "memorised?tab=novelty", 1),
    ("Memorised", "memorised?tab=counts", 1),
    ("Memorised", "memorised?tab=paths", 1),
    ("Over time", "over_time?tab=curves", 1),
    ("Over time", "over_time?tab=play", 1),
    ("Over time", "over_time?tab=pair&epoch=0", 1),
)

#: In the page: from the press of the button until the view is whole. The last animation frame in
#: which something was missing does not count as waiting. A script may have run between two frames,
#: so that it ran is not read from the frames.
WATCH = """charts => {
  let pressed = null, ran = false;
  window.waited = null;
  document.addEventListener("pointerdown", () => { pressed = performance.now(); },
                            { capture: true, once: true });
  const app = document.querySelector("[data-test-script-state]");
  const seen = new MutationObserver(() => { ran ||= pressed !== null; });
  seen.observe(app, { attributeFilter: ["data-test-script-state"] });
  const look = () => {
    const state = app.dataset.testScriptState;
    const drawn = document.querySelectorAll("[data-testid=stMain] .js-plotly-plot .main-svg");
    const plots = document.querySelectorAll("[data-testid=stMain] [data-testid=stPlotlyChart]");
    const whole = plots.length >= charts && drawn.length >= plots.length;
    const stale = document.querySelector("[data-testid=stMain] [data-stale=true]");
    const done = ran && state === "notRunning" && whole && !stale;
    if (done) { window.waited = performance.now() - pressed; seen.disconnect(); }
    else requestAnimationFrame(look);
  };
  look();
}"""


def visit(page: Page, title: str, charts: int) -> float:
    """Seconds from a press on a page's name in the navigation until its view is whole."""
    page.evaluate(WATCH, charts)
    page.get_by_test_id("stSidebarNav").get_by_text(title, exact=True).click()
    page.wait_for_function("window.waited !== null", timeout=15_000)
    return float(page.evaluate("window.waited")) / 1000


def settle(page: Page, charts: int) -> None:
    """Wait until a view that was opened by its address is whole."""
    page.wait_for_function(
        """charts => {
          const app = document.querySelector("[data-test-script-state]");
          const drawn = document.querySelectorAll("[data-testid=stMain] .main-svg");
          return app?.dataset.testScriptState === "notRunning" && drawn.length >= charts;
        }""",
        arg=charts,
        timeout=120_000,
    )


def visits(browser: Any, url: str, run: str, number: int) -> None:
    """Every view, so many times; a row of the table as soon as it is known."""
    for title, address, charts in VIEWS:
        page = browser.new_context(viewport={"width": 1600, "height": 1000}).new_page()
        page.goto(f"{url}/{address}&run={run}")
        settle(page, charts)
        waits = []
        for _ in range(number):
            visit(page, "Train", 0)
            waits.append(visit(page, title, charts))
        page.context.close()
        low, middle, high = quantiles([1e3 * seconds for seconds in waits], n=4)
        print(f"| `/{address}` | {middle:.0f} [{low:.0f}–{high:.0f}] |", flush=True)


def main() -> None:
    """Visit every view; print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--run", default="alice-lstm-book")
    parser.add_argument("--visits", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        server = Server(REPOSITORY / "app.py", {"RNNEXPLORER_RUNS": folder})
        index = [sys.executable, "-m", "rnnexplorer", "index", options.run]
        subprocess.run(
            index, cwd=REPOSITORY, env={**os.environ, "RNNEXPLORER_RUNS": folder},
            check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        path = find_chromium(driver.chromium.executable_path)
        browser = driver.chromium.launch(executable_path=path, args=list(CHROMIUM_ARGUMENTS))
        try:
            print("| view | ms, median [half of all] |")
            print("|---|---|")
            visits(browser, server.url, options.run, options.visits)
        finally:
            browser.close()
            server.stop()


if __name__ == "__main__":
    main()
