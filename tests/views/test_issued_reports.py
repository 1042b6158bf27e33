"""Issued figures: issuing them, then and now, what changed since, who sees which."""

import csv
import io
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select, update

from tests.factories import (
    AttendanceFactory,
    EventFactory,
    HeadcountFactory,
    IssuedReportFactory,
    OrganizationFactory,
    PersonFactory,
    SpaceFactory,
    UserFactory,
)
from tests.pages import error_at, next_page_of, undo_on, value_of
from tracker.models import Change, Event, IssuedReport, IssuedReportEvent
from tracker.models.changes import attribute, record_bulk
from tracker.models.vocabulary import USER_ROLES

YEAR = "from=2023-01-01&to=2023-12-31"


@pytest.fixture
def lacnic(session):
    return OrganizationFactory(acronym="LACNIC")


@pytest.fixture
def event(lacnic):
    """A public event of LACNIC, where one of its people was."""
    event = EventFactory(key="e-1", name_en="First", organizer=lacnic)
    AttendanceFactory(event=event, organization=lacnic, person=PersonFactory(name="Demo Zulma"))
    return event


@pytest.fixture
def user(session):
    return UserFactory(role="editor", name="Demo Editor")


@pytest.fixture
def editor(client, user, event):
    return client.sign_in(user)


@pytest.fixture
def visitor(app, client):
    """The browser of somebody who is not signed in."""
    return app.test_client()


def address(report="organization", subject="lacnic", query=YEAR):
    values = {"report": report, "subject": subject, "query": query}
    return "/reports/issued/new?" + urlencode({name: each for name, each in values.items() if each})


def issue(browser, name="Annual report", audience="public", note="", **asked):
    """Issue figures; the address of their page."""
    data = {"name": name, "audience": audience, "note": note}
    answer = browser.post(address(**asked), data=data)
    assert answer.status_code == 303, answer.text
    return answer.location


def the_issued(session):
    return session.scalars(select(IssuedReport)).one()


def stored(browser, page):
    return browser.get(f"{page}.json").json


def differences(browser, page):
    """What differs, as (table, key, column, then, now, change)."""
    answer = browser.get(f"{page}.csv")
    assert answer.mimetype == "text/csv"
    return [
        tuple(row[name] for name in ("table", "key", "column", "then", "now", "change"))
        for row in csv.DictReader(io.StringIO(answer.text))
    ]


class TestIssuing:
    def test_the_figures_are_kept(self, editor, session, event):
        page = issue(editor, query=YEAR + "&lang=en")
        issued = the_issued(session)
        assert (issued.name, issued.report, issued.subject, issued.query) == (
            "Annual report", "organization", "lacnic", YEAR,
        )  # fmt: skip
        assert issued.change_id == session.scalar(select(func.max(Change.id))) - 1
        assert session.scalars(select(IssuedReportEvent.event_id)).all() == [event.id]
        live = editor.get(f"/reports/organizations/lacnic.json?{YEAR}").json
        figures = stored(editor, page)
        assert figures["measures"] == {**live["measures"], "events": 1, "attendances": 1}
        assert figures["revision"] == live["revision"] - 1
        assert list(figures) == list(live)
        assert figures["audience"] == "public"

    def test_nobody_is_named_in_them(self, editor, session):
        for audience in ("public", "community"):
            page = issue(editor, name=audience, audience=audience)
            assert "delegates" not in [table["name"] for table in stored(editor, page)["tables"]]
        for issued in session.scalars(select(IssuedReport)):
            assert "Zulma" not in str(issued.figures)

    @pytest.mark.parametrize(
        "report, subject", [("event", "e-1"), ("space", "lacigf"), ("period", ""), ("coverage", "")]
    )
    def test_every_report_can_be_issued_and_names_nobody(
        self, editor, session, event, write, report, subject
    ):
        write(event, space=SpaceFactory(code="LACIGF"))
        page = issue(editor, audience="community", report=report, subject=subject, query="")
        assert "Zulma" not in str(the_issued(session).figures)
        assert session.scalars(select(IssuedReportEvent.event_id)).all() == [event.id]
        answer = editor.get(page)
        assert answer.status_code == 200
        assert "Nothing differs" in answer.text

    def test_in_the_language_of_who_issues(self, editor, session, user, write):
        write(user, language="es")
        page = issue(editor)
        assert the_issued(session).language == "es"
        write(user, language="en")
        # It is read in the reader's own, and a translated label is no difference.
        answer = editor.get(page)
        assert "By year" in answer.text
        assert "Nothing differs" in answer.text

    def test_the_log_sees_it_and_it_is_undone(self, editor, session, user):
        page = editor.get(issue(editor))
        change = session.scalars(select(Change).order_by(Change.id.desc())).first()
        assert (change.action, change.user_id) == ("issued_report.issue", user.id)
        assert 'name="next" value="/reports/issued/"' in page.text
        editor.post(undo_on(page))
        assert session.scalar(select(func.count(IssuedReport.id))) == 0
        assert session.scalar(select(func.count(IssuedReportEvent.id))) == 0

    def test_ten_thousand_events(self, editor, session, lacnic):
        template = EventFactory(key="many-0")
        values = {c.name: getattr(template, c.name) for c in Event.__table__.columns}
        rows = [
            {**values, "id": template.id + n, "key": f"many-{n}", "uid": f"many-{n}"}
            for n in range(1, 10_000)
        ]
        record_bulk(session, "test", None)
        session.execute(Event.__table__.insert(), rows)
        session.commit()
        page = issue(editor, report="period", subject="", query="")
        assert session.scalar(select(func.count(IssuedReportEvent.id))) == 10_001
        answer = editor.get(page)
        assert "Nothing differs" in answer.text
        assert len(answer.text) < 300_000
        editor.post(f"{page}/delete")
        assert session.scalar(select(func.count(IssuedReportEvent.id))) == 0
        editor.post(undo_on(editor.get("/reports/issued/")))
        assert session.scalar(select(func.count(IssuedReportEvent.id))) == 10_001
        assert "Nothing differs" in editor.get(page).text


