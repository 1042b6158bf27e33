"""Who may do what: permissions of roles for routes, `can` for single objects.

A route names its permission with `@requires`; a route that names none is refused. What depends
on the object (a contributor edits this event, not that one) is asked of `can`.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from tracker.models import (
    Affiliation,
    Attendance,
    Contribution,
    Engagement,
    Event,
    FollowUp,
    Headcount,
    IssuedReport,
    Organization,
    Outcome,
    Person,
    SavedReport,
    Space,
    User,
)

PUBLIC = "public"
SIGNED_IN = "signed-in"
WRITE = "write"
EDIT = "edit"
MANAGE_USERS = "manage-users"

_ROLES_WITH = {
    SIGNED_IN: frozenset({"admin", "editor", "contributor", "viewer"}),
    # Whether a contributor may write this very thing, `can` decides.
    WRITE: frozenset({"admin", "editor", "contributor"}),
    EDIT: frozenset({"admin", "editor"}),
    MANAGE_USERS: frozenset({"admin"}),
}
PERMISSIONS = (PUBLIC, *_ROLES_WITH)

View = TypeVar("View", bound=Callable[..., Any])


def requires(permission: str) -> Callable[[View], View]:
    """Declare the permission that a route needs; the guard in tracker/security.py asks for it."""
    if permission not in PERMISSIONS:
        raise ValueError(permission)

    def declare(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return declare


def same_for_everybody(view: View) -> View:
    """Declare that a public route neither knows nor asks who its reader is."""
    view.impersonal = True  # type: ignore[attr-defined]
    return view


def has_permission(user: User | None, permission: str) -> bool:
    """Whether a user, or nobody signed in, has a permission."""
    if permission == PUBLIC:
        return True
    return user is not None and user.active and user.role in _ROLES_WITH[permission]


def can(user: User | None, verb: str, thing: object) -> bool:
    """Whether a user may `view`, `edit`, `record-attendance` of or `settle` a thing or a class.

    Admins and editors write everything they see, but nothing of somebody who was erased. A
    contributor edits what its own organization organizes, and the attendance of its own people;
    it settles the follow-ups of its organization and its own.
    """
    if verb == "view":
        return _can_view(user, thing)
    if isinstance(thing, SavedReport):
        # Whoever may read may save, and nobody else's.
        return has_permission(user, SIGNED_IN) and user is not None and thing.user_id == user.id
    if not has_permission(user, WRITE):
        return False
    assert user is not None
    if isinstance(thing, Event) and not _can_view(user, thing):
        return False
    if isinstance(thing, Person) and thing.erased_at is not None:
        return False
    if has_permission(user, EDIT):
        return True
    if verb == "settle" and isinstance(thing, FollowUp) and _is_owner(user, thing):
        return True
    if verb == "record-attendance":
        return user.organization_id is not None
    return user.organization_id is not None and _is_own(user.organization_id, thing)


def _can_view(user: User | None, thing: object) -> bool:
    if isinstance(thing, Event):
        if thing.deleted_at is not None:
            return False
        if thing.visibility == "public":
            return True
        if user is None:
            return False
        return thing.visibility == "community" or (
            thing.owner_id is not None and thing.owner_id == user.organization_id
        )
    if isinstance(thing, Person | Attendance | Outcome | FollowUp):
        return user is not None
    if isinstance(thing, SavedReport):
        return thing.public or (user is not None and thing.user_id == user.id)
    if isinstance(thing, IssuedReport):
        return thing.audience == "public" or user is not None
    return True


def _is_owner(user: User, follow_up: FollowUp) -> bool:
    of_organization = follow_up.owner_organization_id
    of_person = follow_up.owner_person_id
    return (of_organization is not None and of_organization == user.organization_id) or (
        of_person is not None and of_person == user.person_id
    )


def _is_own(organization_id: int, thing: object) -> bool:
    match thing:
        case Event():
            return thing.owner_id == organization_id or any(
                link.organization_id == organization_id and link.role == "organizer"
                for link in thing.organization_links
            )
        case Headcount() | Outcome() | FollowUp():
            return _is_own(organization_id, thing.event)
        case Attendance():
            return thing.organization_id == organization_id or _is_own(organization_id, thing.event)
        case Contribution():
            return thing.organization_id == organization_id or (
                thing.event is not None and _is_own(organization_id, thing.event)
            )
        case Space():
            return thing.organizer_id == organization_id
        case Person():
            return any(a.organization_id == organization_id for a in thing.affiliations)
        case Organization():
            return thing.id == organization_id
        case Affiliation():
            return thing.organization_id == organization_id or _is_own(
                organization_id, thing.person
            )
        case Engagement():
            return thing.organization_id == organization_id or _is_own(organization_id, thing.space)
        case _:
            # A class: may such a thing be made at all.
            return thing in (Event, Person, Attendance, Headcount, Contribution)
