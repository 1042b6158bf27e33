"""Every text is in all three languages, and no template holds one that is in one only."""

import re

import pytest

from config import ROOT
from scripts import check_catalogs

# Names that are the same in every language, and keys of the keyboard.
SAME_EVERYWHERE = {
    "Encuentro", "CSV", "XLSX", "JSON", "Google", "Outlook", "Apple", "Thunderbird", "UTC", "Ctrl",
    "Enter", "Esc", "min", "PNG", "SVG",
}  # fmt: skip
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def bare_words(template: str) -> set[str]:
    """The words that a page would show without translating them."""
    template = re.sub(r"\{#.*?#\}", " ", template, flags=re.DOTALL)
    template = re.sub(r"\{%.*?%\}", " ", template, flags=re.DOTALL)
    template = re.sub(r"\{\{.*?\}\}", " ", template, flags=re.DOTALL)
    template = re.sub(r"<[^>]*>", " ", template, flags=re.DOTALL)
    template = re.sub(r"&\w+;", " ", template)
    return set(re.findall(r"[^\W\d_]{3,}", template)) - SAME_EVERYWHERE


@pytest.mark.parametrize(
    "path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates"))
)
def test_no_template_holds_a_bare_text(path):
    # The static page of a failure says the same in all three; the styleguide shows samples.
    if path.name not in ("error_static.html", "styleguide.html"):
        assert bare_words(path.read_text(encoding="utf-8")) == set()


def test_the_catalogs_are_complete():
    assert list(check_catalogs.problems_of_all()) == []
