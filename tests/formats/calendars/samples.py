"""Calendars as their publishers write them, and ways to read them without another process."""

from datetime import date

from tracker.formats.calendars import LIMITS, CalendarProblem, Limits, ReadCalendar, ReadEvent
from tracker.formats.calendars.parsing import parse_calendar

FIRST, LAST = date(2025, 1, 1), date(2027, 12, 31)


def calendar(*components: str, head: str = "") -> str:
    """A calendar around components and its own lines."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Test//Test//EN"]
    return "\n".join([*lines, *filter(None, [head.strip()]), *components, "END:VCALENDAR", ""])


def event(lines: str = "", *, uid: str = "a@example.org", summary: str = "Meeting") -> str:
    """A VEVENT with these lines."""
    told = [f"UID:{uid}", f"SUMMARY:{summary}", *lines.strip().splitlines()]
    return "\n".join(["BEGIN:VEVENT", *map(str.strip, told), "END:VEVENT"])


def parse(content: str | bytes, *, first=FIRST, last=LAST, limits: Limits = LIMITS) -> ReadCalendar:
    if isinstance(content, str):
        content = content.replace("\n", "\r\n").encode()
    return parse_calendar(content, first, last, limits)


def events_of(content: str | bytes, **options) -> tuple[ReadEvent, ...]:
    """The events of a calendar in which nothing is wrong."""
    found = parse(content, **options)
    assert found.problems == ()
    return found.events


def only(content: str | bytes, **options) -> ReadEvent:
    (read,) = events_of(content, **options)
    return read


def only_problem(content: str | bytes, **options) -> CalendarProblem:
    (problem,) = parse(content, **options).problems
    return problem


def when(read: ReadEvent) -> str:
    """Days, times and zone of an event on one line."""
    start = " ".join(filter(None, (read.start_date, read.start_time)))
    end = " ".join(filter(None, (read.end_date, read.end_time)))
    return f"{start}..{end} {read.timezone or ''}".strip()


def one(lines: str, *, head: str = "", zones: str = "") -> ReadEvent:
    """The one event of a calendar that these lines make."""
    return only(calendar(*filter(None, [zones]), event(lines), head=head))


GOOGLE = """BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:PUBLISH
X-WR-CALNAME:Comunidad técnica
X-WR-TIMEZONE:America/Montevideo
X-WR-CALDESC:Reuniones\\, talleres y más
BEGIN:VTIMEZONE
TZID:America/Montevideo
X-LIC-LOCATION:America/Montevideo
BEGIN:STANDARD
TZOFFSETFROM:-0300
TZOFFSETTO:-0300
TZNAME:GMT-3
DTSTART:19700101T000000
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
DTSTART:20260506T130000Z
DTEND:20260506T143000Z
DTSTAMP:20260401T120000Z
ORGANIZER;CN=Comunidad técnica:mailto:c_1@group.calendar.google.example.org
UID:1abc@google.example.org
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;CN=ana@example
 .org;X-NUM-GUESTS=0:mailto:ana@example.org
