"""Synthetic events: fifteen years of them, their places, times, parts and organizers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from random import Random
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from tracker.models import Event, EventOrganization, EventTopic, Headcount
from tracker.services.bulk import Row, derived, in_chunks, insert_giving_ids, insert_rows
from tracker.services.synthetic_names import KIND_NAMES, SUBJECTS, Place, any_place
from tracker.services.synthetic_people import LAST_YEAR, Marks, skewed

CHUNK = 2_000
_FIRST_DAY = date(LAST_YEAR - 14, 1, 1)
_DAYS = (date(LAST_YEAR, 12, 31) - _FIRST_DAY).days
# Attendances at events from this day on are planned or registered.
PRESENT = date(LAST_YEAR, 10, 1)
_PARTS = 0.15
_CO_LOCATED = 0.04
_KINDS = (
    ("webinar",) * 26 + ("meeting",) * 22 + ("training",) * 14 + ("workshop",) * 12
    + ("bilateral",) * 8 + ("tutorial",) * 6 + ("talk",) * 5 + ("forum",) * 4
    + ("summit",) * 2 + ("other",)
)  # fmt: skip
_VISIBILITIES = ("public",) * 88 + ("community",) * 8 + ("organization",) * 4
_HELD = ("confirmed",) * 98 + ("cancelled",) * 2
_COMING = ("confirmed",) * 68 + ("tentative",) * 30 + ("cancelled",) * 2
_LANGUAGES = ("es", "es", "es;en", "en", "pt", "es;pt;en", None)
_LENGTHS = (45, 60, 90, 120, 180, 240)
_LONG = frozenset({"forum", "summit", "training", "meeting"})


class Setting(NamedTuple):
    """What events can belong to, as ids; `numbered` where the spaces' editions are ours."""

    spaces: tuple[int, ...]
    topics: tuple[int, ...]
    organizations: tuple[int, ...]
    numbered: bool


class Meeting(NamedTuple):
    """What attendances need to know of an event."""

    id: int
    first_day: date | None
    mode: str
    cancelled: bool


