"""The command that reads calendars of others again, for cron."""

import sys
from contextlib import nullcontext
from datetime import UTC, datetime

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import ObjectDeletedError

from config import Config
from tracker.extensions import db
from tracker.models import CalendarSource
from tracker.services.calendars.rereading import Reread, address_ids, is_due, read_again
from tracker.services.calendars.words import why_unreadable
from tracker.terminal import database_trouble, explained, progress


@click.command("read-calendars")
@click.option(
    "--source", "source_id", type=int, metavar="ID", help="Only this one, whatever it is."
)
@click.option("--verbose", is_flag=True, help="Name also those without anything new.")
@with_appcontext
@explained
def read_calendars(source_id: int | None, verbose: bool) -> None:
    """Read the calendars of others again, and record what changed there only."""
    ids = [source_id] if source_id is not None else list(address_ids(db.session))
    tried = failed = 0
    # Cron sends whatever is said to somebody: said is only what is new and what went wrong.
    with progress() if sys.stderr.isatty() else nullcontext() as tell:
        for number, id_ in enumerate(ids, start=1):
            result = _read_one(id_, always=source_id is not None)
            if tell is not None:
                tell("calendars", number, len(ids))
            if result is None:
                if verbose:
                    click.echo(f"{id_}: not read: deleted, or tried later as it failed before.")
                continue
            tried += 1
            failed += result.error is not None
            _say(result, verbose)
    if tried and failed == tried:
        # One that is broken is told on its page; that none works is for whoever runs this.
        raise click.ClickException("No calendar could be read.")


def _read_one(id_: int, always: bool) -> Reread | None:
    """One calendar in a transaction of its own; None where it is not due, or deleted meanwhile."""
    now = datetime.now(UTC).replace(microsecond=0)
    settings: Config = current_app.extensions["settings"]
    source = db.session.get(CalendarSource, id_)
    if source is None or source.address is None:
        if not always:
            return None
        raise click.ClickException(f"There is no calendar {id_} that has an address.")
    name = source.name
    if not always and not is_due(source, now):
        return None
    try:
        result = read_again(db.session, source, now, settings.calendar_hosts)
        db.session.commit()
    except ObjectDeletedError:
        db.session.rollback()
        return None
    except Exception as error:
        # Whatever is wrong with one calendar, the others are read.
        db.session.rollback()
        return Reread(name, error={"code": "broken", "said": _why(error)})
    return result


def _why(error: Exception) -> str:
    if isinstance(error, DBAPIError):
        return database_trouble(error)
    return f"{type(error).__name__}: {error}"


def _say(result: Reread, verbose: bool) -> None:
    if result.error is not None:
        why = result.error.get("said") or why_unreadable(result.error)
        click.echo(f"{result.name}: {why}", err=True)
        return
    assert result.staged is not None
    assert result.applied is not None
    facts = {
        "recorded": result.applied.created, "brought up to date": result.applied.updated,
        "new": result.staged.added, "changed": result.staged.changed,
        "no longer in it": result.staged.gone, "to decide": result.to_decide,
    }  # fmt: skip
    told = ", ".join(f"{count} {what}" for what, count in facts.items() if count)
    if told or verbose:
        click.echo(f"{result.name}: {told or 'nothing new'}.")
