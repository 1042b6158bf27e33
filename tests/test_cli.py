"""The flask commands: what they print, and how they end."""

import dataclasses
import io
import json
import os
import re
import time
from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete, func, select

from tests import factories
from tests.conftest import TestingConfig, empty
from tests.factories import (
    CalendarSourceFactory,
    EventFactory,
    OrganizationFactory,
    PersonFactory,
    UserFactory,
)
from tests.load_folders import read_folder, write_folder
from tests.services.calendars.publisher import publishing
from tests.services.calendars.samples import day, ics
from tests.services.importing.files import zoom
from tests.services.importing.test_samples import EXPECTED, FILES, NOTES, assert_same_person
from tracker import calendar_commands, create_app, terminal
from tracker.extensions import db
from tracker.models import (
    Attendance,
    CalendarSource,
    Change,
    Event,
    ImportBatch,
    Organization,
    Person,
    PersonEmail,
    User,
)
from tracker.models.changes import current_revision
from tracker.services.database import load_reference
from tracker.services.loading import load


@pytest.fixture
def fresh(tmp_path) -> Iterator[Flask]:
    """A site whose database does not exist yet."""
    url = f"sqlite:///{tmp_path / 'deep' / 'new.sqlite'}"
    config = TestingConfig(environment="development", database_url=url, secret_key="for tests only")
    app = create_app(config)
    yield app
    with app.app_context():
        db.engine.dispose()


def run(app, *words, **options):
    return app.test_cli_runner().invoke(args=words, **options)


def count(app, model):
    with app.app_context():
        return db.session.scalar(select(func.count(model.id)))


class TestSetup:
    def test_everything_from_nothing_and_then_nothing(self, fresh):
        first = run(fresh, "setup")
        assert first.exit_code == 0, first.output
        assert re.search(r"events\.csv +230 +230 +0", first.stdout)
        second = run(fresh, "setup")
        assert second.exit_code == 0
        assert second.stdout == "The reference data is loaded already.\n"
        assert count(fresh, Event) == 230
        assert count(fresh, User) == 0

    def test_without_it_commands_say_so(self, fresh, tmp_path):
        folder = write_folder(tmp_path / "in", {"topics": "slug,name_en\nt,T\n"})
        for words in (["load", str(folder)], ["export", str(tmp_path / "out")],
                      ["backup", str(tmp_path / "b.zip")]):  # fmt: skip
            result = run(fresh, *words)
            assert result.exit_code == 1
            assert "Run: flask setup" in result.stderr
            assert "Traceback" not in result.stderr


class TestLoad:
    def test_good_folders_are_counted(self, app, tmp_path):
        folder = write_folder(tmp_path, {"topics": "slug,name_en\na,A\nb,B\n", "other": "x\n"})
        result = run(app, "load", str(folder))
        assert result.exit_code == 0
        assert re.search(r"topics\.csv +2 +2 +0", result.stdout)
        assert "other.csv is no file of the load format" in result.stderr

    def test_bad_folders_are_explained_and_left_out(self, app, tmp_path):
        folder = write_folder(tmp_path, {
            "organizations": "acronym,name_en\nA,One\n", "topics": "slug,name_en,color\na,,red\n",
        })  # fmt: skip
        result = run(app, "load", str(folder))
        assert result.exit_code == 1
        assert result.stderr.splitlines()[-3:] == [
            "topics.csv, row 1, color: is no column of this file",
            "topics.csv, row 2, name_en: a name is needed in at least one language",
            "Error: 2 problems; nothing was loaded.",
        ]
        assert count(app, Organization) == 0

    def test_a_dry_run_writes_nothing(self, app, tmp_path):
        folder = write_folder(tmp_path, {"organizations": "acronym,name_en\nA,One\n"})
        result = run(app, "load", str(folder), "--dry-run")
        assert result.exit_code == 0
        assert "A dry run: nothing was written." in result.stdout
        assert count(app, Organization) == 0
        with app.app_context():
            assert current_revision(db.session) == 0

    @pytest.mark.parametrize("words", [["load"], ["load", "/nowhere/at/all"], ["load", "--quick"]])
    def test_wrong_usage_ends_with_2(self, app, words):
        assert run(app, *words).exit_code == 2

    def test_an_unreadable_file(self, app, tmp_path):
        (tmp_path / "topics.csv").mkdir()
        result = run(app, "load", str(tmp_path))
        assert result.exit_code == 1
        assert "topics.csv" in result.stderr


