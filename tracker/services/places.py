"""What a place tells: the time zone of a city or country."""

from functools import lru_cache

from babel.core import get_global
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.i18n import is_country
from tracker.models import Event
from tracker.models.text import fold
from tracker.models.when import zone_names


@lru_cache
def zones_of(country: str) -> tuple[str, ...]:
    """The IANA zones of a country, from CLDR."""
    known = zone_names()
    return tuple(zone for zone in get_global("territory_zones").get(country, ()) if zone in known)


def zone_of(country: str | None, city: str | None) -> str | None:
    """The zone of a place as the list of zones tells it: the country's only one, the city's own."""
    if not country or not is_country(country):
        return None
    zones = zones_of(country)
    if len(zones) == 1:
        return zones[0]
    folded = fold(city or "")
    named = (zone for zone in zones if folded and fold(zone.rpartition("/")[2]) == folded)
    return next(named, None)


def suggest_zone(session: Session, country: str | None, city: str | None) -> str | None:
    """The zone of a place: the one its country or city has, or what events there used.

    None where nothing tells which of a country's zones it is.
    """
    if not country or not is_country(country):
        return None
    if zone := zone_of(country, city):
        return zone
    used = select(Event.timezone).where(Event.country == country, Event.timezone.is_not(None))
    most_used = used.group_by(Event.timezone).order_by(func.count().desc(), Event.timezone)
    if city:
        there = session.scalar(most_used.where(Event.city == city).limit(1))
        if there:
            return there
    return session.scalar(most_used.limit(1))
