"""The filters of lists, feeds and reports, as INTERFACE.md names them."""

from datetime import UTC, date, datetime

import pytest

from tests.factories import (
    EventFactory,
    OrganizationFactory,
    SpaceFactory,
    TopicFactory,
    UserFactory,
)
from tracker.errors import BadFilter
from tracker.models import EventOrganization, EventTopic, Grouping, GroupingMember, OldSlug
from tracker.models.changes import attribute
from tracker.services.filters import EventFilter, events_query, read_filter


@pytest.fixture
def add(session):
    def rows(*found):
        attribute(session, "test", None)
        session.add_all(found)
        session.commit()

    return rows


@pytest.fixture
def find(session):
    """The keys of the public events that a query string lets through."""

    def keys(user=None, also=(), **values):
        values = {name.rstrip("_"): [v] if isinstance(v, str) else v for name, v in values.items()}
        wanted = read_filter(session, values, also=also)
        return {event.key for event in session.scalars(events_query(wanted, user))}

    return keys


def test_without_filter_everything_is_in(session, find):
    EventFactory(key="a")
    EventFactory(key="b", start_date=None)
    assert find() == find(q="", space="", from_="", to="", lang="") == {"a", "b"}
    assert read_filter(session, {}).empty
    assert not read_filter(session, {"kind": ["forum"]}).empty


# ---- q


@pytest.mark.parametrize(
    "q, found",
    [
        ("lacnic", {"lacnic-45"}),
        ("LACN", {"lacnic-45"}),
        ("45 lac", {"lacnic-45"}),
        ("acnic", set()),
        ("jose", {"lacnic-45"}),
        ("San José", {"lacnic-45"}),
        ("reuniao", {"reuniao"}),
        ("REUNIÃO", {"reuniao"}),
        ("hall centro", {"reuniao"}),
        ("lacnic reuniao", set()),
        (["lacnic", "reuniao"], {"lacnic-45", "reuniao"}),
        (["lacnic", ""], {"lacnic-45"}),
        ("webinars", {"reuniao"}),
        ("%", set()),
        ("_", set()),
        ("???", set()),
        ("\x00", set()),
        ("' OR 1=1 --", set()),
    ],
)
def test_q_matches_beginnings_of_words_folded(session, find, q, found):
    EventFactory(key="lacnic-45", name_en="LACNIC 45", city="San José", series=None)
    EventFactory(
        key="reuniao", name_en=None, name_pt="Reunião", venue="Hall Centro", series="webinars-2024"
    )
    assert find(q=q) == found


# ---- things by slug


@pytest.mark.parametrize("name", ["space", "organization", "grouping", "topic"])
@pytest.mark.parametrize("value", ["nothing", "???", "\x00", "a b c", "x" * 500, "ñ"])
def test_an_unknown_thing_is_refused(session, find, name, value):
    with pytest.raises(BadFilter, match=name):
        find(**{name: value})


def test_space(session, find):
    one, two = SpaceFactory(code="ICANN-PM"), SpaceFactory(code="IGF")
    for key, space in (("a", one), ("b", two), ("c", None)):
        EventFactory(key=key, space=space)
    assert find(space="icann-pm") == find(space="ICANN-PM") == find(space=" Icann PM ") == {"a"}
    assert find(space=["igf", "icann-pm"]) == {"a", "b"}


def test_organization_means_organized_or_partnered(session, find, add):
    organization = OrganizationFactory(acronym="CETIC.br")
    for role in ("organizer", "partner", "host", "sponsor"):
        EventFactory(
            key=role, organization_links=[EventOrganization(organization=organization, role=role)]
        )
    EventFactory(key="other", organizer=OrganizationFactory())
    assert (
        find(organization="cetic-br") == find(organization="CETIC.br") == {"organizer", "partner"}
    )


@pytest.mark.parametrize(
    "name, noun, factory, column",
    [
        ("space", "spaces", SpaceFactory, "code"),
        ("organization", "organizations", OrganizationFactory, "acronym"),
    ],
)
def test_an_earlier_slug_still_works(session, find, add, name, noun, factory, column):
    thing = factory(**{column: "NEW"})
    add(OldSlug(noun=noun, slug="old", target_id=thing.id))
    values = {"space": thing} if name == "space" else {"organizer": thing}
    EventFactory(key="a", **values)
    EventFactory(key="b")
    assert find(**{name: "old"}) == find(**{name: "Old"}) == find(**{name: "new"}) == {"a"}


def test_topic(session, find):
    ipv6, dns = TopicFactory(slug="ipv6"), TopicFactory(slug="dns")
    EventFactory(key="both", topic_links=[EventTopic(topic=ipv6), EventTopic(topic=dns)])
    EventFactory(key="dns", topic_links=[EventTopic(topic=dns)])
    EventFactory(key="none")
    assert find(topic="ipv6") == find(topic="IPv6") == {"both"}
    assert find(topic=["ipv6", "dns"]) == {"both", "dns"}