X-GOOGLE-CONFERENCE:https://meet.example.org/abc-defg-hij
CREATED:20260301T120000Z
DESCRIPTION:<p>Agenda:</p><ul><li>IPv6</li><li>RPKI &amp\\; ROA</li></ul><a href="https://example.org/a">Notas</a>
LAST-MODIFIED:20260402T120000Z
LOCATION:Casa de Internet\\, Montevideo
SEQUENCE:2
STATUS:CONFIRMED
SUMMARY:Reunión de coordinación
TRANSP:OPAQUE
BEGIN:VALARM
ACTION:DISPLAY
DESCRIPTION:This is an event reminder
TRIGGER:-P0DT0H10M0S
END:VALARM
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20260824
DTEND;VALUE=DATE:20260829
DTSTAMP:20260401T120000Z
UID:2abc@google.example.org
CREATED:20260301T120000Z
LAST-MODIFIED:20260301T120000Z
SEQUENCE:0
STATUS:TENTATIVE
SUMMARY:Semana de la región
TRANSP:TRANSPARENT
END:VEVENT
BEGIN:VEVENT
DTSTART;TZID=America/Montevideo:20260602T100000
DTEND;TZID=America/Montevideo:20260602T110000
RRULE:FREQ=WEEKLY;WKST=MO;UNTIL=20260624T025959Z;BYDAY=TU
EXDATE;TZID=America/Montevideo:20260609T100000
DTSTAMP:20260401T120000Z
UID:3abc@google.example.org
SEQUENCE:0
STATUS:CONFIRMED
SUMMARY:Seminario web
END:VEVENT
BEGIN:VEVENT
DTSTART;TZID=America/Montevideo:20260617T150000
DTEND;TZID=America/Montevideo:20260617T160000
DTSTAMP:20260401T120000Z
UID:3abc@google.example.org
RECURRENCE-ID;TZID=America/Montevideo:20260616T100000
SEQUENCE:1
STATUS:CONFIRMED
SUMMARY:Seminario web (movido)
END:VEVENT
END:VCALENDAR
"""

OUTLOOK = """BEGIN:VCALENDAR
METHOD:PUBLISH
PRODID:Microsoft Exchange Server 2010
VERSION:2.0
X-WR-CALNAME:Calendário
BEGIN:VTIMEZONE
TZID:SA Eastern Standard Time
BEGIN:STANDARD
DTSTART:16010101T000000
TZOFFSETFROM:-0300
TZOFFSETTO:-0300
END:STANDARD
END:VTIMEZONE
BEGIN:VTIMEZONE
TZID:(UTC-05:00) Eastern Time (US & Canada)
BEGIN:STANDARD
DTSTART:16010101T020000
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=1SU;BYMONTH=11
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=2SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
DESCRIPTION:Prezados\\,\\n\\nSegue a pauta.\\n
UID:040000008200E00074C5B7101A82E00800000000
SUMMARY:Reunião do comitê
DTSTART;TZID=SA Eastern Standard Time:20260506T100000
DTEND;TZID=SA Eastern Standard Time:20260506T113000
CLASS:PUBLIC
PRIORITY:5
DTSTAMP:20260401T120000Z
TRANSP:OPAQUE
STATUS:CONFIRMED
SEQUENCE:1
LOCATION:Reunião do Microsoft Teams
X-MICROSOFT-CDO-APPT-SEQUENCE:1
X-MICROSOFT-CDO-BUSYSTATUS:BUSY
X-MICROSOFT-CDO-ALLDAYEVENT:FALSE
X-MICROSOFT-SKYPETEAMSMEETINGURL:https://teams.example.org/l/meetup-join/19
END:VEVENT
BEGIN:VEVENT
UID:040000008200E00074C5B7101A82E00800000001
SUMMARY:Feriado
DTSTART;TZID=SA Eastern Standard Time:20260907T000000
DTEND;TZID=SA Eastern Standard Time:20260908T000000
X-MICROSOFT-CDO-ALLDAYEVENT:TRUE
CLASS:PRIVATE
DTSTAMP:20260401T120000Z
SEQUENCE:0
END:VEVENT
BEGIN:VEVENT
UID:040000008200E00074C5B7101A82E00800000002
SUMMARY:Canceled: Briefing
DTSTART;TZID="(UTC-05:00) Eastern Time (US & Canada)":20260310T090000
DTEND;TZID="(UTC-05:00) Eastern Time (US & Canada)":20260310T100000
DTSTAMP:20260401T120000Z
STATUS:CONFIRMED
SEQUENCE:4
END:VEVENT
END:VCALENDAR
"""

INDICO = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//CERN//INDICO//EN
BEGIN:VEVENT
SUMMARY:LAC-IX Technical Forum
DTSTART:20260519T120000Z
DTEND:20260521T210000Z
DTSTAMP:20260102T030405Z
UID:indico-event-1234@events.example.org
CATEGORIES:Technical forums,Interconnection
DESCRIPTION:Speakers: Ana Suárez (Example)\\n\\nThe forum of exchange points.\\nhttps://events.example.org/event/1234/
GEO:-12.0464;-77.0428
LAST-MODIFIED:20260101T000000Z
LOCATION:Centro de Convenciones (Sala A)
URL:https://events.example.org/event/1234/
END:VEVENT
END:VCALENDAR
"""

