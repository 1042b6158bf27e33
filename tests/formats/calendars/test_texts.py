"""What events say: plain text of bounded length, and nobody's address."""

from datetime import UTC, datetime

import pytest

from tests.formats.calendars.samples import (
    calendar,
    event,
    events_of,
    one,
    only,
    only_problem,
    parse,
)

DAY = "DTSTART:20260505\n"


@pytest.mark.parametrize(
    "written, text",
    [("a\\nb\\Nc", "a\nb\nc"), ("a\\, b\\; c\\\\d", "a, b; c\\d"), ("\\\\n", "\\n"), ("a\\x", "ax"),
     ("<p>One</p><p>Two &amp\\; three</p>", "One\n\nTwo & three"), ("a < b and c > d", "a < b and c > d"),
     ("a\x0bb\x1fc\x7f", "a\nbc"), ("\u202f a  b ", "a b"), ("line\r", "line")],
)  # fmt: skip
def test_descriptions(written, text):
    head, _, tail = calendar(event(DAY + "DESCRIPTION:%")).partition("%")
    assert only((head + written + tail).encode()).description == text


def test_a_description_may_come_as_markup_alone():
    markup = "X-ALT-DESC;FMTTYPE=text/html:<html><body><b>Bold</b></body></html>"
    assert one(DAY + markup).description == "Bold"
    assert one(f"{DAY}{markup}\nDESCRIPTION:Plain").description == "Plain"
    assert one(f"{DAY}{markup}\nDESCRIPTION:").description == "Bold"


def test_folds_are_undone_before_characters_are_made():
    octets = calendar(event(DAY + "DESCRIPTION:%")).encode()
    folded = "ñandú".encode()
    folded = folded[:1] + b"\r\n " + folded[1:3] + b"\r\n\t" + folded[3:]
    assert only(octets.replace(b"%", folded)).description == "ñandú"


@pytest.mark.parametrize(
    "encoding, text",
    [("utf-8", "Reunión – ¿qué? 🌎"), ("utf-8-sig", "Reunión 🌎"), ("cp1252", "Reunión – ¿qué?"),
     ("utf-16", "Reunión 🌎")],
)  # fmt: skip
def test_encodings(encoding, text):
    assert only(calendar(event(DAY, summary=text)).encode(encoding)).summary == text


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\n\n", "\r\r\n"])
def test_ends_of_lines(end):
    content = (
        calendar(event(DAY + "DESCRIPTION:one%  two"))
        .replace("%", "\n")
        .replace("\n", end)
        .encode()
    )
    assert only(content).description == "one two"


def test_long_texts_are_cut():
    found = one(
        f"{DAY}DESCRIPTION:{'d' * 20_000}\nLOCATION:{'l' * 900}\nORGANIZER;CN={'o' * 900}:x:y\n"
        f"CATEGORIES:{'c' * 900},{','.join(map(str, range(99)))}"
    )
    assert (len(found.description), found.description[-1]) == (10_000, "…")
    assert (len(found.location), len(found.organizer)) == (300, 200)
    assert (len(found.categories), len(found.categories[0])) == (20, 100)
    assert len(only(calendar(event(DAY, summary="s" * 900))).summary) == 300


@pytest.mark.parametrize(
    "line, name",
    [("ORGANIZER;CN=Ana Suárez:mailto:ana@example.org", "Ana Suárez"), ("ORGANIZER:mailto:ana@example.org", ""),
     ("ORGANIZER;CN=ana@example.org:mailto:ana@example.org", ""),
     ('ORGANIZER;CN="Suárez, Ana";SENT-BY="mailto:b@example.org":mailto:ana@example.org', "Suárez, Ana"),
     ('ORGANIZER;CN="Ana <ana@example.org>":mailto:ana@example.org', "Ana"),
     ("ORGANIZER;CN=LACNIC ^'the RIR^':invalid:nomail", 'LACNIC "the RIR"'), ("ORGANIZER:LACNIC", "LACNIC"),
     ("ORGANIZER;CN=:x:y", ""), ("ORGANIZER;CN=mailto:ana@example.org", "")],
)  # fmt: skip
def test_an_organizer_is_a_name_and_never_an_address(line, name):
    found = one(DAY + line)
    assert found.organizer == name
    assert "@example.org" not in repr(found).replace(found.uid, "")


