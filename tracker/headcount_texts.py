"""Published figures in words: their names, and what does not agree among them."""

from collections.abc import Iterable
from typing import Any

from babel.numbers import format_decimal
from flask_babel import gettext as _, lazy_gettext as _l

from tracker.i18n import language, locale_of, number
from tracker.labels import label, value_text
from tracker.services.headcounts import Breakdown, Coverage, HeadcountWarning, Published

_BY: dict[str, Any] = {
    "country": _l("By country"), "region": _l("By region"),
    "stakeholder_group": _l("By stakeholder group"), "gender": _l("By gender"),
    "badge": _l("By badge"),
}  # fmt: skip
_PUBLISHED: dict[str, Any] = {
    "all": _l("Published, total"), "in-person": _l("Published, in person"),
    "online": _l("Published, online"),
}  # fmt: skip
_COLUMNS: dict[str, Any] = {
    "all": _l("Total"), "in-person": _l("In person"), "online": _l("Online"),
}  # fmt: skip
_WITH_MODE: dict[str, Any] = {
    "all": _l("%(amount)s in all"), "in-person": _l("%(amount)s in person"),
    "online": _l("%(amount)s online"),
}  # fmt: skip


def by_text(dimension: str) -> str:
    """`By country`."""
    return str(_BY[dimension])


def mode_column(mode: str) -> str:
    """`Total`, `In person`, `Online`: what heads a column of figures."""
    return str(_COLUMNS[mode])


def figure_name(figure: Published) -> str:
    """What a figure of the whole event counts: `Published, in person`, `Countries, total`."""
    if figure.metric == "participants" and figure.unit == "count":
        return str(_PUBLISHED[figure.mode])
    return what_is_counted(figure)


def what_is_counted(figure: Any) -> str:
    """`Participants`, `Participants, in person`."""
    metric = label("metric", figure.metric)
    return metric if figure.mode == "all" else f"{metric}, {_small(mode_column(figure.mode))}"


def amount_in_words(figure: Any) -> str:
    """`1,204`, `At least 500`, `35%`."""
    text = number(figure.value) + ("%" if figure.unit == "percent" else "")
    if figure.qualifier == "exact":
        return text
    return f"{label('qualifier', figure.qualifier)} {text}"


def beside_text(figures: Iterable[Published]) -> str:
    """What was published of something that is counted too: `published: 122 in person, 164 in all`."""
    words = [
        str(_WITH_MODE[figure.mode]) % {"amount": _small(amount_in_words(figure))}
        for figure in figures
    ]
    return _("published: %(figures)s", figures=", ".join(words)) if words else ""


def table_name(table: Breakdown | HeadcountWarning) -> str:
    """`By country, in person`, and of what where not participants are counted."""
    words = [by_text(table.dimension)]
    if table.metric != "participants":
        words.append(_small(label("metric", table.metric)))
    if table.mode != "all":
        words.append(_small(mode_column(table.mode)))
    return ", ".join(words)


def sums_to(table: Breakdown) -> str:
    """What a table adds up to, beside what it should."""
    if table.unit == "percent":
        return f"{number(table.sum)}%"
    if table.total is None or table.total.value == table.sum:
        return number(table.sum)
    return _(
        "%(sum)s of %(total)s",
        sum=number(table.sum),
        total=_with_qualifier(table.total.value, table.total.qualifier),
    )


def coverage_text(found: Coverage) -> str:
    """`Names cover 2.0 % of the published total.`"""
    locale = locale_of(language())
    percent = f"{format_decimal(found.percent, '0.0', locale=locale)} %"
    if found.qualifier == "at-least":
        return _("Names cover at most %(percent)s of the published total.", percent=percent)
    if found.qualifier == "about":
        return _("Names cover about %(percent)s of the published total.", percent=percent)
    return _("Names cover %(percent)s of the published total.", percent=percent)


def warning_text(warning: HeadcountWarning) -> str:
    """What does not agree, with both numbers."""
    return str(_words(warning)) % {
        "table": table_name(warning) if warning.dimension else "",
        "metric": label("metric", warning.metric),
        "mode": mode_column(warning.mode),
        "value": value_text(warning) if warning.value_key else "",
        "found": number(warning.found),
        "published": _with_qualifier(warning.published, warning.qualifier),
        "other": number(warning.other),
        "sum": number(warning.found + warning.other),
        "share": number(round(100 * warning.found / warning.published, 1))
        if warning.published
        else "",
    }


def _words(warning: HeadcountWarning) -> Any:
    if warning.code == "names":
        return _NAMES[warning.mode]
    if warning.code == "modes" and _both_ways(warning):
        return _BOTH_WAYS
    return _WORDS[warning.code]


def _both_ways(warning: HeadcountWarning) -> bool:
    """Whether people who took part both ways can explain that the modes exceed the whole."""
    largest = max(warning.found, warning.other)
    return largest <= warning.published < warning.found + warning.other


_WORDS: dict[str, Any] = {
    "parts": _l("%(table)s: the parts add up to %(found)s, but %(published)s is published."),
    "percentages": _l("%(table)s: the percentages add up to %(found)s, not 100."),
    "share": _l(
        "%(table)s, %(value)s: %(found)s of %(published)s is %(share)s%%, but %(other)s%% is "
        "published."
    ),
    "modes": _l(
        "%(metric)s: in person %(found)s and online %(other)s make %(sum)s, but %(published)s is "
        "published as the total."
    ),
    "registrations": _l(
        "%(mode)s: fewer registrations (%(found)s) than participants (%(published)s) are published."
    ),
}
_BOTH_WAYS = _l(
    "%(metric)s: in person %(found)s and online %(other)s make %(sum)s, the published total is "
    "%(published)s; some may have taken part both ways."
)
_NAMES: dict[str, Any] = {
    "all": _l("More people are recorded by name (%(found)s) than were published (%(published)s)."),
    "in-person": _l(
        "More people are recorded by name in person (%(found)s) than were published (%(published)s)."
    ),
    "online": _l(
        "More people are recorded by name online (%(found)s) than were published (%(published)s)."
    ),
}


def _with_qualifier(value: float, qualifier: str) -> str:
    """A published number inside a sentence: `1,204`, `at least 500`."""
    if qualifier == "exact":
        return number(value)
    return f"{_small(label('qualifier', qualifier))} {number(value)}"


def _small(text: str) -> str:
    """A label inside a sentence."""
    return text[:1].lower() + text[1:]


def template_helpers() -> dict[str, Any]:
    """What the templates call."""
    return {
        "amount_in_words": amount_in_words, "beside_text": beside_text, "by_text": by_text,
        "coverage_text": coverage_text, "figure_name": figure_name, "mode_column": mode_column,
        "sums_to": sums_to, "table_name": table_name, "warning_text": warning_text,
        "what_is_counted": what_is_counted,
    }  # fmt: skip
