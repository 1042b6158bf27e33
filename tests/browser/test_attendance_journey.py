"""One event as staff follow it: planned, registered for, held, counted, reported; and one import undone."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.staff import Staff, first_number
from tests.browser.visitor import Visitor

PHONE = {"width": 390, "height": 844}
NAME = "Charla sintética de rutas"
REPORT = "/reports/organizations/lacnic"
PLANNED = ("Demo Sofía Etcheverry", "Demo Andrés Cabrera")
BY_PHONE = "Demo Rocío Benítez"
MISSING = "Demo Camila Sepúlveda"
ASKED = "Demo Ximena Quispe"
NEW = "Luciana Prado Vidal"
DIAL_IN, ROOM = "598291****7", "Sala de reuniones"
STATUSES = ("Planned", "Registered", "Attended", "No-show")

REGISTRATIONS = """Registration Report
Topic,Meeting ID,Scheduled Time,Duration (minutes),# Registered,# Cancelled,# Approved,# Denied
{name},812 0000 1111,{day} 02:00:00 PM,90,5,0,5,0
Registrant Details
First Name,Last Name,Email,Registration Time,Approval Status,Organization
Demo Sofía,Etcheverry,sofia-etcheverry@demo.example.org,{before} 10:00:00 AM,approved,LACNIC
Demo Andrés,Cabrera,andres-cabrera@demo.example.org,{before} 10:05:00 AM,approved,LACNIC
Demo Camila,Sepúlveda,camila-sepulveda@demo.example.org,{before} 10:20:00 AM,approved,LACNIC
Demo Ximena,Quispe,xquispe@redes.example.org,{before} 11:00:00 AM,approved,
Luciana,Prado Vidal,luciana.prado@example.org,{before} 11:30:00 AM,approved,LACTLD
"""
# Everybody but one; one came back, one dialed in, one is a room, one takes notes.
ZOOM = """Topic,ID,Host,Duration (minutes),Start time,End time,Participants
{name},812 0000 1111,Demo Sofía Etcheverry,105,{day} 01:50:00 PM,{day} 03:35:00 PM,8

