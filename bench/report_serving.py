"""Reports that did not change, answered from what is kept, against bare routes."""

import tempfile
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from bench.figures import Figures
from bench.processes import serving
from bench.races import WORKERS, Asked, Bare, race
from bench.sites import Site

# How many times as fast the bare server may be.
BARE = 2.0
TURNS = 8
_PERIOD = "/reports/period"


def measure_serving(site: Site, event: str, figures: Figures, all_of_them: bool) -> None:
    """The reports of an event and of everything, as JSON, CSV and page; or two of these."""
    files = ((event, "event.json"), (event, "event.csv"), (_PERIOD, "period.json"))
    cookie = {"Cookie": f"{site.app.config['SESSION_COOKIE_NAME']}={site.cookie}"}
    with serving(site, **WORKERS) as (_server, address), tempfile.TemporaryDirectory() as folder:
        for path, name in files if all_of_them else files[:1]:
            asked = Asked(f"{path}.{name.partition('.')[2]}")
            file = _kept(address, asked, Path(folder) / name)
            what = f"report, unchanged: SELECT and bytes ÷ {name}"
            race(what, site, address, asked, Bare("/bytes", file), BARE, figures, TURNS)
        readers: tuple[tuple[str, dict[str, str]], ...] = (("editor", cookie), ("public", {}))
        for who, headers in readers if all_of_them else readers[:1]:
            asked = Asked(event, headers)
            file = _kept(address, asked, Path(folder) / f"{who}.html")
            file.write_text(_content(file.read_text(encoding="utf-8")), encoding="utf-8")
            bare = Bare("/reports/bare", file, "bench.bare_page:app", headers)
            what = f"report, unchanged: bare page ÷ page, {who}"
            race(what, site, address, asked, bare, BARE, figures, TURNS)


def _kept(address: str, asked: Asked, file: Path) -> Path:
    """The answer, written to a file; every worker will have counted it before long."""
    file.write_bytes(_fetch(address + asked.path, asked.headers))
    return file


def _fetch(url: str, headers: Mapping[str, str]) -> bytes:
    request = urllib.request.Request(url, headers=dict(headers))
    with urllib.request.urlopen(request, timeout=120) as response:
        content: bytes = response.read()
    return content


def _content(page: str) -> str:
    """What the layout stands around."""
    _before, _start, rest = page.partition("<main")
    return rest.partition(">")[2].rpartition("</main>")[0]
