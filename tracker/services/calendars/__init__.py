"""Calendars of others brought in: read, matched, decided, recorded, read again.

`reading` fetches and parses, `staging` keeps what was read as items, `matching` says which event
each is, `merging` what changed on which side, `decisions` keeps what people answer, `applying`
writes events, `rereading` does all of it without a person; `lists` and `words` are for the pages.
"""