Name (original name),Email,Join time,Leave time,Duration (minutes),Guest,In waiting room
Demo Sofía Etcheverry,sofia-etcheverry@demo.example.org,{day} 02:00:00 PM,{day} 03:30:00 PM,90,No,No
Demo Andrés Cabrera,andres-cabrera@demo.example.org,{day} 02:00:00 PM,{day} 02:31:00 PM,31,No,No
Demo Andrés Cabrera,andres-cabrera@demo.example.org,{day} 02:20:00 PM,{day} 03:20:00 PM,60,No,No
Ximena Quispe,xquispe@redes.example.org,{day} 02:10:00 PM,{day} 03:00:00 PM,50,Yes,No
Luciana Prado,luciana.prado@example.org,{day} 02:15:00 PM,{day} 03:15:00 PM,60,Yes,No
598291****7,,{day} 02:03:00 PM,{day} 03:25:00 PM,82,Yes,No
Sala de reuniones (LACNIC),,{day} 02:00:00 PM,{day} 03:30:00 PM,90,Yes,No
Otter.ai,,{day} 02:00:00 PM,{day} 03:30:00 PM,90,Yes,No
"""


@pytest.mark.parametrize("language, viewport", [("en", None), ("es", PHONE), ("pt", None)])
def test_from_a_plan_to_a_report_on_one_event(
    visit: Callable[..., Visitor],
    tmp_path: Path,
    language: str,
    viewport: dict[str, int] | None,
) -> None:
    options = {"viewport": viewport} if viewport else {}
    staff = Staff(visit(language, **options).sign_in(), language, tmp_path)
    today = datetime.now(UTC).date()
    event = log_the_event(staff, today + timedelta(days=9))
    plan_two_people(staff, event)
    plan_another(staff)
    import_the_registrations(staff, today)
    assert recorded(staff) == [1, 5, 0, 0]

    hold_it(staff, event, today)
    before = recorded(staff), report(staff)
    assert asked(staff) == {*PLANNED, ASKED, NEW, MISSING, BY_PHONE}
    import_the_zoom_report(staff, today)
    assert asked(staff) == {BY_PHONE}
    say_that_one_came(staff)
    assert recorded(staff) == [0, 0, 7, 1]
    enter_the_headcount(staff)
    after = check_the_report(staff)
    undo_the_zoom_report(staff, event)
    # What was said by hand stays.
    assert before == ([1, 5, 0, 0], {"attendances": 0, "people": 0, "unidentified": 0})
    assert recorded(staff) == [0, 5, 1, 0]
    assert report(staff) == {"attendances": 1, "people": 1, "unidentified": 0}
    record_it_again(staff)
    assert recorded(staff) == [0, 0, 7, 1]
    assert report(staff) == after


def log_the_event(staff: Staff, day: date) -> str:
    """An online event of the own organization, of which only a name and a day are known."""
    page = staff.page
    staff.go("Log an event")
    own = {"en": "Name in English", "es": "Name in Spanish", "pt": "Name in Portuguese"}
    page.get_by_label(staff.say(own[staff.language])).fill(NAME)
    page.get_by_label(staff.say("First day")).fill(day.isoformat())
    page.get_by_label(staff.say("Mode"), exact=True).select_option("online")
    expect(page.get_by_role("combobox", name=staff.say("Organizers"))).to_have_value("LACNIC")
    staff.press("Log it")
    expect(page.get_by_role("heading", level=1)).to_have_text(NAME)
    return page.url


def plan_two_people(staff: Staff, event: str) -> None:
    """From the page of plans, by typing."""
    page = staff.page
    page.goto("/plans/")
    page.get_by_role("combobox", name=staff.say("Event"), exact=True).focus()
    staff.choose(NAME[:12].lower(), NAME)
    page.get_by_role("combobox", name=staff.say("Who goes"), exact=True).focus()
    staff.choose("sofia etch", PLANNED[0])
    staff.choose("andres cab", PLANNED[1])
    page.keyboard.press("Enter")
    for person in PLANNED:
        expect(staff.flash()).to_contain_text(person)
    going = staff.card("Who goes where").get_by_role("listitem").filter(has_text=NAME)
    for person in PLANNED:
        expect(going.get_by_role("link", name=person)).to_be_visible()
    staff.follow(going.get_by_role("link", name=NAME))
    assert page.url == event


def plan_another(staff: Staff) -> None:
    """From the page of the event: somebody who will not register."""
    staff.page.get_by_role("combobox", name=staff.say("Who goes")).focus()
    staff.choose("rocio", BY_PHONE)
    staff.press("Plan to attend")
    plans = staff.card("Who plans to go")
    for person in (*PLANNED, BY_PHONE):
        expect(plans.get_by_role("link", name=person)).to_be_visible()
    staff.open("Attendance")
    assert recorded(staff) == [3, 0, 0, 0]


def hand_in(staff: Staff, name: str, text: str, day: date, **dates: date) -> None:
    """Choose a file of this text in the event's attendance."""
    shown = {key: each.strftime("%m/%d/%Y") for key, each in {"day": day, **dates}.items()}
    file = staff.folder / name
    file.write_text(text.format(name=NAME, **shown), encoding="utf-8-sig")
    staff.go("Import file")
    staff.page.get_by_label(staff.say("Drop a file here, or choose it")).set_input_files(file)
    expect(staff.page.get_by_role("heading", level=1)).to_have_text(name)


def record(staff: Staff) -> None:
    """Record what was staged."""
    staff.press("Record the attendance")
    expect(staff.flash()).to_contain_text(staff.say("Undo"))


