"""Which language; dates, numbers and country names in it."""

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import (
    format_date as babel_date,
    format_interval,
    format_skeleton,
    format_time as babel_time,
)
from babel.numbers import format_decimal
from flask import g, has_request_context, request
from flask_babel import get_locale, gettext as _
from flask_login import current_user

from tracker.models.text import fold
from tracker.models.vocabulary import LANGUAGES
from tracker.models.when import first_day, is_day, last_day

LANGUAGE_NAMES = {"en": "English", "es": "Español", "pt": "Português"}
LANGUAGE_COOKIE = "language"
# CLDR's English is American; our readers write 16 March, and es-419, pt-BR.
_LOCALES = {"en": "en_001", "es": "es_419", "pt": "pt_BR"}
# Codes that CLDR lists as territories though they are no countries.
_NOT_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AC", "CP", "CQ", "DG",
                            "EA", "IC", "TA"})  # fmt: skip

# What people and tools write though CLDR calls it otherwise, folded.
_OTHER_NAMES = {
    "usa": "US", "eeuu": "US", "ee uu": "US", "eua": "US", "united states of america": "US",
    "estados unidos de america": "US", "uk": "GB", "great britain": "GB", "curacao": "CW",
    "bolivia plurinational state of": "BO", "venezuela bolivarian republic of": "VE",
    "trinidad": "TT", "sint maarten": "SX", "rep dominicana": "DO", "russian federation": "RU",
    "republic of korea": "KR", "korea republic of": "KR", "viet nam": "VN", "the bahamas": "BS",
}  # fmt: skip


def select_language() -> str:
    """The reader's language: asked for, remembered, of the account, of the browser, English."""
    if not has_request_context():
        return "en"
    if "forced_language" in g:
        return str(g.forced_language)
    for wish in (
        request.args.get("lang"),
        request.cookies.get(LANGUAGE_COOKIE),
        getattr(current_user, "language", None),
    ):
        if wish in LANGUAGES:
            return str(wish)
    return request.accept_languages.best_match(LANGUAGES) or "en"


def language() -> str:
    """The language of what is being written now: `en`, `es` or `pt`."""
    locale = get_locale()
    return locale.language if locale is not None and locale.language in LANGUAGES else "en"


@lru_cache
def locale_of(code: str) -> Locale:
    """The CLDR locale behind one of our languages."""
    return Locale.parse(_LOCALES[code])


@lru_cache
def countries(code: str) -> dict[str, str]:
    """ISO 3166 alpha-2 codes and their names in a language, sorted by name."""
    names = {
        key: name
        for key, name in locale_of(code).territories.items()
        if len(key) == 2 and key.isalpha() and key not in _NOT_COUNTRIES
    }
    return dict(sorted(names.items(), key=lambda item: fold(item[1])))


def country_name(alpha2: str | None, code: str | None = None) -> str:
    """The name of a country; an unknown code is shown as it is."""
    return countries(code or language()).get(alpha2 or "", alpha2 or "")


def is_country(alpha2: str) -> bool:
    """Whether a code is a country's (or territory's), in ISO 3166 or the user-assigned XK."""
    return alpha2 in countries("en")


@lru_cache(maxsize=1)
def _codes_by_name() -> dict[str, str]:
    named = {fold(name): code for words in LANGUAGES for code, name in countries(words).items()}
    shorter = {re.sub(" (and|y|e) ", " ", name): code for name, code in named.items()}
    return {**shorter, **named, **_OTHER_NAMES}


@lru_cache(maxsize=1024)
def country_code(text: str) -> str | None:
    """The alpha-2 code of a country written as a code or a name in any of our languages."""
    if is_country(text.strip().upper()):
        return text.strip().upper()
    folded = fold(text)
    return _codes_by_name().get(folded) or _codes_by_name().get(re.sub(" (and|y|e) ", " ", folded))


def number(value: float | None) -> str:
    """A number with the grouping of the language; an en dash where it is not known."""
    if value is None:
        return "–"
    return str(format_decimal(value, locale=locale_of(language())))


def format_day(day: date, code: str | None = None) -> str:
    """`16 March 2023`."""
    return str(babel_date(day, "long", locale=locale_of(code or language())))


def short_day(day: date) -> str:
    """`16 Mar 2023`, where there is little room."""
    return str(babel_date(day, "medium", locale=locale_of(language())))


