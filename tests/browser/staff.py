"""Somebody who does a job on several pages, by the names that these have in their language."""

import re
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.visitor import counted_in, said_in


@dataclass(frozen=True)
class Staff:
    """Somebody at work, who reads the pages in one language and waits for each to come."""

    page: Page
    language: str
    folder: Path

    def say(self, text: str) -> str:
        """A text of the pages in their language."""
        return said_in(self.language, text)

    def count(self, one: str, many: str, number: int) -> str:
        """A sentence of the pages about a number."""
        return counted_in(self.language, one, many, number)

    def press(self, name: str) -> None:
        """Press a button by its name."""
        self.follow(self.page.get_by_role("button", name=self.say(name), exact=True).first)

    def go(self, name: str) -> None:
        """Follow a link by its name."""
        self.follow(self.page.get_by_role("link", name=self.say(name), exact=True).first)

    def follow(self, to_another_page: Locator) -> None:
        """Click what leads to another page, and wait until that is there."""
        with self.page.expect_navigation():
            to_another_page.click()

    def open(self, part: str) -> None:
        """Go to a part of the event's page."""
        tabs = self.page.get_by_role("navigation", name=self.say("Parts of this page"))
        self.follow(tabs.get_by_role("link", name=self.say(part)))

    def card(self, heading: str) -> Locator:
        """The part of the page under a heading."""
        title = self.page.get_by_role("heading", name=self.say(heading), exact=True)
        return self.page.locator("section").filter(has=title)

    def flash(self) -> Locator:
        """What the page says was done."""
        return self.page.locator(".flash")

    def choose(self, typed: str, offered: str) -> None:
        """Type the beginning of something and take the first that is offered."""
        self.page.keyboard.type(typed)
        first = self.page.locator("[role=option][aria-selected=true]:visible")
        expect(first).to_contain_text(offered)
        self.page.keyboard.press("Enter")


def first_number(shown: Locator) -> int:
    """The number that something begins with."""
    found = re.match(r"\d+", shown.inner_text())
    assert found, shown.inner_text()
    return int(found[0])
