"""Attendee files as staff hand them in: every sample to its expected outcome, by mouse, keys, no script."""

import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from config import ROOT
from tests.browser.addresses import Rows
from tests.browser.visitor import Visitor
from tracker.extensions import db
from tracker.services.loading import load

SAMPLES = ROOT / "tests" / "attendee_files"
EXPECTED = json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8"))["files"]
ZOOM = next(entry for entry in EXPECTED if entry["file"] == "zoom-meeting-participants.csv")
PASTED = next(entry for entry in EXPECTED if entry["format"] == "pasted")
# What an import writes, and what undoing it must leave as it was.
STATE = {
    "attendances": "SELECT id, event_id, person_id, label, status, role, minutes FROM attendances",
    "people": "SELECT id, key, name FROM people",
    "addresses": "SELECT id, person_id, address FROM person_emails",
    "affiliations": "SELECT id, person_id, organization_id, start_date FROM affiliations",
    "spellings": "SELECT id, person_id, text FROM person_aliases",
}
MATCHES = {
    "email": "by address", "name+organization": "by name and organization",
    "decision": "to decide", "new": "new", "unidentified": "not identified",
}  # fmt: skip
STATUSES = {
    "attended": "Attended", "registered": "Registered", "no-show": "No-show",
    "cancelled": "Cancelled",
}  # fmt: skip
ASIDE = {
    "waiting-room": "Time in the waiting room", "bot": "Note-taker or recorder",
    "presentation": "Shared screen", "total": "Total",
}  # fmt: skip
ROLES = {"organizer": "Organizer", "panelist": "Panelist"}


@pytest.fixture
def base(site: str, site_app: Flask) -> None:
    """The people and organizations that the samples are matched against."""

    def fill() -> None:
        with site_app.app_context():
            load(db.session, SAMPLES / "base")
            db.session.commit()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(fill).result()


def state(rows: Rows) -> dict[str, set[tuple[Any, ...]]]:
    return {name: set(rows(query)) for name, query in STATE.items()}


def hand_in(page: Page, entry: dict[str, Any]) -> None:
    """From the event's attendance to what was found in the file."""
    page.goto(f"/events/{entry['event']}/attendance")
    content = SAMPLES / entry["file"]
    if entry["format"] == "pasted":
        page.get_by_role("link", name="Paste a list").click()
        expect(page.locator("#paste")).to_be_focused()
        page.locator("#paste").fill(content.read_text(encoding="utf-8"))
        page.get_by_role("button", name="Read it").click()
    else:
        page.get_by_role("link", name="Import file").click()
        # A file is sent as soon as it is chosen, once the script of the page is there.
        page.wait_for_url("**/attendance/import")
        page.locator("#file").set_input_files(content)
    page.wait_for_url(re.compile(r"/imports/\d+"))


def figures(page: Page) -> dict[str, int]:
    """What the page says was found, by the words it says it in."""
    pairs = page.locator("#found dl").evaluate_all(
        """lists => lists.flatMap(list => [...list.querySelectorAll("dt")].map(
             term => [term.textContent, term.nextElementSibling.textContent]))"""
    )
    return {term: int(re.sub(r"\D", "", number)) for term, number in pairs}


def expected_figures(entry: dict[str, Any]) -> dict[str, int]:
    words = {"Rows": entry["source_rows"], "Individuals": entry["individuals"]}
    for vocabulary, counts in (
        (ASIDE, entry["set_aside"]),
        (MATCHES, entry["by_match"]),
        (STATUSES, entry["by_status"]),
        (ROLES, entry["by_role"]),
    ):
        words |= {vocabulary[w]: n for w, n in counts.items() if n and w != "attendee"}
    return words