@dataclass
class _Maker:
    """The state of one run over all events."""

    rng: Random
    marks: Marks
    setting: Setting
    editions: dict[int, int] = field(default_factory=dict)
    number: int = 0

    def top(self) -> Row:
        """An event of its own."""
        kind = self.rng.choice(_KINDS)
        place, mode = self._where(kind)
        space = self.rng.choice(self.setting.spaces) if self.rng.random() < 0.6 else None
        return self._event(
            kind=kind,
            space_id=space,
            edition=self._next_edition(space),
            series=self._series(kind),
            mode=mode,
            **_written_place(place, mode),
            **self._when(kind, place.zone),
            parent_id=None,
            relation=None,
            subject=self.rng.choice(SUBJECTS),
            place=place,
        )

    def below(self, parent: Row, parent_id: int) -> Row:
        """A part of an event, or another event beside it."""
        beside = self.rng.random() < _CO_LOCATED / (_PARTS + _CO_LOCATED)
        kept = ("mode", "venue", "city", "country", "latitude", "longitude", "timezone")
        place = any_place(self.rng)
        when = (
            {name: parent[name] for name in ("start_date", "end_date", "start_time", "end_time")}
            if beside
            else self._within(parent)
        )
        return self._event(
            kind="meeting" if beside else "session",
            space_id=self.rng.choice(self.setting.spaces) if beside else None,
            edition=None,
            series=None,
            **{name: parent[name] for name in kept},
            **when,
            parent_id=parent_id,
            relation="co-located" if beside else "part-of",
            subject=self.rng.choice(SUBJECTS),
            place=place,
        )

    def _event(self, kind: str, subject: tuple[str, str, str], place: Place, **values: Any) -> Row:
        number, self.number = self.number, self.number + 1
        key = f"synthetic-{self.marks.seed}-e{number}"
        owner = self.organization()
        visibility = self.rng.choice(_VISIBILITIES)
        english, spanish, portuguese = (
            f"{name} {number}: {about}"
            for name, about in zip(KIND_NAMES[kind], subject, strict=True)
        )
        only_spanish = self.rng.random() < 0.2
        return derived(
            Event,
            key=key,
            uid=None,
            name_en=None if only_spanish else english,
            name_es=spanish,
            name_pt=None if only_spanish else portuguese,
            kind=kind,
            status=self.rng.choice(_HELD if values["start_date"] < str(PRESENT) else _COMING),
            visibility=visibility if owner is not None or visibility == "public" else "community",
            owner_id=owner,
            languages=self.rng.choice(_LANGUAGES),
            description=(
                f"Synthetic: {subject[0]}, {place.city}. {spanish}."
                if self.rng.random() < 0.4
                else None
            ),
            url=f"https://events.example.org/{key}" if self.rng.random() < 0.7 else None,
            synthetic=True,
            feed_changed_at=self.marks.now,
            **self.marks.common(),
            **values,
        )

    def organization(self) -> int | None:
        """Somebody to organize an event; some organize more than others."""
        known = self.setting.organizations
        return known[skewed(self.rng, len(known))] if known else None

    def _next_edition(self, space: int | None) -> int | None:
        if space is None or not self.setting.numbered:
            return None
        self.editions[space] = self.editions.get(space, 0) + 1
        return self.editions[space]

    def _series(self, kind: str) -> str | None:
        if kind not in ("webinar", "training") or self.rng.random() > 0.3:
            return None
        return f"synthetic-{self.marks.seed}-series-{self.number // 40}"

    def _where(self, kind: str) -> tuple[Place, str]:
        online = 0.9 if kind == "webinar" else 0.12
        chance = self.rng.random()
        if chance < online:
            mode = "online"
        else:
            mode = self.rng.choices(("in-person", "hybrid", "unknown"), (60, 34, 6))[0]
        return any_place(self.rng), mode

    def _when(self, kind: str, zone: str) -> Row:
        # The square root leaves more of them in later years.
        day = _FIRST_DAY + timedelta(days=int(_DAYS * self.rng.random() ** 0.6))
        if day.weekday() > 4:
            day -= timedelta(days=2)
        precision = self.rng.random()
        if precision < 0.05:
            known = str(day)[: 4 if precision < 0.01 else 7]
            return _dates(known, known) | {"timezone": zone}
        long = kind in _LONG and self.rng.random() < 0.7
        if long or self.rng.random() < 0.2:
            last = day + timedelta(days=self.rng.randint(1, 4) if long else 0)
            return _dates(str(day), str(last)) | {"timezone": zone}
        return self._hours(day) | {"timezone": zone}

    def _hours(self, day: date) -> Row:
        minutes = self.rng.randint(8, 18) * 60 + self.rng.choice((0, 0, 30))
        end = min(minutes + self.rng.choice(_LENGTHS), 23 * 60 + 30)
        return _dates(str(day), str(day), _clock(minutes), _clock(end))

    def _within(self, parent: Row) -> Row:
        first, last = parent["first_day"], parent["last_day"]
        if parent["start_time"] is not None or len(parent["start_date"]) < len("YYYY-MM-DD"):
            return {
                name: parent[name] for name in ("start_date", "end_date", "start_time", "end_time")
            }
        return self._hours(first + timedelta(days=self.rng.randint(0, (last - first).days)))


def _dates(
    start: str, end: str, start_time: time | None = None, end_time: time | None = None
) -> Row:
    return {
        "start_date": start, "end_date": end, "start_time": start_time, "end_time": end_time,
    }  # fmt: skip


def _clock(minutes: int) -> time:
    return time(*divmod(minutes, 60))


def _written_place(place: Place, mode: str) -> Row:
    if mode == "online":
        return dict.fromkeys(("venue", "city", "country", "latitude", "longitude"))
    return {
        "venue": f"Synthetic Hall, {place.city}",
        "city": place.city,
        "country": place.country,
        "latitude": place.latitude,
        "longitude": place.longitude,
    }