class TestForm:
    def test_it_shows_what_each_audience_would_get(self, editor, lacnic):
        EventFactory(organizer=lacnic, visibility="community")
        EventFactory(organizer=lacnic, visibility="organization", owner=lacnic)
        page = editor.get(address())
        assert value_of(page, "name") == "LACNIC: participation, 2023"
        row = page.text.partition('<th scope="row">Events</th>')[2].partition("</tr>")[0]
        assert [text for text in row.split() if text.isdigit()] == []
        assert ">1<" in row.replace(" ", "")
        assert ">2<" in row.replace(" ", "")

    @pytest.mark.parametrize("role", USER_ROLES)
    def test_editors_issue(self, client, lacnic, role):
        client.sign_in(UserFactory(role=role, organization=lacnic))
        status = 200 if role in ("admin", "editor") else 403
        assert client.get(address()).status_code == status

    @pytest.mark.parametrize("name, field", [("", "name"), ("n" * 201, "name")])
    def test_what_is_wrong_is_said_and_what_was_typed_stays(self, editor, session, name, field):
        data = {"name": name, "audience": "community", "note": "In the report"}
        page = editor.post(address(), data=data)
        assert page.status_code == 422
        assert error_at(page, field)
        assert "In the report" in page.text
        assert 'value="community" checked' in page.text
        assert session.scalar(select(func.count(IssuedReport.id))) == 0

    @pytest.mark.parametrize("data", [
        {"name": "N", "audience": "everybody"}, {"name": "N", "audience": ""},
        {"name": "N", "audience": "public", "note": "n" * 5001},
    ])  # fmt: skip
    def test_what_is_no_answer(self, editor, data):
        assert editor.post(address(), data=data).status_code == 422

    def test_an_event_that_the_public_does_not_see(self, editor, event, write):
        write(event, visibility="community")
        asked = {"report": "event", "subject": "e-1", "query": ""}
        assert 'value="community" checked' in editor.get(address(**asked)).text
        data = {"name": "N", "audience": "public"}
        page = editor.post(address(**asked), data=data)
        assert page.status_code == 422
        assert "something that they may not see" in page.text
        issue(editor, audience="community", **asked)

    def test_filters_that_the_public_has_not(self, editor):
        asked = {"report": "event", "subject": "e-1", "query": "kind=meeting"}
        page = editor.post(address(**asked), data={"name": "N", "audience": "public"})
        assert page.status_code == 422
        assert "takes no filter but" in page.text

    def test_what_only_its_own_organization_sees_cannot_be_issued(self, client, lacnic):
        client.sign_in(UserFactory(role="editor", organization=lacnic))
        EventFactory(key="own", visibility="organization", owner=lacnic)
        asked = {"report": "event", "subject": "own", "query": ""}
        assert client.get(address(**asked)).status_code == 200
        for audience in ("public", "community"):
            data = {"name": "N", "audience": audience}
            assert client.post(address(**asked), data=data).status_code == 422

    @pytest.mark.parametrize(
        "asked, status",
        [({"report": ""}, 400), ({"report": "people"}, 404), ({"subject": "nobody"}, 404),
         ({"query": "kind=party"}, 400), ({"query": "from=2024-01-01&to=2023-01-01"}, 400)],
    )  # fmt: skip
    def test_a_question_that_is_none(self, editor, asked, status):
        assert editor.get(address(**asked)).status_code == status


