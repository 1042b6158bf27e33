"""Published figures are typed into a grid, pasted from a spreadsheet, and doubted aloud."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.addresses import Rows
from tests.browser.visitor import Visitor, said_in

PHONE = {"width": 390, "height": 844}
EVENT = "/events/lacnic-44/headcounts"
STORED = (
    "SELECT h.mode, h.value_key, h.value, h.qualifier, h.source FROM headcounts h "
    "JOIN events e ON e.id = h.event_id WHERE e.key = 'lacnic-44' ORDER BY h.mode, h.value_key"
)


def cell(page: Page, mode: str, metric: str = "participants") -> Locator:
    """The input of a figure of the whole event."""
    return page.locator(f"tr[data-metric={metric}] input[data-mode={mode}]")


def free_row(page: Page, place: int) -> Locator:
    """A row that takes the name of a country, by its place among them."""
    return page.locator("tr[data-free]").nth(place)


def of(found: int, total: int) -> re.Pattern[str]:
    """A sum beside the total, in any language."""
    return re.compile(rf"^{found} \w+ {total} ?$")


def save(page: Page) -> None:
    page.locator(".form-actions .btn-primary").click()


def test_a_grid_in_spanish_on_a_phone(visit: Callable[..., Visitor], rows: Rows) -> None:
    page = visit("es", viewport=PHONE).sign_in()
    page.goto(EVENT)
    page.locator("main a[href$='/headcounts/grid']").click()
    cell(page, "all").fill("450")
    cell(page, "in-person").fill("300")
    cell(page, "online").fill("~150")
    sums = page.locator("[data-sums] [data-mode=in-person]")
    expect(sums).to_have_text("–")
    for place, (name, number) in enumerate((("Brasil", "1.5"), ("Perú", "90+"))):
        free_row(page, place).locator("th input:not([type=hidden])").fill(name)
        free_row(page, place).locator("[data-mode=in-person]").fill(number)
    page.locator("[data-more]").click()
    expect(page.locator("tr[data-free]")).to_have_count(6)
    page.keyboard.type("Alemania")
    free_row(page, 5).locator("[data-mode=in-person]").fill("5")
    page.locator("[name=source]").fill("https://example.org/informe")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    save(page)
    expect(page.locator(".error-summary")).to_contain_text("Brasil")
    wrong = page.locator("[aria-invalid=true]")
    expect(wrong).to_have_value("1.5")
    wrong.fill("190")
    expect(sums).to_have_text(of(285, 300))
    expect(sums.locator(".sum-off")).to_have_count(0)  # one of its parts is “at least”
    save(page)
    expect(page.locator(".flash-success")).to_be_visible()
    assert rows(STORED) == [
        ("all", "", 450, "exact", "https://example.org/informe"),
        ("in-person", "", 300, "exact", "https://example.org/informe"),
        ("in-person", "BR", 190, "exact", "https://example.org/informe"),
        ("in-person", "DE", 5, "exact", "https://example.org/informe"),
        ("in-person", "PE", 90, "at-least", "https://example.org/informe"),
        ("online", "", 150, "about", "https://example.org/informe"),
    ]
    expect(page.locator(".doubts")).to_have_count(0)

    page.goto(f"{EVENT}/grid")
    page.get_by_label(re.compile("^Perú, ")).nth(1).fill("90")
    expect(sums.locator(".sum-off")).to_have_text(of(285, 300))
    cell(page, "all").fill("500")
    cell(page, "all").press("Control+Enter")
    doubts = page.locator(".doubts li")
    expect(doubts).to_have_count(2)
    expect(doubts.nth(0)).to_contain_text("500")
    expect(doubts.nth(1)).to_contain_text("285")
    expect(page.locator(".badge-sun").first).to_be_visible()
    page.locator(".flash button").click()
    expect(page.locator(".doubts")).to_have_count(0)


def test_enter_goes_down_and_letters_are_no_figures(visit: Callable[..., Visitor]) -> None:
    page = visit().sign_in()
    page.goto(f"{EVENT}/grid?by=gender")
    cell(page, "all").click()
    page.keyboard.type("12")
    page.keyboard.press("Enter")
    page.keyboard.type("20")
    expect(cell(page, "all", "registrations")).to_have_value("20")
    page.keyboard.press("ArrowUp")
    expect(cell(page, "all")).to_be_focused()
    page.get_by_label("Female, Total").fill("seven")
    page.get_by_label("Male, Total", exact=True).fill("50%")
    page.get_by_label("Other, Total").fill("49.5%")
    expect(page.locator("[data-sums] [data-mode=all]")).to_have_text("99.5%")
    save(page)
    expect(page.get_by_label("Female, Total")).to_have_value("seven")
    expect(page.locator(".error-summary a")).to_have_text("Female, Total")


@pytest.fixture
def plain(visit: Callable[..., Visitor]) -> Page:
    """An editor on a phone whose browser runs no script."""
    page = visit("es", java_script_enabled=False, viewport=PHONE).page
    page.goto("/sign-in")
    page.locator("[name=email]").fill("editor@demo.example.org")
    page.locator("[name=password]").fill("encuentro-demo")
    page.locator("[name=password]").press("Enter")
    page.wait_for_url("**/")
    return page


def test_a_grid_without_a_script(plain: Page, rows: Rows) -> None:
    plain.goto(f"{EVENT}/grid")
    cell(plain, "in-person").fill("30")
    plain.locator(".more summary").click()
    plain.locator("[name=paste]").fill("País\tNúmero\nArgentina\t12\nMéxico\t17\n")
    plain.locator("button[value=fill]").click()
    expect(free_row(plain, 0).locator("th input:not([type=hidden])")).to_have_value("Argentina")
    expect(plain.locator("[data-sums] .sum-off")).to_have_text(of(29, 30))
    plain.locator("button[value=more]").click()
    expect(plain.locator("tr[data-free]")).to_have_count(17)
    plain.locator("[name=by]").select_option("gender")
    plain.locator("button[value=show]").click()
    plain.locator("tbody tr").filter(has_text=said_in("es", "Female")).locator(
        "[data-mode=in-person]"
    ).fill("30")
    cell(plain, "in-person").press("Enter")
    expect(plain.locator(".flash-success")).to_be_visible()
    expect(plain.locator(".doubts li")).to_have_count(1)
    expect(plain.locator(".doubts li")).to_contain_text("29")
    assert [row[1:3] for row in rows(STORED)] == [("", 30), ("AR", 12), ("MX", 17), ("female", 30)]
    plain.locator(".flash button").click()
    expect(plain.locator(".doubts")).to_have_count(0)
    assert rows(STORED) == []


def test_the_second_of_two_editors(visit: Callable[..., Visitor]) -> None:
    first, second = visit().sign_in("editor"), visit().sign_in("admin")
    for page in (first, second):
        page.goto(f"{EVENT}/grid")
    cell(first, "all").fill("400")
    save(first)
    expect(first.locator(".flash-success")).to_be_visible()
    cell(second, "all").fill("500")
    cell(second, "online").fill("90")
    save(second)
    expect(second.locator(".error-summary")).to_contain_text("“400”")
    expect(cell(second, "all")).to_have_value("500")
    save(second)
    expect(second.locator(".flash-success")).to_be_visible()
    expect(second.locator("aside")).to_contain_text("500")
