"""The documentation names every setting, command and column there is."""

import re
from pathlib import Path

import pytest

from config import ROOT
from tracker import create_app

DOCS = ROOT / "docs"


def _words(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "name",
    sorted(
        set(re.findall(r"""(?:environ\.get\(|_flag\()"([A-Z_]+)\"""", _words(ROOT / "config.py")))
    ),
)
def test_every_setting_is_documented(name):
    assert f"`{name}`" in _words(DOCS / "settings.md")


def test_every_command_is_documented(sqlite_app):
    known = set(sqlite_app.cli.list_commands(None)) - {"routes", "run", "shell"}
    documented = "".join(map(_words, [*DOCS.glob("*.md"), ROOT / "README.md"]))
    assert known
    for command in known - {"demo"}:
        assert re.search(rf"(flask |`){command}\b", documented), command


def test_the_readme_names_the_two_commands():
    readme = _words(ROOT / "README.md")
    assert "make serve" in readme
    assert "make test" in readme


def test_every_link_of_the_documentation_leads_somewhere():
    for page in [*DOCS.glob("*.md"), ROOT / "README.md"]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", _words(page)):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_production_does_not_start_without_a_secret(monkeypatch):
    monkeypatch.setenv("APP_ENV", "production")
    monkeypatch.delenv("SECRET_KEY", raising=False)
    with pytest.raises(RuntimeError, match="SECRET_KEY"):
        create_app()