class TestThenAndNow:
    def test_nothing_differs(self, editor):
        page = editor.get(issue(editor))
        assert "Nothing differs: all figures and tables are as they were issued." in page.text
        assert "No change is recorded since" in page.text
        assert "Issued on " in page.text
        assert "by Demo Editor" in page.text

    def test_figures_and_rows_that_differ(self, editor, event, lacnic):
        page = issue(editor)
        HeadcountFactory(event=event, value=100, qualifier="at-least")
        EventFactory(key="e-2", organizer=lacnic, kind="talk")
        found = differences(editor, page)
        assert ("measures", "events", "value", "1", "2", "1") in found
        assert ("measures", "reached", "at_least", "1", "100", "99") in found
        # No upper end is not known, which is not zero.
        assert ("measures", "reached", "at_most", "1", "", "") in found
        assert ("by_kind", "talk", "events", "", "1", "") in found
        assert ("events", "e-2", "attendances", "", "0", "") in found
        assert "attendances" not in [key for table, key, *_rest in found if table == "measures"]
        answer = editor.get(page)
        assert "Figures that differ now: 3 of 10." in answer.text
        assert "100+" in answer.text
        assert "at least +99, at most –" in answer.text

    def test_a_row_that_is_gone(self, editor, event, write, session):
        page = issue(editor)
        write(event, deleted_at=event.created_at)
        assert ("events", "e-1", "attendances", "1", "", "") in differences(editor, page)
        answer = editor.get(page)
        assert "gone</span>" in answer.text
        assert "First" in answer.text
        assert 'href="/events/e-1"' not in answer.text

    def test_only_rows_differ(self, editor, event, write):
        page = issue(editor)
        write(event, kind="talk")
        answer = editor.get(page)
        assert "Figures that differ now: 0 of 10." in answer.text

    def test_the_figures_stay_as_they_were(self, editor, event, lacnic):
        page = issue(editor)
        before = stored(editor, page)
        EventFactory(organizer=lacnic)
        assert stored(editor, page) == before

    def test_now_is_counted_for_the_same_audience(self, app, client, lacnic, event):
        """Whoever looks: also somebody who sees more, or less."""
        own = UserFactory(role="editor", organization=lacnic)
        client.sign_in(own)
        EventFactory(key="own", organizer=lacnic, visibility="organization", owner=lacnic)
        EventFactory(key="members", organizer=lacnic, visibility="community")
        public, community = (
            issue(client, name=each, audience=each) for each in ("public", "community")
        )
        assert stored(client, public)["measures"]["events"] == 1
        assert stored(client, community)["measures"]["events"] == 2
        viewer = app.test_client().sign_in(UserFactory(role="viewer"))
        for browser in (client, viewer):
            for page in (public, community):
                assert "Nothing differs" in browser.get(page).text
        assert "Nothing differs" in app.test_client().get(public).text

    def test_the_question_that_can_no_longer_be_asked(self, app, editor, event, write):
        page = issue(editor, report="event", subject="e-1", query="")
        write(event, deleted_at=event.created_at)
        for browser in (editor, app.test_client()):
            answer = browser.get(page)
            assert "These are the figures as they were." in answer.text
            assert "Then</th>" in answer.text
            assert "Now</th>" not in answer.text
        assert editor.get(f"{page}.csv").status_code == 404
        assert stored(editor, page)["measures"]["people"] == 1

    def test_a_filter_that_names_nothing_by_now(self, editor, session):
        page = issue(editor)
        session.execute(update(IssuedReport).values(query="space=gone"))
        session.commit()
        answer = editor.get(page)
        assert answer.status_code == 200
        assert "can no longer be asked" in answer.text
        assert "gone" in answer.text

    def test_a_subject_of_another_name_by_now(self, editor, lacnic, write):
        page = issue(editor)
        write(lacnic, acronym="LACNIC NEW")
        answer = editor.get(page)
        assert "Nothing differs" in answer.text
        assert "LACNIC NEW" in answer.text

    def test_what_was_asked_and_how_it_was_counted(self, editor):
        page = editor.get(
            issue(editor, query=YEAR + "&country=uy&rollup=1&scheme=lac",
                  note="Page 12 of https://example.org/report.pdf <b>")
        )  # fmt: skip
        for text in (
            "Participation of an organization", "1 January 2023 – 31 December 2023", "Uruguay",
            "With all below it", "lac", "How it was counted then",
            "Planned, registered, no-show and cancelled attendances are not counted.",
            '<a href="https://example.org/report.pdf" rel="nofollow noopener">', "&lt;b&gt;",
        ):  # fmt: skip
            assert text in page.text, text

    def test_figures_that_are_hidden_from_the_public(self, editor, visitor, event):
        for _number in range(7):
            AttendanceFactory(event=event, person=PersonFactory(gender="female", country="UY"))
        AttendanceFactory(event=event, person=PersonFactory(gender="male", country="BR"))
        page = issue(editor, report="event", subject="e-1", query="")
        assert "Nothing differs" in visitor.get(page).text
        for _number in range(4):
            AttendanceFactory(event=event, person=PersonFactory(gender="male", country="BR"))
        answer = visitor.get(page)
        assert answer.status_code == 200
        assert "•" in answer.text


