"""Attendee files: staged, matched, decided, applied, undone.

`staging` reads a file (tracker.formats.attendees) into rows and individuals; `matching` proposes
who they are by the ten rules of docs/imports.md; `decisions` keeps what people answer; `applying`
writes attendances, `undoing` takes them back; `preview` and `outcome` say where a batch stands.
"""