class TestExportBackupRestore:
    def test_export_writes_a_folder(self, app, session, tmp_path):
        OrganizationFactory(acronym="A", name_en="One")
        result = run(app, "export", str(tmp_path / "a" / "b"))
        assert result.exit_code == 0, result.output
        rows = read_folder(tmp_path / "a" / "b")
        assert [row["acronym"] for row in rows["organizations"]] == ["A"]
        assert "organizations.csv            1" in result.stdout

    def test_a_place_that_cannot_be_written(self, app, tmp_path):
        (tmp_path / "file").write_text("")
        result = run(app, "export", str(tmp_path / "file" / "folder"))
        assert result.exit_code == 1
        assert "Traceback" not in result.stderr

    def test_backup_and_restore(self, app, fresh, tmp_path):
        # In a context of its own: a command would run in the one around it, whatever its site.
        with app.app_context():
            factories.use(db.session)
            OrganizationFactory(acronym="A")
        path = str(tmp_path / "backup.zip")
        result = run(app, "backup", path)
        assert result.exit_code == 0, result.output
        assert "keep it safe" in result.stdout
        assert run(fresh, "restore", path).exit_code == 0
        assert count(fresh, Organization) == 1
        again = run(fresh, "restore", path)
        assert again.exit_code == 1
        assert "--replace" in again.stderr
        assert run(fresh, "restore", path, "--replace").exit_code == 0

    def test_no_backup(self, app, tmp_path):
        (tmp_path / "x.zip").write_text("x")
        result = run(app, "restore", str(tmp_path / "x.zip"))
        assert result.exit_code == 1
        assert "x.zip is no backup" in result.stderr


