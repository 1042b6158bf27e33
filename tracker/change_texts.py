"""The change log in words: actions, things and columns as people read them."""

from collections.abc import Iterator
from typing import Any, Protocol

from flask_babel import gettext as _, lazy_gettext as _l

from tracker.models import ChangeItem
from tracker.services.redaction import REDACTED

_ACTIONS: dict[str, Any] = {
    "load": _l("loaded a folder"), "generate": _l("made synthetic data"), "undo": _l("undid a change"),
    "demo": _l("made the demonstration set"), "import": _l("imported a file"),
    "import.apply": _l("recorded an attendee file"), "import.undo": _l("undid an import"),
    "calendar.apply": _l("recorded what a calendar says"),
}  # fmt: skip
_VERBS: dict[str, Any] = {
    "create": _l("added this"), "edit": _l("changed this"), "delete": _l("deleted this"),
    "merge": _l("merged two records"), "correct": _l("corrected what was recorded of past events"),
    "enter": _l("entered published figures"), "record": _l("recorded an attendance"), "remove": _l("removed an attendance"),
    "plan": _l("planned who goes"), "withdraw": _l("took somebody out of the plan"),
    "confirm": _l("said who came"),
    "done": _l("settled a follow-up"), "reopen": _l("reopened a follow-up"),
    "erase": _l("erased this person"),
    "issue": _l("issued figures"), "retract": _l("withdrew issued figures"),
    "revoke": _l("revoked a private calendar"), "renew": _l("gave a private calendar a new address"),
}  # fmt: skip
_THINGS: dict[str, Any] = {
    "organizations": _l("Organization"), "aliases": _l("Alias"), "groupings": _l("Grouping"),
    "grouping_members": _l("Member of a grouping"), "people": _l("Person"),
    "person_emails": _l("E-mail address"), "person_aliases": _l("Alias"), "affiliations": _l("Affiliation"),
    "spaces": _l("Space"), "engagements": _l("Engagement"), "events": _l("Event"),
    "event_organizations": _l("Organization of the event"), "event_topics": _l("Topic"),
    "attendances": _l("Attendance"), "headcounts": _l("Headcount"),
    "contributions": _l("Contribution"), "old_slugs": _l("Earlier address"),
    "calendar_sources": _l("Calendar"), "outcomes": _l("Outcome"), "follow_ups": _l("Follow-up"), "users": _l("User"),
    "saved_reports": _l("Saved report"), "issued_reports": _l("Issued figures"),
}  # fmt: skip
_OPERATIONS: dict[str, Any] = {
    "insert": _l("%(thing)s added"), "update": _l("%(thing)s changed"),
    "delete": _l("%(thing)s removed"),
}  # fmt: skip
_COLUMNS: dict[str, Any] = {
    "name_en": _l("Name in English"), "name_es": _l("Name in Spanish"),
    "name_pt": _l("Name in Portuguese"), "name": _l("Name"), "acronym": _l("Acronym"),
    "code": _l("Code"), "key": _l("Key"), "kind": _l("Kind"), "country": _l("Country"),
    "city": _l("City"), "venue": _l("Venue"), "mode": _l("Mode"), "status": _l("Status"),
    "visibility": _l("Who sees it"), "start_date": _l("First day"), "end_date": _l("Last day"),
    "start_time": _l("From"), "end_time": _l("To"), "timezone": _l("Time zone"),
    "role": _l("Role"), "minutes": _l("Minutes"), "value": _l("Value"),
    "metric": _l("Figure"), "qualifier": _l("Qualifier"), "edition": _l("Edition"),
    "website": _l("Website"), "url": _l("Website"), "description": _l("Description"),
    "notes": _l("Notes"), "source": _l("Source"), "deleted_at": _l("Deleted"),
    "title": _l("Title"), "label": _l("Label"), "stakeholder_group": _l("Stakeholder group"),
    "gender": _l("Gender"), "scope": _l("Scope"), "cadence": _l("Cadence"),
    "headquarters_city": _l("City"), "relation": _l("Relation to it"),
    "from_date": _l("First day"), "to_date": _l("Last day"), "detail": _l("Detail"),
    "amount": _l("Amount"), "currency": _l("Currency"), "address": _l("E-mail address"),
    "text": _l("Text"), "dimension": _l("By"), "value_key": _l("Value of it"),
    "languages": _l("Languages"), "series": _l("Series"), "what": _l("What is to be done"),
    "due": _l("Due"), "done_at": _l("Done on"),
}  # fmt: skip


class Written(Protocol):
    """What was done to rows of a table: one item of a change, or several alike."""

    @property
    def table_name(self) -> str: ...
    @property
    def operation(self) -> str: ...


def action_text(action: str) -> str:
    """`event.edit` as `changed this`."""
    return str(_ACTIONS.get(action) or _VERBS.get(action.rpartition(".")[2], _("wrote")))


def item_text(item: Written) -> str:
    """`Attendance added`."""
    thing = str(_THINGS.get(item.table_name, item.table_name))
    return str(_OPERATIONS[item.operation]) % {"thing": thing}


def item_lines(item: ChangeItem) -> Iterator[tuple[str, Any, Any]]:
    """The columns that a reader understands, as (name, before, after)."""
    before, after = item.before or {}, item.after or {}
    for column, name in _COLUMNS.items():
        old, new = before.get(column), after.get(column)
        if REDACTED in (old, new):
            yield str(name), None, _("erased")
        elif old != new:
            yield str(name), _day_of(column, old), _day_of(column, new)


def _day_of(column: str, value: Any) -> Any:
    """Of an instant its day, which is what a reader asks for."""
    return value[:10] if column.endswith("_at") and isinstance(value, str) else value
