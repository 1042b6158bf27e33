"""Saved reports: their list, the form that keeps one, and where each leads."""

from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select

from tests.factories import (
    EventFactory,
    OrganizationFactory,
    SavedReportFactory,
    SpaceFactory,
    UserFactory,
)
from tests.pages import error_at, next_page_of, undo_on, value_of
from tracker.models import Change, ChangeItem, SavedReport
from tracker.models.vocabulary import USER_ROLES


@pytest.fixture
def lacnic(session):
    return OrganizationFactory(acronym="LACNIC")


@pytest.fixture
def user(session):
    return UserFactory(role="viewer")


@pytest.fixture
def owner(client, user, lacnic):
    """The browser of somebody who may only read."""
    return client.sign_in(user)


@pytest.fixture
def visitor(app, client):
    """The browser of somebody who is not signed in."""
    return app.test_client()


def address(report="organization", subject="lacnic", query=""):
    values = {"report": report, "subject": subject, "query": query}
    return "/reports/saved/new?" + urlencode({name: each for name, each in values.items() if each})


def save(browser, name="Mine", visibility="private", **asked):
    return browser.post(address(**asked), data={"name": name, "visibility": visibility})


def the_saved(session):
    return session.scalars(select(SavedReport)).one()


def names_on(page):
    return [name for name in ("Mine", "Theirs", "Hidden", "Another") if f">{name}</a>" in page.text]


class TestSaving:
    @pytest.mark.parametrize("role", USER_ROLES)
    def test_whoever_is_signed_in_saves(self, client, session, lacnic, role):
        client.sign_in(UserFactory(role=role))
        answer = save(client, query="from=2023-01-01&to=2023-12-31&kind=meeting&kind=forum")
        found = (
            "/reports/organizations/lacnic?kind=forum&kind=meeting&from=2023-01-01&to=2023-12-31"
        )
        assert (answer.status_code, answer.location) == (303, found)
        saved = the_saved(session)
        assert answer.location == client.get(f"/reports/saved/{saved.id}").location
        assert names_on(client.get("/reports/saved/")) == ["Mine"]

    @pytest.mark.parametrize(
        "asked, name",
        [
            ({"query": "from=2023-01-01&to=2023-12-31"}, "LACNIC: participation, 2023"),
            ({"query": "from=2023-03-01&to=2023-03-31&country=uy"},
             "LACNIC: participation, March 2023, Uruguay"),
            ({"query": "space=lacigf&kind=forum&q=red"},
             "LACNIC: participation, LAC IGF, Forum, “red”"),
            ({"report": "event", "subject": "icann-76"}, "ICANN 76 by the numbers"),
            ({"report": "space", "subject": "lacigf"}, "LAC IGF over its editions"),
            ({"report": "period", "subject": ""}, "Everything in a period"),
            ({"report": "coverage", "subject": "", "query": "from=2024-07-01"},
             "Coverage of spaces, since 1 July 2024"),
        ],
    )  # fmt: skip
    def test_a_name_is_proposed(self, owner, asked, name):
        SpaceFactory(code="LACIGF", name_en="LAC IGF")
        EventFactory(key="icann-76", name_en="ICANN 76")
        page = owner.get(address(**asked))
        assert page.status_code == 200
        assert value_of(page, "name") == name

    def test_a_proposed_name_is_free(self, owner, user):
        for name in ("LACNIC: participation", "LACNIC: participation (2)"):
            SavedReportFactory(user=user, name=name)
        assert value_of(owner.get(address()), "name") == "LACNIC: participation (3)"

    def test_saving_is_undone_by_somebody_who_may_only_read(self, owner, session):
        save(owner, visibility="public")
        owner.post(undo_on(owner.get("/reports/saved/")))
        assert session.scalar(select(func.count(SavedReport.id))) == 0

    def test_the_log_sees_it(self, owner, session, user):
        save(owner)
        change = session.scalars(select(Change).order_by(Change.id.desc())).first()
        assert (change.action, change.user_id) == ("saved_report.create", user.id)

    @pytest.mark.parametrize(
        "name, message", [("", "This is needed."), ("n" * 201, "At most 200 characters, please.")]
    )
    def test_a_name_that_is_none(self, owner, session, name, message):
        page = save(owner, name=name, visibility="public")
        assert page.status_code == 422
        assert message in error_at(page, "name")
        assert 'value="public" checked' in page.text
        assert session.scalar(select(func.count(SavedReport.id))) == 0

    def test_a_name_that_one_gave_already(self, owner, session, user):
        SavedReportFactory(user=user, name="Mine")
        page = save(owner)
        assert page.status_code == 422
        assert error_at(page, "name") == "You have saved another report under this name."
        assert value_of(page, "name") == "Mine"

    def test_the_same_name_as_somebody_else(self, owner):
        SavedReportFactory(name="Mine")
        assert save(owner).status_code == 303

    def test_neither_private_nor_public(self, owner):
        assert save(owner, visibility="secret").status_code == 422