class TestImportAttendance:
    CERTAIN = ("Ana Prueba Real", "ana@example.org", "14:00", "15:00")
    NEW = ("Bruno Ejemplo Nuevo", "bruno@example.net", "14:10", "15:00")
    # Known by name only: nobody may say without asking that it is her.
    DOUBTFUL = ("Carla Muestra Dudosa", "", "14:20", "15:00")

    @pytest.fixture
    def event(self, session):
        PersonFactory(name="Ana Prueba Real", emails=[PersonEmail(address="ana@example.org")])
        PersonFactory(name="Carla Muestra Dudosa")
        return EventFactory(key="meeting-2023")

    @pytest.fixture
    def report(self, tmp_path):
        path = tmp_path / "report.csv"
        path.write_text(zoom(self.CERTAIN, self.NEW, self.DOUBTFUL))
        return str(path)

    def names(self, session):
        session.expire_all()
        return sorted(one.person.name for one in session.scalars(select(Attendance)))

    def test_what_is_certain_is_applied_and_the_rest_waits(self, app, session, event, report):
        result = run(app, "import-attendance", event.key, report)
        assert result.exit_code == 0, result.output
        assert self.names(session) == ["Ana Prueba Real", "Bruno Ejemplo Nuevo"]
        assert re.search(r"^by_match +email 1, .*decision 1, new 1", result.stdout, re.MULTILINE)
        assert re.search(r"^new +Bruno Ejemplo Nuevo$", result.stdout, re.MULTILINE)
        assert re.search(r"^decision +Carla Muestra Dudosa: Somebody", result.stdout, re.MULTILINE)
        assert "Recorded 2, " in result.stdout
        assert "questions left for the site 1" in result.stdout
        again = run(app, "import-attendance", event.key, report)
        assert "Recorded 0, changed 0, unchanged 0; new people 0" in again.stdout
        assert count(app, ImportBatch) == 1

    @pytest.mark.parametrize("option", [[], ["--json"], ["--doubtful", "first"]])
    def test_a_dry_run_writes_nothing(self, app, session, event, report, option):
        session.commit()
        before = current_revision(session)
        result = run(app, "import-attendance", event.key, report, "--dry-run", *option)
        assert result.exit_code == 0, result.output
        assert [count(app, model) for model in (Attendance, Person, ImportBatch)] == [0, 2, 0]
        assert current_revision(session) == before

    @pytest.mark.parametrize(
        "doubtful, recorded, people",
        [("leave", 2, 3), ("first", 3, 3), ("create", 3, 4), ("skip", 2, 3)],
    )
    def test_doubtful_rows(self, app, session, event, report, doubtful, recorded, people):
        result = run(app, "import-attendance", event.key, report, "--doubtful", doubtful)
        assert result.exit_code == 0, result.output
        assert count(app, Attendance) == recorded
        assert count(app, Person) == people
        left = 1 if doubtful == "leave" else 0
        assert f"questions left for the site {left}." in result.stdout

    def test_the_first_candidate_is_who_is_recorded(self, app, session, event, report):
        run(app, "import-attendance", event.key, report, "--doubtful", "first")
        assert "Carla Muestra Dudosa" in self.names(session)

    def test_who_imports_and_a_minimum_of_minutes(self, app, session, event, report):
        UserFactory(email="editor@example.org", role="editor")
        session.commit()
        words = ["--by", "Editor@Example.org", "--minimum-minutes", "55"]
        result = run(app, "import-attendance", event.key, report, *words)
        assert result.exit_code == 0, result.output
        assert self.names(session) == ["Ana Prueba Real"]
        assert session.scalars(select(ImportBatch)).one().user.email == "editor@example.org"

    def test_dates_are_asked_for_and_then_said(self, app, session, event, tmp_path):
        path = tmp_path / "report.csv"
        path.write_text(zoom(self.CERTAIN, day="03/04/2021"))
        asked = run(app, "import-attendance", event.key, str(path))
        assert asked.exit_code == 1
        assert "--dates" in asked.stderr
        assert "mdy: 2021-03-04 – 2021-03-04" in asked.stderr
        assert count(app, ImportBatch) == 0
        said = run(app, "import-attendance", event.key, str(path), "--dates", "dmy")
        assert said.exit_code == 0, said.output
        assert self.names(session) == ["Ana Prueba Real"]

    def test_an_unknown_event_or_account(self, app, event, report):
        result = run(app, "import-attendance", "no-such-event", report)
        assert result.exit_code == 1
        assert "There is no event “no-such-event”." in result.stderr
        result = run(app, "import-attendance", event.key, report, "--by", "nobody@example.org")
        assert result.exit_code == 1
        assert "There is no account “nobody@example.org”." in result.stderr

    @pytest.mark.parametrize(
        "content, why",
        [
            (b"", "There is nothing in it."),
            (bytes(range(256)) * 8, "It is no text and no spreadsheet."),
            (
                b"Foo;Bar;Baz\nAna Luz;x;1\nEva Sol;y;2\n",
                "What its columns mean has to be said on the site once",
            ),
        ],
    )
    def test_an_unreadable_file(self, app, event, tmp_path, content, why):
        path = tmp_path / "list.csv"
        path.write_bytes(content)
        result = run(app, "import-attendance", event.key, str(path))
        assert result.exit_code == 1
        assert why in result.stderr
        assert "Traceback" not in result.stderr
        assert [count(app, model) for model in (Attendance, ImportBatch)] == [0, 0]

    def test_a_file_that_is_not_there_is_wrong_usage(self, app, event):
        assert run(app, "import-attendance", event.key, "/nowhere/at/all.csv").exit_code == 2

    def test_what_is_no_file_is_neither_waited_for_nor_read_forever(self, app, event, tmp_path):
        pipe = tmp_path / "pipe"
        os.mkfifo(pipe)
        for path in (pipe, "/dev/zero"):
            done = run(app, "import-attendance", event.key, str(path))
            assert done.exit_code == 1
            assert "It is no file" in done.output

    @pytest.mark.parametrize("minutes", ["-1", "1441", "9" * 30])
    def test_more_minutes_than_a_day_has(self, app, event, tmp_path, minutes):
        path = tmp_path / "a.csv"
        path.write_text("Nombre,Correo\nAna Luz,a@example.org\n")
        done = run(app, "import-attendance", event.key, str(path), "--minimum-minutes", minutes)
        assert done.exit_code == 2
        assert "is not in the range" in done.output

    def test_the_order_of_dates_is_said_of_more_than_the_web_takes(self, app, event, tmp_path):
        path = tmp_path / "a.csv"
        line = "Ana Luz,a@example.org,03/04/2021 10:00,03/04/2021 11:00\n"
        path.write_text("Name,Email,Join time,Leave time\n" + 20_001 * line)
        asked = run(app, "import-attendance", event.key, str(path), "--dry-run")
        assert asked.exit_code == 1
        assert "--dates" in asked.output
        said = run(app, "import-attendance", event.key, str(path), "--dry-run", "--dates", "dmy")
        assert said.exit_code == 0, said.output
        assert "20001" in said.output

    def test_the_preview_of_every_sample_is_as_expected(self, sqlite_app):
        with sqlite_app.app_context():
            load_reference(db.session)
            load(db.session, FILES / "base")
            db.session.commit()
        try:
            for entry in EXPECTED["files"]:
                path = str(FILES / entry["file"])
                words = ["import-attendance", entry["event"], path, "--dry-run", "--json"]
                result = run(sqlite_app, *words)
                assert result.exit_code == 0, result.output
                found, wanted = json.loads(result.stdout), {**entry}
                people = zip(found.pop("people"), wanted.pop("people"), strict=True)
                assert found == {k: v for k, v in wanted.items() if k not in NOTES}
                for person, expected in people:
                    assert_same_person(person, expected)
        finally:
            empty(sqlite_app)


