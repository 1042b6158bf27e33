"""Somebody at a browser: what they do on every page, and what their browser complained about."""

from babel.support import Translations
from playwright.sync_api import ConsoleMessage, Page, Request, Response

from config import ROOT
from tracker.services.demo import DEMO_PASSWORD

# An answer that refuses is shown as a page; that the console mentions it is no complaint.
_REFUSED = "Failed to load resource: the server responded with a status of 4"


class Visitor:
    """A page with an ear on its console, its scripts and its requests."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self._note(f"script: {error}"))
        page.on("requestfailed", self._failed)
        page.on("response", self._answered)

    def _note(self, text: str) -> None:
        self.complaints.append(f"{self.page.url}: {text}")

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(_REFUSED):
            self._note(message.text)

    def _failed(self, request: Request) -> None:
        # Leaving a page, or typing on, calls off what was still being asked.
        if request.failure != "net::ERR_ABORTED":
            self._note(f"{request.url} {request.failure}")

    def _answered(self, response: Response) -> None:
        of_page = response.request.resource_type == "document"
        if response.status >= 500 or (response.status >= 400 and not of_page):
            self._note(f"{response.url} answered {response.status}")

    def sign_in(self, role: str = "editor") -> Page:
        """Sign in through the form, by typing, as the demo account of this role."""
        self.page.goto("/sign-in")
        self.page.locator("[name=email]:focus").wait_for()
        self.page.keyboard.type(f"{role}@demo.example.org")
        self.page.keyboard.press("Tab")
        self.page.keyboard.type(DEMO_PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url("**/")
        return self.page


def said_in(language: str, text: str) -> str:
    """A text of the pages as the catalog of the language has it."""
    if language == "en":
        return text
    translated = Translations.load(str(ROOT / "tracker" / "translations"), [language]).gettext(text)
    assert translated != text, f"the {language} catalog does not say “{text}”"
    return translated


def counted_in(language: str, one: str, many: str, number: int) -> str:
    """A sentence of the pages about a number as the catalog of the language has it."""
    catalog = Translations.load(str(ROOT / "tracker" / "translations"), [language])
    return str(catalog.ungettext(one, many, number)) % {"num": number}
