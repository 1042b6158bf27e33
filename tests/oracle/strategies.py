"""Worlds and questions that hypothesis invents: small, and crowded with what is awkward."""

from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from tests.oracle.world import (
    Asked,
    Attendance,
    Contribution,
    Engagement,
    Event,
    Grouping,
    Headcount,
    Organization,
    Person,
    Reader,
    World,
)

SPACES = ("IGF", "LACIGF")
TOPICS = ("dns", "ixp")
COUNTRIES = ("UY", "BR", "AQ")
# Around the ends of years, half-years and of today, 2023-07-15.
STARTS = (
    "2022-12-31", "2023-01-01", "2023-01-01", "2023-01-31", "2022-05-04", "2023-03-05", "2023-03",
    "2023-06-30", "2023-07-01", "2023-07", "2023-07-15", "2023-07-16", "2023", "2022", None,
    "2023-12-31", "2024-01-01",
)  # fmt: skip
PERIODS = (
    (None, None),
    (None, None),
    (None, None),
    (date(2023, 1, 1), date(2023, 12, 31)),
    (date(2022, 7, 1), date(2023, 6, 30)),
    (date(2023, 1, 1), date(2023, 1, 31)),
    (date(2023, 3, 1), date(2023, 7, 15)),
    (date(2023, 1, 1), None),
    (None, date(2023, 6, 30)),
)
REGIONS = (
    ("icann", "UY", "latin-america-caribbean"), ("icann", "BR", "latin-america-caribbean"),
    ("un", "UY", "grulac"), ("un", "AQ", "weog"),
    ("lac", "UY", "southern-cone"), ("lac", "BR", "brazil"),
)  # fmt: skip
GROUPINGS = (
    Grouping("Mercosur", countries=("UY", "BR")),
    Grouping("Technical Community", organizations=("ORG0", "ORG1")),
)


def some(*words):
    """One of the words; those that are to be met often are there more than once."""
    return st.sampled_from(words)


@st.composite
def worlds(draw) -> World:
    """Everything that is recorded somewhere; one world in three is a full house: a family of events
    that everybody may see and attended.
    """
    full = draw(some(False, True, False))
    acronyms = [f"ORG{number}" for number in range(draw(st.integers(1, 4)))]
    organizations = tuple(draw(organization(name, acronyms)) for name in acronyms)
    people = tuple(
        Person(f"p{number}", draw(some(None, "female", "male")))
        for number in range(draw(some(2, 4, 5, 6, 6)))
    )
    events: list[Event] = []
    for number in range(draw(some(2, 4, 6, 7, 8))):
        events.append(draw(event(number, events, acronyms, full)))
    if draw(some(False, False, False, True)):
        events[-1] = replace(events[-1], deleted=True)
    return World(
        events=tuple(events),
        attendances=draw(attendances(events, people, acronyms, full)),
        headcounts=draw(headcounts(events, full)),
        organizations=organizations,
        people=people,
        spaces=SPACES,
        topics=TOPICS,
        engagements=draw(engagements(acronyms)),
        contributions=draw(contributions(events, acronyms)),
        groupings=GROUPINGS,
        regions=REGIONS,
    )


@st.composite
def organization(draw, acronym: str, acronyms: list[str]) -> Organization:
    """An organization, perhaps below or renamed into another; even in circles."""
    others = [each for each in acronyms if each != acronym]
    return Organization(
        acronym, draw(some(None, None, *others)), draw(some(None, None, None, *others))
    )


@st.composite
def event(draw, number: int, earlier: list[Event], acronyms: list[str], full: bool) -> Event:
    """An event, perhaps inside or beside one that is there already."""
    # Those before it more than once: families three deep are to be met.
    keys = [each.key for each in earlier]
    parent = draw(some(*([] if full and keys else [None]), *keys, *keys[-2:]))
    start = draw(some("2023-01-01", "2023-01-31") if full else some(*STARTS))
    on_a_day = start is not None and len(start) == len("2023-01-01")
    links = st.tuples(
        st.sampled_from(acronyms), some("organizer", "organizer", "partner", "host", "sponsor")
    )
    return Event(
        key=f"e{number}",
        space=draw(some(*SPACES, None, SPACES[0])),
        start=start,
        kind=draw(some("meeting", "training", "session")),
        mode=draw(some("in-person", "online", "hybrid", "unknown")),
        status=draw(
            some(*["confirmed"] * 5, *([] if full else ["tentative", "tentative", "cancelled"]))
        ),
        visibility=draw(some(*["public"] * 5, *([] if full else ["community", "organization"]))),
        owner=draw(some(None, *acronyms)),
        country=draw(some(None, *COUNTRIES)),
        parent=parent,
        relation=parent and draw(some("part-of", "part-of", "part-of", "co-located")),
        links=tuple(draw(st.lists(links, max_size=3, unique=True))),
        topics=tuple(draw(st.lists(st.sampled_from(TOPICS), max_size=2, unique=True))),
        times=draw(some(None, (540, 630), (600, 605), (1320, 1530))) if on_a_day else None,
    )


