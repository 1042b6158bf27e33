"""Keeps the addresses of private feeds out of every log that this process writes.

Whoever reads one there could read the calendar. Python makes all entries of its logs in one place,
so what gunicorn, werkzeug, Flask and we log passes here, however the logs are configured.
"""

import logging
import re
import traceback
from collections.abc import Callable
from urllib.parse import unquote

# An address, or what could be one, as far as it goes.
_RUN = re.compile(r"[^\s\"'<>]*/[^\s\"'<>]+")
# The pages about private feeds are no secret: /feeds/private/new, /feeds/private/7/….
_SECRET = re.compile(r"(/feeds/+private/+)(?!new(?:[?#]|$)|\d+/)[^?#]+", re.ASCII)

_MakeRecord = Callable[..., logging.LogRecord]


def redacted(text: str) -> str:
    """A text without the secret part of any private feed's address."""
    return _RUN.sub(lambda run: _hide(run[0]), text)


def _hide(run: str) -> str:
    # The site also answers to `/feeds/%70rivate/…`, and sends `//feeds//private/…` there.
    plain = unquote(run)
    hidden = _SECRET.sub(r"\1…", plain)
    return run if hidden == plain else hidden


def keep_private_addresses_out_of_logs() -> None:
    """Redact whatever is logged from now on; to say it twice changes nothing."""
    make = logging.getLogRecordFactory()
    if not isinstance(make, _Redacting):
        logging.setLogRecordFactory(_Redacting(make))


class _Redacting:
    """Makes entries of a log as another does, then redacts them."""

    def __init__(self, make: _MakeRecord) -> None:
        self.make = make

    def __call__(self, *args: object, **kwargs: object) -> logging.LogRecord:
        record = self.make(*args, **kwargs)
        try:
            message = record.getMessage()
        except (TypeError, ValueError, KeyError):
            return record  # whoever writes it out says what is wrong with it
        hidden = redacted(message)
        if hidden != message:
            record.msg, record.args = hidden, ()
        _redact_trace(record)
        return record


def _redact_trace(record: logging.LogRecord) -> None:
    if not record.exc_info or record.exc_info[0] is None:
        return
    trace = "".join(traceback.format_exception(*record.exc_info)).rstrip("\n")
    hidden = redacted(trace)
    if hidden != trace:
        record.exc_text, record.exc_info = hidden, None
