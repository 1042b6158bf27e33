"""What a place tells of its time zone."""

import pytest

from tests.factories import EventFactory
from tracker.models.when import zone_names
from tracker.services.places import suggest_zone, zones_of


@pytest.mark.parametrize(
    "country, city, zone",
    [
        ("UY", None, "America/Montevideo"),
        ("UY", "Punta del Este", "America/Montevideo"),
        ("CO", "Bogotá", "America/Bogota"),
        ("BR", "São Paulo", "America/Sao_Paulo"),
        ("MX", "cancún", "America/Cancun"),
        ("AR", "Buenos Aires", "America/Argentina/Buenos_Aires"),
        ("TT", "Port of Spain", "America/Port_of_Spain"),
    ],
)
def test_the_only_zone_of_a_country_or_the_city_of_a_zone(session, country, city, zone):
    assert suggest_zone(session, country, city) == zone


@pytest.mark.parametrize(
    "country, city",
    [
        ("BR", None),
        ("BR", "Foz do Iguaçu"),
        ("US", ""),
        (None, "Montevideo"),
        ("", None),
        ("XX", None),
        ("\0", "\0"),
        ("uy'", "x"),
    ],
)
def test_no_guess_where_nothing_tells(session, country, city):
    assert suggest_zone(session, country, city) is None


def test_what_events_there_used_tells(session):
    EventFactory(country="BR", city="Foz do Iguaçu", timezone="America/Sao_Paulo")
    EventFactory(country="BR", city="Manaus", timezone="America/Manaus")
    EventFactory(country="BR", city="Natal", timezone="America/Fortaleza")
    EventFactory(country="BR", city="Recife", timezone="America/Fortaleza")
    assert suggest_zone(session, "BR", "Foz do Iguaçu") == "America/Sao_Paulo"
    assert suggest_zone(session, "BR", "Olinda") == "America/Fortaleza"
    assert suggest_zone(session, "BR", "Manaus") == "America/Manaus"


def test_each_zone_of_a_country_is_one_that_can_be_stored():
    for country in ("UY", "BR", "US", "MX", "PR", "GP"):
        assert zones_of(country)
        assert set(zones_of(country)) <= zone_names()