def import_the_registrations(staff: Staff, today: date) -> None:
    """Two are planned already, one is new, one is asked about, who has another address here."""
    page = staff.page
    day, before = today + timedelta(days=9), today - timedelta(days=1)
    hand_in(staff, "registrations.csv", REGISTRATIONS, day, before=before)
    question = page.get_by_role("article", name=ASKED)
    expect(question).to_be_focused()
    expect(question).to_contain_text("xquispe@redes.example.org")
    expect(question.get_by_role("button", name=re.compile(ASKED))).to_have_count(1)
    expect(page.get_by_role("article")).to_have_count(1)
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    expect(page.get_by_role("article")).to_have_count(0)
    creates = staff.count("Creates %(num)d person.", "Creates %(num)d people.", 1)
    expect(page.get_by_text(creates)).to_be_visible()
    record(staff)
    new = "%(num)d attendance is recorded.", "%(num)d attendances are recorded."
    expect(staff.flash()).to_contain_text(staff.count(*new, 3))
    old = "%(num)d is brought up to date.", "%(num)d are brought up to date."
    expect(staff.flash()).to_contain_text(staff.count(*old, 2))
    staff.go("Attendance")


def hold_it(staff: Staff, event: str, today: date) -> None:
    """It is moved to today: its day has come."""
    page = staff.page
    staff.go("Edit")
    page.get_by_label(staff.say("First day")).fill(today.isoformat())
    page.get_by_label(staff.say("Last day")).fill(today.isoformat())
    staff.press("Save")
    assert page.url == event
    staff.open("Attendance")


def import_the_zoom_report(staff: Staff, today: date) -> None:
    """All are known by now, also the one decided about; who registered and is missing is marked."""
    page = staff.page
    hand_in(staff, "zoom.csv", ZOOM, today)
    expect(page.get_by_role("article")).to_have_count(0)
    missing = (
        "%(num)d person is registered and not in this file.",
        "%(num)d people are registered and not in this file.",
    )
    expect(staff.card("What is recorded")).to_contain_text(staff.count(*missing, 1))
    page.get_by_label(staff.say("Mark those who registered and are not in it as no-show")).check()
    staff.press("Use this")
    marks = "Marks %(num)d person as no-show.", "Marks %(num)d people as no-show."
    expect(page.get_by_text(staff.count(*marks, 1))).to_be_visible()
    record(staff)
    absent = "%(num)d person did not come.", "%(num)d people did not come."
    expect(staff.flash()).to_contain_text(staff.count(*absent, 1))
    staff.go("Attendance")
    assert statuses(staff) == {
        **dict.fromkeys((*PLANNED, ASKED, NEW, DIAL_IN, ROOM), "Attended"),
        MISSING: "No-show",
        BY_PHONE: "Planned",
    }
    # Who came back while still there was not there twice.
    expect(row(staff, PLANNED[1])).to_contain_text(re.compile(r"\b80 min"))


def say_that_one_came(staff: Staff) -> None:
    """Whom the file cannot know of is asked about, and answered for."""
    page = staff.page
    answers = page.get_by_role("group", name=BY_PHONE)
    answers.get_by_role("radio", name=staff.say("Attended"), exact=True).check()
    staff.follow(staff.card("Who came?").get_by_role("button", name=staff.say("Save")))
    expect(staff.flash()).to_be_visible()
    expect(staff.card("Who came?")).to_have_count(0)


def enter_the_headcount(staff: Staff) -> None:
    """A slip of the finger is doubted; what was meant says how many of them are known by name."""
    page = staff.page
    staff.open("Headcounts")
    how_many = staff.card("How many")
    for number, doubts in (("4", 1), ("20", 0)):
        staff.go("Enter figures")
        page.get_by_label(f"{staff.say('Participants')}, {staff.say('Online')}").first.fill(number)
        page.get_by_label(staff.say("Source"), exact=True).fill("https://example.org/talk")
        staff.press("Save")
        expect(staff.flash()).to_be_visible()
        expect(how_many.get_by_role("row").last).to_contain_text(number)
        expect(how_many.get_by_role("listitem")).to_have_count(doubts)
    assert identified(staff) == (5, 2)
    covered = staff.say("Names cover %(percent)s of the published total.")
    percent = "25,0 %" if staff.language == "pt" else "25.0 %"
    expect(how_many).to_contain_text(covered % {"percent": percent})


