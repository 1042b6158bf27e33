"""axe-core finds nothing on any page: WCAG 2.2 AA, signed in and out, wide and narrow, both themes."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, ViewportSize

from tests.browser.addresses import EVENT, STATES, STATES_FOR_WRITERS, Rows, addresses
from tests.browser.visitor import Visitor
from tracker.access import PUBLIC

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
MAIN = (
    "/", "/events/", f"/events/{EVENT}", f"/events/{EVENT}/attendance", "/events/new",
    "/spaces/lacnic-event", "/organizations/lacnic", "/people/", "/feeds/",
    "/calendar/?engaged=lacnic", "/calendar/?view=year&engaged=lacnic", "/calendar/changes",
    "/reports/organizations/lacnic", "/search?q=lac", "/account", "/styleguide",
)  # fmt: skip
ALL = (PUBLIC, "signed-in", "write", "edit", "manage-users")
FIND = """async ([tags, contrast]) => {
  const rules = {"color-contrast": {enabled: contrast}};
  const found = await axe.run(document, {runOnly: tags, rules, resultTypes: ["violations"]});
  return found.violations.map((v) => [v.id, v.nodes.map((n) => n.target.join(" ") + "  " + n.failureSummary).slice(0, 4)]);
}"""


def examine(page: Page, source: str, pages: Iterable[str], narrow: bool = False) -> dict[Any, Any]:
    """What axe finds, by address and width.

    Contrast, by far its slowest rule, is looked at on a narrow page too only where asked for:
    the colours of a page do not depend on its width.
    """
    found = {}
    for address in pages:
        page.goto(address)
        page.evaluate(source)
        for size in (DESKTOP, PHONE):
            page.set_viewport_size(size)
            contrast = narrow or size is DESKTOP
            if violations := page.evaluate(FIND, [RULES, contrast]):
                found[address, size["width"]] = violations
    return found


@pytest.mark.parametrize("half", [0, 1])
def test_every_page_signed_in(
    visit: Callable[..., Visitor], site_app: Flask, rows: Rows, axe_source: str, half: int
) -> None:
    """In two halves, so that two workers share them."""
    page = visit().sign_in("admin")
    every = [*addresses(site_app, rows, ALL), *STATES_FOR_WRITERS]
    assert len(every) > 45
    every.remove("/sign-in")
    assert not examine(page, axe_source, every[half::2])


def test_every_page_signed_out(page: Page, site_app: Flask, rows: Rows, axe_source: str) -> None:
    assert not examine(page, axe_source, [*addresses(site_app, rows, [PUBLIC]), *STATES])


def test_main_pages_in_the_dark(visit: Callable[..., Visitor], axe_source: str) -> None:
    page = visit(color_scheme="dark").sign_in()
    assert not examine(page, axe_source, MAIN, narrow=True)


def test_forms_with_something_wrong(visit: Callable[..., Visitor], axe_source: str) -> None:
    page = visit().sign_in()
    for address, field, typed in (
        ("/events/new", "start_date", "someday"),
        (f"/events/{EVENT}/attendance", "person_key", "Nobody Of That Name"),
        ("/people/new", "country", ""),
        (f"/events/{EVENT}/headcounts/new", "value_key", "x"),
    ):
        page.goto(address)
        if typed:
            page.locator(f"[name={field}]").fill(typed)
        page.locator(f"[name={field}]").press("Escape")
        page.locator(f"main form:has([name={field}]) .btn-primary").first.click()
        page.locator("[aria-invalid=true]").first.wait_for()
        page.evaluate(axe_source)
        assert not page.evaluate(FIND, [RULES, True]), address


def test_what_opens(visit: Callable[..., Visitor], axe_source: str) -> None:
    """Menus, the list under a type-ahead, and what is folded away."""
    page = visit().sign_in()
    page.locator(".user-menu summary").press("Enter")
    page.evaluate(axe_source)
    assert not page.evaluate(FIND, [RULES, True])
    page.goto("/events/new")
    page.locator("details.form-more > summary").press("Enter")
    page.locator("[name=space_code]").press_sequentially("lac")
    page.locator("[role=option]").first.wait_for()
    page.evaluate(axe_source)
    assert not page.evaluate(FIND, [RULES, True])
    page.set_viewport_size(PHONE)
    page.goto("/")
    page.locator(".site-menu summary").press("Enter")
    page.evaluate(axe_source)
    assert not page.evaluate(FIND, [RULES, True])
