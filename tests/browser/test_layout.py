"""Pages fit the screen, from a phone to a desk, in the longer languages too; and paper."""

from collections.abc import Callable

import pytest

from tests.browser.visitor import Visitor

WIDTHS = (360, 390, 768, 1280)
PAGES = (
    "/", "/events/", "/events/lacnic-45", "/events/lacnic-45/attendance",
    "/events/lacnic-45/headcounts", "/events/lacnic-45/headcounts/grid",
    "/events/icann-56/headcounts", "/events/lacnic-45/contributions",
    "/events/lacnic-45/attendance/import", "/events/lacnic-45/imports/",
    "/events/lacnic-45/imports/1", "/events/lacnic-45/imports/1/reading", "/imports/",
    "/events/lacnic-45/history", "/events/lacnic-45/edit", "/events/new", "/spaces/",
    "/spaces/lacnic-event", "/organizations/", "/organizations/lacnic", "/people/", "/people/new",
    "/calendar/?engaged=lacnic", "/calendar/?view=year&engaged=lacnic", "/calendar/?view=agenda",
    "/calendar/changes",
    "/feeds/", "/feeds/private/", "/feeds/private/new", "/feeds/private/1/revoke", "/reports/", "/reports/organizations/lacnic", "/search?q=lac", "/account",
    "/calendars/", "/calendars/new", "/calendars/1", "/calendars/1?show=conflict",
    "/calendars/1?show=new", "/calendars/1/edit", "/users/", "/styleguide", "/events/demo-bilateral-lacnic-ctu/outcomes",
    "/follow-ups/?status=all", "/people/1/erase",
)  # fmt: skip
# What sticks out of the page, but for what is meant to be scrolled or is only for screen readers.
STICKS_OUT = """() => {
  const width = document.documentElement.clientWidth;
  const scrolls = (node) => node && node !== document.body
    && (getComputedStyle(node).overflowX !== "visible" || scrolls(node.parentElement));
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.body.querySelectorAll("*")]
    .filter((node) => node.getBoundingClientRect().right > width + 1 && !scrolls(node))
    .map((node) => node.tagName + "." + node.className).slice(0, 5);
}"""


@pytest.mark.parametrize("language", ["en", "es", "pt"])
def test_nothing_sticks_out(visit: Callable[..., Visitor], language: str) -> None:
    page = visit().sign_in("admin")
    page.locator(f".site-tools > .switch button[value={language}]").click()
    page.locator(f"html[lang={language}]").wait_for()
    found = {}
    for address in PAGES:
        page.goto(address)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            if (
                page.evaluate("document.documentElement.scrollWidth") > width
                and (parts := page.evaluate(STICKS_OUT)) is not None
            ):
                found[address, width] = parts
    assert not found


def test_the_report_on_paper(visit: Callable[..., Visitor]) -> None:
    page = visit(color_scheme="dark").sign_in()
    page.goto("/reports/organizations/lacnic")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 700, "height": 990})
    for hidden in (".site-header", ".site-footer", ".filters form", ".page-head .actions"):
        assert not page.locator(hidden).first.is_visible(), hidden
    for shown in ("h1", ".stat-value", ".table"):
        assert page.locator(shown).first.is_visible(), shown
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"), "paper is white in the dark too"
    assert page.pdf().startswith(b"%PDF")
