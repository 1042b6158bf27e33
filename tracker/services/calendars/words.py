"""Why a calendar cannot be read, what is odd in it, and why an event is asked about: in words."""

from typing import Any

from flask_babel import gettext as _, lazy_gettext as _l, ngettext

_UNREADABLE: dict[str, Any] = {
    # Fetching it (tracker/fetching.py).
    "bad-address": _l("That is no web address, or one with a password or an unusual port."),
    "unknown-host": _l("There is no such host. Is the address spelled right?"),
    "private-address": _l(
        "That address is inside a private network. An administrator can allow it with CALENDAR_HOSTS."
    ),
    "unreachable": _l("Nothing answers at that address."),
    "tls": _l("The certificate of that site is not valid, so it was not read."),
    "timeout": _l("It took too long to answer."),
    "redirects": _l("It leads on to other addresses without end, or to an unprotected one."),
    "not-found": _l("There is nothing at that address any more. Ask for the new one."),
    "forbidden": _l("That address asks for a password. Ask for the calendar's public or secret address."),
    # Reading it (tracker/formats/calendars).
    "empty": _l("There is nothing in it."),
    "unbalanced": _l("A part of it has no end; the file may have been cut off."),
    "too-deep": _l("Its parts lie too deep within one another."),
    "too-slow": _l("Reading it took too long, so it was stopped."),
    "broken": _l("It is damaged, so nothing of it can be read."),
}  # fmt: skip
_PROBLEMS: dict[str, Any] = {
    "bad-line": _l("A line is damaged, so it was left out."),
    "no-uid": _l("It has no identifier, so one was made of its start and name."),
    "bad-uid": _l("Its identifier is too long, so it was left out."),
    "duplicate-uid": _l("Another one with its identifier is newer, so it was left out."),
    "no-start": _l("It has no start, so it was left out."),
    "bad-time": _l("Its time cannot be read, so it was left out."),
    "mixed-times": _l("It begins with a day and ends with a time, so it was left out."),
    "end-before-start": _l("It ends before it starts, so it was left out."),
    "floating": _l("Its times name no time zone. Only its days are kept, unless its place tells the zone."),
    "bad-rule": _l("How it repeats cannot be read, so it was left out."),
    "too-many-dates": _l("It lists too many dates, so it was left out."),
    "cyclic-parent": _l("It is part of itself, so here it stands alone."),
    "too-slow": _l("Working out how it repeats would take too long, so it was left out."),
    "broken": _l("It is damaged, so it was left out."),
}  # fmt: skip
# Those whose detail is what stands in the calendar.
_QUOTED = frozenset({"bad-line", "bad-time", "end-before-start", "bad-rule"})
_REASONS: dict[str, Any] = {
    "several": _l("Several events of this name take place on these days."),
    "other-space": _l("The same name and days, but of another space."),
    "other-time": _l("The same name and day, but at another time."),
    "other-days": _l("The same name, on other days."),
    "similar-name": _l("A similar name on these days."),
    "same-edition": _l("The same edition of the space, on the same days."),
    "linked": _l("The same name and days, but another one of this calendar is that event."),
}  # fmt: skip


def why_unreadable(error: dict[str, Any]) -> str:
    """Why a calendar could not be read, naming the component that it failed at."""
    code, detail = error["code"], error.get("detail") or ""
    if code == "http":
        text = _("Its server answered with an error (%(detail)s).", detail=detail)
    elif code == "too-large":
        text = _("It is too large: %(limit)s are the most.", limit=detail or "10 MB")
    elif code == "not-a-calendar":
        text = _("It is no calendar. The address of a calendar gives a file that begins with %(line)s.",
                 line="BEGIN:VCALENDAR")  # fmt: skip
    else:
        text = str(_UNREADABLE.get(code, _UNREADABLE["broken"]))
    where = component_text(error.get("component"))
    return _("%(where)s: %(why)s", where=where, why=text) if where else text


def component_text(component: dict[str, Any] | None) -> str:
    """`VEVENT 12, line 340 (Annual meeting)`, as a person finds it again."""
    if not component:
        return ""
    name = component.get("name") or component.get("uid")
    values = {"kind": component["kind"], "number": component["number"], "line": component["line"]}
    if name:
        return _("%(kind)s %(number)d, line %(line)d (“%(name)s”)", name=name[:120], **values)
    return _("%(kind)s %(number)d, line %(line)d", **values)


def problem_text(problem: dict[str, Any]) -> str:
    """What is odd about a calendar that could be read."""
    code, detail = problem["code"], problem.get("detail") or ""
    match code:
        case "too-many-events":
            return _("It holds more events than are read at once; the later ones are not here.")
        case "more-problems":
            return _("There are more remarks than are listed here.")
        case "unknown-zone":
            text = _(
                "The time zone “%(name)s” is not known. Only its days are kept, unless its place "
                "tells the zone.",
                name=detail,
            )
        case "too-many-occurrences":
            number = int(detail) if detail.isdecimal() else 0
            text = ngettext("Only the first %(num)d date of it is kept.",
                            "Only the first %(num)d dates of it are kept.", number)  # fmt: skip
        case _:
            text = str(_PROBLEMS.get(code, _PROBLEMS["broken"]))
    if detail and code in _QUOTED:
        text = _("%(why)s It says: %(line)s", why=text, line=detail)
    where = component_text(problem.get("component"))
    return _("%(where)s: %(why)s", where=where, why=text) if where else text


def reason_text(reason: str) -> str:
    """Why an event is offered."""
    return str(_REASONS.get(reason, ""))
