"""Files that are no calendars, or not whole ones: what is wrong, and where."""

import pytest

from tests.formats.calendars.samples import (
    GOOGLE,
    calendar,
    event,
    events_of,
    only_problem,
    parse,
)
from tracker.formats.calendars import UnreadableCalendar

DAY = "DTSTART:20260505"


def refusal(content: str | bytes, **options) -> UnreadableCalendar:
    with pytest.raises(UnreadableCalendar) as caught:
        parse(content, **options)
    return caught.value


@pytest.mark.parametrize("content", ["", " \n\r\n\t\n", b"\xef\xbb\xbf", b"\x00" * 50, b"\xff\xfe"])
def test_an_empty_file(content):
    assert refusal(content).code == "empty"


@pytest.mark.parametrize(
    "content, detail",
    [("<!DOCTYPE html><html>", "<!DOCTYPE html><html>"), ("Nombre;Correo\nAna;x", "Nombre;Correo"),
     (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "‰PNG"), (b"PK\x03\x04" + b"\x01" * 99, "PK"),
     ("BEGIN:VCARD\nFN:Ana\nEND:VCARD", "BEGIN:VCARD"), ("BEGIN:VEVENT\nEND:VEVENT", "BEGIN:VEVENT"),
     ("END:VCALENDAR", "END:VCALENDAR"), ("x" * 500, "x" * 120),
     (calendar() + "and then some", "and then some"), (calendar() + event(DAY), "BEGIN:VEVENT")],
)  # fmt: skip
def test_what_is_no_calendar(content, detail):
    error = refusal(content)
    assert (error.code, error.detail) == ("not-a-calendar", detail)


def test_what_may_stand_around_calendars():
    content = (
        "\n \n" + calendar(event(DAY)) + "\n\x1a\n\n" + calendar(event(DAY, uid="b")) + "\x00\n"
    )
    assert len(events_of(content)) == 2


@pytest.mark.parametrize(
    "content, kind, number, line, detail",
    [("BEGIN:VCALENDAR", "VCALENDAR", 1, 1, ""), ("BEGIN:VCALENDAR\nVERSION:2.0\n", "VCALENDAR", 1, 1, ""),
     (calendar(event(DAY)).replace("END:VEVENT\n", ""), "VEVENT", 1, 4, "END:VCALENDAR"),
     (calendar(event(DAY), event(DAY)).replace("END:VEVENT\n", "", 1), "VEVENT", 1, 4, "BEGIN:VEVENT"),
     (calendar(event(DAY + "\nBEGIN:VALARM\nACTION:NONE")), "VALARM", 1, 8, "END:VEVENT"),
     (calendar(event(DAY)).replace("END:VEVENT", "END:VTODO"), "VEVENT", 1, 4, "END:VTODO"),
     (calendar() + "BEGIN:VCALENDAR\nBEGIN:VCALENDAR", "VCALENDAR", 2, 5, "BEGIN:VCALENDAR"),
     (GOOGLE[: GOOGLE.index("RRULE")], "VEVENT", 3, 54, "")],
)  # fmt: skip
def test_a_component_without_its_end(content, kind, number, line, detail):
    error = refusal(content)
    component = error.component
    assert error.code == "unbalanced"
    assert (component.kind, component.number, component.line) == (kind, number, line)
    assert error.detail == detail


def test_the_component_is_named_as_a_person_knows_it():
    component = refusal(
        calendar(event(DAY, summary="Año\\, nuevo")).replace("END:VEVENT\n", "")
    ).component
    assert (component.uid, component.name) == ("a@example.org", "Año, nuevo")
    alarm = refusal(calendar(event(DAY + "\nBEGIN:VALARM"))).component
    assert (alarm.kind, alarm.name) == ("VALARM", "Meeting")


def test_components_in_components_in_components():
    error = refusal("BEGIN:VCALENDAR\n" + "BEGIN:X-DEEP\n" * 50_000)
    assert (error.code, error.component.kind, error.component.number) == ("too-deep", "X-DEEP", 8)


def test_what_is_not_an_event_is_passed_over():
    other = "\n".join(
        f"BEGIN:{kind}\nUID:x\nDTSTART:bad\nthis is no line\nEND:{kind}"
        for kind in ("VTODO", "VJOURNAL", "VFREEBUSY", "X-OTHER", "VAVAILABILITY")
    )
    assert (
        len(events_of(calendar(other, event(f"{DAY}\nBEGIN:VALARM\nSUMMARY:x\nEND:VALARM")))) == 1
    )


@pytest.mark.parametrize(
    "line",
    [
        "this is no line",
        "SUMMARY",
        "SUMMARY;X:y",
        "DESCRIPTION;=x:y",
        'LOCATION;X="y:z',
        ":",
        "@:x",
    ],
)
def test_a_line_that_cannot_be_read_is_left_out(line):
    found = parse(calendar(event(f"{DAY}\n{line}"), event(DAY, uid="b")))
    (problem,) = found.problems
    assert (problem.code, problem.detail) == ("bad-line", line)
    assert problem.component.uid == "a@example.org"
    assert len(found.events) == 2


def test_a_description_whose_lines_were_not_folded():
    content = calendar(event(f"{DAY}\nDESCRIPTION:One\nTwo\nThree: four"))
    assert only_problem(content).detail == "Two"
    assert parse(content).events[0].description == "One"


@pytest.mark.parametrize("begin", ["begin:vcalendar", "BEGIN: VCALENDAR ", "\ufeffBEGIN:VCALENDAR"])
def test_the_first_line_may_be_written_otherwise(begin):
    assert len(events_of(calendar(event(DAY)).replace("BEGIN:VCALENDAR", begin))) == 1


def test_more_problems_than_anybody_reads_are_counted():
    found = parse(calendar(*(event("DTSTART:x", uid=str(number)) for number in range(300))))
    assert len(found.problems) == 201
    assert (found.problems[-1].code, found.problems[-1].detail) == ("more-problems", "100")
