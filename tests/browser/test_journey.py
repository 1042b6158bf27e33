"""The main job, by typing only: from a meeting to a calendar to a report, in three languages."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import vobject
from playwright.sync_api import Page, expect

from tests.browser.visitor import Visitor, said_in

REPORT = "/reports/organizations/lacnic"
BRAZIL = {"en": "Brazil", "es": "Brasil", "pt": "Brasil"}
STAFF, GUEST, NEWCOMER = (
    "Demo Sofía Etcheverry", "Demo Óscar Peña Muñoz", "Synthetic Newcomer Ñandú",
)  # fmt: skip


@pytest.mark.parametrize("language", ["en", "es", "pt"])
def test_from_a_meeting_to_a_calendar_and_a_report(
    visit: Callable[..., Visitor], language: str
) -> None:
    heading = said_in(language, "Log an event")
    page = visit().sign_in()
    switch_language(page, language)
    expect(page.locator("header .btn-primary")).to_have_text(heading)
    before = measures(page)

    first = datetime.now(UTC).date() - timedelta(days=12)
    log_the_meeting(page, language, heading, first)
    record_attendance(page)
    check_feed(page, language, first)
    after = measures(page)
    assert {name: after[name] - before[name] for name in before} == {
        "events": 1, "events_organized": 1, "attendances": 2, "people": 1,
    }  # fmt: skip
    check_report_page(page, after)


def switch_language(page: Page, language: str) -> None:
    page.locator(f".site-tools > .switch button[value={language}]").press("Enter")
    expect(page.locator("html")).to_have_attribute("lang", language)
    page.goto("/events/")
    expect(page.locator("html")).to_have_attribute("lang", language)


def log_the_meeting(page: Page, language: str, heading: str, first: date) -> None:
    """Type the space, two dates and a place; the rest is suggested."""
    keyboard = page.keyboard
    page.locator("header .btn-primary").press("Enter")
    expect(page.locator("h1")).to_have_text(heading)
    expect(page.locator("[name=space_code]")).to_be_focused()
    keyboard.type("lacnic ev")
    expect(page.locator("[role=option][aria-selected=true]")).to_contain_text("LACNIC-EVENT")
    keyboard.press("Enter")
    expect(page.locator(f"[name=name_{language}]")).to_have_value("LACNIC 46")
    expect(page.locator("[name=edition]")).to_have_value("46")
    expect(page.locator("[name=kind]")).to_have_value("meeting")
    expect(page.locator("[name=organizer_acronyms]")).to_have_value("LACNIC")
    tab_to(page, "start_date")
    keyboard.type(first.isoformat())
    keyboard.press("Tab")
    expect(page.locator("[name=end_date]")).to_be_focused()
    expect(page.locator("[name=end_date]")).to_have_value(first.isoformat())
    keyboard.type((first + timedelta(days=4)).isoformat())
    tab_to(page, "city")
    keyboard.type("Fortaleza")
    keyboard.press("Tab")
    keyboard.type(BRAZIL[language])
    keyboard.press("Tab")
    expect(page.locator("[name=country]")).to_have_value("BR")
    expect(page.locator("[name=timezone]")).to_have_value("America/Fortaleza")
    keyboard.press("Shift+Tab")
    keyboard.press("Shift+Tab")
    keyboard.press("Enter")
    page.wait_for_url("**/events/lacnic-46")
    expect(page.locator("h1")).to_have_text("LACNIC 46")


def tab_to(page: Page, name: str) -> None:
    for _each in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == name:
            return
    raise AssertionError(f"no way to {name} by Tab")


def record_attendance(page: Page) -> None:
    """Two people who are known, by the beginning of a name; one who is not, with Ctrl Enter."""
    page.locator(".tabs a[href$=attendance]").press("Enter")
    name, organization = page.locator("[name=person_key]"), page.locator("#organization_acronym")
    for typed, person, acronym in (("sofia etch", STAFF, "LACNIC"), ("oscar pe", GUEST, "LACTLD")):
        expect(name).to_be_focused()
        page.keyboard.type(typed)
        expect(page.locator("[role=option][aria-selected=true]")).to_contain_text(person)
        page.keyboard.press("Enter")
        expect(organization).to_have_value(acronym)
        page.keyboard.press("Enter")
        expect(page.locator("tbody tr").first).to_contain_text(person)
        expect(page.locator("tbody tr").first).to_contain_text(acronym)
    expect(name).to_be_focused()
    page.keyboard.type(NEWCOMER)
    page.keyboard.press("Tab")
    page.keyboard.type("lacnic")
    page.keyboard.press("Control+Enter")
    expect(page.locator("tbody tr")).to_have_count(3)
    expect(page.locator("tbody tr").first).to_contain_text(NEWCOMER)
    expect(page.locator("tbody tr").first).to_contain_text("LACNIC")


def check_feed(page: Page, language: str, first: date) -> None:
    """A second iCalendar library finds the meeting in the feed of its organizer."""
    answer = page.request.get(f"/feeds/organizations/lacnic.ics?lang={language}")
    assert answer.headers["content-type"].startswith("text/calendar")
    calendar = vobject.readOne(answer.body().decode())
    found = [event for event in calendar.vevent_list if event.summary.value == "LACNIC 46"]
    assert len(found) == 1
    event = found[0]
    assert event.uid.value
    assert [each.uid.value for each in calendar.vevent_list].count(event.uid.value) == 1
    assert (event.dtstart.value, event.dtend.value) == (first, first + timedelta(days=5))
    assert event.url.value.endswith("/events/lacnic-46")
    assert "Fortaleza" in event.location.value
    assert BRAZIL[language] in event.location.value
    webinar = {
        "en": "RPKI for network operators (demo), webinar 1 of 6",
        "es": "RPKI para operadores de redes (demo), seminario web 1 de 6",
        "pt": "RPKI para operadores de redes (demo), webinar 1 de 6",
    }
    assert webinar[language] in [each.summary.value for each in calendar.vevent_list]
    alone = vobject.readOne(page.request.get("/events/lacnic-46.ics").body().decode())
    assert alone.vevent.uid.value == event.uid.value


def measures(page: Page) -> dict[str, int]:
    report = page.request.get(f"{REPORT}.json").json()
    wanted = ("events", "events_organized", "attendances", "people")
    return {name: report["measures"][name] for name in wanted}


def check_report_page(page: Page, after: dict[str, int]) -> None:
    page.goto(REPORT)
    shown = page.locator(".stats .stat-value").all_inner_texts()
    numbers = {int("".join(filter(str.isdigit, text)) or 0) for text in shown}
    assert {after["events"], after["people"], after["attendances"]} <= numbers, shown
