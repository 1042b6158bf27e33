"""What a calendar says of an event, in our columns."""

import pytest

from tests.services.calendars.samples import day, event
from tracker.services.calendars.values import starts_of, values_of


def values(**told):
    return values_of(event(**told), "en", "Calendar of somebody")


class TestPlace:
    @pytest.mark.parametrize(
        "location, venue, city, country",
        [
            ("Hotel Ejemplo, Lima, Peru", "Hotel Ejemplo", "Lima", "PE"),
            ("Hotel Ejemplo, Av. Sur 12, Lima, Perú", "Hotel Ejemplo, Av. Sur 12", "Lima", "PE"),
            ("São Paulo, Brasil", None, "São Paulo", "BR"),
            ("Trinidad and Tobago", None, None, "TT"),
            ("Denver, CO", "Denver, CO", None, None),
            ("Room 4", "Room 4", None, None),
            ("Hotel\nMontevideo\nUruguay", "Hotel", "Montevideo", "UY"),
            ("", None, None, None),
            ("Cartagena, Colombia and online", "Cartagena, Colombia and online", None, None),
        ],
    )
    def test_a_country_only_where_its_name_comes_last(self, location, venue, city, country):
        found = values(location=location)
        assert (found["venue"], found["city"], found["country"]) == (venue, city, country)

    @pytest.mark.parametrize(
        "location, mode, link",
        [
            ("Online", "online", None),
            ("https://meet.example.org/a", "online", "https://meet.example.org/a"),
            ("Zoom: https://meet.example.org/a", "online", "https://meet.example.org/a"),
            ("Online; Lima, Peru", "hybrid", None),
            ("Lima, Peru", "in-person", None),
            ("Room 4", "unknown", None),
        ],
    )
    def test_how_one_takes_part(self, location, mode, link):
        found = values(location=location)
        assert (found["mode"], found["join_url"]) == (mode, link)

    def test_what_fits_no_column_is_cut(self):
        found = values(location="x" * 900, summary="y" * 900, description="z" * 30_000)
        assert len(found["venue"]) == 300
        assert len(found["name_en"]) == 300
        assert len(found["description"]) == 20_000

    def test_half_a_position_is_none(self):
        assert values(latitude=1.0)["latitude"] is None
        assert values(latitude=1.0, longitude=200.0)["longitude"] is None


class TestName:
    @pytest.mark.parametrize("before", ["CANCELLED: ", "Canceled: ", "Cancelado - ", "CANCELADA:"])
    def test_that_it_is_cancelled_is_no_part_of_it(self, before):
        found = values(summary=f"{before}Annual meeting")
        assert (found["name_en"], found["status"]) == ("Annual meeting", "cancelled")

    def test_a_name_about_cancelling(self):
        assert values(summary="Cancelled flights")["status"] == "confirmed"

    def test_without_a_name(self):
        assert values(summary="", description="Bring food\nand more")["name_en"] == "Bring food"
        assert values(summary="\x07 ")["name_en"] == "Calendar of somebody"

    @pytest.mark.parametrize(
        "url", ["javascript:alert(1)", "ftp://example.org", "https://a", "x" * 600]
    )
    def test_only_addresses_of_the_web(self, url):
        assert values(url=url, conference=url)["url"] is None
        assert values(conference=url)["join_url"] is None


class TestTime:
    def timed(self, opens, closes, zone="America/Lima", days=1, **told):
        found = values(start_time=opens, end_time=closes, timezone=zone, days=days, **told)
        return [found[n] for n in ("start_date", "end_date", "start_time", "end_time", "timezone")]

    def test_hours_of_a_day(self):
        assert self.timed("09:00", "10:30") == [day(30), day(30), "09:00", "10:30", "America/Lima"]
        assert starts_of(values(start_time="09:00", end_time="10:00", timezone="UTC")) == (
            f"{day(30)}T09:00"
        )

    def test_past_midnight(self):
        assert self.timed("22:00", "01:00", days=2)[:3] == [day(30), day(31), "22:00"]

    def test_several_days_have_no_hours(self):
        assert self.timed("09:00", "17:00", days=3) == [
            day(30),
            day(32),
            None,
            None,
            "America/Lima",
        ]

    def test_from_midnight_to_midnight_is_all_day(self):
        assert self.timed("00:00", "00:00", days=2)[:4] == [day(30), day(30), None, None]
        assert self.timed("00:00", "00:00", days=4)[:4] == [day(30), day(32), None, None]

    def test_no_length_at_all(self):
        assert self.timed("09:00", "09:00")[2:4] == ["09:00", None]

    def test_times_without_a_zone_have_that_of_their_place(self):
        assert self.timed("09:00", "10:00", None, location="Lima, Peru")[2:] == [
            "09:00", "10:00", "America/Lima",
        ]  # fmt: skip
        assert self.timed("09:00", "10:00", None)[2:] == [None, None, None]

    def test_a_zone_that_no_place_has(self):
        assert self.timed("22:00", "23:00", "Etc/GMT+3") == [
            day(31),
            day(31),
            "01:00",
            "02:00",
            "UTC",
        ]

    def test_an_hour_that_clocks_skipped(self):
        told = {"start_date": "2026-03-29", "end_date": "2026-03-29"}
        found = values(start_time="02:30", end_time="04:00", timezone="Europe/Madrid", **told)
        assert found["start_time"] == "03:30"

    def test_days_have_the_zone_of_their_place(self):
        assert (
            values(timezone="America/New_York", location="Lima, Peru")["timezone"] == "America/Lima"
        )
        assert values(timezone="America/New_York")["timezone"] == "America/New_York"
