"""Bring a browser for the browser tests where that is allowed; else say what is missing, and how.

    python tests/chromium.py

Exit code 0: there is one (found or brought); 1: there is none, and one line said so.
"""

from __future__ import annotations

import subprocess
import sys

from browser import NO_CHROMIUM, find_chromium

DOWNLOAD_LIMIT = 300  # seconds


def chromium() -> str | None:
    """The path of a Chromium: the system's, Playwright's, or after a download Playwright's."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        own = driver.chromium.executable_path
    return find_chromium(own) or (find_chromium(own) if _download() else None)


def _download() -> bool:
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    try:
        finished = subprocess.run(command, capture_output=True, timeout=DOWNLOAD_LIMIT)
    except subprocess.TimeoutExpired:
        return False
    return finished.returncode == 0


def main() -> int:
    """Look, bring, or say."""
    path = chromium()
    if path is None:
        sys.stdout.write(f"The browser tests will not run: {NO_CHROMIUM}\n")
        return 1
    sys.stdout.write(f"The browser tests drive {path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