def test_nobody_else_is_taken_over():
    lines = "ATTENDEE;CN=Ana:mailto:ana@example.org\nCONTACT:ana@example.org\nLOCATION:Sala 1 <sala1@example.org>"
    found = one(DAY + lines)
    assert found.location == "Sala 1"
    assert "ana" not in repr(found).lower().replace(found.uid, "")


@pytest.mark.parametrize(
    "line, link",
    [("URL:https://example.org/a?b=c,d;e", "https://example.org/a?b=c,d;e"), ("URL;VALUE=URI:http://example.org", "http://example.org"),
     ("URL:javascript:alert(1)", ""), ("URL:mailto:a@example.org", ""), ("URL:https://", ""), ("URL:https://[", ""),
     ("URL:not a link", ""), ("URL:https://example.org/" + "a" * 600, "")],
)  # fmt: skip
def test_links(line, link):
    assert one(DAY + line).url == link


@pytest.mark.parametrize(
    "lines, place, link",
    [("CONFERENCE;VALUE=URI;FEATURE=VIDEO:https://meet.example.org/1", "", "https://meet.example.org/1"),
     ("CONFERENCE;VALUE=URI:tel:+59812345\nCONFERENCE:https://meet.example.org/2", "", "https://meet.example.org/2"),
     ("LOCATION:https://meet.example.org/3", "", "https://meet.example.org/3"),
     ("LOCATION:https://meet.example.org/3\nCONFERENCE:https://meet.example.org/4", "", "https://meet.example.org/4"),
     ("LOCATION:Sala 1 (https://meet.example.org/5)", "Sala 1 (https://meet.example.org/5)", "")],
)  # fmt: skip
def test_links_to_join(lines, place, link):
    found = one(DAY + lines)
    assert (found.location, found.conference) == (place, link)


@pytest.mark.parametrize(
    "value, position",
    [("-34.9;-56.16", (-34.9, -56.16)), ("-34.9,-56.16", (-34.9, -56.16)), ("-34.9\\;-56.16", (-34.9, -56.16)),
     ("+1;2", (1, 2)), ("91;0", (None, None)), ("0;181", (None, None)), ("0;0", (None, None)), ("0.0;0.0", (None, None)),
     ("nan;nan", (None, None)), ("1e9;1", (None, None)), ("1", (None, None)), ("", (None, None))],
)  # fmt: skip
def test_positions(value, position):
    found = one(f"{DAY}GEO:{value}")
    assert (found.latitude, found.longitude) == position


def test_categories_of_several_lines_are_told_once_each():
    found = one(DAY + "CATEGORIES:IPv6,Training\\, online\nCATEGORIES:IPv6,,RPKI")
    assert found.categories == ("IPv6", "Training, online", "RPKI")


@pytest.mark.parametrize(
    "lines, status",
    [("", "confirmed"), ("STATUS:TENTATIVE", "tentative"), ("STATUS:cancelled", "cancelled"),
     ("STATUS:CONFIRMED", "confirmed"), ("STATUS:NEEDS-ACTION", "confirmed")],
)  # fmt: skip
def test_statuses(lines, status):
    assert one(DAY + lines).status == status


@pytest.mark.parametrize(
    "summary",
    ["CANCELLED: Meeting", "Canceled: Meeting", "CANCELADO: Meeting", "Cancelada : Meeting"],
)
def test_a_summary_that_says_so_is_cancelled(summary):
    found = only(calendar(event(DAY, summary=summary)))
    assert (found.summary, found.status) == ("Meeting", "cancelled")


def test_a_calendar_that_withdraws():
    found = parse(calendar(event(DAY), head="METHOD:CANCEL"))
    assert found.cancelled
    assert found.events[0].status == "cancelled"
    both = parse(calendar(event(DAY), head="METHOD:CANCEL") + calendar(event(DAY, uid="b")))
    assert not both.cancelled
    assert [read.status for read in both.events] == ["cancelled", "confirmed"]


