"""Rules of the house that no linter holds."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from config import ROOT

TRACKER = ROOT / "tracker"
SERVICES = sorted((TRACKER / "services").rglob("*.py"))
MODELS = sorted((TRACKER / "models").rglob("*.py"))
FORMATS = sorted((TRACKER / "formats").rglob("*.py"))
VIEWS = sorted((TRACKER / "views").rglob("*.py"))
EVERYTHING = sorted(TRACKER.rglob("*.py"))
# A backup copies the whole database; setting one up is no part of a request.
OWN_TRANSACTIONS = {"backup.py", "database.py"}


def relative(path: Path) -> str:
    return str(path.relative_to(TRACKER))


def nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_text())))


def calls(path: Path, *methods: str) -> list[int]:
    """The lines on which a method of one of these names is called."""
    return [
        node.lineno
        for node in nodes(path)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in methods
    ]


@pytest.mark.parametrize("path", SERVICES, ids=relative)
def test_services_never_commit(path):
    if path.name not in OWN_TRANSACTIONS:
        assert calls(path, "commit") == []


@pytest.mark.parametrize("path", [*MODELS, *FORMATS], ids=relative)
def test_models_and_formats_never_commit(path):
    assert calls(path, "commit", "rollback") == []


@pytest.mark.parametrize("path", EVERYTHING, ids=relative)
def test_imports_stand_at_the_top_and_are_absolute(path):
    tree = ast.parse(path.read_text())
    nested = [
        node.lineno
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.ImportFrom | ast.Import)
        and (getattr(node, "module", None) or "").startswith("tracker")
    ]
    relative_ones = [n.lineno for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.level]
    assert nested == relative_ones == []


@pytest.mark.parametrize("path", VIEWS, ids=relative)
def test_no_view_imports_another(path):
    imported = {node.module for node in nodes(path) if isinstance(node, ast.ImportFrom)}
    assert not {module for module in imported if module and module.startswith("tracker.views")}


def test_nothing_is_called_utils():
    assert not [path for path in EVERYTHING if "utils" in path.stem]


def test_services_know_no_request():
    for path in SERVICES:
        names = {node.id for node in nodes(path) if isinstance(node, ast.Name)}
        assert not names & {"request", "current_user", "current_app"}, path


def test_templates_run_no_queries():
    for template in (ROOT / "templates").rglob("*.html"):
        text = template.read_text()
        for word in ("scalar(", "scalars(", "db.session", ".query(", "execute("):
            assert word not in text, template


def test_the_application_is_imported_without_what_only_some_pages_need():
    code = "import sys, tracker; print([m for m in ('typst', 'authlib', 'xlsxwriter', 'faker', 'pytest') if m in sys.modules])"
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert found.stdout.strip() in ("[]", "['xlsxwriter']")
