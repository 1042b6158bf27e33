"""The list of all attendances behind a report, written as CSV and XLSX: its pace and its memory."""

import json
import subprocess
import sys

from bench.figures import Figures
from bench.processes import environment_of
from bench.sites import Site

MEMORY_MB = 15.0
_PATH = "/reports/period/rows/attendances"


def measure_rows(small: Site, large: Site, figures: Figures) -> None:
    """What the largest moment grows by with ten times as many rows."""
    for extension in ("csv", "xlsx"):
        few, many = (_written(site, extension) for site in (small, large))
        figures.add(
            f"rows of a report as {extension.upper()}: memory", large.engine,
            f"peak {few['megabytes']:.0f} / {many['megabytes']:.0f} MB at {few['rows']:,.0f} / "
            f"{many['rows']:,.0f} rows",
            many["megabytes"] - few["megabytes"], MEMORY_MB, " MB more",
        )  # fmt: skip
        figures.add(
            f"rows of a report as {extension.upper()}", large.engine,
            f"CPU {many['seconds']:.1f} s, {many['bytes'] / 1e6:.0f} MB",
            many["rows"] / many["seconds"], None, " rows/s",
        )  # fmt: skip


def _written(site: Site, extension: str) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.report_download", f"{_PATH}.{extension}", site.cookie]
    with environment_of(site) as environment:
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found: dict[str, float] = json.loads(done.stdout)
    return found