class TestOfWhat:
    @pytest.mark.parametrize(
        "asked, status",
        [
            ({"report": ""}, 400),
            ({"report": "people"}, 404),
            ({"subject": "nobody"}, 404),
            ({"subject": ""}, 404),
            ({"report": "period", "subject": "lacnic"}, 404),
            ({"report": "event", "subject": "none"}, 404),
            ({"query": "kind=party"}, 400),
            ({"query": "colour=red"}, 400),
            ({"query": "from=2023-02-30"}, 400),
            ({"query": "from=2024-01-01&to=2023-01-01"}, 400),
            ({"query": "scheme=itu"}, 400),
            ({"query": "rollup=2"}, 400),
            ({"query": "&".join(["kind=talk"] * 501)}, 400),
            ({"query": "q=" + "x" * 8000}, 400),
            ({"query": "q=%00%ff"}, 200),
        ],
    )
    def test_it_answers_as_the_report_would(self, owner, asked, status):
        assert owner.get(address(**asked)).status_code == status
        sent = save(owner, **asked).status_code
        assert sent == (303 if status == 200 else status)

    def test_an_unknown_parameter(self, owner):
        assert owner.get(address() + "&colour=red").status_code == 400

    def test_a_question_mark_before_the_filters_is_none_of_them(self, owner, session):
        save(owner, query="?kind=talk&lang=es&rollup=0&scheme=icann")
        assert the_saved(session).query == "kind=talk"

    def test_an_event_that_one_may_not_see(self, owner):
        EventFactory(key="e", visibility="organization", owner=OrganizationFactory())
        assert owner.get(address(report="event", subject="e")).status_code == 404

    def test_an_earlier_name_leads_to_the_present_one(self, owner, session, write, lacnic):
        write(lacnic, acronym="LACNIC NEW")
        save(owner, subject="lacnic")
        assert the_saved(session).subject == "lacnic-new"


