"""The words of the vocabularies as people read them, in each language."""

from collections.abc import Iterable
from typing import Any, Protocol

from flask_babel import lazy_gettext as _l, lazy_pgettext as _lp

from tracker.i18n import country_name
from tracker.models.text import fold

_LABELS: dict[str, dict[str, Any]] = {
    "visibility": {
        "public": _l("Public"), "community": _l("Everyone signed in"),
        "organization": _l("Owner organization only"),
    },
    "event_kind": {
        "meeting": _l("Meeting"), "forum": _l("Forum"), "summit": _l("Summit"),
        "training": _l("Training"), "workshop": _l("Workshop"), "webinar": _l("Webinar"),
        "tutorial": _l("Tutorial"), "talk": _l("Talk"), "session": _l("Session"),
        "bilateral": _l("Bilateral meeting"), "other": _l("Other"),
    },
    "mode": {
        "in-person": _l("In person"), "online": _l("Online"), "hybrid": _l("Hybrid"),
        "both": _l("In person and online"), "all": _l("In person and online together"),
        "unknown": _l("Not known"),
    },
    "event_status": {
        "tentative": _l("Tentative"), "confirmed": _l("Confirmed"),
        "cancelled": _lp("event", "Cancelled"),
    },
    "relation": {"part-of": _l("Part of"), "co-located": _l("Co-located with")},
    "event_role": {
        "organizer": _l("Organizer"), "partner": _l("Partner"), "host": _l("Host"),
        "sponsor": _l("Sponsor"),
    },
    "attendance_role": {
        "attendee": _l("Attendee"), "speaker": _l("Speaker"), "panelist": _l("Panelist"),
        "moderator": _l("Moderator"), "trainer": _l("Trainer"), "organizer": _l("Organizer"),
        "rapporteur": _l("Rapporteur"), "exhibitor": _l("Exhibitor"),
        "delegate": _l("Delegate"), "staff": _l("Staff"),
    },
    "attendance_status": {
        "planned": _l("Planned"), "registered": _l("Registered"), "attended": _l("Attended"),
        "no-show": _l("No-show"), "cancelled": _lp("attendance", "Cancelled"),
    },
    "stakeholder_group": {
        "technical-community": _l("Technical community"), "government": _l("Government"),
        "intergovernmental": _l("Intergovernmental organizations"),
        "private-sector": _l("Private sector"), "civil-society": _l("Civil society"),
        "academia": _l("Academia"), "media": _l("Media"), "unknown": _l("Not known"),
    },
    "gender": {
        "female": _l("Female"), "male": _l("Male"), "other": _l("Other"),
        "undisclosed": _l("Prefers not to say"), "unknown": _l("Not known"),
    },
    "confidence": {"high": _l("High"), "medium": _l("Medium"), "low": _l("Unverified")},
    "organization_kind": {
        "rir": _l("Regional Internet registry"),
        "internet-coordination": _l("Internet coordination"),
        "internet-association": _l("Internet association"),
        "cctld-association": _l("ccTLD association"),
        "ixp-association": _l("IXP association"),
        "operators-group": _l("Network operators group"),
        "research-network": _l("Research and education network"),
        "industry-association": _l("Industry association"),
        "nro-association": _l("Association of registries"),
        "user-association": _l("Association of users"),
        "internet-registry": _l("Internet registry"),
        "research-centre": _l("Research center"),
        "university-association": _l("Association of universities"),
        "training-school": _l("Training school"),
        "intergovernmental": _l("Intergovernmental organization"),
        "private-company": _l("Company"), "regional-bloc": _l("Regional bloc"),
        "un-body": _l("United Nations body"), "government": _l("Government"),
        "shared-headquarters": _l("Shared headquarters"),
        "civil-society": _l("Civil society organization"), "other": _l("Other"),
    },
    "space_kind": {
        "igf": _l("Internet governance forum"), "coordination": _l("Coordination"),
        "training-programme": _l("Training program"),
        "intergovernmental-process": _l("Intergovernmental process"),
        "policy-forum": _l("Policy forum"), "operators-meeting": _l("Operators meeting"),
        "technical-meeting": _l("Technical meeting"), "other": _l("Other"),
    },
    "scope": {
        "global": _l("Global"), "regional": _l("Regional"),
        "sub-regional": _l("Sub-regional"), "national": _l("National"),
    },
    "engagement_role": {
        "secretariat": _l("Secretariat"), "founder": _l("Founder"),
        "organizer": _l("Organizer"), "co-organizer": _l("Co-organizer"), "host": _l("Host"),
        "member": _l("Member"), "associate-member": _l("Associate member"),
        "observer": _l("Observer"), "representative": _l("Representative"),
        "party": _l("Party"), "partner": _l("Partner"), "sponsor": _l("Sponsor"),
        "supporter": _l("Supporter"), "speaker": _l("Speaker"), "exhibitor": _l("Exhibitor"),
        "rapporteur": _l("Rapporteur"), "participant": _l("Participant"),
        "co-located": _l("Co-located"), "monitors": _l("Monitors"),
    },
    "metric": {
        "participants": _l("Participants"), "registrations": _l("Registrations"),
        "newcomers": _l("Newcomers"), "returning": _l("Returning"),
        "expected": _l("Expected"), "countries": _l("Countries"),
        "organizations": _l("Organizations"), "sessions": _l("Sessions"),
    },
    "dimension": {
        "": _l("Whole event"), "country": _l("Country"), "region": _l("Region"),
        "stakeholder_group": _l("Stakeholder group"), "gender": _l("Gender"),
        "badge": _l("Badge"),
    },
    "unit": {"count": _l("Count"), "percent": _l("Percent")},
    "qualifier": {"exact": _l("Exactly"), "at-least": _l("At least"), "about": _lp("qualifier", "About")},
    "contribution_kind": {
        "presentation": _l("Presentation"), "panel": _l("Panel"),
        "moderation": _l("Moderation"), "training": _l("Training"),
        "statement": _l("Statement"), "proposal": _l("Proposal"), "report": _l("Report"),
        "booth": _l("Booth"), "sponsorship": _l("Sponsorship"), "grant": _l("Grant"),
        "scholarship": _l("Scholarship"), "other": _l("Other"),
    },
    "outcome_kind": {
        "note": _l("Note"), "minutes": _lp("outcome", "Minutes"), "recording": _l("Recording"),
        "link": _l("Link"),
    },
    "follow_up_status": {
        "open": _lp("follow-ups", "Open"), "overdue": _l("Overdue"),
        "done": _lp("follow-ups", "Done"), "all": _l("Open and done"),
    },
    "import_format": {
        "auto": _l("Find out by looking at it"),
        "zoom-meeting": _l("Zoom, meeting participants"),
        "zoom-meeting-unique": _l("Zoom, participants with totals"),
        "zoom-webinar": _l("Zoom, webinar attendees"),
        "zoom-registration": _l("Zoom, registrations"),
        "teams": _l("Microsoft Teams, attendance report"),
        "teams-events": _l("Microsoft Teams, list of joins and leaves"),
        "webex": _l("Webex, attendees"), "google-meet": _l("Google Meet, attendance"),
        "eventbrite": _l("Eventbrite, attendees"), "indico": _l("Indico, registrations"),
        "form": _l("Answers to a form"), "sheet": _l("Spreadsheet"), "csv": _l("Table (CSV, TSV)"),
        "pasted": _l("Pasted list"),
    },
    "import_status": {
        "received": _l("Needs an answer"), "staged": _l("Not recorded yet"),
        "applied": _l("Recorded"), "undone": _l("Undone"), "discarded": _l("Discarded"),
    },
    "import_match": {
        "email": _l("by address"), "name+organization": _l("by name and organization"),
        "alias": _l("by a spelling that always means them"),
        "recorded": _l("recorded at this event"), "decision": _l("to decide"),
        "new": _l("new"), "unidentified": _l("not identified"),
    },
    "import_set_aside": {
        "waiting-room": _l("Time in the waiting room"), "bot": _l("Note-taker or recorder"),
        "presentation": _l("Shared screen"), "total": _l("Total"),
        "heading": _l("Repeated heading"),
    },
    "import_field": {
        "name": _l("Name"), "first_name": _l("First name"), "last_name": _l("Last name"),
        "email": _l("E-mail address"), "organization": _l("Organization"),
        "country": _l("Country"), "role": _l("Role"), "status": _l("Status"), "mode": _l("Mode"),
        "joined": _l("Joined"), "left": _lp("column", "Left"), "minutes": _l("Minutes"), "hours": _l("Hours"),
        "present": _l("Signature or present"), "": _l("Ignore"),
    },
    "user_role": {
        "admin": _l("Administrator"), "editor": _l("Editor"),
        "contributor": _l("Contributor"), "viewer": _l("Viewer"),
    },
    "likeness": {
        "same-name": _l("Same name"), "similar-name": _l("Alike names"),
        "alias": _l("One is a spelling of the other"),
        "address": _l("Same address before the @"),
        "organization": _l("Were at the same organization"),
        "contained": _l("One name is part of the other"), "website": _l("Same website"),
        "domain": _l("Same e-mail domain"), "other-country": _l("Other country"),
    },
    "region": {
        "africa": _l("Africa"), "asia-australia-pacific": _l("Asia, Australia and the Pacific"),
        "europe": _l("Europe"), "latin-america-caribbean": _l("Latin America and the Caribbean"),
        "north-america": _l("North America"), "african": _l("African Group"),
        "asia-pacific": _l("Asia-Pacific Group"), "eastern-european": _l("Eastern European Group"),
        "grulac": _l("Latin American and Caribbean Group"),
        "weog": _l("Western European and Others Group"), "andean": _l("Andean countries"),
        "caribbean": _l("Caribbean"), "mexico-central-america": _l("Mexico and Central America"),
        "southern-cone-brazil": _l("Southern Cone and Brazil"),
        "intergovernmental": _l("Intergovernmental"), "elsewhere": _l("Elsewhere"),
        "unknown": _l("Not known"),
    },
}  # fmt: skip


