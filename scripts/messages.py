"""Bring the catalogs up to date with the texts in code and templates: `make messages`."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from scripts.catalogs import LANGUAGES, catalog_path, extract, read


def main() -> None:
    """Add new texts with an empty translation, and drop those that are gone."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "messages.pot"
        extract(path)
        template = read(path)
    for language in LANGUAGES:
        _update(template, language)


def _update(template: Catalog, language: str) -> None:
    path = catalog_path(language)
    catalog = read(path, language) if path.exists() else _new(language)
    # A guessed translation is worse than a missing one, which the check reports.
    catalog.update(template, no_fuzzy_matching=True, update_creation_date=False)
    # A fuzzy header, as other tools write it, would keep the catalog from being compiled.
    catalog.fuzzy = False
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        # No line numbers and no wrapping: a catalog changes only where a text does.
        write_po(file, catalog, width=0, no_location=True, sort_output=True, ignore_obsolete=True)
    empty = sum(1 for message in catalog if message.id and not _is_translated(message.string))
    print(f"{path.relative_to(Path.cwd())}: {len(catalog)} texts, {empty} to translate")


def _new(language: str) -> Catalog:
    name = Locale.parse(language).english_name
    return Catalog(
        locale=language,
        project="Encuentro",
        version="1",
        header_comment=f"# {name} texts of Encuentro.",
        last_translator="Encuentro",
        language_team=name,
        msgid_bugs_address="see README",
        revision_date=datetime.now(UTC),
        fuzzy=False,
    )


def _is_translated(string: str | list[str] | tuple[str, ...] | None) -> bool:
    return bool(string) if isinstance(string, str | None) else all(string)


if __name__ == "__main__":
    main()
