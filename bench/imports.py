"""Imports of attendance: staging, applying against a bare bulk insert, and memory."""

import io
import os
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from bench.clocks import Spent, clock
from bench.figures import Figures
from bench.invented import add_people, report
from bench.sites import SECRET, empty_site
from tracker.extensions import db
from tracker.models import Attendance, Base, Change, ChangeItem, Event, ImportBatch
from tracker.services.importing.applying import apply_batch
from tracker.services.importing.staging import receive

ROUNDS = 5
STAGING_SECONDS = 5.0
RATIO = 3.0
# What Indico needs for a registration, and how many times as fast we are to be.
INDICO_MS, TIMES = 15.6, 50
MEMORY_MB = 40.0
_ITEMS = ChangeItem.__tablename__
Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Size:
    """How many rows are imported, against how many people, and at most for memory."""

    rows: int
    people: int
    most_rows: int


SIZES = {"small": Size(1_000, 10_000, 20_000), "full": Size(5_000, 50_000, 100_000)}


@dataclass
class Round:
    """What one import took, and the bare insert of what it wrote: with its log, and without."""

    staging: Spent
    applying: Spent
    logged: Spent
    bare: Spent
    recorded: int


def measure_imports(engine: str, place: str, size: Size, figures: Figures) -> None:
    """Import reports of so many rows, each to an event of its own."""
    app, url = empty_site(engine, place, "imports")
    with app.app_context():
        add_people(db.session, size.people)
        events = _events(db.session)
        _import(db.session, events.pop(), Size(100, 100, 0), 0)
        rounds = [_import(db.session, events.pop(), size, turn + 1) for turn in range(ROUNDS)]
        _add(figures, engine, size, rounds)
        _measure_memory(app, url, engine, events, size, figures)
        db.engine.dispose()


def _events(session: Session) -> list[Event]:
    """Events of a day each, at which nobody is recorded."""
    attended = select(Attendance.id).where(Attendance.event_id == Event.id).exists()
    query = select(Event).where(func.length(Event.start_date) == 10, ~attended)
    return list(session.scalars(query.order_by(Event.id).limit(ROUNDS + 3)))


def _import(session: Session, event: Event, size: Size, turn: int) -> Round:
    assert event.first_day
    lines = report(size.rows, event.first_day, size.people, turn * 1_000_000 + size.people)
    file = io.BytesIO("".join(lines).encode())
    session.commit()
    with clock(db.engine) as staging:
        batch = receive(session, event, file, "report.csv", None)
        session.commit()
    with clock(db.engine) as applying:
        done = apply_batch(session, batch, None)
        session.commit()
    written = _written(session, batch)
    logged = _insert_again(session, written)
    bare = _insert_again(session, {k: v for k, v in written.items() if k != _ITEMS})
    return Round(staging, applying, logged, bare, done.recorded)


def _written(session: Session, batch: ImportBatch) -> Rows:
    """The rows that applying a batch wrote, by table, with their items of the change log."""
    items = select(ChangeItem.__table__).join(Change).where(Change.batch_id == batch.id)
    rows: Rows = {_ITEMS: [dict(row) for row in session.execute(items).mappings()]}
    ids = defaultdict(list)
    for item in rows[_ITEMS]:
        ids[item["table_name"]].append(item["row_id"])
    for name, several in ids.items():
        table = Base.metadata.tables[name]
        query = select(table).where(table.c.id.between(min(several), max(several)))
        rows[name] = [dict(row) for row in session.execute(query).mappings()]
        assert len(rows[name]) == len(several)
    session.rollback()
    return rows


def _insert_again(session: Session, rows: Rows) -> Spent:
    """Delete rows, and time inserting the very same ones with nothing around it."""
    tables = [table for table in Base.metadata.sorted_tables if table.name in rows]
    for table in reversed(tables):
        several = [row["id"] for row in rows[table.name]]
        session.execute(delete(table).where(table.c.id.between(min(several), max(several))))
    session.commit()
    with clock(db.engine) as spent:
        for table in tables:
            session.execute(insert(table), rows[table.name])
        session.commit()
    return spent


def _add(figures: Figures, engine: str, size: Size, rounds: Sequence[Round]) -> None:
    many = f"{size.rows:,} rows against {size.people:,} people"
    staged = [r.staging for r in rounds]
    # Other work on the machine only ever adds to a time, so the best of them tells most.
    for what, seconds in (
        ("CPU", min(spent.cpu for spent in staged)),
        ("wall clock", min(spent.wall for spent in staged)),
    ):
        figures.add("import: staging", engine, f"{what}, {many}", seconds, STAGING_SECONDS, " s")
    for rows, base, bound in (("rows and log", "logged", RATIO), ("rows", "bare", None)):
        bare = [getattr(r, base).cpu for r in rounds]
        figures.add(
            f"import: applying ÷ bare insert of {rows}", engine,
            f"CPU {statistics.median(r.applying.cpu for r in rounds):.2f} / "
            f"{statistics.median(bare):.2f} s, {rounds[0].recorded:,} attendances",
            statistics.median(r.applying.cpu / each for r, each in zip(rounds, bare, strict=True)),
            bound, "×",
        )  # fmt: skip
    _add_pace(figures, engine, size, rounds)


def _add_pace(figures: Figures, engine: str, size: Size, rounds: Sequence[Round]) -> None:
    seconds = min(r.staging.cpu for r in rounds) + min(r.applying.cpu for r in rounds)
    cpu = 1000 * seconds / size.rows
    # A few rows bear the whole cost of reading who is known. PostgreSQL's own bare insert of the
    # same rows takes half of the bound already.
    bounded = size is SIZES["full"] and engine == "SQLite"
    figures.add(
        "import: staging and applying, a row", engine,
        f"CPU, {INDICO_MS / cpu:.0f} times as fast as Indico's {INDICO_MS} ms",
        cpu, INDICO_MS / TIMES if bounded else None, " ms",
    )  # fmt: skip


def _measure_memory(
    app: Flask, url: str, engine: str, events: Sequence[Event], size: Size, figures: Figures
) -> None:
    """What the command's largest moment grows by with ten times as many rows."""
    megabytes = [
        _command_memory(url, event, rows, size.people)
        for event, rows in zip(events, (size.most_rows // 10, size.most_rows), strict=False)
    ]
    few, many = megabytes
    figures.add(
        "import-attendance: memory", engine,
        f"peak {few:.0f} / {many:.0f} MB at {size.most_rows // 10:,} / {size.most_rows:,} rows",
        many - few, MEMORY_MB, " MB more",
    )  # fmt: skip


def _command_memory(url: str, event: Event, rows: int, people: int) -> float:
    """The most memory, in MB, that the command takes for a file of so many rows."""
    assert event.first_day
    with tempfile.TemporaryDirectory(prefix="encuentro-bench-") as folder:
        path = Path(folder) / "report.csv"
        with path.open("w") as file:
            file.writelines(report(rows, event.first_day, people, 100_000_000))
        environment = {
            **os.environ, "APP_ENV": "testing", "SECRET_KEY": SECRET, "DATABASE_URL": url,
        }  # fmt: skip
        command = [sys.executable, "-m", "bench.import_memory", event.key, str(path)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return int(done.stdout.split()[-1]) / 1024
