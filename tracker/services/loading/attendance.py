"""attendance.csv, which may have a million rows: read, filled in and written as it streams."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Integer, Select, String, column, or_, select, values

from tracker.formats.load_format import Row
from tracker.models import Attendance
from tracker.models.attendance import join_roles
from tracker.services.loading.columns import NONE
from tracker.services.loading.context import ACTION
from tracker.services.loading.files import ATTENDANCE
from tracker.services.loading.frozen import FrozenFacts
from tracker.services.loading.tables import TableLoader, Values


class AttendanceLoader(TableLoader):
    """Empty organization, country and stakeholder group are filled as DESIGN 3.7 says."""

    file = ATTENDANCE
    model = Attendance
    key = ("event_id", "person_id", "label")

    def begin(self) -> None:
        self.facts: FrozenFacts | None = None

    def prepare(self, row: Row) -> None:
        if "role" in row.values:
            row.values["role"] = join_roles(row.values["role"])

    def merge(self, row: Row, stored: Values | None) -> Values:
        merged = super().merge(row, stored)
        merged["role"] = merged["role"] or join_roles(())
        if stored is None:
            merged["origin"] = ACTION
        if not (row.bad or self.loading.failed):
            self._fill(row, merged, stored)
        return merged

    def _fill(self, row: Row, merged: Values, stored: Values | None) -> None:
        """What is empty in the file keeps what was frozen, unless the organization changes."""
        if self.facts is None:
            self.facts = FrozenFacts(self.session)
        kept = stored or {}
        event, person = merged["event_id"], merged["person_id"]
        organization = merged["organization_id"] or kept.get("organization_id")
        if organization is None:
            organization = self.facts.organization(event, person)
        organization = None if organization == NONE else organization
        if organization != kept.get("organization_id"):
            kept = {}
        merged["organization_id"] = organization
        for name, fact in (
            ("country", self.facts.country(person, organization)),
            ("stakeholder_group", self.facts.stakeholder_group(organization)),
        ):
            value = row.values.get(name) or kept.get(name) or fact
            merged[name] = None if value == NONE else value

    def check(self, row: Row, merged: Values) -> None:
        if merged["person_id"] is None and merged["label"] is None:
            self.refuse(row, "person_key", "give a person_key, or the label of somebody unknown")
        elif merged["person_id"] is not None and merged["label"] is not None:
            self.refuse(row, "label", "is for attendees without person_key")

    def stored_query(self, rows: Sequence[Values]) -> Select[Any]:
        columns = self.table.c
        people = {(row["event_id"], row["person_id"]) for row in rows if _has(row, "person_id")}
        labels = {(row["event_id"], row["label"]) for row in rows if _has(row, "label")}
        found = []
        for name, kind, pairs in (("person_id", Integer, people), ("label", String, labels)):
            if pairs:
                wanted = values(
                    column("event_id", Integer), column("who", kind()), name=f"by_{name}"
                )
                cte = wanted.data(sorted(pairs)).cte(f"by_{name}")
                found.append(
                    columns.id.in_(
                        select(columns.id).join(
                            cte,
                            (columns.event_id == cte.c.event_id) & (columns[name] == cte.c.who),
                        )
                    )
                )
        return select(self.table).where(or_(*found) if found else columns.id.is_(None))


def _has(row: Values, name: str) -> bool:
    return row.get("event_id") is not None and row.get(name) is not None
