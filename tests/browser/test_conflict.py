"""Two editors, two clicks, and the way back: nothing is lost, nothing is written twice."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.addresses import Rows
from tests.browser.visitor import Visitor

EVENT = "demo-measurement-workshop"
NAMED = "SELECT count(*) FROM events WHERE name_en = ? AND deleted_at IS NULL"


def test_the_second_of_two_editors_sees_both_versions(visit: Callable[..., Visitor]) -> None:
    first, second = visit().sign_in("editor"), visit().sign_in("admin")
    for page in (first, second):
        page.goto(f"/events/{EVENT}/edit")
    first.locator("[name=city]").fill("Cartago")
    save(first)
    expect(first.locator(".flash-success")).to_be_visible()

    second.locator("[name=name_en]").fill("A name of my own")
    second.locator("[name=city]").fill("Heredia")
    save(second)
    expect(second.locator(".error-summary")).to_be_visible()
    expect(second.locator("[name=name_en]")).to_have_value("A name of my own")
    expect(second.locator("[name=city]")).to_have_value("Heredia")
    expect(second.locator("#city-error")).to_contain_text("Cartago")
    save(second)
    expect(second.locator("h1")).to_have_text("A name of my own")
    expect(second.locator("main")).to_contain_text("Heredia")


def save(page: Page) -> None:
    page.locator(".form-actions .btn-primary").click()


def fill_event(page: Page, name: str) -> None:
    page.goto("/events/new")
    page.locator("[name=name_en]").fill(name)
    page.locator("[name=start_date]").fill("2026-03-04")


def test_a_double_click_logs_one_event(visit: Callable[..., Visitor], rows: Rows) -> None:
    page = visit().sign_in()
    fill_event(page, "Clicked twice")
    page.locator(".form-actions .btn-primary").dblclick()
    expect(page.locator("h1")).to_have_text("Clicked twice")
    assert rows(NAMED, "Clicked twice") == [(1,)]


def test_back_after_saving_logs_nothing_more(visit: Callable[..., Visitor], rows: Rows) -> None:
    page = visit().sign_in()
    fill_event(page, "Logged once")
    save(page)
    expect(page.locator("h1")).to_have_text("Logged once")
    page.reload()
    page.go_back()
    expect(page.locator("[name=name_en]")).to_be_visible()
    page.go_forward()
    expect(page.locator("h1")).to_have_text("Logged once")
    assert rows(NAMED, "Logged once") == [(1,)]
