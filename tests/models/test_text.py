"""Folding, slugs, and what typed text is rid of."""

import re

import pytest
from hypothesis import given, strategies as st

from tracker.models.text import clean, fold, search_text, slugify


@pytest.mark.parametrize(
    "text, folded",
    [
        ("Núñez", "nunez"),
        ("São Paulo", "sao paulo"),
        ("  Comisión   Económica ", "comision economica"),
        ("O'Higgins – Sede (2)", "o higgins sede 2"),
        ("Łódź, Straße & Ægir", "lodz strasse aegir"),
        ("ICANN76", "icann76"),
        ("snake_case", "snake case"),
        ("ﬁn ②", "fin 2"),
        ("ℌ", "h"),
        ("% _ \\", ""),
        ("", ""),
    ],
)
def test_fold(text, folded):
    assert fold(text) == folded


@pytest.mark.parametrize(
    "name, slug",
    [
        ("CETIC.br", "cetic-br"),
        ("ICANN PM", "icann-pm"),
        ("Conexión El Salvador", "conexion-el-salvador"),
        ("LAC-IX", "lac-ix"),
        ("-- ¿? --", ""),
        ("中文", ""),
        ("20º IGF", "20o-igf"),
    ],
)
def test_slugify(name, slug):
    assert slugify(name) == slug


@given(st.text())
def test_folding_twice_folds_no_further(text):
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_case_does_not_matter(text):
    assert fold(text.casefold()) == fold(text)


@given(st.text())
def test_a_slug_is_a_slug(text):
    slug = slugify(text)
    assert slug == "" or re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
    assert slugify(slug) == slug


@given(st.text(), st.text())
def test_every_word_of_a_name_begins_behind_a_space(left, right):
    found = search_text(left, None, right)
    assert all(f" {word}" in found for word in (*fold(left).split(), *fold(right).split()))


@pytest.mark.parametrize(
    "typed, kept",
    [
        ("  LACNIC 46 ", "LACNIC 46"),
        ("a\x00b\x07c\x1b[31m", "abc[31m"),
        ("one\r\ntwo\rthree\nfour", "one\ntwo\nthree\nfour"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("\u2066isolated\u2069 \u200bzero\ufeff", "isolated zero"),
        ("\u061cmark", "mark"),
        ("n\u0303", "ñ"),
        ("tab\tstays", "tab\tstays"),
        (
            "\U0001f468\u200d\U0001f469 and \u0646\u0645\u06cc\u200c\u062f",
            "\U0001f468\u200d\U0001f469 and \u0646\u0645\u06cc\u200c\u062f",
        ),
    ],
)
def test_clean(typed, kept):
    assert clean(typed) == kept


@given(st.text())
def test_clean_text_has_nothing_more_to_lose(text):
    assert clean(clean(text)) == clean(text)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", clean(text))