class TestPublic:
    def test_it_is_listed_and_opens_for_everybody(self, owner, visitor, session):
        save(owner, visibility="public", query="kind=talk")
        page = visitor.get("/reports/saved/")
        assert names_on(page) == ["Mine"]
        assert "Demo User" not in page.text
        opened = visitor.get(f"/reports/saved/{the_saved(session).id}")
        assert (opened.status_code, opened.location) == (
            303,
            "/reports/organizations/lacnic?kind=talk",
        )

    @pytest.mark.parametrize("report, subject", [("event", "e"), ("space", "lacigf")])
    def test_not_with_filters_that_the_public_has_not(self, owner, session, report, subject):
        SpaceFactory(code="LACIGF")
        EventFactory(key="e")
        asked = {"report": report, "subject": subject, "query": "country=UY"}
        page = save(owner, visibility="public", **asked)
        assert page.status_code == 422
        assert "could not open it" in page.text
        assert "takes no filter but “lang” and “scheme”" in page.text
        assert value_of(page, "name") == "Mine"
        assert save(owner, visibility="private", **asked).status_code == 303
        asked["query"] = "scheme=un"
        assert save(owner, "Another", "public", **asked).status_code == 303

    def test_not_of_an_event_that_the_public_does_not_see(self, owner):
        EventFactory(key="e", visibility="community")
        page = save(owner, visibility="public", report="event", subject="e")
        assert page.status_code == 422
        assert "something that they may not see" in page.text

    @pytest.mark.parametrize("earlier", [False, True])
    def test_it_tells_nobody_of_an_event_that_is_hidden_by_now(
        self, owner, visitor, session, write, earlier
    ):
        event = EventFactory(key="e")
        save(owner, visibility="public", report="event", subject="e")
        if earlier:
            write(event, key="e-2")
            assert names_on(visitor.get("/reports/saved/")) == ["Mine"]
        write(event, visibility="community")
        assert names_on(visitor.get("/reports/saved/")) == []
        assert visitor.get(f"/reports/saved/{the_saved(session).id}").status_code == 404
        assert names_on(owner.get("/reports/saved/")) == ["Mine"]


class TestPrivate:
    def test_nobody_else_knows_of_it(self, app, owner, visitor, session):
        save(owner)
        saved = the_saved(session)
        admin = app.test_client().sign_in(UserFactory(role="admin"))
        for browser in (admin, visitor):
            assert names_on(browser.get("/reports/saved/")) == []
            assert browser.get(f"/reports/saved/{saved.id}").status_code == 404
        assert admin.get(f"/reports/saved/{saved.id}/edit").status_code == 404
        assert admin.post(f"/reports/saved/{saved.id}/delete").status_code == 404

    def test_a_public_one_is_still_its_owners(self, owner, session):
        saved = SavedReportFactory(name="Theirs", public=True)
        assert owner.get(f"/reports/saved/{saved.id}/edit").status_code == 404
        assert owner.post(f"/reports/saved/{saved.id}/delete").status_code == 404
        assert the_saved(session).name == "Theirs"


class TestEditing:
    def test_it_is_renamed_and_made_public(self, owner, session, user, lacnic):
        saved = SavedReportFactory(user=user, name="Mine", subject="lacnic")
        page = owner.get(f"/reports/saved/{saved.id}/edit")
        assert value_of(page, "name") == "Mine"
        data = {"name": "Another", "visibility": "public"}
        answer = owner.post(f"/reports/saved/{saved.id}/edit", data=data)
        assert (answer.status_code, answer.location) == (303, "/reports/saved/")
        assert (saved.name, saved.public) == ("Another", True)
        page = owner.get("/reports/saved/")
        owner.post(undo_on(page))
        assert (saved.name, saved.public) == ("Mine", False)

    def test_its_own_name_is_not_taken(self, owner, user):
        saved = SavedReportFactory(user=user, name="Mine")
        data = {"name": "Mine", "visibility": "private"}
        assert owner.post(f"/reports/saved/{saved.id}/edit", data=data).status_code == 303

    def test_a_name_that_is_taken(self, owner, session, user):
        SavedReportFactory(user=user, name="Another")
        saved = SavedReportFactory(user=user, name="Mine")
        data = {"name": "Another", "visibility": "private"}
        page = owner.post(f"/reports/saved/{saved.id}/edit", data=data)
        assert page.status_code == 422
        assert "under this name" in error_at(page, "name")
        session.rollback()
        assert saved.name == "Mine"

    def test_whose_subject_is_gone_can_still_be_renamed(self, owner, user):
        saved = SavedReportFactory(user=user, subject="gone")
        data = {"name": "Another", "visibility": "private"}
        assert owner.post(f"/reports/saved/{saved.id}/edit", data=data).status_code == 303
        data["visibility"] = "public"
        assert owner.post(f"/reports/saved/{saved.id}/edit", data=data).status_code == 422


