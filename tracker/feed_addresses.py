"""The address of a feed: one place says it, for the builder, the lists and the pages of things."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from flask_babel import force_locale

from tracker.feed_answers import site_address
from tracker.i18n import country_name, language
from tracker.labels import label
from tracker.models import Organization, Space
from tracker.responses import address
from tracker.services.feeds import feed_title
from tracker.services.filters import EventFilter

# The filters that have a feed of their own where they stand alone: endpoint, argument.
_ALONE = {
    "space": ("feeds.of_space", "slug"),
    "country": ("feeds.of_country", "country"),
    "kind": ("feeds.of_kind", "kind"),
    "topic": ("feeds.of_topic", "slug"),
}
_GOOGLE = "https://calendar.google.com/calendar/r"
_OUTLOOK = "https://outlook.live.com/calendar/0/addfromweb"
_OFFICE = "https://outlook.office.com/calendar/0/addfromweb"


@dataclass(frozen=True)
class FeedAddress:
    """Where a feed is found, as calendar and as news, and where it can be changed.

    `stem` is its path without the extension, `query` what follows the question mark. `title` is
    what calendars call it, `default_title` what they would without a name given to it.
    """

    stem: str
    query: str
    builder: str
    title: str
    default_title: str

    @property
    def path(self) -> str:
        """The calendar's address within this site."""
        return self._path("ics")

    @property
    def url(self) -> str:
        """The calendar's address, to be copied."""
        return site_address() + self._path("ics")

    @property
    def webcal(self) -> str:
        """The address that opens the calendar program of the device."""
        return "webcal://" + self.url.partition("://")[2]

    @property
    def atom_url(self) -> str:
        """The address of the news about the same events."""
        return site_address() + self._path("atom")

    @property
    def google(self) -> str:
        """Where Google offers to add the calendar."""
        return f"{_GOOGLE}?cid={quote(self.webcal, safe='')}"

    @property
    def outlook(self) -> str:
        """Where Outlook.com offers it."""
        return f"{_OUTLOOK}?{self._for_outlook()}"

    @property
    def office(self) -> str:
        """Where Outlook offers it to those who have it from work or school."""
        return f"{_OFFICE}?{self._for_outlook()}"

    def _for_outlook(self) -> str:
        return urlencode({"url": self.url, "name": self.title}, quote_via=quote)

    def _path(self, extension: str) -> str:
        return f"{self.stem}.{extension}" + (f"?{self.query}" if self.query else "")


def feed_of(
    wanted: EventFilter | None = None,
    *,
    space: Space | None = None,
    calendar: Organization | None = None,
    lang: str | None = None,
    name: str = "",
) -> FeedAddress:
    """The feed of a filter, of a space, or within an organization's calendar; the shortest there is.

    `lang` is the reader's language unless it is said; `name` is what its reader calls it.
    """
    wanted = wanted or EventFilter(space=(space,) if space else ())
    lang = lang or language()
    values = filter_values(wanted)
    endpoint, path, rest = _shortest(values, calendar)
    default_title = feed_title(_subject(wanted, endpoint, calendar, lang))
    whose = {"calendar": [calendar.slug]} if calendar else {}
    return FeedAddress(
        stem=address(endpoint, {**path, "feed_format": "ics"}, {}).removesuffix(".ics"),
        query=feed_query(rest, lang, name),
        builder=builder_address(values, {**whose, "name": [name]} if name else whose),
        title=name or default_title,
        default_title=default_title,
    )


def builder_address(
    values: Mapping[str, Sequence[str]], also: Mapping[str, Sequence[str]] | None = None
) -> str:
    """The address of the feed builder with these filters chosen."""
    chosen = {name: given for name, given in {**values, **(also or {})}.items() if given}
    return address("feed_builder.index", {}, chosen)


def feed_query(values: Mapping[str, Sequence[str]], lang: str, name: str) -> str:
    """What follows the question mark: the filters, and what is not as in every feed."""
    told = {"name": [name] if name else [], "lang": [] if lang == "en" else [lang]}
    given = {key: chosen for key, chosen in {**values, **told}.items() if chosen}
    return urlencode(given, doseq=True)


def filter_values(wanted: EventFilter) -> dict[str, list[str]]:
    """A filter as a query string says it: each thing once, in an order that stays."""
    found = {
        "q": [wanted.q] if wanted.q else [],
        "space": [space.slug for space in wanted.space],
        "organization": [organization.slug for organization in wanted.organization],
        "country": [country.lower() for country in wanted.country],
        "grouping": [grouping.slug for grouping in wanted.grouping],
        "kind": list(wanted.kind),
        "mode": list(wanted.mode),
        "topic": [topic.slug for topic in wanted.topic],
        "status": list(wanted.status),
        "from": [wanted.first.isoformat()] if wanted.first else [],
        "to": [wanted.last.isoformat()] if wanted.last else [],
    }
    return {name: sorted(set(values)) for name, values in found.items() if values}


def _shortest(
    values: Mapping[str, list[str]], calendar: Organization | None
) -> tuple[str, dict[str, str], Mapping[str, list[str]]]:
    """The endpoint and its arguments, and the filters that are left for the query string."""
    if calendar is not None:
        return "feeds.of_organization", {"slug": calendar.slug}, values
    if len(values) == 1:
        ((name, chosen),) = values.items()
        if name in _ALONE and len(chosen) == 1:
            endpoint, argument = _ALONE[name]
            return endpoint, {argument: chosen[0]}, {}
    return "feeds.all_events", {}, values


def _subject(wanted: EventFilter, endpoint: str, calendar: Organization | None, lang: str) -> str:
    """What a feed with an address of its own is about, as its calendar says it."""
    match endpoint:
        case "feeds.of_organization":
            return calendar.acronym if calendar else ""
        case "feeds.of_space":
            return wanted.space[0].name_in(lang)
        case "feeds.of_country":
            return country_name(wanted.country[0], lang)
        case "feeds.of_kind":
            with force_locale(lang):
                return label("event_kind", wanted.kind[0])
        case "feeds.of_topic":
            return wanted.topic[0].name_in(lang)
    return ""
