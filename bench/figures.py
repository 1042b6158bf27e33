"""What was measured, against what was promised."""

from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Figure:
    """One line: a figure, and the bound it has to keep; without one it only informs."""

    what: str
    where: str
    measured: str
    value: float
    bound: float | None
    unit: str = ""

    @property
    def kept(self) -> bool:
        return self.bound is None or self.value <= self.bound


@dataclass
class Figures:
    """All lines of a run."""

    lines: list[Figure] = field(default_factory=list)

    def add(
        self,
        what: str,
        where: str,
        measured: str,
        value: float,
        bound: float | None,
        unit: str = "",
    ) -> None:
        self.lines.append(Figure(what, where, measured, value, bound, unit))

    @property
    def kept(self) -> bool:
        return all(line.kept for line in self.lines)

    def show(self, title: str) -> None:
        """Print the table."""
        table = Table(title=title, title_justify="left")
        for heading in ("what", "where", "measured"):
            table.add_column(heading)
        for heading in ("figure", "bound", ""):
            table.add_column(heading, justify="right", no_wrap=True)
        for line in self.lines:
            table.add_row(
                line.what,
                line.where,
                line.measured,
                f"{line.value:,.2f}{line.unit}",
                "" if line.bound is None else f"≤ {line.bound:,g}{line.unit}",
                "" if line.bound is None else "pass" if line.kept else "[bold red]FAIL[/]",
            )
        Console(width=None if Console().is_terminal else 150).print(table)
