"""A subscriber as there are many: vdirsyncer fetches the feed, khal shows it."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

_PROGRAMS = Path(sys.executable).parent
_VDIRSYNCER = """[general]
status_path = "{folder}/status"

[pair calendar]
a = "here"
b = "there"
collections = null
conflict_resolution = "b wins"

[storage here]
type = "filesystem"
path = "{folder}/events"
fileext = ".ics"

[storage there]
type = "http"
url = "{address}"
"""
_KHAL = """[calendars]
[[encuentro]]
path = {folder}/events
readonly = True

[sqlite]
path = {folder}/khal.db

[locale]
local_timezone = {zone}
default_timezone = {zone}
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
"""
# Descriptions have several lines, so each event begins with a character that none contains.
_LINE = "§{start}|{end}|{status}|{title}|{location}|{description}"


class Refused(Exception):
    """A program ended with an error; the text is what it said."""


class Subscriber:
    """Somebody in a time zone who subscribed to a feed once."""

    def __init__(self, folder: Path, address: str, zone: str) -> None:
        self.folder = folder
        (folder / "events").mkdir(parents=True)
        words = {"folder": folder, "address": address, "zone": zone}
        (folder / "vdirsyncer.conf").write_text(_VDIRSYNCER.format(**words))
        (folder / "khal.conf").write_text(_KHAL.format(**words))
        self._vdirsyncer("discover")

    def sync(self) -> None:
        """Fetch the feed, and keep what is new of it; raises Refused."""
        self._vdirsyncer("sync")

    def agenda(self, first: date) -> list[str]:
        """The events of the two years from a day on, each once: times, state and texts."""
        shown = self._run(
            "khal", "-c", "khal.conf", "list", "--once", "--day-format", "", "--format", _LINE,
            first.isoformat(), "730d",
        )  # fmt: skip
        return [event.strip() for event in shown.split("§")[1:]]

    def files(self) -> list[str]:
        """What was fetched of each event, as it came but for the UID."""
        return [path.read_text("utf-8") for path in (self.folder / "events").iterdir()]

    def stored(self) -> dict[str, int]:
        """The files that were written, with the moment each was."""
        return {path.name: path.stat().st_mtime_ns for path in (self.folder / "events").iterdir()}

    def _vdirsyncer(self, verb: str) -> None:
        self._run("vdirsyncer", "-c", "vdirsyncer.conf", verb, "calendar")

    def _run(self, program: str, *words: str) -> str:
        # Nothing of the machine: no settings, no proxy, no language of somebody else.
        environment = {
            "PATH": os.environ["PATH"], "HOME": str(self.folder), "LANG": "C.UTF-8",
            "XDG_CONFIG_HOME": f"{self.folder}/config", "XDG_CACHE_HOME": f"{self.folder}/cache",
            "XDG_DATA_HOME": f"{self.folder}/data", "TZ": "UTC",
        }  # fmt: skip
        done = subprocess.run(
            [str(_PROGRAMS / program), *words],
            cwd=self.folder, env=environment, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        if done.returncode:
            raise Refused(f"{program} {words}: {done.stdout}{done.stderr}")
        return done.stdout
