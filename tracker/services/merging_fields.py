"""What the kept of two merged records says: field by field, from the one, the other, or both."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tracker.models import Organization, Person

PERSON_FIELDS = ("name", "country", "gender", "source", "confidence", "notes")
ORGANIZATION_FIELDS = (
    "name_en", "name_es", "name_pt", "kind", "stakeholder_group", "country", "headquarters_city",
    "website", "email_domains", "parent_id", "successor_id", "source", "confidence", "notes",
)  # fmt: skip
_SEPARATORS = {"email_domains": "; ", "source": "\n", "notes": "\n\n"}
_LONGEST = {"email_domains": 500}
# What goes along with a field: the day of becoming another belongs to that other.
_COMPANIONS = {"successor_id": ("successor_date",)}

KEPT, OTHER, BOTH = "kept", "other", "both"


@dataclass(frozen=True)
class Difference:
    """A field in which two records differ; `chosen` is `kept`, `other` or `both`."""

    name: str
    kept: Any
    other: Any
    chosen: str
    options: tuple[str, ...]


def differences(
    kept: Person | Organization, other: Person | Organization, choices: Mapping[str, str]
) -> list[Difference]:
    """The fields in which they differ, with what was chosen or else is offered."""
    fields = PERSON_FIELDS if isinstance(kept, Person) else ORGANIZATION_FIELDS
    found = []
    for name in fields:
        one, two = _value(kept, name, other), _value(other, name, kept)
        if one == two or (name == "website" and _same_page(one, two)):
            continue
        options = (KEPT, OTHER, BOTH) if _can_be_joined(name, one, two) else (KEPT, OTHER)
        usual = BOTH if name == "email_domains" and BOTH in options else (KEPT if one else OTHER)
        chosen = choices.get(name, usual)
        found.append(Difference(name, one, two, chosen if chosen in options else usual, options))
    return found


def _value(record: Any, name: str, beside: Any) -> Any:
    """A field of a record; a relation to the one it is merged with is none."""
    value = getattr(record, name)
    if name in _COMPANIONS or name == "parent_id":
        return None if value == beside.id else value
    return value or None


def _same_page(one: str | None, two: str | None) -> bool:
    return bool(one and two) and (one or "").rstrip("/") == (two or "").rstrip("/")


def _can_be_joined(name: str, one: Any, two: Any) -> bool:
    if name not in _SEPARATORS or not one or not two:
        return False
    return len(joined(name, one, two)) <= _LONGEST.get(name, 20_000)


def joined(name: str, one: str | None, two: str | None) -> str:
    """Two texts as one, without saying the same twice."""
    separator = _SEPARATORS.get(name, "\n")
    parts: list[str] = []
    for text in filter(None, (one, two)):
        pieces = [p.strip() for p in text.split(";")] if name == "email_domains" else [text]
        parts += [piece for piece in pieces if piece and piece not in parts]
    return separator.join(parts)


def merged_values(
    kept: Person | Organization, other: Person | Organization, choices: Mapping[str, str]
) -> dict[str, Any]:
    """The columns that the kept record is to get."""
    values: dict[str, Any] = {"synthetic": kept.synthetic and other.synthetic}
    for name in ("parent_id", "successor_id"):
        if getattr(kept, name, None) == other.id:
            values |= {name: None, **dict.fromkeys(_COMPANIONS.get(name, ()))}
    for one in differences(kept, other, choices):
        if one.chosen == OTHER:
            values[one.name] = one.other
            values |= {name: getattr(other, name) for name in _COMPANIONS.get(one.name, ())}
        elif one.chosen == BOTH:
            values[one.name] = joined(one.name, one.kept, one.other)
    if isinstance(kept, Organization) and isinstance(other, Organization):
        values["based_at_casa_de_internet"] = (
            kept.based_at_casa_de_internet or other.based_at_casa_de_internet
        )
    return values


Combine = Callable[[Any, Any], dict[str, Any]]


def filled(*together: tuple[str, ...] | str) -> Combine:
    """Combine two rows of one thing: what the kept one lacks is the other's, notes are joined.

    Columns that mean something only together are given as a tuple.
    """
    groups = [(group,) if isinstance(group, str) else group for group in together]

    def combine(kept: Any, other: Any) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for group in groups:
            if all(getattr(kept, name) in (None, "") for name in group):
                values |= {name: getattr(other, name) for name in group}
        if hasattr(kept, "notes") and other.notes:
            values["notes"] = joined("notes", kept.notes, other.notes)
        return values

    return combine
