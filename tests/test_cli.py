"""The flask commands: what they print, and how they end."""

import dataclasses
import io
import re
import time
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests import factories
from tests.conftest import TestingConfig
from tests.factories import OrganizationFactory
from tests.load_folders import read_folder, write_folder
from tracker import cli, create_app
from tracker.extensions import db
from tracker.models import Event, Organization, Person, User
from tracker.models.changes import current_revision


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
        tell = cli._plain_progress()
        for done in (0, 10, 50, 60):
            tell("events", done, 100)
        assert capsys.readouterr().err == "events\nevents: 50%\n"

    def test_a_bar_on_a_terminal(self, monkeypatch):
        class Terminal(io.StringIO):
            def isatty(self) -> bool:
                return True

        terminal = Terminal()
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.setattr("sys.stderr", terminal)
        with cli._progress() as tell:
            tell("events", 1, 2)
            tell("events", 2, 2)
        assert "events" in terminal.getvalue()