@pytest.mark.parametrize(
    "value, private", [("PUBLIC", False), ("PRIVATE", True), ("confidential", True), ("", False)]
)
def test_who_may_see_it(value, private):
    assert one(f"{DAY}CLASS:{value}").private is private


def test_changes():
    found = one(DAY + "SEQUENCE:7\nLAST-MODIFIED:20260401T120000Z\nDTSTAMP:20260501T000000Z")
    assert (found.sequence, found.changed) == (7, datetime(2026, 4, 1, 12, tzinfo=UTC))
    # Google stamps each download anew: that says nothing of the event.
    found = one(DAY + "SEQUENCE:x\nDTSTAMP:20260501T000000Z\nLAST-MODIFIED:never")
    assert (found.sequence, found.changed) == (0, None)
    assert one(DAY + "SEQUENCE:99999999999").sequence == 2_000_000_000
    assert one(DAY + "SEQUENCE:-1").sequence == 0


@pytest.mark.parametrize(
    "lines, parent",
    [("RELATED-TO:b", "b"), ("RELATED-TO;RELTYPE=PARENT:b", "b"), ("RELATED-TO;RELTYPE=CHILD:b", None),
     ("RELATED-TO;RELTYPE=SIBLING:c\nRELATED-TO;RELTYPE=parent:b", "b"), ("RELATED-TO:", None)],
)  # fmt: skip
def test_parents(lines, parent):
    assert one(DAY + lines).parent_uid == parent


def family(**parents: str) -> str:
    events = [event(f"{DAY}RELATED-TO:{parent}", uid=uid) for uid, parent in parents.items()]
    return calendar(*events)


def test_an_event_that_is_its_own_parent_loses_it():
    problem = only_problem(family(a="a"))
    assert (problem.code, problem.component.uid, problem.detail) == ("cyclic-parent", "a", "a")
    assert parse(family(a="a")).events[0].parent_uid is None


def test_a_circle_of_parents_is_broken_and_those_who_lead_to_it_stay():
    found = parse(family(a="b", b="c", c="a", d="a", e="elsewhere"))
    assert [problem.component.uid for problem in found.problems] == ["a", "b", "c"]
    assert {read.uid: read.parent_uid for read in found.events} == {
        "a": None, "b": None, "c": None, "d": "a", "e": "elsewhere",
    }  # fmt: skip


def test_a_long_line_of_parents_is_no_circle():
    chain = {f"u{number}": f"u{number + 1}" for number in range(3_000)}
    assert len(events_of(family(**chain))) == 3_000
    circle = parse(family(**chain, u3000="u0"))
    assert circle.problems[-1].code == "more-problems"
    assert circle.problems[-1].detail == str(3_001 - 200)


def test_an_event_without_uid_gets_one_that_stays():
    lone = event(DAY).replace("UID:a@example.org\n", "")
    found = parse(calendar(lone))
    assert [problem.code for problem in found.problems] == ["no-uid"]
    assert found.events[0].uid.startswith("no-uid-")
    again = parse(calendar(event(DAY, uid="b"), lone.replace("DTSTART", "SEQUENCE:2\nDTSTART")))
    assert {read.uid for read in again.events} == {"b", found.events[0].uid}


def test_a_uid_too_long_to_keep():
    assert only_problem(calendar(event(DAY, uid="u" * 501))).code == "bad-uid"
    assert len(only(calendar(event(DAY, uid="u" * 500))).uid) == 500


def test_what_calendars_are_called():
    found = parse(calendar(event(DAY), head="NAME:Uno\nDESCRIPTION:Dos\\nTres"))
    assert (found.name, found.description) == ("Uno", "Dos\nTres")
    found = parse(
        calendar(event(DAY), head="NAME:Uno\nX-WR-CALNAME:Dos\nX-WR-CALDESC:" + "d" * 5_000)
    )
    assert found.name == "Dos"
    assert len(found.description) == 1_000
    assert parse(calendar()).name == ""
