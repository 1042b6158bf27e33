"""Build sites of two sizes, measure, and print one table; fails where a bound is broken."""

import os
import sys

from bench.feeds import compare_feeds, measure_feeds
from bench.figures import Figures
from bench.imports import SIZES as IMPORT_SIZES, measure_imports
from bench.pages import compare
from bench.processes import measure_import, measure_worker
from bench.reports import SIZES as REPORT_SIZES, measure_reports
from bench.sites import build, databases

SIZES = {"small": (1_000, 10_000), "full": (1_000, 100_000)}


def main() -> int:
    """Run the benchmark of BENCH_SIZE, small or full."""
    size = os.environ.get("BENCH_SIZE", "small")
    if size not in SIZES:
        print(f"BENCH_SIZE is {' or '.join(SIZES)}, not {size!r}.", file=sys.stderr)
        return 2
    figures = Figures()
    with databases() as places:
        for engine, place in places.items():
            small, large = (build(engine, place, events, figures) for events in SIZES[size])
            compare(small, large, figures)
            compare_feeds(small, large, figures)
            measure_feeds(engine, place, figures)
            measure_worker(large, figures)
            if engine == "SQLite":
                measure_import(large, figures)
            measure_imports(engine, place, IMPORT_SIZES[size], figures)
            measure_reports(engine, place, REPORT_SIZES[size], figures)
    figures.show(f"Benchmarks, BENCH_SIZE={size}")
    return 0 if figures.kept else 1


if __name__ == "__main__":
    sys.exit(main())
