"""Rows to test with; everybody here is invented."""

import hashlib

import factory
from factory.alchemy import SQLAlchemyModelFactory
from sqlalchemy.orm import Session

from tracker.models import (
    Affiliation,
    Attendance,
    CalendarSource,
    Contribution,
    Engagement,
    Event,
    EventOrganization,
    Feed,
    FollowUp,
    Headcount,
    ImportBatch,
    IssuedReport,
    LikelyDuplicate,
    Organization,
    Outcome,
    Person,
    SavedReport,
    Space,
    Topic,
    User,
)
from tracker.models.base import utcnow
from tracker.models.changes import attribute


class Factory(SQLAlchemyModelFactory):
    """Commits once: a row together with those that were built for it."""

    class Meta:
        abstract = True

    @classmethod
    def create(cls, **kwargs):
        row = super().create(**kwargs)
        cls._meta.sqlalchemy_session.commit()
        return row

    @classmethod
    def _save(cls, model_class, session, args, kwargs):
        attribute(session, "test", None)
        return super()._save(model_class, session, args, kwargs)


class OrganizationFactory(Factory):
    class Meta:
        model = Organization

    acronym = factory.Sequence(lambda n: f"ORG{n}")
    name_en = factory.LazyAttribute(lambda o: f"Organization {o.acronym}")
    kind = "civil-society"
    stakeholder_group = "civil-society"
    country = "UY"


class PersonFactory(Factory):
    class Meta:
        model = Person

    key = factory.Sequence(lambda n: f"person-{n}")
    name = factory.Sequence(lambda n: f"Demo Person {n}")
    country = "UY"
    synthetic = True


class AffiliationFactory(Factory):
    class Meta:
        model = Affiliation

    person = factory.SubFactory(PersonFactory)
    organization = factory.SubFactory(OrganizationFactory)
    start_date = "2015"


class SpaceFactory(Factory):
    class Meta:
        model = Space

    code = factory.Sequence(lambda n: f"SPACE-{n}")
    name_en = factory.LazyAttribute(lambda o: f"Space {o.code}")
    kind = "policy-forum"
    scope = "regional"


class EngagementFactory(Factory):
    class Meta:
        model = Engagement

    organization = factory.SubFactory(OrganizationFactory)
    space = factory.SubFactory(SpaceFactory)
    role = "member"


class TopicFactory(Factory):
    class Meta:
        model = Topic

    slug = factory.Sequence(lambda n: f"topic-{n}")
    name_en = factory.LazyAttribute(lambda o: f"Topic {o.slug}")


class EventFactory(Factory):
    class Meta:
        model = Event

    class Params:
        organizer = None

    key = factory.Sequence(lambda n: f"event-{n}")
    name_en = factory.LazyAttribute(lambda o: f"Event {o.key}")
    kind = "meeting"
    start_date = "2023-05-08"
    end_date = factory.SelfAttribute("start_date")
    timezone = "America/Montevideo"
    city = "Montevideo"
    country = "UY"
    mode = "in-person"

    @factory.lazy_attribute
    def organization_links(self):
        if self.organizer is None:
            return []
        return [EventOrganization(organization=self.organizer, role="organizer")]


class AttendanceFactory(Factory):
    class Meta:
        model = Attendance

    event = factory.SubFactory(EventFactory)
    person = factory.SubFactory(PersonFactory)
    status = "attended"


class HeadcountFactory(Factory):
    class Meta:
        model = Headcount

    event = factory.SubFactory(EventFactory)
    value = 100


class ContributionFactory(Factory):
    class Meta:
        model = Contribution

    event = factory.SubFactory(EventFactory)
    organization = factory.SubFactory(OrganizationFactory)
    kind = "presentation"
    title = factory.Sequence(lambda n: f"Contribution {n}")


class ImportBatchFactory(Factory):
    class Meta:
        model = ImportBatch

    event = factory.SubFactory(EventFactory)
    filename = "report.csv"
    status = "staged"
    reading = factory.LazyFunction(dict)
    created_at = factory.LazyFunction(utcnow)


class OutcomeFactory(Factory):
    class Meta:
        model = Outcome

    event = factory.SubFactory(EventFactory)
    text = factory.Sequence(lambda n: f"Note {n}")


class FollowUpFactory(Factory):
    class Meta:
        model = FollowUp

    event = factory.SubFactory(EventFactory)
    what = factory.Sequence(lambda n: f"Follow-up {n}")


class LikelyDuplicateFactory(Factory):
    class Meta:
        model = LikelyDuplicate

    noun = "people"
    first_id = factory.LazyFunction(lambda: PersonFactory().id)
    second_id = factory.LazyFunction(lambda: PersonFactory().id)
    likeness = 0.9
    reasons = ["same-name"]


class CalendarSourceFactory(Factory):
    class Meta:
        model = CalendarSource

    name = factory.Sequence(lambda n: f"Calendar {n}")
    address = factory.Sequence(lambda n: f"https://calendars.example.org/{n}.ics")
    problems = factory.LazyFunction(list)


class UserFactory(Factory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"user{n}@example.org")
    name = factory.Sequence(lambda n: f"Demo User {n}")
    password_hash = "never a hash"
    role = "editor"
    language = "en"


class FeedFactory(Factory):
    """A private feed; `token` is what its address holds."""

    class Meta:
        model = Feed

    class Params:
        token = factory.Sequence(lambda n: f"{n:032d}")

    user = factory.SubFactory(UserFactory)
    name = factory.Sequence(lambda n: f"Calendar {n}")
    token_hash = factory.LazyAttribute(lambda o: hashlib.sha256(o.token.encode()).hexdigest())
    created_at = factory.LazyFunction(utcnow)


class SavedReportFactory(Factory):
    class Meta:
        model = SavedReport

    user = factory.SubFactory(UserFactory)
    name = factory.Sequence(lambda n: f"Report {n}")
    report = "organization"
    subject = factory.LazyFunction(lambda: OrganizationFactory().slug)


class IssuedReportFactory(Factory):
    """Figures that were issued before anything was counted."""

    class Meta:
        model = IssuedReport

    name = factory.Sequence(lambda n: f"Figures {n}")
    report = "organization"
    subject = factory.LazyFunction(lambda: OrganizationFactory().slug)
    audience = "public"
    language = "en"
    revision = 0
    figures = factory.LazyFunction(
        lambda: {"revision": 0, "measures": {"events": 0}, "tables": [], "method": []}
    )


def use(session: Session) -> None:
    """Build into this session."""
    for each in Factory.__subclasses__():
        each._meta.sqlalchemy_session = session
