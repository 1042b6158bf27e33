"""The regions of countries, in every scheme."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.models import RegionCountry


def regions(session: Session) -> dict[str, dict[str, str]]:
    """The region of each country, by scheme."""
    found: dict[str, dict[str, str]] = {}
    query = select(RegionCountry.scheme, RegionCountry.country, RegionCountry.region)
    for scheme, country, region in session.execute(query):
        found.setdefault(scheme, {})[country] = region
    return found