@pytest.mark.parametrize("entry", EXPECTED, ids=lambda entry: entry["file"])
def test_every_sample_comes_to_its_expected_outcome(
    visit: Callable[..., Visitor], base: None, rows: Rows, entry: dict[str, Any]
) -> None:
    page = visit().sign_in()
    before = state(rows)
    hand_in(page, entry)
    found = figures(page)
    minutes = found.pop("Minutes together", None)
    assert found == expected_figures(entry)
    assert (minutes is None) == (entry["minutes_total"] is None)
    if minutes is not None:
        assert abs(minutes - entry["minutes_total"]) <= 1
    open_ = entry["by_match"]["decision"]
    certain = entry["individuals"] - open_
    bar = page.locator(".record-bar")
    expect(bar).to_contain_text(f"Records {certain} attendances.")
    if open_:
        assert page.locator("article.question").count() == open_
    assert state(rows) == before

    bar.get_by_role("button").click()
    flash = page.locator(".flash-success")
    expect(flash).to_contain_text(f"{certain} attendances are recorded.")
    after = state(rows)
    assert len(after["attendances"]) == len(before["attendances"]) + certain
    assert len(after["people"]) == len(before["people"]) + entry["by_match"]["new"]

    flash.get_by_role("button", name="Undo").click()
    expect(page.locator(".flash")).to_contain_text("The import is undone.")
    assert state(rows) == before


def test_deciding_by_keyboard(visit: Callable[..., Visitor], base: None, rows: Rows) -> None:
    page = visit().sign_in()
    hand_in(page, ZOOM)
    first, second = (page.locator("article.question").nth(place) for place in (0, 1))
    keyboard = page.keyboard
    expect(page.locator("[data-keys]")).to_be_visible()
    expect(first).to_be_focused()
    expect(first).to_contain_text("Tomas Etcheverry")
    keyboard.press("j")
    expect(second).to_be_focused()
    keyboard.press("k")
    expect(first).to_be_focused()
    keyboard.press("a")
    expect(first.locator("[data-key=a]")).to_be_checked()
    keyboard.press("Enter")
    left = page.locator("article.question")
    expect(left).to_have_count(1)
    expect(left).to_be_focused()
    expect(page.locator(".question-done")).to_contain_text("always so")
    chosen = left.locator(".candidate strong").nth(1).inner_text()
    keyboard.press("2")
    expect(page.locator("article.question")).to_have_count(0)
    expect(page.locator(".record-bar")).to_contain_text("Records 19 attendances.")
    page.locator(".record-bar button").click()
    expect(page.locator(".flash-success")).to_contain_text("19 attendances are recorded.")
    query = (
        "SELECT p.key FROM attendances a JOIN people p ON p.id = a.person_id "
        "JOIN events e ON e.id = a.event_id WHERE e.key = ?"
    )
    keys = {key for (key,) in rows(query, ZOOM["event"])}
    assert "tomas-etcheverry" in keys
    assert chosen == "Javier Montes Araya"
    assert len({"javier-montes-cr", "javier-montes-co"} & keys) == 1
    spelling = rows("SELECT text FROM person_aliases WHERE always")
    assert ("Tomas Etcheverry",) in spelling


def test_letters_create_leave_out_and_do_nothing_while_one_types(
    visit: Callable[..., Visitor], base: None, rows: Rows
) -> None:
    page = visit().sign_in()
    hand_in(page, PASTED)
    cards = page.locator("article.question")
    expect(cards).to_have_count(2)
    expect(cards.first).to_be_focused()
    cards.first.locator("summary", has_text="Somebody else").click()
    typed = cards.first.locator("[name$=person_key]")
    typed.press_sequentially("csu")
    expect(typed).to_have_value("csu")
    expect(cards).to_have_count(2)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(cards.first).to_be_focused()
    page.keyboard.press("c")
    expect(cards).to_have_count(1)
    expect(cards.first).to_be_focused()
    page.keyboard.press("s")
    # Nobody is left to decide; the organizations that nothing gives are asked about next.
    page.wait_for_url("**/imports/*show=organizations*")
    expect(cards).to_have_count(1)
    expect(cards).to_be_focused()
    page.keyboard.press("n")
    expect(cards).to_have_count(0)
    expect(page.locator(".question-done")).to_contain_text("no organization of ours")
    answers = rows("SELECT answer FROM import_individuals WHERE answer IS NOT NULL ORDER BY number")
    assert answers == [("create",), ("skip",)]


