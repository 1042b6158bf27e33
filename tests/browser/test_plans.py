"""Who goes where: a gap is closed by typing two names, and afterwards one says who came."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.addresses import Rows
from tests.browser.visitor import Visitor

PHONE = {"width": 390, "height": 844}
HELD = "demo-rpki-webinar-3"


@pytest.mark.parametrize("language, viewport", [("en", None), ("es", PHONE)])
def test_two_people_are_planned_and_the_gap_is_gone(
    visit: Callable[..., Visitor], rows: Rows, language: str, viewport: dict[str, int] | None
) -> None:
    options = {"viewport": viewport} if viewport else {}
    page = visit(language, **options).sign_in()
    page.goto(f"/plans/?lang={language}")
    if viewport is None:
        expect(page.locator(".site-nav-wide a[aria-current=page]")).to_have_attribute(
            "href", "/plans/"
        )
    gap = page.locator("#gaps .list > li").first
    name = gap.locator(".item-title").inner_text()
    gap.locator(".btn").press("Enter")
    expect(page.locator(".plan-event")).to_contain_text(name)
    people = page.locator("[name=people]")
    expect(people).to_be_focused()
    for typed, person in (("sofia etch", "Demo Sofía Etcheverry"), ("andres", "Demo Andrés")):
        page.keyboard.type(typed)
        expect(page.locator("[role=option][aria-selected=true]")).to_contain_text(person)
        page.keyboard.press("Enter")
    expect(people).to_have_value("Demo Sofía Etcheverry (LACNIC); Demo Andrés Cabrera (LACNIC); ")
    page.keyboard.press("Enter")
    expect(page.locator(".flash")).to_contain_text("Demo Andrés Cabrera")
    expect(page.locator("#gaps")).not_to_contain_text(name)
    expect(page.locator("#who")).to_contain_text(name)
    fits(page)
    planned = "SELECT count(*) FROM attendances a JOIN events e ON e.id = a.event_id WHERE "
    key = rows(planned + "a.status = 'planned' AND e.name_en LIKE 'CITEL%'")
    assert key[0][0] == 2
    page.locator(".flash form button").click()
    expect(page.locator("#gaps")).to_contain_text(name)


def fits(page: Page) -> None:
    """Nothing makes the page wider than the window."""
    assert page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )


@pytest.mark.parametrize("language, viewport", [("en", None), ("es", PHONE)])
def test_afterwards_one_says_who_came(
    visit: Callable[..., Visitor], rows: Rows, language: str, viewport: dict[str, int] | None
) -> None:
    options = {"viewport": viewport} if viewport else {}
    page = visit(language, **options).sign_in()
    task = page.locator(f"#waiting a[href='/events/{HELD}/attendance#confirm']")
    task.press("Enter")
    asked = page.locator("#confirm .list > li")
    expect(asked.first).to_be_visible()
    fits(page)
    number = asked.count()
    statuses = (
        "SELECT a.status, count(*) FROM attendances a JOIN events e ON e.id = a.event_id "
        "WHERE e.key = ? AND a.person_id IS NOT NULL GROUP BY 1 ORDER BY 1"
    )
    asked.nth(0).locator("[value=no-show]").check()
    asked.nth(1).locator("[value=unknown]").check()
    page.locator("#confirm [name=rest]").press("Enter")
    expect(page.locator(".flash")).to_be_visible()
    expect(page.locator("#confirm")).to_have_count(0)
    found = dict(rows(statuses, HELD))
    assert found["attended"] == number - 2
    assert found["no-show"] == 1
    page.goto("/")
    expect(task).to_have_count(0)


def test_all_of_it_without_a_script(visit: Callable[..., Visitor]) -> None:
    page = visit(java_script_enabled=False).page
    page.goto("/sign-in")
    page.locator("[name=email]").fill("editor@demo.example.org")
    page.locator("[name=password]").fill("encuentro-demo")
    page.locator("[name=password]").press("Enter")
    page.goto("/plans/")
    gap = page.locator("#gaps .list > li").first
    name = gap.locator(".item-title").inner_text()
    gap.locator(".btn").click()
    page.locator("[name=people]").fill("etcheverry; Demo Andrés Cabrera")
    page.locator(".plan-line .btn-primary").click()
    page.locator(".choice").filter(has_text="Sofía").locator("input").check()
    page.locator(".plan-line .btn-primary").click()
    expect(page.locator(".flash")).to_contain_text("Demo Sofía Etcheverry, Demo Andrés Cabrera")
    expect(page.locator("#gaps")).not_to_contain_text(name)
    page.goto("/events/demo-rpki-webinar-6")
    page.locator("#plan [name=people]").fill("Demo Sofía Etcheverry")
    page.locator("#plan .btn").first.click()
    expect(page.locator("#plan .goers")).to_contain_text("Demo Sofía Etcheverry")
    page.locator("#plan .goers li").filter(has_text="Sofía").locator("button").click()
    expect(page.locator("#plan .goers")).not_to_contain_text("Demo Sofía Etcheverry")
    page.goto(f"/events/{HELD}/attendance")
    page.locator("#confirm [name=rest]").click()
    expect(page.locator("#confirm")).to_have_count(0)
