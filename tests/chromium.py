"""The system's Chromium, for the browser tests."""

import os
import shutil

from playwright.sync_api import Browser, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# No sandbox: CI runs as root, where Chromium has none. The others keep it from calling home.
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
)


class ChromiumMissing(Exception):
    """There is no browser: the tests that need one fail, they are not skipped."""


def find_chromium() -> str:
    """Return the path of Chromium: CHROMIUM if set, else the first one on PATH."""
    named = os.environ.get("CHROMIUM")
    for name in (named,) if named else NAMES:
        if path := shutil.which(name):
            return path
    raise ChromiumMissing(
        f"CHROMIUM={named} cannot be run."
        if named
        else "The browser tests need Chromium: install it (Debian: apt-get install chromium), "
        "or name one with CHROMIUM=."
    )


def launch(playwright: Playwright) -> Browser:
    """Start the system's Chromium under Playwright; the caller closes it."""
    return playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
