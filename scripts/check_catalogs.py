"""Check that every catalog is up to date and complete: part of `make check`."""

import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message

from scripts.catalogs import LANGUAGES, catalog_path, extract, read

PLACEHOLDER = re.compile(r"%\((\w+)\)[#0\- +]?[\d.]*[a-zA-Z]|(?<!\{)\{(\w*)\}(?!\})|%([sd])")


def main() -> None:
    """Print what is wrong in the catalogs, and fail if anything is."""
    problems = list(problems_of_all())
    for problem in problems:
        print(problem)
    if problems:
        sys.exit(f"{len(problems)} problems in the catalogs; `make messages` adds new texts.")


def problems_of_all() -> Iterator[str]:
    """Yield a line for every text that some language lacks or renders wrongly."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "messages.pot"
        extract(path)
        template = read(path)
    for language in LANGUAGES:
        path = catalog_path(language)
        if not path.exists():
            yield f"{language}: there is no catalog"
            continue
        for problem in problems_of(read(path, language), template):
            yield f"{language}: {problem}"


def problems_of(catalog: Catalog, template: Catalog) -> Iterator[str]:
    """Yield what is missing, left over, uncertain or broken in one catalog."""
    if catalog.fuzzy:
        yield "its header is marked fuzzy, so it would not be compiled"
    for wanted in template:
        if not wanted.id:
            continue
        message = catalog.get(_key(wanted), wanted.context)
        if message is None:
            yield f"missing: {_key(wanted)!r}"
        else:
            yield from problems_of_message(message, wanted, catalog.num_plurals)
    for message in catalog:
        if message.id and template.get(_key(message), message.context) is None:
            yield f"no longer used: {_key(message)!r}"


def problems_of_message(message: Message, wanted: Message, plurals: int) -> Iterator[str]:
    """Yield what is wrong with one translation of the `wanted` text."""
    name = repr(_key(wanted))
    if isinstance(message.id, str) != isinstance(wanted.id, str):
        yield f"its plural is missing or left over: {name}"
        return
    if message.fuzzy:
        yield f"fuzzy: {name}"
    strings = _strings(message)
    if len(strings) != (plurals if message.pluralizable else 1) or not all(strings):
        yield f"not translated: {name}"
        return
    for number, string in enumerate(strings):
        yield from _differences(message, string, number, name)


def _differences(message: Message, string: str, number: int, name: str) -> Iterator[str]:
    ids = (message.id,) if isinstance(message.id, str) else tuple(message.id)
    wanted, have = _placeholders(ids[-1]), _placeholders(string)
    # "one event" may do without its number.
    may_lack = message.pluralizable and number == 0
    if sorted(have) != sorted(wanted) and not (may_lack and set(have) <= set(wanted)):
        yield f"placeholders differ: {name} → {string!r}"
    if _edges(ids[-1]) != _edges(string):
        yield f"space at an end differs: {name} → {string!r}"


def _strings(message: Message) -> tuple[str, ...]:
    string = message.string
    return (string,) if isinstance(string, str) else tuple(string or ())


def _placeholders(text: str) -> list[str]:
    return [found[0] for found in PLACEHOLDER.finditer(text)]


def _edges(text: str) -> tuple[bool, bool]:
    return text[:1].isspace(), text[-1:].isspace()


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


if __name__ == "__main__":
    main()
