"""Every page there is, by an address that shows something."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Flask

Rows = Callable[..., Sequence[tuple[Any, ...]]]

# What answers with something else than a page.
NO_PAGES = frozenset(
    {"static", "events.defaults", "attendance.suggest", "plans.suggest", "calendar.changes_text"}
)
NO_PAGE_BLUEPRINTS = frozenset({"suggest", "operations"})
EVENT = "lacnic-45"
# Pages in a state that the bare address does not show.
STATES = (
    "/?lang=pt",
    "/events/?q=nothing-is-called-so",
    "/events/?kind=meeting&country=BR&from=2020-01-01",
    "/events/demo-rpki-webinar-3",
    "/events/lacnic-3",
    "/feeds/?space=lacnic-event",
    "/feeds/?calendar=lacnic&kind=webinar&q=rpki&name=RPKI&lang=es",
    "/feeds/?organization=there-is-none",
    "/calendar/?month=2023-05&engaged=lacnic",
    "/calendar/?year=2023&engaged=lacnic&lang=es",
    "/calendar/?view=agenda&lang=pt",
    "/calendar/?month=2050-01",
    "/calendar/changes?from=2026-01-01",
    "/organizations/isoc?lang=es",
    "/reports/organizations/lactld?from=2025-01-01&to=2025-12-31",
    "/reports/organizations/abrint",
    "/reports/?organization=net",
    "/search?q=lac",
    "/events/there-is-none",
    "/events/?kind=none-such",
)
STATES_FOR_WRITERS = (
    f"/events/{EVENT}/imports/1?show=organizations",
    f"/events/{EVENT}/imports/1?show=new",
    f"/events/{EVENT}/imports/1?show=set-aside",
    "/calendars/1?show=conflict",
    "/calendars/1?show=new",
    "/calendars/1?show=new&open=3",
    "/calendars/1?show=skipped",
    "/calendars/1?show=problems",
    "/events/new?space_code=LACNIC-EVENT",
    f"/events/new?copy={EVENT}",
    "/events/demo-rpki-webinar-3/attendance",
    "/events/demo-rpki-webinar-3/history",
    "/feeds/private/new?space=lacnic-event&kind=webinar&q=rpki",
    "/reports/saved/new?report=organization&subject=lacnic",
    "/reports/issued/new?report=organization&subject=lacnic",
    "/people/1/merge?with=2",
    "/organizations/lacnic/merge?with=lactld",
    "/people/duplicates?dismissed=1",
    "/plans/?grouping=technical-community&assign=demo-rpki-webinar-6",
    "/events/demo-rpki-webinar-6",
    "/events/icann-56/headcounts",
    "/events/icann-56/headcounts/grid?by=gender",
)


def addresses(app: Flask, rows: Rows, permissions: Sequence[str]) -> list[str]:
    """The pages behind the GET routes of these permissions, with sample arguments."""
    found = {
        address
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and rule.endpoint not in NO_PAGES
        and rule.endpoint.partition(".")[0] not in NO_PAGE_BLUEPRINTS
        and ".<" not in rule.rule
        and not rule.rule.endswith((".ics", ".atom"))
        and getattr(app.view_functions[rule.endpoint], "permission", None) in permissions
        and (address := _address(app, rule, rows))
    }
    return sorted(found)


def _address(app: Flask, rule: Any, rows: Rows) -> str:
    names = rule.arguments - (rule.defaults or {}).keys()
    values = {name: _sample(name, rule.endpoint, rows) for name in names}
    if "affiliation_id" in values:
        (values["person_id"],) = rows(
            "SELECT person_id FROM affiliations WHERE id = ?", values["affiliation_id"]
        )[0]
    adapter = app.url_map.bind("localhost")
    return str(adapter.build(rule.endpoint, values))


def _sample(name: str, endpoint: str, rows: Rows) -> Any:
    """A value of a route's argument, with which its page is not empty."""
    if name == "slug":
        return {"organization": "lacnic", "event": EVENT, "space": "lacnic-event"}[_noun(endpoint)]
    if name == "key":
        table = _KEYS.get(endpoint, "")
        return _key_of(table, rows) if table else EVENT
    query = {
        "person_id": "SELECT person_id FROM affiliations GROUP BY 1 ORDER BY count(*) DESC LIMIT 1",
        "affiliation_id": "SELECT min(id) FROM affiliations",
        "attendance_id": "SELECT max(a.id) FROM attendances a JOIN events e ON e.id = a.event_id "
        "WHERE e.key = ?",
        "batch_id": "SELECT max(b.id) FROM import_batches b JOIN events e ON e.id = b.event_id "
        "WHERE e.key = ?",
        "headcount_id": "SELECT min(id) FROM headcounts",
        "contribution_id": "SELECT min(id) FROM contributions",
        "engagement_id": "SELECT min(e.id) FROM engagements e JOIN spaces s ON s.id = e.space_id "
        "WHERE s.slug = 'lacnic-event'",
        "outcome_id": "SELECT min(id) FROM outcomes",
        "follow_up_id": "SELECT min(id) FROM follow_ups",
        "feed_id": "SELECT min(id) FROM feeds",
        "user_id": "SELECT max(id) FROM users",
        "saved_id": "SELECT min(id) FROM saved_reports",
        "issued_id": "SELECT min(id) FROM issued_reports",
        "source_id": "SELECT min(id) FROM calendar_sources",
    }[name]
    return rows(query, *[EVENT] * query.count("?"))[0][0]


def _noun(endpoint: str) -> str:
    """Whether a slug of this route is an organization's, an event's (of reports) or a space's."""
    if "organization" in endpoint:
        return "organization"
    name = endpoint.partition(".")[2]
    return "event" if name == "event" or name.startswith("event_") else "space"


# Whose event a page is of, where not just any will do.
_KEYS = {
    "headcounts.edit": "headcounts", "outcomes.edit": "outcomes", "outcomes.index": "outcomes",
    "follow_ups.edit": "follow_ups",
}  # fmt: skip


def _key_of(table: str, rows: Rows) -> str:
    query = f"SELECT e.key FROM {table} t JOIN events e ON e.id = t.event_id ORDER BY t.id LIMIT 1"  # noqa: S608
    return str(rows(query)[0][0])
