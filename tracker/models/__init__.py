"""The tables; importing this package registers them all, and the change log's listener."""

from tracker.models import calendar_changes  # noqa: F401 - registers its listener
from tracker.models.accounts import Feed, SignInAttempt, User, UserSession
from tracker.models.attendance import Attendance, Contribution, FollowUp, Headcount, Outcome
from tracker.models.base import Base
from tracker.models.calendars import CalendarItem, CalendarSource, FeedState
from tracker.models.changes import Change, ChangeItem, Revision
from tracker.models.duplicates import LikelyDuplicate
from tracker.models.events import Event, EventOrganization, EventTopic
from tracker.models.imports import (
    ColumnMapping,
    ImportBatch,
    ImportIndividual,
    ImportOrganization,
    ImportRow,
)
from tracker.models.old_slugs import OldSlug
from tracker.models.organizations import (
    Alias,
    Grouping,
    GroupingMember,
    Organization,
    RegionCountry,
)
from tracker.models.people import Affiliation, Person, PersonAlias, PersonEmail
from tracker.models.reports import IssuedReport, IssuedReportEvent, SavedReport
from tracker.models.settings import Setting
from tracker.models.spaces import Engagement, Space, Topic

# Ids are named by the change log, by old slugs and in addresses, so SQLite must not reuse them.
for _table in Base.metadata.tables.values():
    _table.dialect_options["sqlite"]["autoincrement"] = True

__all__ = [
    "Affiliation", "Alias", "Attendance", "Base", "CalendarItem", "CalendarSource", "Change",
    "ChangeItem", "ColumnMapping", "Contribution", "Engagement", "Event", "EventOrganization",
    "EventTopic", "Feed", "FeedState", "FollowUp", "Grouping", "GroupingMember", "Headcount",
    "ImportBatch", "ImportIndividual",
    "ImportOrganization", "ImportRow", "IssuedReport", "IssuedReportEvent", "LikelyDuplicate", "OldSlug", "Organization", "Outcome",
    "Person", "PersonAlias", "PersonEmail", "RegionCountry", "Revision", "SavedReport", "Setting",
    "SignInAttempt", "Space", "Topic", "User", "UserSession",
]  # fmt: skip
