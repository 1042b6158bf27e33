"""The flask commands; each calls a service."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import func, select

from config import Config
from tracker.calendar_commands import read_calendars
from tracker.extensions import db
from tracker.formats.attendees import FORMAT_NAMES
from tracker.models import LikelyDuplicate, Organization
from tracker.models.vocabulary import USER_ROLES
from tracker.services.accounts import add_user
from tracker.services.backup import backup, restore
from tracker.services.database import load_reference, read_consistently, upgrade
from tracker.services.demo import create_demo
from tracker.services.duplicates import NOUNS, refresh
from tracker.services.exporting import export
from tracker.services.generate import generate
from tracker.services.importing.terminal import import_file
from tracker.services.loading import LoadReport, load
from tracker.terminal import explained, progress


def register(group: AppGroup) -> None:
    """Add the commands to the group behind `flask`."""
    for command in (
        setup, load_folder, export_folder, back_up, restore_file, generate_data, import_attendance,
        read_calendars, find_duplicates, demonstrate, users,
    ):  # fmt: skip
        group.add_command(command)


@click.command("setup")
@with_appcontext
@explained
def setup() -> None:
    """Create or upgrade the database and load the reference data; safe to repeat."""
    if upgrade(db.engine):
        click.echo("The database schema is up to date now.")
    with progress() as tell:
        report = load_reference(db.session, progress=tell)
    db.session.commit()
    if report is None:
        click.echo("The reference data is loaded already.")
    else:
        _print_report(report)


@click.command("load")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check and count only; write nothing.")
@with_appcontext
@explained
def load_folder(folder: Path, dry_run: bool) -> None:
    """Load a folder of CSV files in the load format: all of it, or nothing."""
    with progress() as tell:
        report = load(db.session, folder, progress=tell)
    if dry_run:
        db.session.rollback()
    else:
        db.session.commit()
    _print_report(report)
    if dry_run:
        click.echo("A dry run: nothing was written.")


def _print_report(report: LoadReport) -> None:
    width = max(map(len, report.files))
    click.echo(f"{'':{width}} {'rows':>9} {'added':>9} {'changed':>9}")
    for name, counts in report.files.items():
        click.echo(f"{name:{width}} {counts.rows:9} {counts.added:9} {counts.changed:9}")
    for name in report.ignored:
        click.echo(f"{name} is no file of the load format; it was not looked at.", err=True)


@click.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@with_appcontext
@explained
def export_folder(folder: Path) -> None:
    """Write what is stored into a folder, in the load format."""
    read_consistently(db.session)
    with progress() as tell:
        counts = export(db.session, folder, progress=tell)
    for name, count in counts.items():
        click.echo(f"{name:20} {count:9}")


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
@explained
def back_up(file: Path) -> None:
    """Write everything into one file, which restores on SQLite and PostgreSQL alike."""
    with progress() as tell:
        rows = backup(db.session, file, progress=tell)
    click.echo(f"{file}: {rows} rows. It holds personal data and password hashes: keep it safe.")


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Delete what the database holds now.")
@with_appcontext
@explained
def restore_file(file: Path, replace: bool) -> None:
    """Put a backup into the database, which is made if need be; everybody signs in again."""
    upgrade(db.engine)
    with progress() as tell:
        rows = restore(db.session, file, replace=replace, progress=tell)
    db.session.commit()
    click.echo(f"Restored {rows} rows.")


_count = click.IntRange(min=0)


@click.command("generate")
@click.option("--events", type=_count, default=0, show_default=True)
@click.option("--people", type=_count, default=0, show_default=True)
@click.option("--organizations", type=_count, default=0, show_default=True)
@click.option("--attendances", type=_count, default=0, show_default=True)
@click.option("--seed", type=_count, default=1, show_default=True)
@with_appcontext
@explained
def generate_data(
    events: int, people: int, organizations: int, attendances: int, seed: int
) -> None:
    """Write synthetic data, marked as such; the same for the same seed."""
    with progress() as tell:
        generate(
            db.session, events=events, people=people, organizations=organizations,
            attendances=attendances, seed=seed, progress=tell,
        )  # fmt: skip
        db.session.commit()
    click.echo(
        f"Generated {events} events, {people} people, {organizations} organizations and "
        f"{attendances} attendances."
    )


@click.command("import-attendance")
@click.argument("key")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would be done; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the preview as JSON.")
@click.option(
    "--format", "format_", type=click.Choice(("auto", *FORMAT_NAMES)), default="auto",
    show_default=True, help="What the file is, where looking at it does not tell.",
)  # fmt: skip
@click.option(
    "--doubtful", type=click.Choice(("leave", "first", "create", "skip")), default="leave",
    show_default=True, help="What becomes of doubtful rows: left for the site, or decided here.",
)  # fmt: skip
@click.option("--dates", type=click.Choice(("dmy", "mdy", "ymd")), help="The order of its dates.")
@click.option(
    "--minimum-minutes", type=click.IntRange(0, 24 * 60),
    help="Who was there for less does not count.",
)  # fmt: skip
@click.option(
    "--no-shows/--keep-registered", default=None,
    help="Whether those registered who are not in a report did not come.",
)  # fmt: skip
@click.option("--by", metavar="EMAIL", help="The account that imports it.")
@with_appcontext
@explained
def import_attendance(key: str, file: Path, dry_run: bool, as_json: bool, **options: Any) -> None:
    """Import who attended the event KEY from FILE: what is certain is applied, the rest waits."""
    with progress() as tell:
        done = import_file(
            db.session, key, file, dry_run=dry_run, as_json=as_json, progress=tell, **options
        )
    if dry_run:
        db.session.rollback()
    else:
        db.session.commit()
    if done.preview is not None:
        click.echo(json.dumps(done.preview, ensure_ascii=False, indent=2))
        return
    for line in done.lines:
        click.echo(line)
    if dry_run:
        click.echo("A dry run: nothing was written.")


@click.command("find-duplicates")
@with_appcontext
@explained
def find_duplicates() -> None:
    """Compare all people and organizations; the pages of likely duplicates show what is alike."""
    for noun in NOUNS:
        refresh(db.session, noun)
        db.session.commit()
        pairs = select(func.count(LikelyDuplicate.id)).where(
            LikelyDuplicate.noun == noun, LikelyDuplicate.dismissed_at.is_(None)
        )
        click.echo(f"{noun}: {db.session.scalar(pairs)} pairs may be the same.")


@click.command("demo")
@with_appcontext
@explained
def demonstrate() -> None:
    """Add a synthetic demonstration and its accounts; in development only."""
    settings: Config = current_app.extensions["settings"]
    if settings.environment != "development":
        raise click.ClickException("The demonstration is for development: APP_ENV=development.")
    # A server that other machines reach gets none: their passwords are published.
    today = datetime.now(UTC).date()
    accounts = create_demo(db.session, today, accounts=settings.demo_accounts)
    db.session.commit()
    if accounts:
        click.echo("Demo accounts, which sign in from this machine only:")
    for account in accounts:
        click.echo(f"  {account.role:12} {account.email:28} {account.password}")


users = AppGroup("users", help="Accounts.")


@users.command("add")
@click.argument("email")
@click.option("--role", type=click.Choice(USER_ROLES), required=True)
@click.option("--organization", metavar="ACRONYM", help="The one the account belongs to.")
@click.option("--name", default="", help="As pages show it.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@explained
def add_account(
    email: str, role: str, organization: str | None, name: str, password_stdin: bool
) -> None:
    """Make an account; asks for its password."""
    belongs_to = _organization(organization) if organization else None
    add_user(
        db.session, email=email, password=_password(password_stdin), role=role,
        organization=belongs_to, name=name,
    )  # fmt: skip
    db.session.commit()
    click.echo(f"{email} can sign in.")


def _organization(acronym: str) -> Organization:
    found = db.session.scalar(select(Organization).where(Organization.acronym == acronym))
    if found is None:
        raise click.BadParameter(
            f"there is no organization “{acronym}”", param_hint="--organization"
        )
    return found


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    prompted: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return prompted
