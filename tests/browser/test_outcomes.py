"""A promise made at a meeting, until it is kept; and a person who asks to be forgotten."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.addresses import Rows
from tests.browser.visitor import Visitor

EVENT = "demo-bilateral-lacnic-ctu"
PROMISE = "Send the ministers an invitation"


def test_a_promise_is_written_down_and_kept(visit: Callable[..., Visitor]) -> None:
    page = visit().sign_in()
    page.goto(f"/events/{EVENT}/outcomes")
    page.locator("[name=what]").fill(PROMISE)
    page.locator("[name=due]").fill("2020-01-31")
    pick(page, "owner_person_key", "Demo Rocío", "Demo Rocío Benítez")
    page.locator("[name=what]").press("Enter")
    expect(page.locator(".flash-success")).to_contain_text("Demo Rocío Benítez, LACNIC")

    for address in ("/", "/organizations/lacnic", "/follow-ups/?status=overdue"):
        page.goto(address)
        row = page.locator(".follow-ups > li", has_text=PROMISE)
        expect(row.locator(".badge-coral")).to_contain_text("overdue")
    page.goto("/organizations/lacnic")
    row = page.locator(".follow-ups > li", has_text=PROMISE)
    row.get_by_role("button", name="Mark as done").click()
    expect(page.locator("h1")).to_have_text("LACNIC")
    expect(page.locator("main")).not_to_contain_text(PROMISE)
    page.locator(".flash").get_by_role("button", name="Undo").click()
    expect(page.locator("main")).to_contain_text(PROMISE)


def pick(page: Page, field: str, typed: str, offered: str) -> None:
    """Choose what type-ahead offers, with the keyboard."""
    page.locator(f"[name={field}]").press_sequentially(typed)
    option = page.get_by_role("option").filter(has_text=offered)
    expect(option).to_be_visible()
    page.keyboard.press("Enter")
    expect(option).to_be_hidden()


def test_a_pasted_address_is_a_link(visit: Callable[..., Visitor]) -> None:
    page = visit().sign_in()
    page.goto(f"/events/{EVENT}/outcomes")
    page.locator("[name=text]").fill("Minutes of the day https://minutes.example.org/1")
    page.locator("[name=kind]").select_option("minutes")
    page.locator("[name=text]").press("Enter")
    link = page.get_by_role("link", name="Minutes of the day", exact=True)
    expect(link).to_have_attribute("href", "https://minutes.example.org/1")


def test_a_person_is_erased_and_the_attendances_stay(
    visit: Callable[..., Visitor], rows: Rows
) -> None:
    ((number, name, attended),) = rows(
        "SELECT p.id, p.name, count(*) FROM people p JOIN attendances a ON a.person_id = p.id "
        "WHERE p.name = ? GROUP BY p.id, p.name",
        "Demo Rocío Benítez",
    )
    page = visit().sign_in()
    page.goto(f"/people/{number}")
    page.get_by_role("link", name="Erase this person").click()
    expect(page.locator("main")).to_contain_text("This cannot be undone.")
    page.locator("[name=confirmed_name]").fill("somebody")
    page.get_by_role("button", name="Erase for good").click()
    expect(page.locator(".error-summary")).to_be_visible()
    page.locator("[name=confirmed_name]").fill(name)
    page.get_by_role("button", name="Erase for good").click()
    expect(page.locator("h1")).to_have_text("Erased person")
    expect(page.locator("main")).not_to_contain_text("Rocío")
    assert rows("SELECT count(*) FROM attendances WHERE person_id = ?", number) == [(attended,)]
    page.goto("/people/?q=rocio+benitez")
    expect(page.locator("main")).to_contain_text("Nobody matches")
