"""A calendar brought in: a file dropped, decided by keys, recorded, undone; on a phone, without script."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.addresses import Rows
from tests.browser.test_accessibility import FIND, PHONE, RULES
from tests.browser.visitor import Visitor
from tests.services.calendars.samples import ics

EVENTS = (
    "SELECT key, coalesce(name_en, name_es), start_date, city FROM events WHERE deleted_at IS NULL"
)
COMING = (
    "SELECT name_en, first_day, last_day FROM events WHERE name_en LIKE '%(demo)' "
    "AND space_id IS NULL AND start_time IS NULL AND length(start_date) = 10 "
    "AND first_day > date('now') ORDER BY id LIMIT 2"
)


@pytest.fixture
def calendar(rows: Rows, tmp_path: Path) -> Path:
    """A file with one that differs, one that is merely alike, and two that are new."""
    today = datetime.now(UTC).date()
    (one, *days), (other, *later) = rows(COMING)
    first, second = (
        [(date.fromisoformat(text) - today).days for text in found] for found in (days, later)
    )
    path = tmp_path / "agenda.ics"
    path.write_bytes(
        ics(
            ("a", one, *first, "LOCATION:Hotel Ejemplo\\, Asunción\\, Paraguay"),
            ("b", f"{other} of the region", *second),
            ("c", "Taller de ejemplo", 30, 31),
            ("d", "Encuentro de ejemplo", 40, 40),
            name="Agenda de ejemplo",
        )
    )
    return path


def state(rows: Rows) -> set[tuple[Any, ...]]:
    return set(rows(EVENTS))


def hand_in(page: Page, calendar: Path) -> None:
    """From the list of events to what was found in the file."""
    page.goto("/events/")
    page.locator("main a[href='/calendars/']").click()
    page.locator("a[href='/calendars/new']").first.click()
    # A file is sent as soon as it is chosen, once the script of the page is there.
    page.wait_for_url("**/calendars/new")
    page.locator("#file").set_input_files(calendar)
    page.wait_for_url(re.compile(r"/calendars/\d+$"))


def examined(page: Page, source: str) -> Sequence[Any]:
    page.evaluate(source)
    found: Sequence[Any] = page.evaluate(FIND, [RULES, True])
    return found


def test_from_the_file_to_events_and_back(
    visit: Callable[..., Visitor], rows: Rows, calendar: Path, axe_source: str
) -> None:
    page = visit().sign_in()
    before = state(rows)
    hand_in(page, calendar)
    expect(page.locator("h1")).to_have_text("Agenda de ejemplo")
    expect(page.locator("#record")).to_contain_text("2 events wait for a decision.")
    assert not examined(page, axe_source)
    # The question has the focus: its first candidate by Enter.
    expect(page.locator("[data-question]:focus")).to_have_count(1)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".tabs [aria-current=page]")).to_contain_text("Questions")
    page.locator(".tabs a").filter(has_text="Differences").click()
    card = page.locator("[data-question]").first
    expect(card).to_contain_text("Hotel Ejemplo, Asunción, Paraguay")
    assert not examined(page, axe_source)
    card.locator("[name=side-venue][value=theirs]").check()
    with page.expect_navigation():
        card.get_by_role("button", name="Decide so").click()
    while page.locator("[data-question]").count():
        with page.expect_navigation():
            page.locator("[data-question] [data-key=t]").first.click()
    assert state(rows) == before
    page.locator("#record button").click()
    expect(page.locator(".flash")).to_contain_text("2 events recorded.")
    after = state(rows)
    assert {"Taller de ejemplo", "Encuentro de ejemplo"} <= {row[1] for row in after - before}
    assert "Asunción" in {row[3] for row in after - before}
    page.locator(".flash form button").click()
    expect(page.locator(".flash")).to_contain_text("Undone.")
    assert state(rows) == before


def test_on_a_phone_in_spanish(
    visit: Callable[..., Visitor], rows: Rows, calendar: Path, axe_source: str
) -> None:
    page = visit("es", viewport=PHONE).sign_in()
    hand_in(page, calendar)
    for show in ("question", "conflict", "new"):
        page.goto(f"{page.url.partition('?')[0]}?show={show}")
        assert not examined(page, axe_source)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("#record button").click()
    expect(page.locator(".flash form button")).to_be_visible()
    assert "Taller de ejemplo" in {row[1] for row in state(rows)}


def test_without_a_script(visit: Callable[..., Visitor], rows: Rows, calendar: Path) -> None:
    page = visit(java_script_enabled=False).page
    page.goto("/sign-in")
    page.locator("[name=email]").fill("editor@demo.example.org")
    page.locator("[name=password]").fill("encuentro-demo")
    page.locator("[name=password]").press("Enter")
    page.goto("/calendars/new")
    page.locator("#file").set_input_files(calendar)
    page.get_by_role("button", name="Look at it").click()
    page.get_by_text("Another event…").first.click()
    (name, *_days), _other = rows(COMING)
    page.locator("[name$=event_key]").first.fill(name)
    page.get_by_role("button", name="That is the event").first.click()
    expect(page.locator(".field-error").first).to_contain_text("is that event already")
    page.get_by_role("button", name="It is a new event").first.click()
    page.locator("#record button").click()
    expect(page.locator(".flash")).to_contain_text("3 events recorded.")
