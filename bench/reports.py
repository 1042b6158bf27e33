"""Reports: asked for the first time, against the same figures in SQL written by hand."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select, text

from bench.clocks import clock
from bench.figures import Figures
from bench.pages import Meter
from bench.report_agreement import disagreements
from bench.report_floor import Floor, Parameters, Statement, run, statements
from bench.report_rows import measure_rows
from bench.report_serving import measure_serving
from bench.sites import Site, add_editor, empty_site, first_organization
from tracker import report_cache
from tracker.extensions import db
from tracker.models import Attendance, Event, Organization, Space
from tracker.services.generate import generate

YEAR = 2023
RATIO = 2.0
GENERATE_SECONDS = 120.0
# The bound is for a million. Of fewer, what SQL does in a moment bears the whole cost of a request.
LEAST = 0.15
# One more where there is a headcount: then what lies in that event is asked for.
MORE_QUERIES = 1


@dataclass(frozen=True)
class Size:
    """How much there is, and how often what it takes is measured."""

    attendances: int
    events: int
    people: int
    organizations: int
    rounds: int

    @property
    def full(self) -> bool:
        """Whether this is the size that was promised for."""
        return self.attendances >= 1_000_000

    def tenth(self) -> "Size":
        """A site of a tenth of the attendances, of as many events: each report has some then."""
        return replace(self, attendances=self.attendances // 10, people=self.people // 10)


SIZES = {
    "small": Size(100_000, 2_000, 5_000, 200, 5),
    "full": Size(1_000_000, 10_000, 50_000, 1_000, 3),
}


@dataclass(frozen=True)
class Question:
    """A report's address without extension and query, and what its statements are asked."""

    report: str
    path: str
    subject: int | None
    year: int | None = None

    @property
    def query(self) -> str:
        return f"?from={self.year}-01-01&to={self.year}-12-31" if self.year else ""

    @property
    def name(self) -> str:
        return f"{self.report}, {self.year}" if self.year else self.report


@dataclass(frozen=True)
class Subjects:
    """Of whom and what a site's reports are asked: whatever has most attendances."""

    questions: tuple[Question, ...]
    reader: int


def measure_reports(engine: str, place: str, size: Size, figures: Figures) -> None:
    """Reports of a site, beside one of a tenth of its size."""
    large, subjects = _site(engine, place, size, figures)
    small, fewer = _site(engine, place, size.tenth(), figures)
    for question in subjects.questions:
        _compare(large, question, subjects.reader, size, figures)
    for little, much in zip(fewer.questions, subjects.questions, strict=True):
        _compare_queries((small, large), (little, much), figures)
    event = subjects.questions[0].path
    measure_serving(large, event, figures, all_of_them=size.full)
    measure_rows(small, large, figures)
    for site in (small, large):
        with site.app.app_context():
            db.engine.dispose()


def _site(engine: str, place: str, size: Size, figures: Figures) -> tuple[Site, Subjects]:
    app, url = empty_site(engine, place, f"reports_{size.attendances}")
    with app.app_context():
        with clock(db.engine) as spent:
            generate(
                db.session, events=size.events, people=size.people, seed=1,
                organizations=size.organizations, attendances=size.attendances,
            )  # fmt: skip
            db.session.commit()
        if size.full:
            figures.add(
                f"generate, {size.attendances:,} attendances with {size.events:,} events", engine,
                "CPU", spent.cpu, GENERATE_SECONDS, " s",
            )  # fmt: skip
        organization = first_organization()
        cookie = add_editor(app, organization)
        _tidy()
        subjects = Subjects(tuple(_questions()), organization.id)
        site = Site(engine, size.events, url, app, [], organization.slug, "", cookie)
        db.session.rollback()
    return site, subjects


def _tidy() -> None:
    """What PostgreSQL does by itself within a minute; the bench's cluster has no autovacuum."""
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.execute(text("VACUUM ANALYZE"))