@st.composite
def attendances(draw, events, people, acronyms, full) -> tuple[Attendance, ...]:
    """Who was where; what is frozen was set independently of anything else."""
    who = st.tuples(
        st.sampled_from([event.key for event in events]),
        st.sampled_from([*(person.key for person in people)] * 2 + ["iPhone", "x"]),
    )
    crowd = min(draw(some(2, 6, 12, 12)), 3 * len(events))
    return tuple(
        Attendance(
            event=at,
            person=name if name.startswith("p") else None,
            label=None if name.startswith("p") else name,
            organization=draw(some(None, *acronyms)),
            country=draw(some(None, *COUNTRIES)),
            group=draw(some(None, "government", "intergovernmental", "academia")),
            roles=draw(some(("attendee",), ("speaker",), ("speaker", "moderator"), ("staff",))),
            status=draw(
                some(
                    *["attended"] * 4,
                    *([] if full else ["registered", "planned", "no-show", "cancelled"]),
                )
            ),
            mode=draw(some("in-person", "online", "both", "unknown")),
            minutes=draw(some(None, 0, 7, 50, 95)),
        )
        for at, name in draw(st.lists(who, min_size=crowd, max_size=12, unique=True))
    )  # fmt: skip


@st.composite
def headcounts(draw, events, full) -> tuple[Headcount, ...]:
    """Figures of whole events, other figures that are no headcount, and a published table."""
    kinds = st.tuples(
        st.sampled_from([event.key for event in events]),
        some("participants", "participants", "participants", "participants", "sessions"),
        some("all", "all", "in-person", "online"),
    )
    few = min(6, 2 * len(events)) if full else draw(some(0, 0, 3))
    found = [
        Headcount(
            event=at,
            metric=metric,
            mode=mode,
            value=draw(st.integers(0, 20)),
            qualifier=draw(some("exact", "exact", "at-least", "about")),
        )
        for at, metric, mode in draw(st.lists(kinds, min_size=few, max_size=6, unique=True))
    ]
    at = draw(some(None, *(event.key for event in events)))
    if at is not None:
        found += [
            Headcount(at, draw(st.integers(0, 3)), metric="registrations", **more)
            for more in (
                {"dimension": "country", "value_key": "BR"},
                {"dimension": "country", "value_key": "UY"},
                {"dimension": ""},
            )
        ]
        if draw(st.booleans()):
            del found[-1]
    return tuple(found)


@st.composite
def engagements(draw, acronyms) -> tuple[Engagement, ...]:
    """What organizations are to spaces, and when."""
    kinds = st.tuples(
        st.sampled_from(acronyms), st.sampled_from(SPACES), some("organizer", "member", "monitors")
    )
    return tuple(
        Engagement(
            *kind, *draw(some(("", None), ("2023", None), ("2020", "2022"), ("2023-06", "2023-07")))
        )
        for kind in draw(st.lists(kinds, max_size=3, unique=True))
    )


@st.composite
def contributions(draw, events, acronyms) -> tuple[Contribution, ...]:
    """What organizations brought, to events and to spaces."""
    targets = [{"event": event.key} for event in events] + [{"space": space} for space in SPACES]
    return tuple(
        Contribution(
            title=f"Contribution {number}",
            organization=draw(some(*acronyms)),
            kind=draw(some("panel", "booth")),
            date=draw(some(None, "2023", "2023-03", "2023-07-01", "2022-12-31")),
            **draw(st.sampled_from(targets)),
        )
        for number in range(draw(st.integers(0, 3)))
    )


@st.composite
def questions(draw, world: World, report: str) -> Asked:
    """A question that a reader may ask; signed out, one event or space takes no filter."""
    subjects = {
        "organization": [each.acronym for each in world.organizations],
        "event": [each.key for each in world.events if not each.deleted],
        "space": list(world.spaces),
    }
    owners = [Reader(each.acronym) for each in world.organizations]
    reader = draw(some(None, Reader(), *owners))
    asked = {"report": report, "reader": reader, "scheme": draw(some("icann", "un", "lac"))}
    if report in subjects:
        asked["subject"] = draw(st.sampled_from(subjects[report]))
    if reader is not None or report not in ("event", "space"):
        asked["first"], asked["last"] = draw(st.sampled_from(PERIODS))
        asked.update(draw(st.one_of(st.just({}), st.just({}), filters(world))))
    if report in ("organization", "coverage"):
        asked["rollup"] = draw(st.booleans())
    return Asked(**asked)


def filters(world: World):
    """One or two filters, with one value or two."""
    acronyms = [each.acronym for each in world.organizations]
    choices = {
        "space": SPACES,
        "organization": acronyms,
        "country": COUNTRIES,
        "grouping": [each.name for each in world.groupings],
        "kind": ("meeting", "training", "session"),
        "mode": ("in-person", "online", "hybrid", "unknown"),
        "topic": TOPICS,
        "status": ("confirmed", "tentative", "cancelled"),
    }
    one = st.sampled_from(list(choices)).flatmap(
        lambda name: st.tuples(
            st.just(name),
            st.lists(st.sampled_from(choices[name]), min_size=1, max_size=2, unique=True),
        )
    )
    return st.lists(one, min_size=1, max_size=2).map(
        lambda chosen: {name: tuple(values) for name, values in chosen}
    )