class TestWho:
    def test_the_publics_are_everybodys(self, editor, visitor):
        page = issue(editor)
        answer = visitor.get(page)
        assert answer.status_code == 200
        assert "Demo Editor" not in answer.text
        assert "Annual report" in visitor.get("/reports/issued/").text
        assert visitor.get(f"{page}.json").status_code == 200

    def test_those_of_the_community_are_for_those_signed_in(self, app, editor, visitor):
        page = issue(editor, audience="community")
        viewer = app.test_client().sign_in(UserFactory(role="viewer"))
        assert viewer.get(page).status_code == 200
        assert "Annual report" in viewer.get("/reports/issued/").text
        for path in (page, f"{page}.json", f"{page}.csv"):
            assert visitor.get(path).status_code == 404
        assert "Annual report" not in visitor.get("/reports/issued/").text
        assert "Annual report" not in visitor.get("/reports/issued/.csv").text

    def test_an_event_that_is_hidden_by_now_is_not_told_of(self, editor, visitor, event, write):
        page = issue(editor, report="event", subject="e-1", query="")
        write(event, visibility="community")
        assert visitor.get(page).status_code == 404
        assert "Annual report" not in visitor.get("/reports/issued/").text
        assert editor.get(page).status_code == 200

    @pytest.mark.parametrize("path", ["/999999", "/999999.json", "/999999.csv", "/0"])
    def test_one_that_is_none(self, editor, path):
        assert editor.get(f"/reports/issued{path}").status_code == 404

    @pytest.mark.parametrize("path", ["?colour=red", ".json?colour=red", "?after=x"])
    def test_an_unknown_parameter(self, editor, path):
        assert editor.get(issue(editor) + path).status_code == 400


class TestWithdrawing:
    def test_and_undoing_it(self, editor, session, event):
        page = issue(editor)
        before = stored(editor, page)
        answer = editor.post(f"{page}/delete")
        assert (answer.status_code, answer.location) == (303, "/reports/issued/")
        listed = editor.get("/reports/issued/")
        assert "Nothing is issued yet" in listed.text
        change = session.scalars(select(Change).order_by(Change.id.desc())).first()
        assert change.action == "issued_report.retract"
        editor.post(undo_on(listed))
        assert stored(editor, page) == before
        assert session.scalars(select(IssuedReportEvent.event_id)).all() == [event.id]
        assert "Nothing differs" in editor.get(page).text

    @pytest.mark.parametrize("role", ["viewer", "contributor"])
    def test_is_for_editors(self, app, editor, session, lacnic, role):
        page = issue(editor)
        browser = app.test_client().sign_in(UserFactory(role=role, organization=lacnic))
        assert browser.post(f"{page}/delete").status_code == 403
        assert "Withdraw" not in browser.get(page).text
        assert "Withdraw" in editor.get(page).text