def label(vocabulary: str, word: str | None) -> str:
    """A word of a vocabulary as people read it; a word of an open vocabulary stays as it is."""
    return str(_LABELS[vocabulary].get(word or "", word or ""))


def word_of(vocabulary: str, text: str) -> str | None:
    """The word of a vocabulary that people read as this text, or that it is; None if none is."""
    folded = fold(text)
    for word, shown in _LABELS.get(vocabulary, {}).items():
        if folded and folded in (fold(word), fold(str(shown))):
            return word
    return None


class PartOfFigures(Protocol):
    """A published figure, stored or not, of one value of a dimension."""

    @property
    def dimension(self) -> str: ...
    @property
    def value_key(self) -> str: ...


def value_text(part: PartOfFigures) -> str:
    """The value that a headcount is broken down to, in words where it is one of ours."""
    key = part.value_key
    if part.dimension == "country":
        return label("region", "unknown") if key == "unknown" else country_name(key)
    return label(part.dimension, key) if part.dimension in _LABELS else key


def options(vocabulary: str, words: Iterable[str]) -> list[tuple[str, str]]:
    """Words and how they read now, for the filters of a list."""
    return [(word, label(vocabulary, word)) for word in words]


def choices(vocabulary: str, words: Iterable[str], empty: Any = None) -> list[tuple[str, Any]]:
    """Options of a select, in the order of the words; `empty` is the text of no choice."""
    options: list[tuple[str, Any]] = [(word, _LABELS[vocabulary][word]) for word in words]
    return options if empty is None else [("", empty), *options]