ICANN = """BEGIN:VCALENDAR\r
PRODID:-//Meetings//Schedule//EN\r
VERSION:2.0\r
X-WR-CALNAME:Public meetings\r
X-WR-TIMEZONE:UTC\r
BEGIN:VEVENT\r
UID:meeting-88\r
DTSTAMP:20260101T000000Z\r
DTSTART;VALUE=DATE:20260307\r
DTEND;VALUE=DATE:20260313\r
SUMMARY:88th Public Meeting\r
LOCATION:Mumbai\\, India\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:session-88-1\r
DTSTAMP:20260101T000000Z\r
DTSTART;TZID=Asia/Calcutta:20260309T090000\r
DURATION:PT1H15M\r
RELATED-TO:meeting-88\r
SUMMARY:Joint meeting: Board\\; LAC Space\r
LOCATION:https://zoom.example.org/j/123\r
END:VEVENT\r
END:VCALENDAR\r
"""

THUNDERBIRD = """BEGIN:VCALENDAR
PRODID:-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN
VERSION:2.0
BEGIN:VTIMEZONE
TZID:/mozilla.org/20050126_1/America/Santiago
X-LIC-LOCATION:America/Santiago
BEGIN:STANDARD
TZOFFSETFROM:-0300
TZOFFSETTO:-0400
DTSTART:19700405T000000
RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU
END:STANDARD
BEGIN:DAYLIGHT
TZOFFSETFROM:-0400
TZOFFSETTO:-0300
DTSTART:19700906T000000
RRULE:FREQ=YEARLY;BYMONTH=9;BYDAY=1SU
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VTODO
UID:todo
SUMMARY:Not an event
END:VTODO
BEGIN:VEVENT
CREATED:20260101T000000Z
LAST-MODIFIED:20260101T000000Z
DTSTAMP:20260101T000000Z
UID:tb-1
SUMMARY:Charla
DTSTART;TZID=/mozilla.org/20050126_1/America/Santiago:20260910T190000
DTEND;TZID=/mozilla.org/20050126_1/America/Santiago:20260911T003000
X-MOZ-GENERATION:3
END:VEVENT
END:VCALENDAR
"""

APPLE = """BEGIN:VCALENDAR
CALSCALE:GREGORIAN
PRODID:-//Apple Inc.//macOS 15.0//EN
VERSION:2.0
X-WR-CALNAME:Trabajo
X-APPLE-CALENDAR-COLOR:#1BADF8
BEGIN:VTIMEZONE
TZID:America/Mexico_City
BEGIN:STANDARD
DTSTART:20221030T020000
TZNAME:CST
TZOFFSETFROM:-0500
TZOFFSETTO:-0600
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
DTEND;TZID=America/Mexico_City:20260714T120000
UID:A1B2C3
DTSTAMP:20260101T000000Z
LOCATION:Hotel Ejemplo\\nAv. Reforma 1\\, Ciudad de México
X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-ADDRESS="Av. Reforma 1";X-APPLE-RADIUS=70;X-TITLE="Hotel Ejemplo":geo:19.4,-99.1
SEQUENCE:0
SUMMARY:Taller
DTSTART;TZID=America/Mexico_City:20260714T100000
ATTACH;FMTTYPE=image/png;ENCODING=BASE64;VALUE=BINARY:iVBORw0KGgo
BEGIN:VALARM
X-WR-ALARMUID:1
UID:1
TRIGGER;VALUE=DATE-TIME:19760401T005545Z
ACTION:NONE
END:VALARM
END:VEVENT
END:VCALENDAR
"""
