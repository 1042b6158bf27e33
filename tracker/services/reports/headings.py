"""What the columns of a report's tables are called by people; their names in files never change."""

from typing import Any

from flask_babel import lazy_gettext as _l, lazy_pgettext as _lp

from tracker.labels import label

# What the rows of a table are: the heading of its first column.
_ROWS: dict[str, Any] = {
    "measures": _l("Measure"), "previous_period": _l("Measure"), "compared": _l("Measure"),
    "by_year": _l("Year"), "by_month": _l("Month"), "by_space": _l("Space"),
    "by_kind": _l("Kind"), "by_country": _l("Country"), "by_mode": _l("Mode"),
    "by_role": _l("Role"), "by_region": _l("Region"), "by_gender": _l("Gender"),
    "by_stakeholder_group": _l("Stakeholder group"), "by_topic": _l("Topic"),
    "by_organization": _l("Organization"), "by_organizer": _l("Organizer"),
    "by_partner": _l("Partner"), "by_edition": _l("Edition"), "retention": _l("Edition"),
    "newcomers_by_region": _l("Region"), "events": _l("Event"), "cancelled": _l("Event"),
    "sessions": _l("Session"), "delegates": _l("Person"), "coverage": _l("Space"),
    "together_with": _l("Organization"), "contributions": _l("Event or space"),
    "published": _l("Event"), "matrix": _l("Organization and space"),
    "sessions_by_kind": _l("Kind"), "groups_by_edition": _l("Edition"),
    "came_and_went": _l("Organization"),
}  # fmt: skip

_COLUMNS: dict[str, Any] = {
    "key": _l("Code"), "label": _l("Name"), "events": _l("Events"),
    "attendances": _l("Attendances"), "people": _l("People"),
    "unidentified": _l("Unidentified attendances"), "participants": _l("Participants"),
    "reached": _l("Participants reached"), "registrations": _l("Registrations"),
    "newcomers": _l("Newcomers"), "returning": _l("Returning"), "sessions": _l("Sessions"),
    "session_hours": _l("Session-hours"), "hours": _l("Hours"), "person_hours": _l("Person-hours"),
    "countries": _l("Countries"), "organizations": _l("Organizations"), "editions": _l("Editions"),
    "topics": _l("Topics"), "start": _l("Start"), "end": _lp("column", "End"), "date": _l("Date"),
    "first": _l("From"), "last": _l("To"), "country": _l("Country"), "city": _l("City"),
    "region": _l("Region"), "space": _l("Space"), "organization": _l("Organization"),
    "event": _l("Event"), "event_key": _l("Event"), "edition": _l("Edition"),
    "engaged_as": _l("Engaged as"), "held": _l("Held"), "attended": _l("Attended"),
    "missed": _l("Missed"), "last_attended": _l("Last attended"), "next_event": _l("Next"),
    "planned": _lp("column", "Planned"), "kind": _l("Kind"), "mode": _l("Mode"), "role": _l("Role"),
    "status": _l("Status"), "title": _l("Title"), "amount": _l("Amount"),
    "currency": _l("Currency"), "url": _l("Link"), "current": _l("This period"),
    "previous": _l("Period before"), "change": _l("Difference"), "metric": _l("Figure"),
    "dimension": _l("By"), "value_key": _lp("published figure", "Of"), "unit": _l("Unit"),
    "value": _l("Value"), "qualifier": _l("Qualifier"), "adds_up": _l("Adds up"),
    "source": _l("Source"), "at_least": _l("At least"), "at_most": _l("At most"),
    "approximate": _l("Approximate"), "current_at_most": _l("This period, at most"),
    "previous_at_most": _l("Period before, at most"), "share": _l("Share"),
    "percent": _l("Percent"), "minutes": _l("Minutes"), "stakeholder_group": _l("Stakeholder group"),
    "planned_people": _lp("column", "Planned"), "organizers": _l("Organizers"),
}  # fmt: skip

_IN_TABLE: dict[tuple[str, str], Any] = {
    ("compared", "current"): _l("This edition"),
    ("compared", "previous"): _l("Edition before"),
    ("compared", "current_at_most"): _l("This edition, at most"),
    ("compared", "previous_at_most"): _l("Edition before, at most"),
    ("events", "held"): _l("Has started"),
    ("by_edition", "at_least"): _l("Participants"),
    ("came_and_went", "first"): _l("First edition"),
    ("came_and_went", "last"): _l("Last edition"),
}


def heading(table: str, column: str) -> str:
    """The heading of a column; what `label` names is said by the table's own kind of row."""
    if column == "label" and table in _ROWS:
        return str(_ROWS[table])
    if table == "groups_by_edition":
        return label("stakeholder_group", column)
    text = _IN_TABLE.get((table, column)) or _COLUMNS.get(column)
    return str(text) if text is not None else column.replace("_", " ").capitalize()
