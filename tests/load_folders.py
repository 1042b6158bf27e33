"""Folders in the load format to test with."""

import csv
from pathlib import Path

from tracker.formats.load_format import Problem
from tracker.services.loading import LoadFailed, load


def write_folder(folder: Path, files: dict[str, str | list[dict[str, str]]]) -> Path:
    """Write files, given as text or as rows, without their `.csv`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = folder / f"{name}.csv"
        if isinstance(content, str):
            path.write_text(content, encoding="utf-8", newline="")
            continue
        with path.open("w", encoding="utf-8", newline="") as stream:
            names = list(dict.fromkeys(name for row in content for name in row))
            writer = csv.DictWriter(stream, names, lineterminator="\n")
            writer.writeheader()
            writer.writerows(content)
    return folder


def read_folder(folder: Path) -> dict[str, list[dict[str, str]]]:
    """The rows of each file of a folder."""
    found = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            found[path.stem] = list(csv.DictReader(stream))
    return found


def load_files(session, folder, files, **options):
    """Load files and commit."""
    report = load(session, write_folder(folder, files), **options)
    session.commit()
    return report


def problems_of(session, folder, files) -> list[Problem]:
    """What loading files complains of; nothing of it is kept."""
    try:
        load(session, write_folder(folder, files))
    except LoadFailed as error:
        return error.problems
    finally:
        session.rollback()
    return []
