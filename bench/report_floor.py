"""The figures of a report in SQL written by hand, through nothing but the database's own driver.

A statement for each table, and one for measures that can be had together; see bench/floor/.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

_FOLDER = Path(__file__).parent / "floor"
_HEADING = re.compile(r"^-- (define|measures|table): (\w+)\n", re.MULTILINE)
# `{name}`, or `{name(text)}`, where the text is put for the one other word in braces there.
_PIECE = re.compile(r"\{(\w+)(?:\(((?:[^{}()]|\((?:[^()]|\([^()]*\))*\))*)\))?\}")
_PARAMETER = re.compile(r"(?<!:):(\w+)")
Parameters = Mapping[str, Any]


@dataclass(frozen=True)
class Statement:
    """A statement that yields a row of measures, or the rows of a table."""

    kind: str
    name: str
    text: str


@dataclass(frozen=True)
class Floor:
    """What the statements of a report yield: measures by name, and tables as rows by column."""

    measures: dict[str, Any]
    tables: dict[str, list[dict[str, Any]]]


@cache
def statements(report: str, period: bool) -> tuple[Statement, ...]:
    """The statements of a report, over everything recorded or within a period."""
    defined = {"within": "AND e.first_day BETWEEN :first AND :last" if period else "", "events": ""}
    found = []
    for kind, name, text in (*_read("common"), *_read(report)):
        if kind == "define":
            defined[name] = text
        else:
            found.append(Statement(kind, name, _filled(text, defined)))
    return tuple(found)


def run(database: Engine, wanted: Sequence[Statement], parameters: Parameters) -> Floor:
    """Fetch all rows of all statements, on one connection."""
    floor = Floor({}, {})
    connection = database.raw_connection()
    try:
        cursor = connection.cursor()
        for statement in wanted:
            cursor.execute(*_spoken(database.dialect.name, statement.text, parameters))
            columns = [column[0] for column in cursor.description or ()]
            rows = cursor.fetchall()
            if statement.kind == "measures":
                floor.measures.update(zip(columns, rows[0], strict=True))
            else:
                floor.tables[statement.name] = [
                    dict(zip(columns, row, strict=True)) for row in rows
                ]
    finally:
        connection.close()
    return floor


def _read(name: str) -> list[tuple[str, str, str]]:
    _before, *pieces = _HEADING.split((_FOLDER / f"{name}.sql").read_text(encoding="utf-8"))
    return [
        (kind, name, text.strip())
        for kind, name, text in zip(pieces[::3], pieces[1::3], pieces[2::3], strict=True)
    ]


def _filled(text: str, defined: Mapping[str, str]) -> str:
    """The text with every piece in its place."""

    def piece(found: re.Match[str]) -> str:
        name, given = found.groups()
        inner = defined[name]
        if given is not None:
            inner = re.sub(r"\{(column|events|own)\}", lambda _match: given, inner)
        return _filled(inner, defined)

    return _PIECE.sub(piece, text)


@cache
def _for_psycopg(text: str) -> str:
    return _PARAMETER.sub(r"%(\1)s", text.replace("%", "%%"))


def _spoken(dialect: str, text: str, parameters: Parameters) -> tuple[str, dict[str, Any]]:
    """The statement and its parameters as the driver takes them."""
    own = {name: parameters[name] for name in _PARAMETER.findall(text)}
    return (text if dialect == "sqlite" else _for_psycopg(text)), own