class TestDeleting:
    def test_and_undoing_it(self, owner, session, user):
        saved = SavedReportFactory(user=user, name="Mine", query="kind=talk", public=True)
        answer = owner.post(f"/reports/saved/{saved.id}/delete")
        assert answer.status_code == 303
        page = owner.get("/reports/saved/")
        assert names_on(page) == []
        owner.post(undo_on(page))
        again = the_saved(session)
        assert (again.name, again.query, again.public, again.user_id) == (
            "Mine", "kind=talk", True, user.id,
        )  # fmt: skip

    def test_nobody_else_undoes_it(self, app, owner, session, user):
        saved = SavedReportFactory(user=user)
        owner.post(f"/reports/saved/{saved.id}/delete")
        undo = undo_on(owner.get("/reports/saved/"))
        for role in USER_ROLES:
            browser = app.test_client().sign_in(UserFactory(role=role))
            assert browser.post(undo).status_code == 403
        assert session.scalar(select(func.count(SavedReport.id))) == 0

    def test_what_a_reader_may_undo_is_only_that(self, owner, session, user):
        EventFactory()
        change = session.scalars(select(Change).order_by(Change.id.desc())).first()
        change.user_id = user.id
        session.commit()
        assert session.scalar(
            select(ChangeItem.table_name).where(ChangeItem.change_id == change.id)
        )
        assert owner.post(f"/changes/{change.id}/undo").status_code == 403

    def test_without_the_token(self, owner, user, app):
        saved = SavedReportFactory(user=user)
        app.config["WTF_CSRF_ENABLED"] = True
        try:
            assert owner.post(f"/reports/saved/{saved.id}/delete").status_code == 400
        finally:
            app.config["WTF_CSRF_ENABLED"] = False


class TestList:
    def test_ones_own_first_then_those_of_others(self, owner, user):
        SavedReportFactory(user=user, name="Mine", public=True)
        SavedReportFactory(name="Theirs", public=True)
        SavedReportFactory(name="Hidden")
        page = owner.get("/reports/saved/")
        assert names_on(page) == ["Mine", "Theirs"]
        assert page.text.index(">Mine</a>") < page.text.index(">Theirs</a>")
        assert page.text.count(">Mine</a>") == 1

    def test_empty_it_says_what_to_do(self, owner, visitor):
        assert "No saved report yet" in owner.get("/reports/saved/").text
        assert "No saved report yet" in visitor.get("/reports/saved/").text

    @pytest.mark.parametrize("mine", [True, False])
    def test_it_is_paged(self, owner, user, mine):
        for number in range(51):
            SavedReportFactory(
                user=user if mine else UserFactory(), name=f"R{number:02}", public=True
            )
        first = owner.get("/reports/saved/")
        assert ">R49</a>" in first.text
        assert ">R50</a>" not in first.text
        second = owner.get(next_page_of(first) or second_of_own(first))
        assert ">R50</a>" in second.text
        assert ">R49</a>" not in second.text
        assert 'href="/reports/saved/"' in second.text

    @pytest.mark.parametrize("query", ["colour=red", "after=x", "own_after=x", "after=%00"])
    def test_what_it_does_not_know(self, owner, query):
        assert owner.get(f"/reports/saved/?{query}").status_code == 400

    def test_a_constant_number_of_queries(self, owner, user, count_queries):
        def count():
            with count_queries:
                assert owner.get("/reports/saved/").status_code == 200
            return count_queries.count

        SavedReportFactory(user=user)
        SavedReportFactory(public=True)
        few = count()
        for _number in range(5):
            SavedReportFactory(user=user)
            SavedReportFactory(public=True)
        assert count() == few

    def test_one_that_is_none(self, owner):
        assert owner.get("/reports/saved/999999").status_code == 404


def second_of_own(page):
    return page.text.partition("own_after=")[0].rpartition('href="')[2] + (
        "own_after=" + page.text.partition("own_after=")[2].partition('"')[0]
    )
