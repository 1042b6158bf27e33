"""Every route × every role, from the URL map: a new route is covered as soon as it exists."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import url_for
from werkzeug.routing import Rule

from tests import factories
from tests.clients import Client
from tests.conftest import TestingConfig, empty
from tracker import create_app
from tracker.access import PERMISSIONS, PUBLIC, WRITE, can, has_permission, requires
from tracker.extensions import db
from tracker.models import (
    Affiliation,
    Attendance,
    Contribution,
    Engagement,
    Event,
    EventOrganization,
    FollowUp,
    Headcount,
    Organization,
    Outcome,
    Person,
    Space,
    User,
)
from tracker.models.changes import attribute
from tracker.models.vocabulary import USER_ROLES

ROLES = (None, *USER_ROLES)
READING = {"GET", "HEAD", "OPTIONS"}

_app = create_app(
    TestingConfig(environment="testing", database_url="sqlite://", secret_key="for tests only")
)
RULES = [rule for rule in _app.url_map.iter_rules() if rule.endpoint != "static"]


def methods_of(rule: Rule) -> set[str]:
    return set(rule.methods or ())


ROUTES = [
    pytest.param(rule.rule, method, id=f"{method} {rule.rule}")
    for rule in sorted(RULES, key=lambda rule: (rule.rule, rule.endpoint))
    for method in sorted(methods_of(rule) - {"HEAD", "OPTIONS"})
]


def permission_of(rule: Rule) -> str:
    return getattr(_app.view_functions[rule.endpoint], "permission", "none declared")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.endpoint} {rule.rule}")
def test_every_route_declares_its_permission(rule):
    assert permission_of(rule) in PERMISSIONS


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.endpoint} {rule.rule}")
def test_nothing_is_written_by_a_link(rule):
    if permission_of(rule) == PUBLIC and methods_of(rule) - READING:
        # What anybody may send is what anybody may do to oneself.
        assert rule.endpoint.partition(".")[0] in ("accounts", "preferences")


def test_a_route_that_declares_nothing_is_refused(sqlite_app, monkeypatch):
    view = lambda: "not for you"  # noqa: E731
    monkeypatch.setitem(sqlite_app.view_functions, "overview.index", view)
    assert sqlite_app.test_client().get("/").status_code == 403


def test_a_permission_that_does_not_exist():
    with pytest.raises(ValueError, match="everything"):
        requires("everything")


class Things:
    """One of each thing that an address can name, belonging together."""

    def __init__(self):
        self.organization = factories.OrganizationFactory()
        self.space = factories.SpaceFactory()
        self.person = factories.PersonFactory()
        self.event = factories.EventFactory(organizer=self.organization)

    def arguments(self, rule: Rule) -> dict[str, Any]:
        """Values for the arguments of an address; its nouns tell slugs apart."""
        names = rule.arguments - OWNED.keys() - (rule.defaults or {}).keys()
        return {name: self._value(rule, name) for name in names}

    def _value(self, rule: Rule, name: str) -> object:
        noun = re.search(rf"([a-z-]+)[/.]<[^>]*\b{name}>", rule.rule)
        for key in (f"{noun[1]}/{name}" if noun else "", name):
            if key in MAKERS:
                return MAKERS[key](self)
        raise AssertionError(f"say in MAKERS what <{name}> of {rule.rule} is")

    def contribution(self) -> Contribution:
        contribution = Contribution(
            event=self.event, organization=self.organization, kind="presentation", title="Demo"
        )
        attribute(db.session, "test", None)
        db.session.add(contribution)
        db.session.commit()
        return contribution


MAKERS: dict[str, Callable[[Things], object]] = {
    "key": lambda one: one.event.key,
    "events/slug": lambda one: one.event.key,
    "spaces/slug": lambda one: one.space.slug,
    "organizations/slug": lambda one: one.organization.slug,
    "topics/slug": lambda _one: factories.TopicFactory().slug,
    "country": lambda _one: "uy",
    "kind": lambda _one: "meeting",
    "extension": lambda _one: "csv",
    "feed_format": lambda _one: "ics",
    "person_id": lambda one: one.person.id,
    "user_id": lambda _one: factories.UserFactory().id,
    "token": lambda _one: private_feed_token(),
    "session_id": lambda _one: 999_999,
    "change_id": lambda _one: 999_999,
    "affiliation_id": lambda one: factories.AffiliationFactory(person=one.person).id,
    "engagement_id": lambda one: (
        factories.EngagementFactory(space=one.space, organization=one.organization).id
    ),
    "attendance_id": lambda one: factories.AttendanceFactory(event=one.event).id,
    "headcount_id": lambda one: factories.HeadcountFactory(event=one.event).id,
    "contribution_id": lambda one: one.contribution().id,
    "batch_id": lambda one: factories.ImportBatchFactory(event=one.event).id,
    "pair_id": lambda _one: factories.LikelyDuplicateFactory().id,
    "outcome_id": lambda one: factories.OutcomeFactory(event=one.event).id,
    "source_id": lambda _one: factories.CalendarSourceFactory().id,
    "issued_id": lambda _one: factories.IssuedReportFactory().id,
    "follow_up_id": lambda one: factories.FollowUpFactory(event=one.event).id,
}

# What only its owner finds: whose it is, is known once there is somebody.
OWNED: dict[str, Callable[[User], object]] = {
    "feed_id": lambda user: factories.FeedFactory(user=user).id,
    "saved_id": lambda user: factories.SavedReportFactory(user=user, public=True).id,
}


def private_feed_token() -> str:
    token = "t" * 32
    factories.FeedFactory(token=token)
    return token


@pytest.fixture
def sqlite_session(sqlite_app):
    """Who may come in does not depend on the database, so this walk is made on one."""
    sqlite_app.test_client_class = Client
    with sqlite_app.app_context():
        factories.use(db.session)
        yield db.session
    empty(sqlite_app)


@pytest.mark.parametrize("path, method", ROUTES)
def test_every_role_is_let_in_or_refused_as_declared(sqlite_app, sqlite_session, path, method):
    rule = next(rule for rule in RULES if rule.rule == path and method in methods_of(rule))
    arguments = Things().arguments(rule)
    permission = permission_of(rule)
    users = {
        role: factories.UserFactory(role=role, organization=factories.OrganizationFactory())
        if role
        else None
        for role in ROLES
    }
    # Those who are refused first: what is let in may delete the thing.
    for role in sorted(ROLES, key=lambda role: has_permission(users[role], permission)):
        client = sqlite_app.test_client()
        if role is not None:
            client.sign_in(users[role])
        owner = users[role] or factories.UserFactory()
        owned = {name: make(owner) for name, make in OWNED.items() if name in rule.arguments}
        with sqlite_app.test_request_context():
            address = url_for(rule.endpoint, **arguments, **owned)
        answer = client.open(address, method=method)
        if has_permission(users[role], permission):
            check_let_in(answer, role, permission)
            assert method != "GET" or answer.status_code != 404
        else:
            check_refused(answer, role, method, address)


def check_let_in(answer, role, permission):
    if role == "contributor" and permission == WRITE:
        # Let in at the door; whether this very thing is its own, `can` says.
        assert answer.status_code != 401
    else:
        assert answer.status_code not in (401, 403), role
    if answer.status_code == 303 and role is not None:
        assert not answer.location.startswith("/sign-in?")


def check_refused(answer, role, method, address):
    if role is not None:
        assert answer.status_code == 403, role
    elif method == "GET" and answer.status_code == 303:
        assert answer.location.startswith("/sign-in?next=/")
    else:
        assert answer.status_code == 401
        assert method != "GET" or "." in address.rpartition("/")[2] or "/suggest" in address


@pytest.fixture
def lacnic(session):
    return factories.OrganizationFactory(acronym="LACNIC")


def a_user(role, organization=None, **kwargs):
    return factories.UserFactory(role=role, organization=organization, **kwargs)


class TestPermissions:
    @pytest.mark.parametrize(
        "permission, roles",
        [
            ("public", {None, "viewer", "contributor", "editor", "admin"}),
            ("signed-in", {"viewer", "contributor", "editor", "admin"}),
            ("write", {"contributor", "editor", "admin"}),
            ("edit", {"editor", "admin"}),
            ("manage-users", {"admin"}),
        ],
    )
    def test_of_each_role(self, permission, roles):
        users = {role: User(role=role, active=True) if role else None for role in ROLES}
        assert {r for r, user in users.items() if has_permission(user, permission)} == roles

    def test_of_an_account_that_is_not_active(self):
        assert not has_permission(User(role="admin", active=False), "signed-in")


class TestViewing:
    @pytest.mark.parametrize(
        "visibility, readers",
        [
            ("public", {"nobody", "other", "own", "admin"}),
            ("community", {"other", "own", "admin"}),
            ("organization", {"own"}),
        ],
    )
    def test_an_event(self, lacnic, visibility, readers):
        event = factories.EventFactory(visibility=visibility, owner=lacnic)
        users = {
            "nobody": None,
            "other": a_user("viewer", factories.OrganizationFactory()),
            "own": a_user("viewer", lacnic),
            "admin": a_user("admin"),
        }
        assert {name for name, user in users.items() if can(user, "view", event)} == readers

    def test_people_are_for_the_signed_in(self, session):
        person = factories.PersonFactory()
        assert not can(None, "view", person)
        assert can(a_user("viewer"), "view", person)


class TestEditing:
    def things(self, organization):
        """One of each, belonging to an organization."""
        event = factories.EventFactory(organizer=organization)
        person = factories.PersonFactory()
        affiliation = factories.AffiliationFactory(person=person, organization=organization)
        return {
            Event: event,
            Headcount: factories.HeadcountFactory(event=event),
            Outcome: factories.OutcomeFactory(event=event),
            FollowUp: factories.FollowUpFactory(event=event),
            Attendance: factories.AttendanceFactory(organization=organization),
            Space: factories.SpaceFactory(organizer=organization),
            Person: person,
            Affiliation: affiliation,
            Engagement: factories.EngagementFactory(organization=organization),
            Organization: organization,
            Contribution: Contribution(organization_id=organization.id, kind="booth", title="x"),
        }

    @pytest.mark.parametrize("role", ["admin", "editor"])
    def test_admins_and_editors_edit_everything(self, lacnic, role):
        user = a_user(role)
        assert all(can(user, "edit", thing) for thing in self.things(lacnic).values())

    def test_viewers_and_the_public_edit_nothing(self, lacnic):
        for user in (None, a_user("viewer", lacnic)):
            for thing in (*self.things(lacnic).values(), Event, Person):
                assert not can(user, "edit", thing)
                assert not can(user, "record-attendance", thing)

    def test_a_contributor_edits_what_is_its_organizations(self, lacnic):
        user = a_user("contributor", lacnic)
        own = self.things(lacnic)
        others = self.things(factories.OrganizationFactory())
        assert {kind for kind, thing in own.items() if can(user, "edit", thing)} == set(own)
        assert {kind for kind, thing in others.items() if can(user, "edit", thing)} == set()

    def test_a_contributor_of_no_organization_edits_nothing(self, lacnic):
        user = a_user("contributor")
        assert not any(can(user, "edit", thing) for thing in self.things(lacnic).values())
        assert not can(user, "edit", Event)
        assert not can(user, "record-attendance", factories.EventFactory())

    def test_partnering_is_not_organizing(self, lacnic):
        event = factories.EventFactory(
            organization_links=[EventOrganization(organization=lacnic, role="partner")]
        )
        assert not can(a_user("contributor", lacnic), "edit", event)

    def test_the_owner_edits_it_too(self, lacnic):
        event = factories.EventFactory(owner=lacnic)
        assert can(a_user("contributor", lacnic), "edit", event)

    def test_a_contributor_records_its_people_at_events_of_others(self, lacnic):
        user, event = a_user("contributor", lacnic), factories.EventFactory()
        assert can(user, "record-attendance", event)
        own = factories.AttendanceFactory(event=event, organization=lacnic)
        other = factories.AttendanceFactory(event=event)
        assert can(user, "edit", own)
        assert not can(user, "edit", other)

    @pytest.mark.parametrize("owner", ["owner_organization", "owner_person", None])
    def test_whoever_owns_a_follow_up_settles_it(self, lacnic, owner):
        person = factories.PersonFactory()
        owners = {"owner_organization": lacnic, "owner_person": person}
        follow_up = factories.FollowUpFactory(**({owner: owners[owner]} if owner else {}))
        user = a_user("contributor", lacnic, person=person)
        assert can(user, "settle", follow_up) == (owner is not None)
        assert not can(user, "edit", follow_up)
        assert not can(a_user("viewer", lacnic, person=person), "settle", follow_up)
        assert can(a_user("editor"), "settle", follow_up)

    def test_nobody_edits_somebody_who_was_erased(self, lacnic):
        person = factories.PersonFactory(erased_at=datetime(2026, 1, 1, tzinfo=UTC))
        assert not can(a_user("admin"), "edit", person)

    def test_what_one_may_not_see_one_may_not_edit(self, lacnic):
        event = factories.EventFactory(visibility="organization", owner=lacnic)
        assert not can(a_user("admin"), "edit", event)

    def test_what_somebody_saved_is_theirs_alone(self):
        owner, other = a_user("viewer"), a_user("admin")
        for public in (True, False):
            saved = factories.SavedReportFactory(user=owner, public=public)
            assert can(owner, "edit", saved)
            assert not can(other, "edit", saved)
            assert not can(None, "edit", saved)
            assert can(owner, "view", saved)
            assert can(other, "view", saved) == can(None, "view", saved) == public

    def test_figures_that_were_issued(self):
        issued = factories.IssuedReportFactory(audience="community")
        assert [can(a_user(role), "edit", issued) for role in USER_ROLES] == [
            True, True, False, False,
        ]  # fmt: skip
        assert can(a_user("viewer"), "view", issued)
        assert not can(None, "view", issued)
        assert can(None, "view", factories.IssuedReportFactory())

    def test_an_account_that_is_not_active_edits_nothing(self, lacnic):
        assert not can(a_user("admin", active=False), "edit", lacnic)
