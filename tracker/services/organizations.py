"""Organizations: which ones a filter means, and the rules of writing them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import Session

from tracker.errors import Conflict
from tracker.i18n import is_country
from tracker.models import Alias, Grouping, GroupingMember, Organization, User
from tracker.models.changes import attribute
from tracker.models.text import fold
from tracker.models.vocabulary import ORGANIZATION_KINDS, STAKEHOLDER_GROUPS, TECHNICAL_COMMUNITY
from tracker.services.addresses import check_address
from tracker.services.filters import (
    Values,
    matches_words,
    read_things,
    read_words,
    refuse_unknown,
)
from tracker.services.references import refuse_while_referenced
from tracker.services.versions import touch

FILTERS = ("q", "kind", "country", "grouping", "stakeholder_group")
MAX_FOLDED_ALIAS = 300


@dataclass(frozen=True)
class OrganizationFilter:
    """A filter over organizations; several values of one field mean any of them."""

    q: str = ""
    kind: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    grouping: tuple[Grouping, ...] = ()
    stakeholder_group: tuple[str, ...] = ()


def read_organization_filter(
    session: Session, values: Values, also: Iterable[str] = ()
) -> OrganizationFilter:
    """The filter that a query string asks for; raises BadFilter on what it does not know."""
    refuse_unknown(values, (*FILTERS, *also))
    given = {name: values.get(name, ()) for name in FILTERS}
    return OrganizationFilter(
        q=" ".join(given["q"])[:200],
        kind=read_words("kind", given["kind"], ORGANIZATION_KINDS.__contains__),
        country=read_words("country", given["country"], is_country, str.upper),
        grouping=read_things(session, Grouping, Grouping.slug, "grouping", given["grouping"]),
        stakeholder_group=read_words(
            "stakeholder_group", given["stakeholder_group"], STAKEHOLDER_GROUPS.__contains__
        ),
    )


def organizations_query(wanted: OrganizationFilter) -> Select[Organization]:
    """The organizations of a filter; `q` looks at aliases too."""
    query = select(Organization)
    if wanted.q.strip():
        aliased = select(Alias.organization_id).where(_alias_matches(wanted.q))
        query = query.where(
            or_(matches_words(Organization.search, wanted.q), Organization.id.in_(aliased))
        )
    for column, words in (
        (Organization.kind, wanted.kind),
        (Organization.country, wanted.country),
        (Organization.stakeholder_group, wanted.stakeholder_group),
    ):
        if words:
            query = query.where(column.in_(words))
    if wanted.grouping:
        query = query.where(_in_grouping([grouping.id for grouping in wanted.grouping]))
    return query


def _alias_matches(q: str) -> ColumnElement[bool]:
    return and_(
        true() if fold(q) else false(),
        *(
            or_(Alias.folded.like(f"{word}%"), Alias.folded.like(f"% {word}%"))
            for word in fold(q).split()
        ),
    )


def _in_grouping(groupings: Sequence[int]) -> ColumnElement[bool]:
    members = select(GroupingMember).where(GroupingMember.grouping_id.in_(groupings)).subquery()
    return or_(
        Organization.id.in_(
            select(members.c.organization_id).where(members.c.organization_id.is_not(None))
        ),
        Organization.country.in_(select(members.c.country).where(members.c.country.is_not(None))),
    )


def save_organization(
    session: Session,
    organization: Organization,
    facts: Mapping[str, Any],
    by: User,
    aliases: Sequence[str] | None = None,
    technical_community: bool | None = None,
) -> Organization:
    """Write an organization, new or known, with its aliases and its place in the community.

    `facts` are columns; None for the last two leaves them as they are. Raises Conflict, with the
    field, on a taken acronym or alias, and on a parent or successor that comes back to itself.
    """
    check_address(session, organization, facts["acronym"], "acronym")
    for column, field in (("parent_id", "parent_acronym"), ("successor_id", "successor_acronym")):
        _refuse_circle(session, organization, column, facts.get(column), field)
    if aliases is not None:
        _refuse_taken_aliases(session, organization, aliases)
    known = organization in session
    attribute(session, "organization.edit" if known else "organization.create", by=by)
    for name, value in facts.items():
        setattr(organization, name, value)
    session.add(organization)
    session.flush()
    if aliases is not None:
        _set_aliases(organization, aliases)
    if technical_community is not None:
        _set_membership(session, organization, technical_community)
    session.flush()
    return organization


def _refuse_circle(
    session: Session, organization: Organization, column: str, target: int | None, field: str
) -> None:
    seen: set[int] = set()
    while target is not None and target not in seen:
        if target == organization.id:
            raise Conflict(
                _("%(name)s would come above itself that way.", name=organization.acronym), field
            )
        seen.add(target)
        target = session.scalar(
            select(getattr(Organization, column)).where(Organization.id == target)
        )


def _refuse_taken_aliases(
    session: Session, organization: Organization, aliases: Sequence[str]
) -> None:
    for text in aliases:
        if len(text) > MAX_FOLDED_ALIAS or len(fold(text)) > MAX_FOLDED_ALIAS:
            raise Conflict(_("“%(text)s…” is too long.", text=text[:40]), "aliases")
    own = Alias.organization_id == organization.id
    taken = session.scalar(select(Alias).where(Alias.text.in_(aliases), ~func.coalesce(own, False)))
    if taken is not None:
        raise Conflict(
            _(
                "“%(text)s” is an alias of %(name)s already.",
                text=taken.text,
                name=taken.organization.acronym,
            ),
            "aliases",
        )


def _set_aliases(organization: Organization, aliases: Sequence[str]) -> None:
    wanted = list(dict.fromkeys(aliases))
    known = {alias.text: alias for alias in organization.aliases}
    if set(wanted) == set(known):
        return
    organization.aliases = [known.get(text) or Alias(text=text) for text in wanted]
    # Aliases are part of what the form shows, so whoever edits them meanwhile must be told.
    touch(organization)


def membership(session: Session, organization: Organization) -> GroupingMember | None:
    """The organization's place in the grouping "Technical Community", if it has one."""
    return session.scalar(
        select(GroupingMember)
        .join(GroupingMember.grouping)
        .where(
            Grouping.name == TECHNICAL_COMMUNITY,
            GroupingMember.organization_id == organization.id,
        )
    )


def _set_membership(session: Session, organization: Organization, wanted: bool) -> None:
    known = membership(session, organization)
    if wanted and known is None:
        grouping = session.scalar(select(Grouping).where(Grouping.name == TECHNICAL_COMMUNITY))
        grouping = grouping or Grouping(name=TECHNICAL_COMMUNITY)
        session.add(GroupingMember(grouping=grouping, organization=organization, status="member"))
        touch(organization)
    elif not wanted and known is not None:
        session.delete(known)
        touch(organization)


def delete_organization(session: Session, organization: Organization, by: User) -> None:
    """Delete an organization that nothing refers to; raises Conflict naming what does."""
    refuse_while_referenced(session, organization)
    attribute(session, "organization.delete", by=by)
    # The database would drop these itself, but then the change log could not bring them back.
    for member in session.scalars(
        select(GroupingMember).where(GroupingMember.organization_id == organization.id)
    ):
        session.delete(member)
    session.delete(organization)
    session.flush()
