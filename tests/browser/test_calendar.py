"""The calendar by keyboard, without a script, on a phone, on paper, and for axe in each language."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from tests.browser.visitor import Visitor

MONTH = "/calendar/?month=2023-05"
PHONE: ViewportSize = {"width": 390, "height": 844}
FIND = """async () => {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const found = await axe.run(document, {runOnly: tags, resultTypes: ["violations"]});
  return found.violations.map((v) => [v.id, v.nodes.map((n) => n.target.join(" ")).slice(0, 4)]);
}"""


def day(page: Page, iso: str) -> Locator:
    """The link of a day of the month."""
    return page.locator(f"[data-day='{iso}']")


def test_days_by_arrow_keys(page: Page) -> None:
    page.goto(MONTH)
    expect(page.locator("[data-day][tabindex='0']")).to_have_count(1)
    expect(page.locator(".cal-hint")).to_be_visible()
    day(page, "2023-05-01").focus()
    for key, reached in (
        ("ArrowRight", "02"), ("ArrowDown", "09"), ("End", "14"), ("Home", "08"),
        ("ArrowUp", "01"), ("ArrowRight", "02"), ("ArrowLeft", "01"),
    ):  # fmt: skip
        page.keyboard.press(key)
        expect(day(page, f"2023-05-{reached}")).to_be_focused()
    expect(page.locator("[data-day][tabindex='0']")).to_have_count(1)


def test_months_by_page_keys_and_past_the_edge(page: Page) -> None:
    page.goto("/calendar/?month=2023-01&kind=meeting")
    day(page, "2023-01-31").focus()
    page.keyboard.press("PageDown")
    page.wait_for_url("**month=2023-02**")
    expect(day(page, "2023-02-28")).to_be_focused()
    page.keyboard.press("PageUp")
    page.wait_for_url("**month=2023-01**")
    expect(day(page, "2023-01-28")).to_be_focused()
    day(page, "2023-01-01").focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**month=2022-12**")
    expect(day(page, "2022-12-31")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(day(page, "2023-01-07")).to_be_focused()
    assert "kind=meeting" in page.url


def test_enter_opens_the_day(page: Page) -> None:
    page.goto(MONTH)
    day(page, "2023-05-09").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**view=agenda**")
    expect(page.locator("h1")).to_have_text("Tuesday, 9 May 2023")
    expect(page.locator(".segments [aria-current]")).to_have_text("Agenda")


def test_without_a_script_every_day_is_a_link(visit: Callable[..., Visitor]) -> None:
    page = visit(java_script_enabled=False).page
    page.goto(MONTH)
    expect(page.locator(".cal-hint")).to_be_hidden()
    assert page.locator("a[data-day]").count() == 31
    assert page.locator("[data-day][tabindex]").count() == 0
    page.locator("[data-next]").click()
    expect(page.locator("h1")).to_have_text("June 2023")
    page.get_by_role("link", name="Year", exact=True).click()
    expect(page.locator("h1")).to_have_text("2023")
    page.get_by_role("link", name="March", exact=True).click()
    expect(page.locator("h1")).to_have_text("March 2023")


def test_a_bar_reaches_over_its_days(page: Page) -> None:
    page.goto(MONTH)
    bar = page.locator(".cal-chip.span-5").first
    cell = bar.locator("xpath=ancestor::td")
    shown, own = bar.bounding_box(), cell.bounding_box()
    assert shown
    assert own
    assert 4.7 * own["width"] < shown["width"] < 5 * own["width"]


def test_a_month_on_a_phone(visit: Callable[..., Visitor]) -> None:
    page = visit(viewport=PHONE, has_touch=True).page
    page.goto(MONTH)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    expect(page.locator(".cal-chip").first).to_be_hidden()
    expect(page.locator(".cal-dots").first).to_be_visible()
    expect(page.locator(".cal-list .item").first).to_be_visible()
    grid = page.locator(".cal").bounding_box()
    assert grid
    assert grid["y"] < PHONE["height"] * 0.75, "the month begins on the first screen"
    assert grid["height"] < PHONE["height"] / 2
    page.locator("td.has-events").first.tap(position={"x": 5, "y": 5})
    page.wait_for_url("**view=agenda**")


def test_overlaps_and_who_goes(visit: Callable[..., Visitor]) -> None:
    page = visit().sign_in()
    page.goto("/calendar/?view=year")
    page.get_by_role("link", name="My organization").click()
    page.wait_for_url("**engaged=**")
    expect(page.locator(".chip-on").first).to_contain_text("My organization")
    expect(page.locator("#overlaps .goers").first).to_be_visible()
    assert page.locator(".cal-mini .is-clash").count()


@pytest.mark.parametrize("language", ["en", "es", "pt"])
def test_axe_finds_nothing(visit: Callable[..., Visitor], axe_source: str, language: str) -> None:
    page = visit().sign_in()
    found = {}
    for address in ("?month=2023-05&engaged=lacnic", "?year=2023&engaged=lacnic", "?view=agenda&engaged=lacnic", "changes"):  # fmt: skip
        page.goto(f"/calendar/{address}{'&' if '?' in address else '?'}lang={language}")
        page.evaluate(axe_source)
        for size in (PHONE, {"width": 1280, "height": 900}):
            page.set_viewport_size(size)
            if violations := page.evaluate(FIND):
                found[address, size["width"]] = violations
    assert not found


def test_a_year_on_one_sheet_of_paper(visit: Callable[..., Visitor]) -> None:
    page = visit(color_scheme="dark").page
    for address in ("/calendar/?year=2023&q=lacnic&kind=meeting", "/calendar/?year=2019&q=lacnic"):
        page.goto(address)
        assert sheets(page) == 1
    page.emulate_media(media="print")
    for hidden in (".cal-steps", ".segments", ".filters form", ".page-head .actions"):
        assert not page.locator(hidden).first.is_visible(), hidden


def test_a_month_on_paper_has_its_list_behind_it(page: Page) -> None:
    page.goto(MONTH)
    assert sheets(page) == 2
    page.emulate_media(media="print")
    expect(page.locator(".cal-chip").first).to_be_visible()
    expect(page.locator(".cal-list .item").first).to_be_visible()


def sheets(page: Page) -> int:
    """How many pages of landscape A4 it prints on."""
    printed = page.pdf(prefer_css_page_size=True)
    assert re.search(rb"/MediaBox \[0 0 841\.\d+ 59[45]\.\d+\]", printed)
    return len(re.findall(rb"/Type /Page\b(?!s)", printed))
