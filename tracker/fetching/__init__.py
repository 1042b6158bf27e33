"""Fetches the calendar at an address, without letting the address reach where it should not.

The host is looked up once, every address it has is checked (hosts.py), and the connection is made
to one that was checked (connections.py): a name that changes its mind in between leads nowhere
else. Redirects are addresses like the first.
"""

from tracker.fetching.client import FAILURE_CODES, Fetched, FetchFailed, FetchLimits, fetch

__all__ = ["FAILURE_CODES", "FetchFailed", "FetchLimits", "Fetched", "fetch"]