def add_events(
    session: Session,
    marks: Marks,
    count: int,
    setting: Setting,
    tell: Callable[[str, int, int], None],
) -> list[Meeting]:
    """Write events, one in seven part of another, with organizations, topics and headcounts."""
    maker = _Maker(Random(f"{marks.seed}:events"), marks, setting)
    made: list[Meeting] = []
    tell("events", 0, count)
    for numbers in in_chunks(range(count), CHUNK):
        size = len(numbers)
        # Longer meetings become parents; what is left of the chunk lies below them.
        tops = size - int(size * (_PARTS + _CO_LOCATED))
        rows = [maker.top() for _number in range(tops)]
        ids = insert_giving_ids(session, Event, rows)
        parents = [place for place, row in enumerate(rows) if row["kind"] in _LONG] or [0]
        chosen = [maker.rng.choice(parents) for _number in range(size - tops)]
        lower = [maker.below(rows[place], ids[place]) for place in chosen]
        lower_ids = insert_giving_ids(session, Event, lower)
        _add_links(session, maker, [*ids, *lower_ids], [*rows, *lower])
        made.extend(_meetings([*ids, *lower_ids], [*rows, *lower]))
        tell("events", len(made), count)
    return made


def _meetings(ids: list[int], rows: list[Row]) -> list[Meeting]:
    return [
        Meeting(event_id, row["first_day"], row["mode"], row["status"] == "cancelled")
        for event_id, row in zip(ids, rows, strict=True)
    ]


def _add_links(session: Session, maker: _Maker, ids: list[int], rows: list[Row]) -> None:
    links: list[Row] = []
    topics: list[Row] = []
    counts: list[Row] = []
    for event_id, row in zip(ids, rows, strict=True):
        links.extend(_organizations(maker, event_id, row["owner_id"]))
        topics.extend(_topics(maker, event_id))
        if row["first_day"] < PRESENT and row["status"] != "cancelled":
            counts.extend(_headcounts(maker, event_id, row["mode"]))
    insert_rows(session, EventOrganization, links)
    insert_rows(session, EventTopic, topics)
    insert_rows(session, Headcount, counts)


def _organizations(maker: _Maker, event_id: int, owner: int | None) -> list[Row]:
    if owner is None:
        return []
    rng = maker.rng
    pairs = [(owner, "organizer")]
    for role, chance in (("organizer", 0.1), ("partner", 0.3), ("host", 0.1), ("sponsor", 0.06)):
        while rng.random() < chance:
            pairs.append((maker.organization() or owner, role))
            chance /= 2
    return [
        {"event_id": event_id, "organization_id": organization, "role": role, "position": position}
        for position, (organization, role) in enumerate(dict.fromkeys(pairs))
    ]


def _topics(maker: _Maker, event_id: int) -> list[Row]:
    known = maker.setting.topics
    wanted = maker.rng.choices((0, 1, 2, 3), (20, 45, 25, 10))[0]
    chosen = maker.rng.sample(known, min(wanted, len(known)))
    return [{"event_id": event_id, "topic_id": topic} for topic in chosen]


def _headcounts(maker: _Maker, event_id: int, mode: str) -> list[Row]:
    rng = maker.rng
    if rng.random() > 0.18:
        return []
    total = int(20 * rng.paretovariate(1.1)) % 4_000 + 5
    qualifier = rng.choices(("exact", "about", "at-least"), (75, 15, 10))[0]
    figures = [("participants", "all", total)]
    if mode == "hybrid":
        here = int(total * rng.uniform(0.4, 0.9))
        figures += [("participants", "in-person", here), ("participants", "online", total - here)]
    if rng.random() < 0.3:
        figures.append(("registrations", "all", int(total * rng.uniform(1.0, 1.6))))
    return [
        {
            "event_id": event_id, "metric": metric, "mode": each, "value": float(value),
            "qualifier": qualifier, **maker.marks.common(),
        }
        for metric, each, value in figures
    ]  # fmt: skip
