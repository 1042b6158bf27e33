"""Small attendee files to test with; everybody in them is invented."""

import io

from tracker.services.importing.staging import receive

ZOOM = "Name (original name),Email,Join time,Leave time,Duration (minutes)"


def zoom(*people, day="05/08/2023"):
    """A Zoom report of (name, email, joined, left), times as `14:00`."""
    lines = [
        f"{name},{email},{day} {joined}:00,{day} {left}:00,5"
        for name, email, joined, left in people
    ]
    return "\n".join([ZOOM, *lines])


def registrations(*people):
    """A list of registrations of (name, email, organization, state)."""
    lines = [
        f"{first},{last},{email},07/11/2022 10:00:00 AM,{state},{organization}"
        for name, email, organization, state in people
        for first, _, last in [name.partition(" ")]
    ]
    title = "First Name,Last Name,Email,Registration Time,Approval Status,Organization"
    return "\n".join(["Registration Report", "Registrant Details", title, *lines])


def sheet(*rows, title="Name;Email;Organization"):
    """A list of people in cells separated by semicolons."""
    return "\n".join([title, *(";".join(row) for row in rows)])


def stage(session, event, text, by=None, filename="list.csv", **options):
    """Stage a text as a file of an event, and commit."""
    batch = receive(session, event, io.BytesIO(text.encode()), filename, by, **options)
    session.commit()
    return batch