class TestGenerateAndDemo:
    def test_generate(self, app):
        words = ["--events", "3", "--people", "4", "--organizations", "2", "--attendances", "5"]
        result = run(app, "generate", *words, "--seed", "7")
        assert result.exit_code == 0, result.output
        assert count(app, Event) >= 3
        assert count(app, Person) == 4
        again = run(app, "generate", *words, "--seed", "7")
        assert again.exit_code == 1
        assert "seed 7" in again.stderr

    def test_a_negative_number_is_wrong_usage(self, app):
        assert run(app, "generate", "--events", "-1").exit_code == 2

    def test_the_demonstration_twice(self, fresh):
        run(fresh, "setup")
        for _time in range(2):
            result = run(fresh, "demo")
            assert result.exit_code == 0, result.output
            for role in ("admin", "editor", "contributor", "viewer"):
                assert role in result.stdout
        assert count(fresh, User) == 4

    def test_no_accounts_where_others_reach_the_site(self, fresh, monkeypatch):
        config = dataclasses.replace(fresh.extensions["settings"], demo_accounts=False)
        monkeypatch.setitem(fresh.extensions, "settings", config)
        run(fresh, "setup")
        result = run(fresh, "demo")
        assert (result.exit_code, result.stdout) == (0, "")
        assert count(fresh, User) == 0

    def test_only_in_development(self, app):
        result = run(app, "demo")
        assert result.exit_code == 1
        assert "development" in result.stderr