class TestList:
    def test_the_latest_first_and_paged(self, editor):
        for number in range(51):
            IssuedReportFactory(name=f"R{number:02}")
        first = editor.get("/reports/issued/")
        assert first.text.index(">R50</a>") < first.text.index(">R49</a>")
        assert ">R00</a>" not in first.text
        assert ">R00</a>" in editor.get(next_page_of(first)).text

    def test_as_a_table(self, editor):
        issue(editor, note="Page 12")
        for address in ("/reports/issued/.csv", "/reports/issued.csv"):
            rows = list(csv.DictReader(io.StringIO(editor.get(address).text)))
            assert [(row["name"], row["subject"], row["note"]) for row in rows] == [
                ("Annual report", "lacnic", "Page 12")
            ]
        assert editor.get("/reports/issued/.xlsx").status_code == 200

    @pytest.mark.parametrize("path", ["?after=x", "?kind=talk", ".csv?kind=talk"])
    def test_what_it_does_not_know(self, editor, path):
        assert editor.get(f"/reports/issued/{path}").status_code == 400

    def test_it_reads_no_figures_and_runs_a_constant_number_of_queries(self, editor, count_queries):
        def count():
            with count_queries:
                assert editor.get("/reports/issued/").status_code == 200
            assert not any("issued_reports.figures" in each for each in count_queries.statements)
            return count_queries.count

        IssuedReportFactory()
        few = count()
        for _number in range(5):
            IssuedReportFactory()
        assert count() == few


class TestChanges:
    def since(self, browser, page):
        """The page from the heading of the changes on."""
        return browser.get(page).text.partition('id="changes"')[2]

    def test_who_what_and_where(self, editor, event, session, user):
        page = issue(editor)
        attribute(session, "event.edit", by=user)
        event.kind = "talk"
        session.commit()
        text = self.since(editor, page)
        for shown in ("Demo Editor", "changed this", 'href="/events/e-1">First</a>',
                      "Event changed", "Kind", "<del>meeting</del>", "<ins>talk</ins>"):  # fmt: skip
            assert shown in text, shown

    def test_those_signed_out_do_not_learn_who(self, editor, visitor, event, session, user):
        page = issue(editor)
        attribute(session, "attendance.record", by=user)
        AttendanceFactory(event=event, person=None, label="Demo Label")
        person = PersonFactory(name="Demo Nora")
        attendance = AttendanceFactory(event=event, person=person)
        attribute(session, "person.edit", by=user)
        attendance.person.gender = "female"
        session.commit()
        text = self.since(visitor, page)
        for hidden in ("Demo Editor", "Demo Nora", "Demo Label", "female"):
            assert hidden not in text, hidden
        for shown in ("Somebody signed in", "Attendance added", "Person changed", "A person"):
            assert shown in text, shown
        text = self.since(editor, page)
        for shown in ("Demo Nora", "Demo Label", "female"):
            assert shown in text, shown

    def test_an_event_that_the_reader_no_longer_sees(self, editor, visitor, event, write, lacnic):
        page = issue(editor)
        write(event, visibility="organization", owner=lacnic)
        HeadcountFactory(event=event)
        text = self.since(visitor, page)
        assert "An event that is not shown to you" in text
        for hidden in ("First", "e-1", "organization</ins>", "Headcount"):
            assert hidden not in text, hidden

    def test_a_folder_that_was_loaded_says_nothing_of_what(self, editor, session):
        page = issue(editor)
        record_bulk(session, "load", None)
        session.commit()
        text = self.since(editor, page)
        assert "loaded a folder" in text
        assert "Recorded without details" in text
        assert "The system" in text

    def test_many_of_a_kind_are_one_line(self, editor, session, event):
        page = issue(editor)
        attribute(session, "attendance.record", None)
        for number in range(30):
            session.add(AttendanceFactory.build(event=event, person=None, label=f"L{number}"))
        session.commit()
        assert "Attendance added (30)" in self.since(editor, page)

    def test_they_are_paged(self, editor, event, write):
        page = issue(editor)
        for number in range(51):
            write(event, edition=number)
            write(event, kind="talk" if number % 2 else "forum")
        first = editor.get(page)
        assert first.text.partition('id="changes"')[2].count("Event changed") == 50
        before = first.text.partition("?before=")[2].partition('"')[0]
        assert self.since(editor, f"{page}?before={before}").count("Event changed") == 1
        for odd in ("x", "-1", str(10**30), ""):
            assert editor.get(f"{page}?before={odd}").status_code == 200

    def test_a_constant_number_of_queries(self, editor, event, lacnic, write, count_queries):
        page = issue(editor)

        def count():
            with count_queries:
                assert editor.get(page).status_code == 200
            return count_queries.count

        write(event, kind="talk")
        editor.get(page)
        few = count()
        for _number in range(4):
            write(event, kind="forum")
            write(event, kind="talk")
        editor.get(page)
        assert count() == few
