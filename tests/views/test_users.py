"""Managing accounts."""

import re

import pytest
from sqlalchemy import select

from tests.factories import OrganizationFactory, PersonFactory, UserFactory
from tracker.models import Change, User
from tracker.services.passwords import verify_password


@pytest.fixture
def admin(session):
    return UserFactory(email="admin@example.org", role="admin")


@pytest.fixture
def client(client, admin):
    return client.sign_in(admin)


def shown_password(page):
    return re.findall(r'id="password" value="([^"]+)"', page.text)[0]


def find(session, email):
    return session.scalar(select(User).where(User.email == email))


class TestIndex:
    def test_lists_accounts_by_address(self, client):
        UserFactory(email="zoe@example.org", active=False)
        UserFactory(
            email="ana@example.org", demo=True, organization=OrganizationFactory(acronym="LACNIC")
        )
        page = client.get("/users/").text
        assert page.index("ana@example.org") < page.index("zoe@example.org")
        assert "LACNIC" in page
        assert "Deactivated" in page
        assert "Demo" in page

    def test_pages(self, client):
        UserFactory.create_batch(60)
        first = client.get("/users/")
        next_page = re.findall(r'href="([^"]*after=[^"]+)"', first.text)[0].replace("&amp;", "&")
        second = client.get(next_page)
        emails = re.compile(r"user\d+@example\.org")
        assert not set(emails.findall(first.text)) & set(emails.findall(second.text))
        assert len(set(emails.findall(first.text + second.text))) == 60

    def test_costs_the_same_with_many(self, client, count_queries):
        with count_queries:
            client.get("/users/")
        few = count_queries.count
        for _i in range(10):
            UserFactory(organization=OrganizationFactory())
        with count_queries:
            client.get("/users/")
        assert count_queries.count == few


class TestNew:
    def test_the_password_is_shown_once(self, client, session, admin):
        OrganizationFactory(acronym="LACNIC")
        person = PersonFactory(name="Demo Ana Pérez")
        page = client.post(
            "/users/new",
            data={"email": "ana@example.org", "name": "Demo Ana", "role": "contributor",
                  "organization": "lacnic", "person": "Demo Ana Pérez", "language": "es"},
        )  # fmt: skip
        assert page.status_code == 201
        user = find(session, "ana@example.org")
        assert verify_password(user.password_hash, shown_password(page))
        assert (user.organization.acronym, user.person, user.language) == ("LACNIC", person, "es")
        assert user.active
        change = session.scalar(select(Change).where(Change.action == "user.new"))
        assert change.user == admin
        assert page.headers["Cache-Control"] == "private, no-store"

    @pytest.mark.parametrize(
        "changed, message",
        [
            ({"email": "admin@example.org"}, "There is an account with this address."),
            ({"email": "ana"}, "An address like name@example.org."),
            ({"email": ""}, "This is needed."),
            ({"role": "owner"}, "Choose one of the list."),
            ({"role": ""}, "Choose one of the list."),
            ({"organization": "Nowhere"}, "Nothing matches “Nowhere”."),
            ({"person": "Demo Nobody"}, "Nothing matches “Demo Nobody”."),
            ({"language": "fr"}, "Choose one of the list."),
        ],
    )
    def test_says_what_is_wrong_and_keeps_what_was_typed(self, client, session, changed, message):
        data = {"email": "ana@example.org", "name": "Demo <Ana>", "role": "viewer", **changed}
        page = client.post("/users/new", data=data)
        assert page.status_code == 422
        assert message in page.text
        assert "Demo &lt;Ana&gt;" in page.text
        assert find(session, "ana@example.org") is None

    def test_of_homonyms_one_is_chosen(self, client, session):
        PersonFactory(key="ana-1", name="Demo Ana Pérez")
        PersonFactory(key="ana-2", name="Demo Ana Pérez")
        data = {"email": "ana@example.org", "role": "viewer", "person": "Demo Ana Pérez"}
        page = client.post("/users/new", data=data)
        assert page.status_code == 422
        assert 'name="person-choice"' in page.text
        chosen = {**data, "person-asked": "Demo Ana Pérez", "person-choice": "ana-2"}
        assert client.post("/users/new", data=chosen).status_code == 201
        assert find(session, "ana@example.org").person.key == "ana-2"


class TestEdit:
    @pytest.fixture
    def user(self, session):
        return UserFactory(
            email="ana@example.org",
            name="Demo Ana",
            organization=OrganizationFactory(acronym="NIC"),
        )

    def edit(self, client, user, **changed):
        data = {"email": user.email, "name": user.name, "role": user.role, "organization": "NIC",
                "active": "y", **changed}  # fmt: skip
        data = {name: value for name, value in data.items() if value is not None}
        return client.post(f"/users/{user.id}/edit", data=data)

    def test_shows_what_is(self, client, user):
        page = client.get(f"/users/{user.id}/edit").text
        assert 'value="ana@example.org"' in page
        assert 'value="NIC"' in page
        assert re.search(r'<input[^>]*checked[^>]*name="active"', page)

    def test_changes_it(self, client, user, session, admin):
        answer = self.edit(client, user, role="viewer", email="ANA.2@example.org")
        assert answer.status_code == 303
        assert (user.role, user.email) == ("viewer", "ana.2@example.org")
        assert user.organization.acronym == "NIC"
        change = session.scalar(select(Change).where(Change.action == "user.edit"))
        assert change.user == admin

    def test_the_organization_can_be_taken_away(self, client, user, session):
        self.edit(client, user, organization="")
        assert user.organization is None

    def test_deactivating_signs_out_and_keeps_out(self, app, client, user, session):
        theirs = app.test_client().sign_in(user)
        assert self.edit(client, user, active=None).status_code == 303
        assert not user.active
        assert theirs.get("/account").status_code == 303

    @pytest.mark.parametrize("changed", [{"role": "viewer"}, {"active": None}])
    def test_the_last_admin_stays(self, client, admin, session, changed):
        OrganizationFactory(acronym="NIC")
        page = self.edit(client, admin, **changed)
        assert page.status_code == 422
        assert "This is the last active administrator." in page.text
        assert admin.role == "admin"
        assert admin.active

    def test_an_address_of_another(self, client, user, session):
        page = self.edit(client, user, email="admin@example.org")
        assert page.status_code == 422
        assert "There is an account with this address." in page.text
        assert user.email == "ana@example.org"

    def test_nobody(self, client):
        assert client.get("/users/999999/edit").status_code == 404


class TestResetPassword:
    def test_shows_a_new_one_and_ends_the_sessions(self, app, client, session):
        user = UserFactory()
        theirs = app.test_client().sign_in(user)
        page = client.post(f"/users/{user.id}/password")
        assert page.status_code == 200
        assert verify_password(user.password_hash, shown_password(page))
        assert theirs.get("/account").status_code == 303

    def test_ones_own_leaves_one_signed_in(self, client, admin):
        client.post(f"/users/{admin.id}/password")
        assert client.get("/account").status_code == 200

    def test_nobody(self, client):
        assert client.post("/users/999999/password").status_code == 404
