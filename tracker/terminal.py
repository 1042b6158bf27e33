"""What the commands share: errors in a line, and how far a long one is."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import click
from sqlalchemy.exc import SQLAlchemyError

from tracker.errors import DomainError
from tracker.extensions import db
from tracker.services.loading import LoadFailed

Progress = Callable[[str, int, int], None]
_PLAIN_EVERY = 10.0


def explained(command: Callable[..., None]) -> Callable[..., None]:
    """Say in a line what went wrong, and end with 1; a traceback helps nobody at a terminal."""

    @wraps(command)
    def run(*args: Any, **options: Any) -> None:
        try:
            command(*args, **options)
        except LoadFailed as error:
            for problem in error.problems:
                click.echo(str(problem), err=True)
            count = len(error.problems) + error.more
            plural = "problem" if count == 1 else "problems"
            raise click.ClickException(f"{count} {plural}; nothing was loaded.") from error
        except DomainError as error:
            raise click.ClickException(str(error.message)) from error
        except SQLAlchemyError as error:
            raise click.ClickException(database_trouble(error)) from error
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            raise click.ClickException(f"{where}{error.strerror or error}") from error
        finally:
            db.session.rollback()

    return run


def database_trouble(error: SQLAlchemyError) -> str:
    """What a database that cannot be used says, and what to do about it."""
    reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
    if "no such table" in reason or "does not exist" in reason:
        return f"The database is not set up ({reason}). Run: flask setup"
    return f"The database cannot do that: {reason}"


@contextmanager
def progress() -> Iterator[Progress]:
    """Bars on a terminal; elsewhere a line for each step, and one now and then in a long one."""
    if not sys.stderr.isatty():
        yield plain_progress()
        return
    # Slow to import, and only ever needed here.
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress as Bars  # noqa: PLC0415

    tasks: dict[str, Any] = {}
    with Bars(console=Console(stderr=True), transient=True) as bars:

        def tell(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total)
            bars.update(tasks[step], completed=done, total=total)

        yield tell


def plain_progress() -> Progress:
    """A line for each step, and one now and then in a long one."""
    said: dict[str, float] = {}

    def tell(step: str, done: int, total: int) -> None:
        now = time.monotonic()
        if step not in said:
            said[step] = now
            click.echo(step, err=True)
        elif now - said[step] >= _PLAIN_EVERY:
            said[step] = now
            click.echo(f"{step}: {done / max(total, 1):.0%}", err=True)

    return tell