def test_grouping_is_by_country_or_by_organizer(session, find, add):
    member = OrganizationFactory()
    add(
        Grouping(
            name="CARICOM", members=[GroupingMember(country="TT"), GroupingMember(country="JM")]
        ),
        Grouping(name="Technical Community", members=[GroupingMember(organization=member)]),
        Grouping(name="Nobody"),
    )
    EventFactory(key="tt", country="TT")
    EventFactory(key="organized", organizer=member, country="UY")
    EventFactory(
        key="partnered", organization_links=[EventOrganization(organization=member, role="partner")]
    )
    EventFactory(key="nowhere", country=None)
    assert find(grouping="caricom") == {"tt"}
    assert (
        find(grouping="technical-community")
        == find(grouping="Technical Community")
        == {"organized"}
    )
    assert find(grouping=["caricom", "technical-community"]) == {"tt", "organized"}
    assert find(grouping="nobody") == set()


# ---- words


@pytest.mark.parametrize(
    "name, column, one, two",
    [
        ("country", "country", "UY", "BR"),
        ("kind", "kind", "forum", "webinar"),
        ("mode", "mode", "online", "hybrid"),
        ("status", "status", "tentative", "cancelled"),
    ],
)
def test_words(session, find, name, column, one, two):
    EventFactory(key="one", **{column: one})
    EventFactory(key="two", **{column: two})
    EventFactory(
        key="neither",
        **{
            column: {"country": "AR", "kind": "talk", "mode": "unknown", "status": "confirmed"}[
                name
            ]
        },
    )
    assert (
        find(**{name: one})
        == find(**{name: one.swapcase()})
        == find(**{name: f" {one} "})
        == {"one"}
    )
    assert find(**{name: [one, two]}) == {"one", "two"}
    for value in ("nothing", "XX", "\x00", "%", "unknown kind"):
        with pytest.raises(BadFilter, match=name):
            find(**{name: [one, value]})


def test_filters_narrow_each_other(session, find):
    EventFactory(key="a", kind="forum", country="UY")
    EventFactory(key="b", kind="forum", country="BR")
    EventFactory(key="c", kind="talk", country="UY")
    assert find(kind="forum", country="UY") == {"a"}


# ---- from and to


@pytest.mark.parametrize(
    "first, last, found",
    [
        ("2024-03-10", "2024-03-12", {"days", "march"}),
        ("2024-03-12", "2024-03-31", {"days", "march"}),
        ("2024-03-13", "2024-03-13", {"march"}),
        ("2024-03-01", "2024-03-09", {"march"}),
        ("2024-01-01", "2024-12-31", {"days", "march"}),
        ("2024-03-12", "", {"days", "march"}),
        ("", "2024-02-29", {"old"}),
        ("2025-01-01", "", set()),
        ("", "", {"days", "march", "old", "undated"}),
    ],
)
def test_from_and_to_mean_overlap(session, find, first, last, found):
    EventFactory(key="days", start_date="2024-03-10", end_date="2024-03-12")
    EventFactory(key="march", start_date="2024-03")
    EventFactory(key="old", start_date="2020")
    EventFactory(key="undated", start_date=None)
    assert find(from_=first, to=last) == found


@pytest.mark.parametrize(
    "values",
    [
        {"from": "2024"}, {"from": "2024-13-01"}, {"to": "2023-02-29"}, {"from": "01/02/2024"},
        {"to": "tomorrow"}, {"from": "2024-01-01T00"}, {"to": "\x00"}, {"from": "2024-02-01", "to": "2024-01-31"},
        {"from": "２０２４-01-01"}, {"from": "20240101"}, {"from": "2024-W01-1"},
    ],
)  # fmt: skip
def test_what_is_no_period_is_refused(session, values):
    with pytest.raises(BadFilter):
        read_filter(session, {name: [value] for name, value in values.items()})


def test_a_period(session):
    wanted = read_filter(session, {"from": ["2024-01-01"], "to": ["2024-01-01"]})
    assert wanted == EventFilter(first=date(2024, 1, 1), last=date(2024, 1, 1))


# ---- names and languages


@pytest.mark.parametrize(
    "name", ["organisation", "Space", "after", "sort", "page", "", "\x00", "q[]", "table"]
)
def test_an_unknown_filter_is_refused(session, name):
    with pytest.raises(BadFilter):
        read_filter(session, {name: ["x"]})


def test_a_page_names_its_other_parameters(session, find):
    EventFactory(key="a")
    assert find(also=("after", "sort"), after="x", sort="name") == {"a"}
    with pytest.raises(BadFilter):
        read_filter(session, {"kind": ["forum"]}, takes=("q",))


@pytest.mark.parametrize("language", ["fr", "EN", "es-419", "xx"])
def test_lang_is_one_of_three(session, language):
    for good in ("en", "es", "pt"):
        assert read_filter(session, {"lang": [good]}).empty
    with pytest.raises(BadFilter, match="lang"):
        read_filter(session, {"lang": [language]})


# ---- who is asking


def test_a_filter_shows_what_its_reader_may_see(session, find):
    owner = OrganizationFactory()
    for visibility in ("public", "community", "organization"):
        EventFactory(key=visibility, visibility=visibility, owner=owner)
    EventFactory(key="gone", deleted_at=datetime(2024, 1, 1, tzinfo=UTC))
    assert find() == {"public"}
    assert find(user=UserFactory(role="admin")) == {"public", "community"}
    assert find(user=UserFactory(organization=OrganizationFactory())) == {"public", "community"}
    assert find(user=UserFactory(role="viewer", organization=owner)) == {
        "public",
        "community",
        "organization",
    }
