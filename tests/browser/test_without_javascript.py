"""Every job can be done without a script: names resolve when the form is sent."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.addresses import Rows
from tests.browser.visitor import Visitor

PHONE = {"width": 390, "height": 844}
PAST = (datetime.now(UTC).date() - timedelta(days=20)).isoformat()


@pytest.fixture
def editor(visit: Callable[..., Visitor]) -> Page:
    """An editor whose browser runs no script."""
    visitor = visit(java_script_enabled=False)
    page = visitor.page
    page.goto("/sign-in")
    page.locator("[name=email]").fill("editor@demo.example.org")
    page.locator("[name=password]").fill("encuentro-demo")
    page.locator("[name=password]").press("Enter")
    expect(page.locator(".user-menu")).to_be_visible()
    return page


def send(page: Page, field: str = "") -> None:
    """Send the form of a field, or the only one."""
    form = f"main form:has([name={field}])" if field else "main form"
    page.locator(f"{form} .btn-primary").first.click()


def test_the_space_alone_comes_back_with_suggestions(editor: Page) -> None:
    editor.goto("/events/new")
    editor.locator("[name=space_code]").fill("lacnic-event")
    send(editor)
    expect(editor.locator("[name=name_en]")).to_have_value("LACNIC 46")
    expect(editor.locator("[name=edition]")).to_have_value("46")
    expect(editor.locator("[name=kind]")).to_have_value("meeting")
    editor.locator("[name=start_date]").fill(PAST)
    editor.locator("[name=city]").fill("Guadalajara")
    editor.locator("[name=country]").select_option("MX")
    send(editor)
    expect(editor.locator("h1")).to_have_text("LACNIC 46")
    expect(editor.locator("main")).to_contain_text("America/Mexico City")


def test_several_spaces_are_a_choice_and_none_is_said(editor: Page) -> None:
    editor.goto("/events/new")
    editor.locator("[name=name_en]").fill("A meeting")
    editor.locator("[name=space_code]").fill("forum")
    editor.locator("[name=start_date]").fill(PAST)
    send(editor)
    choices = editor.locator("[name=space_code-choice]")
    expect(choices.first).to_be_visible()
    assert choices.count() > 1
    expect(editor.locator("[name=name_en]")).to_have_value("A meeting")
    chosen = choices.nth(1).get_attribute("value")
    choices.nth(1).check()
    send(editor)
    expect(editor.locator("h1")).to_have_text("A meeting")
    editor.goto("/events/a-meeting/edit")
    expect(editor.locator("[name=space_code]")).to_have_value(str(chosen))
    editor.locator("[name=space_code]").fill("no space is called so")
    send(editor)
    expect(editor.locator("#space_code-error")).to_be_visible()
    expect(editor.locator("[name=space_code]")).to_have_value("no space is called so")


def test_attendance_of_namesakes_and_of_somebody_new(editor: Page, rows: Rows) -> None:
    address = "/events/demo-rpki-webinar-1/attendance"
    for organization in ("LACNOG", "CABASE"):
        editor.goto(address)
        editor.locator("[name=person_key]").fill("Demo Twice Named")
        if organization == "CABASE":
            send(editor, "person_key")
            editor.goto(address)
            editor.locator("[name=person_key]").fill("Demo Twice Named")
        editor.locator("[name=organization_acronym]").fill(organization)
        if organization == "LACNOG":
            send(editor, "person_key")
            expect(editor.locator("#person_key-error")).to_be_visible()
            editor.locator("button[name=create]").click()
            expect(editor.locator("tbody tr").first).to_contain_text("Demo Twice Named")
    count = "SELECT count(*) FROM people WHERE name = 'Demo Twice Named'"
    assert rows(count)[0][0] == 1

    editor.goto(address)
    editor.locator("[name=person_key]").fill("demo")
    send(editor, "person_key")
    choices = editor.locator("[name=person_key-choice]")
    assert choices.count() > 1
    editor.goto("/events/lacnic-45/attendance")
    editor.locator("[name=person_key]").fill("etcheverry")
    send(editor, "person_key")
    offered = editor.locator(".choice")
    expect(offered).to_have_count(2)
    offered.filter(has_text="Matías").locator("input").check()
    send(editor, "person_key")
    expect(editor.locator("tbody tr").first).to_contain_text("Demo Matías Etcheverry")
    expect(editor.locator("tbody tr").first).to_contain_text("ECLAC")


def test_a_deletion_is_undone(editor: Page) -> None:
    editor.goto("/events/demo-measurement-workshop")
    heading = editor.locator("h1").inner_text()
    editor.locator("form[action$='/delete'] button").click()
    flash = editor.locator(".flash")
    expect(flash).to_contain_text(heading)
    assert editor.request.get("/events/demo-measurement-workshop").status == 404
    flash.locator("button").click()
    expect(editor.locator(".flash")).to_contain_text("Undone")
    expect(editor.locator(".error-page")).to_have_count(0)
    editor.goto("/events/demo-measurement-workshop")
    expect(editor.locator("h1")).to_have_text(heading)


def test_filters_are_an_address(editor: Page) -> None:
    editor.goto("/events/")
    editor.locator("main [name=country]").select_option("BR")
    editor.locator("main [name=q]").fill("lacnic")
    editor.locator("main form button[type=submit]").first.click()
    assert "country=BR" in editor.url
    expect(editor.locator(".event-list li").first).to_contain_text("LACNIC")
    expect(editor.locator(".chip-on").first).to_be_visible()
    before = editor.locator(".chip-on").count()
    editor.locator(".chip-on").first.click()
    expect(editor.locator(".chip-on")).to_have_count(before - 1)


def test_language_and_menu_on_a_phone(visit: Callable[..., Visitor]) -> None:
    page = visit(java_script_enabled=False, viewport=PHONE).page
    page.goto("/events/")
    expect(page.locator(".site-menu .menu-panel")).to_be_hidden()
    page.locator(".site-menu summary").click()
    page.locator(".site-menu button[value=es]").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    assert page.url.endswith("/events/")
    page.locator(".site-menu summary").click()
    page.locator(".site-menu a[href='/spaces/']").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.locator("main")).to_contain_text("Foro")
