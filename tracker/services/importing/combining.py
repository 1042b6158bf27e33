"""What several imports say of one attendance, together; and what that changes of the recorded one.

Nothing depends on the order in which files or rows came. What people wrote by hand stays: an
import changes a value only where it says something that earlier imports of it did not.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from tracker.models import ImportIndividual
from tracker.models.attendance import join_roles
from tracker.services.importing.individuals import mode_of, strongest, union, whole_minutes


@dataclass(frozen=True, slots=True)
class Facts:
    """What one or more individuals of imports say of one attendance."""

    status: str
    roles: frozenset[str]
    mode: str
    minutes: int | None
    organization_id: int | None
    country: str | None


def combined(individuals: Iterable[Any]) -> Facts | None:
    """What individuals say together, or None where there are none."""
    said: Sequence[ImportIndividual] = list(individuals)
    if not said:
        return None
    if len(said) == 1:
        one = said[0]
        roles = frozenset(one.role.split(";"))
        return Facts(one.status, roles, one.mode, one.minutes, one.organization_id, one.country)
    status = _status(said)
    # A plan to come is no word on how somebody came in the end.
    telling = [one for one in said if one.status == status]
    return Facts(
        status=status,
        roles=frozenset(role for one in said for role in one.role.split(";")),
        mode=mode_of(one.mode for one in telling) or "unknown",
        minutes=_minutes(said),
        organization_id=min((i.organization_id for i in said if i.organization_id), default=None),
        country=min((i.country for i in said if i.country), default=None),
    )


def _minutes(said: Sequence[ImportIndividual]) -> int | None:
    intervals = union(
        (datetime.fromisoformat(a), datetime.fromisoformat(b)) for i in said for a, b in i.intervals
    )
    stated = [i.minutes for i in said if i.minutes is not None and not i.intervals]
    known = [m for m in (whole_minutes(intervals, None), *stated) if m is not None]
    return max(known, default=None)


def _status(said: Sequence[ImportIndividual]) -> str:
    """One file is one statement; a later file is a later one."""
    status = ""
    for _batch, ones in groupby(sorted(said, key=lambda i: i.batch_id), key=lambda i: i.batch_id):
        stated = strongest(one.status for one in ones)
        status = status_after(status, stated) if status else stated
    return status


def role_of(roles: Iterable[str]) -> str:
    """Roles as they are stored; `attendee` says nothing beside another."""
    roles = set(roles)
    return join_roles(roles - {"attendee"} or roles)


def changed(current: Any, before: Facts | None, after: Facts) -> dict[str, Any]:
    """What of a recorded attendance (any row with its columns) is different now, by column.

    `before` is what earlier imports of this attendance said, `after` the same with the new one.
    """
    wanted: dict[str, Any] = {}
    if before is None or before.status != after.status:
        wanted["status"] = status_after(current.status, after.status)
    if before is None or before.roles != after.roles:
        wanted["role"] = role_of(set(current.role.split(";")) | after.roles)
    if before is None or before.mode != after.mode:
        wanted["mode"] = _mode_after(current, after.mode)
    if before is None or before.minutes != after.minutes:
        wanted["minutes"] = _minutes_after(current.minutes, before, after.minutes)
    return {name: value for name, value in wanted.items() if value != getattr(current, name)}


def status_after(recorded: str, said: str) -> str:
    """Who attended attended; who did not come is not merely registered by an older list."""
    if "attended" in (recorded, said):
        return "attended"
    if recorded == "no-show" and said in ("registered", "planned"):
        return recorded
    return said


def _mode_after(current: Any, said: str) -> str:
    if said == "unknown":
        return str(current.mode)
    if current.mode == "unknown" or current.status in ("planned", "registered"):
        return said
    return mode_of((current.mode, said)) if current.mode != "both" else "both"


def _minutes_after(recorded: int | None, before: Facts | None, said: int | None) -> int | None:
    if said is None:
        return recorded
    by_hand = recorded is not None and (before is None or before.minutes != recorded)
    return recorded if by_hand else said
