"""Between an event and its form: what is suggested, what is stored, what was typed."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.access import can
from tracker.forms.events import EventForm
from tracker.i18n import language
from tracker.models import Event, Topic, User
from tracker.services import events as service, places, resolve

_COLUMNS = (
    "name_en", "name_es", "name_pt", "edition", "kind", "start_date", "end_date", "start_time",
    "end_time", "timezone", "mode", "venue", "city", "country", "latitude", "longitude", "status",
    "visibility", "relation", "series", "languages", "description", "url", "join_url", "source",
    "notes",
)  # fmt: skip
NAMES = ("name_en", "name_es", "name_pt")
# What a browser sends of a choice that nobody touched.
_FIRST_CHOICES = {"kind": "meeting", "mode": "in-person"}
_ROLES = ("organizer", "partner", "host", "sponsor")


def with_topics(session: Session, form: EventForm) -> EventForm:
    """The form, with the topics there are to choose from."""
    topics = session.scalars(select(Topic).order_by(Topic.slug)).all()
    form.topics.choices = [(topic.slug, topic.name_in(language())) for topic in topics]
    return form


def fill_zone(session: Session, form: EventForm) -> None:
    """Without a script nothing suggested the zone of the place."""
    if not form.timezone.data and form.country.data:
        form.timezone.data = places.suggest_zone(session, form.country.data, form.city.data)


def fill_from_space(session: Session, form: EventForm, user: User) -> None:
    """Without a script nothing was suggested while typing: what is still empty is filled in."""
    form.validate()
    if not form.space_code.data or form.space_code.errors:
        return
    field, name = form.space_code, f"name_{language()}"
    field.settle(resolve.resolve_space(session, field.data, language()))
    if field.thing is None:
        return
    suggested = service.suggest_from_space(session, field.thing, user)
    for column, value in suggested.items():
        if value is not None and form[column].data in (None, _FIRST_CHOICES.get(column)):
            form[column].process_data(value)
    form[name].errors = []
    form.fail(name, _("This is what the space suggests. Check it, then save."))


def suggestions(
    session: Session, user: User, copied: Event | None, space_code: str | None, whole: Event | None
) -> dict[str, Any]:
    """What the form of a new event starts with: a copy's next edition, a space's, or a part."""
    values: dict[str, Any] = {"status": "confirmed", "visibility": "public", "mode": "in-person"}
    if copied is not None:
        values |= service.next_edition_of(copied, copied.space)
        values["space_code"] = copied.space.code if copied.space else None
    elif space_code:
        values["space_code"] = space_code
        space = resolve.resolve_space(session, space_code, language()).thing
        if space is not None:
            values |= service.suggest_from_space(session, space, user)
    if whole is not None:
        values |= {"parent_key": whole.key, "relation": "part-of", "kind": "session"}
        values |= {
            name: getattr(whole, name)
            for name in ("start_date", "end_date", "timezone", "city", "country", "mode")
        }
    if user.organization is not None and not values.get("organizer_acronyms"):
        values["organizer_acronyms"] = user.organization.acronym
    return values


def stored_values(event: Event, user: User) -> dict[str, Any]:
    """A stored event by the columns of the form, as far as a user may see what it belongs to."""
    hidden = _hidden_parent(event, user) is not None
    return {
        **{name: getattr(event, name) for name in _COLUMNS},
        **{
            f"{role}_acronyms": "; ".join(o.acronym for o in event.organizations_as(role)) or None
            for role in _ROLES
        },
        "space_code": event.space.code if event.space else None,
        "parent_key": event.parent.key if event.parent and not hidden else None,
        "relation": None if hidden else event.relation,
        "owner_acronym": event.owner.acronym if event.owner else None,
        "topics": sorted(topic.slug for topic in event.topics),
    }


def _hidden_parent(event: Event | None, user: User) -> Event | None:
    """The larger event, where a user may edit what is part of it but not see it."""
    parent = event.parent if event is not None else None
    return parent if parent is not None and not can(user, "view", parent) else None


def typed_event(
    session: Session, form: EventForm, user: User, event: Event | None = None
) -> service.EventData | None:
    """What the form says, with every name resolved; None where one is not, said at its field.

    A larger event that the user could not see in the form stays what it is.
    """
    _settle(session, form, user)
    owner = form.owner_acronym.thing
    if form.visibility.data == "organization" and not form.owner_acronym.errors:
        owner = owner or user.organization
        if owner is None or owner is not user.organization:
            form.fail("owner_acronym", _("Only its owner sees it then, so that must be yours."))
    if form.errors:
        return None
    topics = session.scalars(select(Topic).where(Topic.slug.in_(form.topics.data or []))).all()
    columns = {name: form.value_of(name) for name in _COLUMNS}
    parent = form.parent_key.thing
    if event is not None and parent is None and (parent := _hidden_parent(event, user)):
        columns["relation"] = event.relation
    return service.EventData(
        columns=columns,
        space=form.space_code.thing,
        parent=parent,
        owner=owner,
        organizations={role: form[f"{role}_acronyms"].things for role in _ROLES},
        topics=topics,
    )


def _settle(session: Session, form: EventForm, user: User) -> None:
    code = language()
    if form.space_code.data:
        form.space_code.settle(resolve.resolve_space(session, form.space_code.data, code))
    if form.parent_key.data:
        form.parent_key.settle(resolve.resolve_event(session, form.parent_key.data, user, code))
    for field in (form.owner_acronym, *(form[f"{role}_acronyms"] for role in _ROLES)):
        for name in field.names():
            field.settle(
                resolve.resolve_organization(session, name, code),
                name=name,
                unknown=_("No organization matches “%(text)s”.", text=name),
            )
