"""`python -m bench.feed_times PATH`: what a feed takes in a process that has just started.

Prints, as JSON, seconds of processor time with the database's own: the feed the first time, the
icalendar library serialising the same events once, and the feed after one of them was changed.
"""

import json
import sys

import icalendar
from sqlalchemy import func, select

from bench.clocks import Spent, clock
from tracker.extensions import db
from tracker.models import Event
from tracker.models.changes import attribute
from wsgi import app

# Other work on the machine only ever adds to a time: the best of them tells most.
ROUNDS = 7


def main() -> None:
    """Measure the feed of this path."""
    path = sys.argv[1]
    client = app.test_client()
    with app.app_context():
        first, body = _timed(client, path)
        calendar = icalendar.Calendar.from_ical(body)
        events = len(calendar.walk("VEVENT"))
        floor = []
        for _round in range(3):
            with clock(db.engine) as spent:
                calendar.to_ical()
            floor.append(spent.cpu)
        del calendar
        changed = []
        for turn in range(ROUNDS):
            _change(turn)
            spent, after = _timed(client, path)
            assert after != body
            body = after
            changed.append(spent.cpu)
        again, _body = _timed(client, path)
    print(json.dumps({
        "events": events, "bytes": len(body), "first": first.cpu, "icalendar": min(floor),
        "changed": min(changed), "again": again.cpu,
    }))  # fmt: skip


def _timed(client, path: str) -> tuple[Spent, bytes]:  # type: ignore[no-untyped-def]
    with clock(db.engine) as spent:
        response = client.get(path)
    assert response.status_code == 200, response.status
    return spent, response.data


def _change(turn: int) -> None:
    """One event that the feed shows, somewhere in it."""
    shown = (Event.visibility == "public", func.length(Event.start_date) == 10)
    query = select(Event).where(*shown).order_by(Event.id).offset(turn * 100 + 50)
    event = db.session.scalars(query.limit(1)).one()
    attribute(db.session, "bench", None)
    event.venue = f"Hall {turn} of {event.feed_version}"
    db.session.commit()


if __name__ == "__main__":
    main()