def _questions() -> Iterator[Question]:
    most = func.count(Attendance.id).desc()
    joined = select(Event).join(Attendance, Attendance.event_id == Event.id)
    attended = joined.where(
        Attendance.status == "attended", Event.visibility == "public",
        # Late enough to have had another edition before.
        Event.space_id.is_not(None), Event.first_day >= date(YEAR - 2, 1, 1),
    )  # fmt: skip
    organization = db.session.scalars(
        select(Organization)
        .join(Attendance, Attendance.organization_id == Organization.id)
        .where(Attendance.status == "attended")
        .group_by(Organization.id)
        .order_by(most)
    ).first()
    event = db.session.scalars(attended.group_by(Event.id).order_by(most, Event.id)).first()
    space = db.session.scalars(
        select(Space)
        .join(Event, Event.space_id == Space.id)
        .join(Attendance, Attendance.event_id == Event.id)
        .group_by(Space.id)
        .order_by(most)
    ).first()
    assert organization is not None
    assert event is not None
    assert space is not None
    yield Question("event", f"/reports/events/{event.key}", event.id)
    for year in (None, YEAR):
        slug = f"/reports/organizations/{organization.slug}"
        yield Question("organization", slug, organization.id, year)
        yield Question("space", f"/reports/spaces/{space.slug}", space.id, year)
        yield Question("period", "/reports/period", None, year)
        yield Question("coverage", "/reports/coverage", None, year)


def _compare(site: Site, question: Question, reader: int, size: Size, figures: Figures) -> None:
    client = site.client(signed_in=True)
    wanted = statements(question.report, question.year is not None)
    first, again = _parameters(site, question, reader)
    ours, floors = [], []
    for _turn in range(size.rounds):
        report_cache.forget()
        with clock(site.database) as spent:
            response = client.get(f"{question.path}.json{question.query}")
        assert response.status_code == 200, response.status
        ours.append(spent.cpu)
        with clock(site.database) as spent:
            floor = _run(site, wanted, first, again)
        floors.append(spent.cpu)
    report: dict[str, Any] = json.loads(response.data)
    wrong = disagreements(report, floor)
    assert not wrong, f"{question.name}: {wrong}"
    # Other work on the machine only ever adds to a time: the best of them tells most.
    figures.add(
        f"report, first time ÷ SQL: {question.name}", site.engine,
        f"CPU {min(ours):.3f} / {min(floors):.3f} s, {size.attendances:,} attendances, "
        f"{len(wanted)} statements",
        min(ours) / min(floors), RATIO if size.full or min(floors) >= LEAST else None, "×",
    )  # fmt: skip


def _run(
    site: Site, wanted: Sequence[Statement], first: Parameters, again: Parameters | None
) -> Floor:
    """The figures, and the measures of what they are compared with."""
    floor = run(site.database, wanted, first)
    if again is not None:
        run(site.database, [each for each in wanted if each.kind == "measures"], again)
    return floor


def _parameters(
    site: Site, question: Question, reader: int
) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """What the statements are given; and for the year, or the edition, before."""
    today = datetime.now(UTC).date()
    tomorrow = today + timedelta(days=1)
    given = {
        "subject": question.subject, "reader": reader, "scheme": "icann",
        "today": str(today), "month": str(tomorrow.replace(day=1)),
        "year": str(tomorrow.replace(day=1, month=1)), **_days(question.year),
    }  # fmt: skip
    if question.report == "event":
        edition = _edition_before(site, question)
        return given, {**given, "subject": edition} if edition else None
    if question.report == "organization" and question.year:
        return given, {**given, **_days(question.year - 1)}
    return given, None


def _days(year: int | None) -> dict[str, str]:
    first, last = (date(year, 1, 1), date(year, 12, 31)) if year else (date.min, date.max)
    return {"first": str(first), "last": str(last), "from": str(first), "until": str(last)}


def _edition_before(site: Site, question: Question) -> int | None:
    with site.app.app_context():
        event = db.session.get_one(Event, question.subject)
        query = select(Event.id).where(
            Event.space_id == event.space_id, Event.first_day < event.first_day,
            Event.status != "cancelled", Event.relation.is_distinct_from("part-of"),
        )  # fmt: skip
        return db.session.scalar(query.order_by(Event.first_day.desc()).limit(1))


def _compare_queries(
    sites: tuple[Site, Site], questions: tuple[Question, Question], figures: Figures
) -> None:
    counts = []
    for site, question in zip(sites, questions, strict=True):
        meter = Meter(site)
        path = f"{question.path}.json{question.query}"
        meter.get(path, signed_in=True)
        report_cache.forget()
        counts.append(meter.queries(path, signed_in=True))
    figures.add(
        f"report: queries, {questions[1].name}", sites[0].engine,
        f"{' / '.join(map(str, counts))} with few and ten times as many rows",
        abs(counts[1] - counts[0]), MORE_QUERIES, " more",
    )  # fmt: skip
