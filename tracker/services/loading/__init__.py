"""Loading a folder in the load format (INTERFACE.md): all of it, or nothing."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from tracker.errors import DomainError
from tracker.formats.load_format import Problem
from tracker.models import User
from tracker.services.loading.attendance import AttendanceLoader
from tracker.services.loading.context import Counts, LoadFailed, Loading, Progress
from tracker.services.loading.events import EventLoader
from tracker.services.loading.files import FILES
from tracker.services.loading.links import (
    AffiliationLoader,
    AliasLoader,
    ContributionLoader,
    EngagementLoader,
    GroupingLoader,
    HeadcountLoader,
    PersonAliasLoader,
    RegionLoader,
)
from tracker.services.loading.things import (
    OrganizationLoader,
    PersonLoader,
    SpaceLoader,
    TopicLoader,
)

__all__ = ["Counts", "LoadFailed", "LoadReport", "Problem", "load"]

_LOADERS = (
    OrganizationLoader, AliasLoader, GroupingLoader, RegionLoader, TopicLoader, PersonLoader,
    PersonAliasLoader, AffiliationLoader, SpaceLoader, EngagementLoader, EventLoader,
    AttendanceLoader, HeadcountLoader, ContributionLoader,
)  # fmt: skip


@dataclass(frozen=True)
class LoadReport:
    """What a load did, by file, and which CSV files of the folder it did not know."""

    files: dict[str, Counts]
    ignored: list[str]


def load(
    session: Session,
    folder: Path,
    by: User | None = None,
    *,
    keep_edited: bool = False,
    progress: Progress | None = None,
) -> LoadReport:
    """Write a folder into the database, leaving one Change without items, or none if all is so.

    Raises LoadFailed with every problem of the folder; the caller then rolls back, else commits.
    """
    known = {file.name for file in FILES}
    found = sorted(path.name for path in folder.glob("*.csv"))
    if not known.intersection(found):
        raise DomainError(f"There is no file of the load format in {folder}.")
    loading = Loading(session, folder, by, keep_edited=keep_edited, progress=progress)
    loading.begin()
    try:
        with session.no_autoflush:
            for loader in _LOADERS:
                loader(loading).run()
    except (IntegrityError, DataError) as error:
        # No check foresaw it; the database is the last to say no.
        file = next(reversed(loading.counts), "")
        loading.report(Problem(file, None, None, f"the database refuses it: {error.orig}"))
    if loading.failed:
        raise LoadFailed(loading.problems, loading.more_problems)
    return LoadReport(loading.counts, [name for name in found if name not in known])