def format_moment(moment: datetime, zone: str | None = None) -> str:
    """An instant as date and time, in a zone (UTC without)."""
    local = moment.astimezone(ZoneInfo(zone or "UTC"))
    locale = locale_of(language())
    return (
        f"{babel_date(local, 'medium', locale=locale)} {babel_time(local, 'HH:mm', locale=locale)}"
    )


def format_partial(text: str | None, code: str | None = None) -> str:
    """A date known to the day, month or year, in words."""
    if not text:
        return ""
    if len(text) == 4:
        return text
    locale = locale_of(code or language())
    if len(text) == 7:
        return str(format_skeleton("yMMMM", first_day(text), locale=locale))
    return format_day(first_day(text), code)


def format_span(start: str | None, end: str | None, code: str | None = None) -> str:
    """The dates of an event: `11–16 March 2023`, `September 2026`, or that none are known."""
    if not start:
        return _("Dates not known")
    if not end or end == start:
        return format_partial(start, code)
    locale = locale_of(code or language())
    if is_day(start) and is_day(end):
        return _format_days(first_day(start), last_day(end), locale)
    return f"{format_partial(start, code)} – {format_partial(end, code)}"


def _format_days(first: date, last: date, locale: Locale) -> str:
    if locale.language != "pt":
        return str(format_interval(first, last, "yMMMMd", locale=locale))
    # In Portuguese CLDR shortens the months of a span (“9 – 27 de nov.”), though not those of a day.
    until = babel_date(last, "long", locale=locale)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{until}"
    since = format_skeleton("MMMMd" if first.year == last.year else "yMMMMd", first, locale=locale)
    return f"{since} – {until}"


def format_weekday(day: date) -> str:
    """`Tuesday 3 November 2026`, as a heading writes it."""
    return as_heading(str(babel_date(day, "full", locale=locale_of(language()))))


def as_heading(text: str) -> str:
    """A text with a capital at its beginning: in Spanish and Portuguese months have none."""
    return text[:1].upper() + text[1:]


def week_days(width: str = "abbreviated") -> list[str]:
    """The names of the days (`wide`, `abbreviated`, `narrow`) in the order weeks have them here."""
    locale = locale_of(language())
    names = locale.days["stand-alone"][width]
    days = [names[(locale.first_week_day + place) % 7] for place in range(7)]
    return [as_heading(name.rstrip(".")) for name in days]


def month_name(day: date) -> str:
    """`November`, as a heading writes it."""
    return as_heading(str(babel_date(day, "LLLL", locale=locale_of(language()))))


def format_times(start: time | None, end: time | None) -> str:
    """`15:00–16:30`, or nothing."""
    if start is None:
        return ""
    return f"{start:%H:%M}–{end:%H:%M}" if end is not None else f"{start:%H:%M}"


def short_month(day: date) -> str:
    """`NOV`, for the tile of a date."""
    return str(babel_date(day, "LLL", locale=locale_of(language()))).rstrip(".").upper()


def tile_days(start: str | None, end: str | None) -> str:
    """`9–27`, `8`, or an en dash where days are not set, for the tile of a date."""
    if not is_day(start):
        return "–"
    assert start is not None
    first, last = first_day(start), last_day(end or start)
    if last == first:
        return str(first.day)
    if last.month == first.month or last - first < timedelta(days=28):
        return f"{first.day}–{last.day}"
    return f"{first.day} …"


def person_name(person: Any) -> str:
    """How a person is called; of somebody who was erased no name is left."""
    return _("Erased person") if person.erased_at is not None else str(person.name)


def initials(people: list[Any]) -> list[tuple[str, str]]:
    """(initials, name) of people, for their avatars; the word that marks an invented person aside."""
    found = []
    for person in people:
        if person.erased_at is not None:
            found.append(("–", person_name(person)))
            continue
        words = [word for word in person.name.split() if word != "Demo"] or person.name.split()
        found.append(("".join(word[0] for word in (words[0], words[-1])).upper(), person.name))
    return found


def threes(pairs: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Choices as (value, label, detail), whether or not they come with a detail."""
    return [(*pair, "")[:3] for pair in pairs]


def template_helpers() -> dict[str, Any]:
    """What every template can call."""
    return {
        "country_name": country_name, "format_day": format_day, "format_moment": format_moment,
        "format_partial": format_partial, "format_span": format_span,
        "format_times": format_times, "format_weekday": format_weekday, "initials": initials,
        "month_name": month_name, "number": number, "person_name": person_name,
        "short_day": short_day, "short_month": short_month, "tile_days": tile_days,
        "first_day": first_day, "week_days": week_days,
    }  # fmt: skip