def test_an_address_without_a_name_is_named_by_keyboard(
    visit: Callable[..., Visitor], base: None, rows: Rows
) -> None:
    page = visit().sign_in()
    page.goto(f"/events/{PASTED['event']}/attendance/import")
    page.locator("#paste").fill("nameless@example.net\nnobody@example.net")
    page.get_by_role("button", name="Read it").click()
    cards = page.locator("article.question")
    expect(cards).to_have_count(2)
    expect(cards.first).to_be_focused()
    page.keyboard.press("Enter")
    named = cards.first.get_by_role("textbox", name="Name")
    expect(named).to_be_focused()
    page.keyboard.type("Demo Cecilia Jusuf")
    page.keyboard.press("Enter")
    expect(cards).to_have_count(1)
    expect(cards).to_be_focused()
    expect(page.locator(".question-done")).to_contain_text("somebody new")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(cards.locator(".field-error")).to_contain_text("A new person needs a name.")
    expect(cards.get_by_role("textbox", name="Name")).to_be_focused()
    answers = rows(
        "SELECT label, answer FROM import_individuals "
        "WHERE batch_id = (SELECT max(id) FROM import_batches) ORDER BY number"
    )
    assert answers == [("Demo Cecilia Jusuf", "create"), ("nobody@example.net", None)]


def test_the_first_question_is_on_the_first_screen_of_a_phone(
    visit: Callable[..., Visitor], base: None
) -> None:
    page = visit(viewport={"width": 390, "height": 844}).sign_in()
    hand_in(page, ZOOM)
    page.evaluate("scrollTo(0, 0)")
    card = page.locator("article.question").first.locator(".candidate").first.bounding_box()
    bar = page.locator(".record-bar").bounding_box()
    assert card
    assert bar
    assert card["y"] + card["height"] < bar["y"]


def test_another_editor_goes_on_and_the_first_is_told(
    visit: Callable[..., Visitor], base: None
) -> None:
    one = visit().sign_in()
    hand_in(one, ZOOM)
    one.locator("article.question").first.get_by_role("button", name="Leave out").click()
    expect(one.locator("article.question")).to_have_count(1)

    other = visit().sign_in("admin")
    other.goto("/imports/")
    item = other.locator(".item", has_text=ZOOM["file"])
    expect(item).to_contain_text("1 to decide")
    item.get_by_role("link", name="Go on").click()
    expect(other.locator("article.question")).to_have_count(1)
    expect(other.locator(".question-done")).to_contain_text("left out")
    other.locator("article.question .candidate").first.click()
    expect(other.locator("article.question")).to_have_count(0)
    other.locator(".record-bar button").click()
    expect(other.locator(".flash-success")).to_contain_text("18 attendances are recorded.")

    one.locator(".record-bar button").click()
    expect(one.locator(".flash-warning")).to_contain_text("Somebody else recorded this import")


def drop(page: Page, name: str, content: str) -> None:
    """Drop a file on the title of the page."""
    page.evaluate(
        """([name, content]) => {
          const data = new DataTransfer();
          data.items.add(new File([content], name, { type: "text/csv" }));
          const over = { dataTransfer: data, bubbles: true, cancelable: true };
          document.querySelector("h1").dispatchEvent(new DragEvent("dragover", over));
          document.querySelector("h1").dispatchEvent(new DragEvent("drop", over));
        }""",
        [name, content],
    )


def test_a_file_is_dropped_on_the_attendance_of_its_event(
    visit: Callable[..., Visitor], base: None
) -> None:
    page = visit().sign_in()
    page.goto(f"/events/{ZOOM['event']}/attendance")
    expect(page.get_by_text("can also be dropped anywhere on this page")).to_be_visible()
    drop(page, "empty.csv", "")
    expect(page.locator("#file-error")).to_be_visible()
    page.go_back()
    drop(page, "dropped.csv", (SAMPLES / ZOOM["file"]).read_text(encoding="utf-8"))
    page.wait_for_url(re.compile(r"/imports/\d+"))
    expect(page.locator("h1")).to_have_text("dropped.csv")
    viewer = visit().sign_in("viewer")
    viewer.goto(f"/events/{ZOOM['event']}/attendance")
    expect(viewer.locator("[data-import], [data-dropzone]")).to_have_count(0)


