"""What merging two records would do, in words, before anything is done."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _, lazy_gettext as _l, ngettext
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from tracker.i18n import country_name, format_partial, language, number
from tracker.labels import label
from tracker.models import (
    Affiliation,
    Attendance,
    Contribution,
    Engagement,
    Event,
    EventOrganization,
    GroupingMember,
    Organization,
    Person,
    PersonAlias,
    User,
)
from tracker.services.merging import changes_rights, merge_stamp
from tracker.services.merging_fields import BOTH, KEPT, OTHER, Difference, differences
from tracker.services.merging_references import (
    Reference,
    combined,
    count_moving,
    references_to,
    twins_query,
)
from tracker.services.visibility import visible_to

# So many are listed one by one; the rest is counted.
LISTED = 50


@dataclass(frozen=True)
class Collision:
    """Two rows that become one: of what, what each says, and what stays; texts."""

    title: str
    kept: str
    other: str
    result: str


@dataclass(frozen=True)
class Choice:
    """A field in which they differ: what can stay, as (value, text), and what is chosen."""

    name: str
    title: str
    options: Sequence[tuple[str, str]]
    chosen: str


@dataclass(frozen=True)
class MergePreview:
    """What a merge would do; `stamp` tells whether it is still what was looked at."""

    choices: Sequence[Choice]
    moves: Sequence[str]
    collisions: Sequence[Collision]
    more_collisions: int
    needs_admin: bool
    stamp: str


def merge_preview(
    session: Session,
    keep: Person | Organization,
    other: Person | Organization,
    choices: Mapping[str, str],
    user: User,
) -> MergePreview:
    """What merging `other` into `keep` would do, as far as the user may see."""
    moves, collisions, more = [], [], 0
    for reference in references_to(keep):
        count = count_moving(session, reference, keep, other)
        if count:
            moves.append(_MOVES[reference.model.__tablename__, reference.column](count))
        if count and reference.key:
            found, rest = _collisions(session, reference, keep, other, user)
            collisions += found
            more += rest
    return MergePreview(
        choices=[
            _choice(session, difference, keep, other)
            for difference in differences(keep, other, choices)
        ],
        moves=moves,
        collisions=collisions,
        more_collisions=more,
        needs_admin=isinstance(keep, Organization)
        and isinstance(other, Organization)
        and changes_rights(session, other),
        stamp=merge_stamp(session, keep, other),
    )


_TITLES: dict[str, Any] = {
    "name": _l("Name"), "country": _l("Country"), "gender": _l("Gender"),
    "name_en": _l("Name in English"), "name_es": _l("Name in Spanish"),
    "name_pt": _l("Name in Portuguese"), "kind": _l("Kind"),
    "stakeholder_group": _l("Stakeholder group"), "headquarters_city": _l("City"),
    "website": _l("Website"), "email_domains": _l("E-mail domains"), "parent_id": _l("Part of"),
    "successor_id": _l("Became"), "source": _l("Source"), "confidence": _l("Confidence"),
    "notes": _l("Notes"),
}  # fmt: skip
_VOCABULARIES = {
    "gender": "gender", "kind": "organization_kind", "confidence": "confidence",
    "stakeholder_group": "stakeholder_group",
}  # fmt: skip


def _choice(
    session: Session,
    one: Difference,
    keep: Person | Organization,
    other: Person | Organization,
) -> Choice:
    texts = {
        KEPT: _in_words(session, one.name, one.kept, keep),
        OTHER: _in_words(session, one.name, one.other, other),
        BOTH: _("Both"),
    }
    options = [(option, texts[option] or _("Empty")) for option in one.options]
    return Choice(one.name, str(_TITLES[one.name]), options, one.chosen)


def _in_words(session: Session, name: str, value: Any, record: Any) -> str:
    if name in _VOCABULARIES:
        return label(_VOCABULARIES[name], value)
    if name == "country":
        return country_name(value)
    if name == "parent_id":
        return _acronym(session, value)
    if name == "successor_id":
        day = record.successor_date
        return (
            " · ".join(filter(None, (_acronym(session, value), format_partial(day))))
            if value
            else ""
        )
    return str(value or "")


def _collisions(
    session: Session,
    reference: Reference,
    keep: Person | Organization,
    other: Person | Organization,
    user: User,
) -> tuple[list[Collision], int]:
    query = twins_query(reference, keep, other)
    count = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    shown = query.options(*_BESIDE.get(reference.model, ())).limit(LISTED)
    pairs = [tuple(pair) for pair in session.execute(shown)]
    named = _named(session, pairs, user)
    title, texts = _SAID[reference.model]
    found = []
    for one, two in pairs:
        said = (_columns(one), _columns(two), {**_columns(one), **combined(reference, one, two)})
        found.append(Collision(title(one, named), *(texts(each, named) for each in said)))
    return found, count - len(found)


@dataclass(frozen=True)
class _Named:
    """The names that texts need, by id: events that the reader may see, organizations."""

    events: Mapping[int, str]
    organizations: Mapping[int, str]

    def event(self, event_id: int | None) -> str:
        return self.events.get(event_id or 0, _("An event you cannot see"))


def _named(session: Session, pairs: Sequence[tuple[Any, ...]], user: User) -> _Named:
    rows = [row for pair in pairs for row in pair]
    events = {row.event_id for row in rows if getattr(row, "event_id", None)}
    organizations = {row.organization_id for row in rows if getattr(row, "organization_id", None)}
    seen = select(Event).where(Event.id.in_(events), visible_to(user))
    acronyms = select(Organization.id, Organization.acronym)
    return _Named(
        {event.id: event.name_in(language()) for event in session.scalars(seen)},
        dict(session.execute(acronyms.where(Organization.id.in_(organizations))).all()),
    )


# What titles name, loaded with the rows.
_BESIDE: dict[type[Any], tuple[Any, ...]] = {
    Affiliation: (joinedload(Affiliation.organization), joinedload(Affiliation.person)),
    Engagement: (joinedload(Engagement.organization), joinedload(Engagement.space)),
    Contribution: (joinedload(Contribution.space),),
    GroupingMember: (joinedload(GroupingMember.grouping),),
}


def _columns(row: Any) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in row.__mapper__.column_attrs}


def _acronym(session: Session, organization_id: int | None) -> str:
    organization = session.get(Organization, organization_id) if organization_id else None
    return organization.acronym if organization is not None else ""


def _joined(*texts: str | None) -> str:
    return " · ".join(filter(None, texts)) or "–"


def _attendance(said: Mapping[str, Any], named: _Named) -> str:
    roles = [label("attendance_role", role) for role in said["role"].split(";")]
    minutes = said["minutes"]
    return _joined(
        label("attendance_status", said["status"]),
        ", ".join(roles) if said["role"] != "attendee" else "",
        label("mode", said["mode"]) if said["mode"] != "unknown" else "",
        _("%(number)s min", number=number(minutes)) if minutes is not None else "",
        named.organizations.get(said["organization_id"] or 0),
        country_name(said["country"]),
    )


def _affiliation_title(row: Affiliation, _named: _Named) -> str:
    return _joined(row.organization.acronym, row.person.name, format_partial(row.start_date))


def _affiliation(said: Mapping[str, Any], _named: _Named) -> str:
    until = said["end_date"]
    return _joined(
        said["title"],
        _("until %(date)s", date=format_partial(until)) if until else _("still there"),
    )


def _engagement_title(row: Engagement, _named: _Named) -> str:
    return _joined(
        row.space.name_in(language()), row.organization.acronym, label("engagement_role", row.role)
    )


def _engagement(said: Mapping[str, Any], _named: _Named) -> str:
    until = said["to_date"]
    return _joined(
        format_partial(said["from_date"]),
        _("until %(date)s", date=format_partial(until)) if until else _("still there"),
    )


def _contribution_title(row: Contribution, named: _Named) -> str:
    place = row.space.name_in(language()) if row.space else named.event(row.event_id)
    return _joined(row.title or label("contribution_kind", row.kind), place)


def _contribution(said: Mapping[str, Any], _named: _Named) -> str:
    amount = said["amount"]
    return _joined(
        format_partial(said["date"]),
        f"{number(amount)} {said['currency']}" if amount is not None else "",
        said["url"],
    )


def _at_event(row: Attendance | EventOrganization, named: _Named) -> str:
    return named.event(row.event_id)


Title = Callable[[Any, _Named], str]
Said = Callable[[Mapping[str, Any], _Named], str]
_SAID: dict[type[Any], tuple[Title, Said]] = {
    Attendance: (_at_event, _attendance),
    Affiliation: (_affiliation_title, _affiliation),
    Engagement: (_engagement_title, _engagement),
    Contribution: (_contribution_title, _contribution),
    EventOrganization: (_at_event, lambda said, _named: label("event_role", said["role"])),
    GroupingMember: (
        lambda row, _named: row.grouping.name,
        lambda said, _named: said["status"] or "–",
    ),
    PersonAlias: (
        lambda row, _named: row.text,
        lambda said, _named: _("always this person") if said["always"] else _("seen once"),
    ),
}

_MOVES: dict[tuple[str, str], Callable[[int], str]] = {
    ("attendances", "person_id"): lambda n: ngettext("%(num)d attendance", "%(num)d attendances", n),
    ("affiliations", "person_id"): lambda n: ngettext("%(num)d affiliation", "%(num)d affiliations", n),
    ("engagements", "person_id"): lambda n: ngettext("%(num)d engagement", "%(num)d engagements", n),
    ("contributions", "person_id"): lambda n: ngettext("%(num)d contribution", "%(num)d contributions", n),
    ("person_emails", "person_id"): lambda n: ngettext("%(num)d e-mail address", "%(num)d e-mail addresses", n),
    ("person_aliases", "person_id"): lambda n: ngettext("%(num)d other spelling", "%(num)d other spellings", n),
    ("follow_ups", "owner_person_id"): lambda n: ngettext("%(num)d follow-up", "%(num)d follow-ups", n),
    ("users", "person_id"): lambda n: ngettext("%(num)d account", "%(num)d accounts", n),
    ("import_individuals", "person_id"): lambda n: ngettext("%(num)d name in attendee files", "%(num)d names in attendee files", n),
    ("event_organizations", "organization_id"): lambda n: ngettext("%(num)d role at an event", "%(num)d roles at events", n),
    ("events", "owner_id"): lambda n: ngettext("%(num)d event it owns", "%(num)d events it owns", n),
    ("spaces", "organizer_id"): lambda n: ngettext("%(num)d space", "%(num)d spaces", n),
    ("grouping_members", "organization_id"): lambda n: ngettext("%(num)d grouping", "%(num)d groupings", n),
    ("aliases", "organization_id"): lambda n: ngettext("%(num)d alias", "%(num)d aliases", n),
    ("organizations", "parent_id"): lambda n: ngettext("%(num)d organization below it", "%(num)d organizations below it", n),
    ("organizations", "successor_id"): lambda n: ngettext("%(num)d predecessor", "%(num)d predecessors", n),
    ("import_individuals", "organization_id"): lambda n: ngettext("%(num)d name in attendee files", "%(num)d names in attendee files", n),
    ("import_individuals", "stated_organization_id"): lambda n: ngettext("%(num)d organization in attendee files", "%(num)d organizations in attendee files", n),
    ("import_organizations", "organization_id"): lambda n: ngettext("%(num)d answer about attendee files", "%(num)d answers about attendee files", n),
}  # fmt: skip
for _noun in ("attendances", "affiliations", "engagements", "contributions", "users"):
    _MOVES[_noun, "organization_id"] = _MOVES[_noun, "person_id"]
_MOVES["follow_ups", "owner_organization_id"] = _MOVES["follow_ups", "owner_person_id"]