class TestUsersAdd:
    PASSWORD = "a long walk to Olmos\n"

    def add(self, app, *words, **options):
        return run(app, "users", "add", *words, **options)

    def test_from_standard_input(self, app, session):
        OrganizationFactory(acronym="LACNIC")
        result = self.add(
            app, "New@Example.org", "--role", "editor", "--organization", "LACNIC",
            "--password-stdin", input=self.PASSWORD,
        )  # fmt: skip
        assert result.exit_code == 0, result.output
        user = session.scalars(select(User)).one()
        assert (user.email, user.role) == ("new@example.org", "editor")
        assert user.organization.acronym == "LACNIC"
        assert "Olmos" not in result.output

    def test_asked_for_twice_and_not_shown(self, app):
        words = ["a@example.org", "--role", "viewer"]
        result = self.add(app, *words, input=self.PASSWORD * 2)
        assert result.exit_code == 0, result.output
        assert "Olmos" not in result.output
        assert count(app, User) == 1

    @pytest.mark.parametrize(
        "words, code, message",
        [
            (["a@example.org"], 2, "--role"),
            (["a@example.org", "--role", "king"], 2, "king"),
            (
                ["a@example.org", "--role", "admin", "--organization", "NO"],
                2,
                "no organization “NO”",
            ),
            (["nobody", "--role", "admin"], 1, "An address like"),
        ],
    )
    def test_what_is_wrong(self, app, words, code, message):
        result = self.add(app, *words, "--password-stdin", input=self.PASSWORD)
        assert result.exit_code == code
        assert message in result.stderr
        assert count(app, User) == 0

    def test_a_poor_password(self, app):
        words = ["a@example.org", "--role", "admin", "--password-stdin"]
        assert self.add(app, *words, input="short\n").exit_code == 1

    def test_an_address_with_an_account(self, app):
        words = ["a@example.org", "--role", "admin", "--password-stdin"]
        assert self.add(app, *words, input=self.PASSWORD).exit_code == 0
        result = self.add(app, *words, input=self.PASSWORD)
        assert result.exit_code == 1
        assert "There is an account with this address" in result.stderr


class TestProgress:
    def test_plain_lines_where_nobody_watches(self, capsys, monkeypatch):
        clock = iter([0.0, 1.0, 20.0, 21.0])
        monkeypatch.setattr(time, "monotonic", lambda: next(clock))
        tell = terminal.plain_progress()
        for done in (0, 10, 50, 60):
            tell("events", done, 100)
        assert capsys.readouterr().err == "events\nevents: 50%\n"

    def test_a_bar_on_a_terminal(self, monkeypatch):
        class Terminal(io.StringIO):
            def isatty(self) -> bool:
                return True

        shown = Terminal()
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.setattr("sys.stderr", shown)
        with terminal.progress() as tell:
            tell("events", 1, 2)
            tell("events", 2, 2)
        assert "events" in shown.getvalue()