def check_the_report(staff: Staff) -> dict[str, int]:
    """What the organization's report says of the event is what the event's page says."""
    page = staff.page
    staff.open("Attendance")
    of_lacnic = [
        text for text in rows_of_table(staff) if "LACNIC" in text and staff.say("Attended") in text
    ]
    people = [text for text in of_lacnic if "“" not in text]
    said = {
        "attendances": len(of_lacnic),
        "people": len(people),
        "unidentified": len(of_lacnic) - len(people),
    }
    assert said == {"attendances": 5, "people": 4, "unidentified": 1}
    assert report(staff) == said
    page.goto(REPORT)
    page.get_by_text(staff.say("More filters")).click()
    page.get_by_label(staff.say("Words in the name")).fill(NAME)
    page.keyboard.press("Enter")
    expect(staff.card("Events").get_by_role("row").last).to_contain_text(NAME)
    titles = ("Attendances", "People", "Unidentified attendances")
    assert [figure(staff, title) for title in titles] == list(said.values())
    # Of all who were there, what was published counts.
    assert figure(staff, "Participants reached") == 20
    return said


def undo_the_zoom_report(staff: Staff, event: str) -> None:
    """From a row of the file that an attendance came from, back to its import."""
    page = staff.page
    page.goto(f"{event}/attendance")
    rows = re.compile(re.escape(f"{staff.say('Rows that this came from')}: {DIAL_IN}"))
    staff.follow(page.get_by_role("link", name=rows))
    expect(page.get_by_role("listitem").filter(has_text=f"{DIAL_IN} |")).to_be_visible()
    staff.go("The import")
    staff.press("Undo this import")
    expect(staff.flash()).to_contain_text(staff.say("The import is undone."))
    page.goto(f"{event}/attendance")
    assert asked(staff) == {*PLANNED, ASKED, NEW, MISSING}


def record_it_again(staff: Staff) -> None:
    """It was right after all: the same import, from where it waits."""
    staff.go("Import file")
    staff.go("Imports of this event")
    staff.follow(staff.page.get_by_role("link", name="zoom.csv"))
    record(staff)
    staff.go("Attendance")


def recorded(staff: Staff) -> list[int]:
    """How many are in each of STATUSES, as the page says."""
    card = staff.card("Recorded so far")
    said = zip(
        card.get_by_role("term").all_inner_texts(),
        map(int, card.get_by_role("definition").all_inner_texts()),
        strict=True,
    )
    numbers = dict(said)
    return [numbers[staff.say(status)] for status in STATUSES]


def identified(staff: Staff) -> tuple[int, int]:
    """How many people came by name, and how many nobody knows, as the page says."""
    numbers = staff.card("How many").locator(".stat-value")
    return first_number(numbers.nth(0)), first_number(numbers.nth(1))


def figure(staff: Staff, title: str) -> int:
    """A figure of the report, by its title."""
    box = staff.page.locator(".stat").filter(
        has=staff.page.get_by_text(staff.say(title), exact=True)
    )
    return first_number(box.locator(".stat-value"))


def rows_of_table(staff: Staff) -> list[str]:
    """What the table of attendances says of each."""
    return staff.card("Who attended").locator("tbody tr").all_inner_texts()


def row(staff: Staff, name: str) -> Locator:
    """The row of somebody in the table of attendances."""
    return staff.card("Who attended").locator("tbody tr").filter(has_text=name)


def statuses(staff: Staff) -> dict[str, str]:
    """What is recorded of each person or label, in English."""
    found = {}
    for name in (*PLANNED, ASKED, NEW, MISSING, BY_PHONE, DIAL_IN, ROOM):
        text = row(staff, name).inner_text()
        found[name] = next(status for status in STATUSES if staff.say(status) in text)
    return found


def asked(staff: Staff) -> set[str]:
    """Who the page asks about: whether they came."""
    return set(staff.card("Who came?").locator(".item-title").all_inner_texts())


def report(staff: Staff) -> dict[str, Any]:
    """The organization's figures of this event alone, as data."""
    answer = staff.page.request.get(f"{REPORT}.json", params={"q": NAME}).json()
    return {name: answer["measures"][name] for name in ("attendances", "people", "unidentified")}
