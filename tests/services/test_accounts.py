"""Making and changing accounts."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories import OrganizationFactory, PersonFactory, UserFactory
from tracker.errors import Conflict, DomainError
from tracker.models import Change, ChangeItem, User, UserSession
from tracker.models.changes import current_revision
from tracker.services import history
from tracker.services.accounts import (
    add_user,
    change_password,
    edit_own_account,
    edit_user,
    set_password,
)
from tracker.services.passwords import verify_password
from tracker.services.sign_in import start_session

PASSWORD = "a long walk to Olmos"
MONTH = timedelta(days=30)


@pytest.fixture(autouse=True)
def in_english(app):
    with app.test_request_context():
        yield


def values(user, **changed):
    return {
        "email": user.email, "name": user.name, "role": user.role,
        "organization": user.organization, "person": user.person, "language": user.language,
        "active": user.active, **changed,
    }  # fmt: skip


def last_change(session):
    return session.scalar(select(Change).order_by(Change.id.desc()))


class TestAddUser:
    def test_an_account_with_everything(self, session):
        admin, lacnic = UserFactory(role="admin"), OrganizationFactory(acronym="LACNIC")
        user = add_user(
            session, email=" Ana@Example.org", password=PASSWORD, role="contributor",
            organization=lacnic, by=admin, name="Demo Ana", language="es",
        )  # fmt: skip
        session.commit()
        assert (user.email, user.name, user.role) == ("ana@example.org", "Demo Ana", "contributor")
        assert (user.organization, user.language) == (lacnic, "es")
        assert user.active
        assert not user.demo
        assert verify_password(user.password_hash, PASSWORD)

    def test_who_made_it_is_on_record_and_the_hash_is_not(self, session):
        admin = UserFactory(role="admin")
        add_user(session, email="ana@example.org", password=PASSWORD, role="viewer", by=admin)
        session.commit()
        change = last_change(session)
        assert (change.action, change.user) == ("user.new", admin)
        assert "password_hash" not in change.items[0].after

    def test_the_first_account_is_made_by_nobody(self, session):
        user = add_user(session, email="ana@example.org", password=PASSWORD, role="admin")
        assert user.id

    @pytest.mark.parametrize("email", ["ana@example.org", "ANA@example.ORG "])
    def test_one_account_an_address(self, session, email):
        UserFactory(email="ana@example.org")
        with pytest.raises(Conflict) as refused:
            add_user(session, email=email, password=PASSWORD, role="viewer")
        assert refused.value.field == "email"

    def test_an_address_taken_at_the_same_moment(self, session, monkeypatch):
        UserFactory(email="ana@example.org")
        monkeypatch.setattr(session, "scalar", lambda *_a, **_k: None)
        with pytest.raises(Conflict):
            add_user(session, email="ana@example.org", password=PASSWORD, role="viewer")

    @pytest.mark.parametrize(
        "email",
        ["", "ana", "ana@", "@example.org", "ana@example", "a na@example.org", "a@b@example.org",
         "ana@example..org", "ana@.org", "a" * 250 + "@example.org"],
    )  # fmt: skip
    def test_an_address_that_is_none(self, session, email):
        with pytest.raises(DomainError) as refused:
            add_user(session, email=email, password=PASSWORD, role="viewer")
        assert refused.value.field == "email"

    @pytest.mark.parametrize("role", ["", "owner", "Admin"])
    def test_a_role_that_is_none(self, session, role):
        with pytest.raises(DomainError) as refused:
            add_user(session, email="ana@example.org", password=PASSWORD, role=role)
        assert refused.value.field == "role"

    def test_a_language_that_is_none(self, session):
        with pytest.raises(DomainError):
            add_user(
                session, email="a@example.org", password=PASSWORD, role="viewer", language="fr"
            )

    def test_a_poor_password(self, session):
        with pytest.raises(DomainError) as refused:
            add_user(session, email="ana@example.org", password="short", role="viewer")
        assert refused.value.field == "password"

    def test_the_password_of_a_demo_account_is_not_judged(self, session):
        assert add_user(
            session, email="ana@example.org", password="demo", role="viewer", demo=True
        ).demo


class TestEditUser:
    def test_everything_changes_and_is_on_record(self, session):
        admin, user = UserFactory(role="admin"), UserFactory(role="viewer")
        organization, person = OrganizationFactory(), PersonFactory()
        edit_user(
            session, user, by=admin, email="New@example.org", name="Demo New", role="editor",
            organization=organization, person=person, language="pt", active=True,
        )  # fmt: skip
        session.commit()
        assert (user.email, user.role, user.language) == ("new@example.org", "editor", "pt")
        assert (user.organization, user.person) == (organization, person)
        change = last_change(session)
        assert (change.action, change.user) == ("user.edit", admin)
        assert change.items[0].before["role"] == "viewer"

    def test_its_own_address_is_not_taken(self, session):
        admin = UserFactory(role="admin")
        edit_user(session, admin, by=admin, **values(admin, name="Demo Other"))
        assert admin.name == "Demo Other"

    def test_the_address_of_another_is(self, session):
        admin, other = UserFactory(role="admin"), UserFactory()
        with pytest.raises(Conflict):
            edit_user(session, other, by=admin, **values(other, email=admin.email))

    def test_deactivating_ends_the_sessions(self, session):
        admin, user = UserFactory(role="admin"), UserFactory()
        start_session(session, user, "a", MONTH)
        start_session(session, admin, "b", MONTH)
        edit_user(session, user, by=admin, **values(user, active=False))
        session.commit()
        still_open = select(UserSession.user_id).where(UserSession.ended_at.is_(None))
        assert session.scalars(still_open).all() == [admin.id]

    @pytest.mark.parametrize(
        "changed, field", [({"role": "editor"}, "role"), ({"active": False}, "active")]
    )
    def test_the_last_admin_stays(self, session, changed, field):
        admin = UserFactory(role="admin")
        UserFactory(role="admin", active=False)
        with pytest.raises(DomainError) as refused:
            edit_user(session, admin, by=admin, **values(admin, **changed))
        assert refused.value.field == field

    def test_one_of_two_admins_may_go(self, session):
        admin, other = UserFactory(role="admin"), UserFactory(role="admin")
        edit_user(session, admin, by=admin, **values(admin, role="viewer"))
        assert admin.role == "viewer"
        with pytest.raises(DomainError):
            edit_user(session, other, by=other, **values(other, active=False))


def test_nobody_undoes_a_change_of_an_account(session):
    admin, user = UserFactory(role="admin"), UserFactory(role="admin")
    edit_user(session, user, by=admin, **values(user, role="editor"))
    session.commit()
    change = history.find_change(session, last_change(session).id)
    assert change is not None
    with pytest.raises(Conflict):
        history.undo(session, change, by=user)
    session.rollback()
    assert user.role == "editor"


def test_what_one_may_change_of_oneself(session):
    user = UserFactory()
    edit_own_account(session, user, name=" Demo New ", language="es")
    session.commit()
    assert (user.name, user.language) == ("Demo New", "es")
    assert last_change(session).user == user


class TestPasswords:
    @pytest.fixture
    def user(self, session):
        return session.get(
            User,
            add_user(session, email="ana@example.org", password=PASSWORD, role="editor").id,
        )

    def test_changing_needs_the_current_one(self, session, user):
        with pytest.raises(DomainError) as refused:
            change_password(session, user, "not this", "another long walk", keep=None)
        assert refused.value.field == "current_password"
        assert verify_password(user.password_hash, PASSWORD)

    def test_changing_needs_a_good_one(self, session, user):
        with pytest.raises(DomainError) as refused:
            change_password(session, user, PASSWORD, "1234567890", keep=None)
        assert refused.value.field == "password"

    def test_changing_ends_the_other_sessions(self, session, user):
        for browser in ("this", "that"):
            start_session(session, user, browser, MONTH)
        this = session.scalar(select(UserSession).where(UserSession.browser == "this"))
        change_password(session, user, PASSWORD, "another long walk", keep=this)
        session.commit()
        ended = session.scalars(
            select(UserSession.browser).where(UserSession.ended_at.is_not(None))
        ).all()
        assert ended == ["that"]
        assert verify_password(user.password_hash, "another long walk")

    def test_a_new_password_is_on_record_without_itself(self, session, user):
        admin = UserFactory(role="admin")
        before = current_revision(session)
        set_password(session, user, "another long walk", by=admin)
        session.commit()
        change = last_change(session)
        assert (change.action, change.user) == ("user.password", admin)
        item = session.scalar(select(ChangeItem).where(ChangeItem.change_id == change.id))
        assert (item.subject_table, item.subject_id) == ("users", user.id)
        assert not item.after
        assert current_revision(session) == before + 1
