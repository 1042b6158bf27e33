"""Bytes in, values out, and back: calendars, attendee files, tables."""