def test_a_file_is_dropped_anywhere_and_a_list_is_pasted_without_looking(
    visit: Callable[..., Visitor], base: None
) -> None:
    page = visit().sign_in()
    page.goto(f"/events/{ZOOM['event']}/attendance/import")
    page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.setData("text/plain", "Demo Ana Paz\\nDemo Luis Sol");
          document.body.dispatchEvent(
            new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }"""
    )
    expect(page.locator("#paste")).to_be_focused()
    expect(page.locator("#paste")).to_have_value("Demo Ana Paz\nDemo Luis Sol")
    page.locator("#paste").fill("")
    drop(page, "dropped.csv", (SAMPLES / ZOOM["file"]).read_text(encoding="utf-8"))
    page.wait_for_url(re.compile(r"/imports/\d+"))
    expect(page.locator("h1")).to_have_text("dropped.csv")
    assert figures(page)["Individuals"] == ZOOM["individuals"]


def test_what_is_odd_is_said_and_what_was_pasted_is_kept(
    visit: Callable[..., Visitor], base: None
) -> None:
    page = visit().sign_in()
    page.goto(f"/events/{ZOOM['event']}/attendance/import")
    page.locator("#file").set_input_files(
        {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff\x00\x01" * 99}
    )
    expect(page.locator("#file-error")).to_contain_text("photo.jpg")
    page.locator("#paste").fill("---\n***")
    page.get_by_role("button", name="Read it").click()
    expect(page.locator("#paste-error")).to_be_visible()
    expect(page.locator("#paste")).to_have_value("---\n***")


def test_without_a_script(visit: Callable[..., Visitor], base: None, rows: Rows) -> None:
    page = visit(java_script_enabled=False).page
    page.goto("/sign-in")
    page.locator("[name=email]").fill("editor@demo.example.org")
    page.locator("[name=password]").fill("encuentro-demo")
    page.locator("[name=password]").press("Enter")
    expect(page.locator(".user-menu")).to_be_visible()
    before = state(rows)
    page.goto(f"/events/{ZOOM['event']}/attendance")
    expect(page.locator("[data-import]")).to_be_hidden()
    page.goto(f"/events/{ZOOM['event']}/attendance/import")
    page.locator("#file").set_input_files(SAMPLES / ZOOM["file"])
    page.get_by_role("button", name="Read it").click()
    cards = page.locator("article.question")
    expect(cards).to_have_count(2)
    expect(page.locator("[data-keys]")).to_be_hidden()

    other = cards.first
    other.locator("summary", has_text="Somebody else").click()
    other.locator("[name$=person_key]").fill("nobody at all")
    other.locator("[name$=person_key]").press("Enter")
    expect(page.locator(".field-error")).to_contain_text("Nobody of this name is known.")
    cards.first.locator("[name$=person_key]").fill("Alicia Pereda Gomensoro")
    cards.first.get_by_role("button", name="That is who it is").click()
    expect(cards).to_have_count(1)
    expect(page.locator(".question-done")).to_contain_text("Alicia Pereda Gomensoro")
    page.locator(".question-done").get_by_role("link", name="Change").click()
    expect(cards).to_have_count(2)
    cards.first.locator(".candidate").first.click()
    cards.first.get_by_role("button", name="Not identified").click()
    expect(cards).to_have_count(0)
    page.locator("[name=minimum_minutes]").fill("40")
    page.get_by_role("button", name="Use this").click()
    expect(page.locator(".record-bar")).to_contain_text("Leaves out 1")
    page.locator(".record-bar button").click()
    expect(page.locator(".flash-success")).to_contain_text("18 attendances are recorded.")
    page.locator(".flash-success").get_by_role("button", name="Undo").click()
    expect(page.locator(".flash")).to_contain_text("The import is undone.")
    assert state(rows) == before
