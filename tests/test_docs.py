"""The documentation names every setting, command and column there is."""

import re
from pathlib import Path

import pytest
from click import Group, Option

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
    documented = "".join(map(_words, [*DOCS.glob("*.md"), ROOT / "README.md"]))
    known = set(_commands(sqlite_app.cli, "")) - {"routes", "run", "shell"}
    assert {"import-attendance", "users add"} <= known
    for command in known:
        assert re.search(rf"\bflask {command}\b", documented), command


def _commands(group, before):
    """The commands of a group, and of the groups in it, as they are typed."""
    for name in group.list_commands(None):
        command = group.get_command(None, name)
        if isinstance(command, Group):
            yield from _commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}"


def test_every_option_of_an_import_is_documented(sqlite_app):
    documented = _words(DOCS / "imports.md")
    command = sqlite_app.cli.get_command(None, "import-attendance")
    options = [option for option in command.params if isinstance(option, Option)]
    assert options
    for name in (name for option in options for name in option.opts + option.secondary_opts):
        assert name in documented, name


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