class TestReadCalendars:
    @pytest.fixture
    def publisher(self, app, monkeypatch):
        with publishing() as found:
            host = found.address.split("/")[2]
            settings = dataclasses.replace(app.extensions["settings"], calendar_hosts=(host,))
            monkeypatch.setitem(app.extensions, "settings", settings)
            found.content = ics(("a", "Annual meeting", 30, 31))
            yield found

    @pytest.fixture
    def source(self, app, publisher):
        return self.add(app, name="Theirs", address=publisher.address, adds_new=True)

    def add(self, app, **values):
        """A calendar, as the id that it has: a command ends the session that it was read in."""
        with app.app_context():
            factories.use(db.session)
            return CalendarSourceFactory(**values).id

    def events(self, app):
        with app.app_context():
            return [
                (event.name_en, event.start_date, event.status)
                for event in db.session.scalars(select(Event).order_by(Event.starts_at))
            ]

    def test_from_new_to_cancelled(self, app, source, publisher):
        first = run(app, "read-calendars")
        assert first.exit_code == 0, first.output
        assert first.stdout == "Theirs: 1 recorded, 1 new.\n"
        again = run(app, "read-calendars")
        assert (again.exit_code, again.stdout) == (0, "")
        assert publisher.answered == [200, 304]
        publisher.content = ics(("a", "General assembly", 33, 34, "STATUS:CANCELLED"))
        assert run(app, "read-calendars").stdout == "Theirs: 1 brought up to date, 1 changed.\n"
        assert self.events(app) == [("General assembly", day(33), "cancelled")]
        with app.app_context():
            (change,) = db.session.scalars(select(Change).order_by(Change.id.desc()).limit(1))
            assert (change.action, change.user_id) == ("calendar.apply", None)

    def test_what_is_gone_waits(self, app, source, publisher):
        run(app, "read-calendars")
        publisher.content = ics()
        assert run(app, "read-calendars").stdout == "Theirs: 1 no longer in it, 1 to decide.\n"
        assert self.events(app) == [("Annual meeting", day(30), "confirmed")]

    def test_new_events_wait_unless_they_may_not(self, app, publisher):
        self.add(app, name="Asks", address=publisher.address)
        assert run(app, "read-calendars").stdout == "Asks: 1 new.\n"
        assert self.events(app) == []

    def test_one_that_fails_stops_no_other(self, app, source, publisher):
        broken = self.add(app, name="Broken", address="http://127.0.0.1:9/a.ics")
        result = run(app, "read-calendars")
        assert result.exit_code == 0
        assert "Theirs: 1 recorded" in result.stdout
        assert "Broken: That is no web address" in result.stderr
        assert run(app, "read-calendars", "--source", str(broken)).exit_code == 1
        with app.app_context():
            assert db.session.get(CalendarSource, broken).failures == 2

    def test_all_that_fail(self, app, source, publisher):
        publisher.status = 500
        result = run(app, "read-calendars")
        assert result.exit_code == 1
        assert "Theirs: Its server answered with an error (500)." in result.stderr
        assert "Traceback" not in result.stderr

    def test_an_accident_with_one_stops_no_other(self, app, source, publisher, monkeypatch):
        self.add(app, name="Second", address=f"{publisher.address}?2", adds_new=True)
        reading = calendar_commands.read_again

        def accident(session, source, *rest):
            if source.name == "Theirs":
                raise ValueError("a bug")
            return reading(session, source, *rest)

        monkeypatch.setattr(calendar_commands, "read_again", accident)
        result = run(app, "read-calendars")
        assert "Second: 1 recorded, 1 new." in result.stdout
        assert "Theirs: ValueError: a bug" in result.stderr

    @pytest.mark.parametrize("late", [True, False])
    def test_one_that_is_deleted_meanwhile_stops_no_other(
        self, app, source, publisher, monkeypatch, late
    ):
        self.add(app, name="Second", address=f"{publisher.address}?2", adds_new=True)
        if late:
            reading = calendar_commands.read_again

            def slow(session, source, *rest):
                if source.name == "Theirs":
                    self.delete(source.id)
                return reading(session, source, *rest)

            monkeypatch.setattr(calendar_commands, "read_again", slow)
        else:
            monkeypatch.setattr(
                calendar_commands, "address_ids", lambda session: [source + 1000, source + 1]
            )
        result = run(app, "read-calendars")
        assert (result.exit_code, result.stderr) == (0, "")
        assert result.stdout == "Second: 1 recorded, 1 new.\n"

    def delete(self, id_):
        with db.engine.begin() as connection:
            connection.execute(delete(CalendarSource).where(CalendarSource.id == id_))

    def test_after_failures_it_is_read_less_often(self, app, source, publisher):
        publisher.status = 500
        with time_machine.travel("2026-06-15T12:00Z", tick=False) as clock:
            run(app, "read-calendars")
            run(app, "read-calendars", "--source", str(source))
            assert len(publisher.answered) == 2
            skipped = run(app, "read-calendars", "--verbose")
            assert skipped.exit_code == 0
            assert "tried later" in skipped.stdout
            clock.shift(2 * 3600)
            assert run(app, "read-calendars").exit_code == 1
            assert len(publisher.answered) == 3

    def test_those_that_are_stopped_or_files(self, app, publisher):
        self.add(app, active=False)
        file = self.add(app, address=None)
        result = run(app, "read-calendars")
        assert (result.exit_code, result.output) == (0, "")
        for wrong in (file, 999_999):
            answer = run(app, "read-calendars", "--source", str(wrong))
            assert answer.exit_code == 1
            assert f"There is no calendar {wrong} that has an address." in answer.stderr

    def test_said_of_each(self, app, source):
        run(app, "read-calendars")
        result = run(app, "read-calendars", "--verbose")
        assert result.stdout == "Theirs: nothing new.\n"
