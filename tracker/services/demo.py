"""The demonstration: a small, clearly synthetic set on top of the reference data."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from tracker.models import Event, Organization, Person, User
from tracker.models.changes import attribute
from tracker.services.accounts import add_user
from tracker.services.demo_attendance import add_demo_attendance
from tracker.services.demo_events import add_demo_events
from tracker.services.demo_people import (
    add_demo_people,
    demo_key,
    needed,
    organizations_by_acronym,
)
from tracker.services.demo_records import add_demo_records

# Published: demo accounts exist in development only, and sign in from the same machine only.
DEMO_PASSWORD = "encuentro-demo"  # noqa: S105


@dataclass(frozen=True)
class DemoAccount:
    """An account to try the site with, one for each role."""

    email: str
    password: str
    role: str
    organization: str


_ACCOUNTS = tuple(
    DemoAccount(f"{role}@demo.example.org", DEMO_PASSWORD, role, organization)
    for role, organization in (
        ("admin", "LACNIC"), ("editor", "LACNIC"), ("contributor", "LACTLD"),
        ("viewer", "LACNIC"),
    )
)  # fmt: skip
_PERSON_OF = {"editor": "Editor", "contributor": "María Núñez Pérez"}


def create_demo(session: Session, today: date, *, accounts: bool = True) -> list[DemoAccount]:
    """Add the demo people, events and accounts where they are not there yet.

    Events are dated relative to `today`; they stay where they are when it runs again. Gives the
    accounts, none where they are not wanted. Raises DomainError without the reference data.
    """
    attribute(session, "demo", None)
    known = organizations_by_acronym(session)
    if not session.scalar(select(exists().where(Event.key.startswith("demo-")))):
        people = add_demo_people(session, known)
        events = add_demo_events(session, known, today)
        add_demo_attendance(session, people, events, today)
        add_demo_records(session, known, people, today)
    if not accounts:
        return []
    for account in _ACCOUNTS:
        _add_account(session, account, needed(known, account.organization))
    return list(_ACCOUNTS)


def _add_account(session: Session, account: DemoAccount, organization: Organization) -> None:
    if session.scalar(select(exists().where(User.email == account.email))):
        return
    person = None
    if account.role in _PERSON_OF:
        key = demo_key(_PERSON_OF[account.role])
        person = session.scalar(select(Person).where(Person.key == key))
    add_user(
        session,
        email=account.email,
        password=account.password,
        role=account.role,
        organization=organization,
        person=person,
        name=f"Demo {account.role.capitalize()}",
        demo=True,
    )
