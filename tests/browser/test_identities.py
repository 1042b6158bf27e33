"""Two records of one person: found, compared, merged, and two again."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.addresses import Rows
from tests.browser.visitor import Visitor, said_in

SIZES = {"wide": {"width": 1280, "height": 900}, "narrow": {"width": 390, "height": 844}}
ATTENDED = "SELECT count(*) FROM attendances WHERE person_id = ?"


def record(page: Page, name: str) -> int:
    """Record a person through the form; the id of the page after it."""
    page.goto("/people/new")
    page.locator("[name=name]").fill(name)
    page.locator(".form-actions .btn-primary").click()
    page.wait_for_url(re.compile(r"/people/\d+$"))
    return int(page.url.rpartition("/")[2])


@pytest.mark.parametrize("language, size", [("en", "wide"), ("es", "wide"), ("es", "narrow")])
def test_duplicates_are_compared_merged_and_set_back(
    visit: Callable[..., Visitor], rows: Rows, language: str, size: str
) -> None:
    page = visit(language, viewport=SIZES[size]).sign_in("editor")
    known, name = rows(
        "SELECT p.id, p.name FROM people p JOIN attendances a ON a.person_id = p.id "
        "WHERE p.name LIKE 'Demo % %' GROUP BY p.id ORDER BY count(*) DESC LIMIT 1"
    )[0]
    before = rows(ATTENDED, known)
    spelled = name.removeprefix("Demo ").upper() + ", Demo"
    twin = record(page, spelled)

    page.goto("/people/duplicates")
    pair = page.locator("li", has=page.locator(f"a[href='/people/{twin}']")).first
    expect(pair).to_contain_text(name)
    expect(pair).to_contain_text(said_in(language, "Same name"))
    compare = pair.get_by_role("link", name=re.compile(said_in(language, "Compare and merge")))
    assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size]["width"]
    compare.click()

    expect(page.locator(".merge-sides")).to_contain_text(name)
    expect(page.locator(".merge-sides")).to_contain_text(spelled)
    expect(page.locator("[name=choice-name][value=kept]")).to_be_checked()
    assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size]["width"]
    page.get_by_role("button", name=said_in(language, "Merge the two")).click()

    expect(page.locator(".flash-success")).to_contain_text(
        said_in(language, "The two records are one now.")
    )
    expect(page.locator("main")).to_contain_text(spelled)
    page.goto(f"/people/{twin}")
    assert page.url.endswith(f"/people/{known}")
    assert rows("SELECT count(*) FROM people WHERE id = ?", twin) == [(0,)]

    page.goto(f"/people/{known}/history")
    page.get_by_role("button", name=said_in(language, "Undo")).first.click()
    expect(page.locator(".flash-success")).to_be_visible()
    page.goto(f"/people/{twin}")
    expect(page.locator("h1")).to_have_text(spelled)
    assert rows(ATTENDED, known) == before
    page.goto("/people/duplicates")
    expect(page.locator(f"a[href='/people/{twin}']").first).to_be_visible()


def test_two_who_are_two_are_dismissed_and_offered_again(visit: Callable[..., Visitor]) -> None:
    page = visit().sign_in("editor")
    first, second = (
        record(page, name) for name in ("Demo Ana Two Records", "Ana Two Records Demo")
    )
    page.goto("/people/duplicates")
    pair = page.locator("li", has=page.locator(f"a[href='/people/{first}']")).first
    expect(pair.locator(f"a[href='/people/{second}']")).to_be_visible()
    pair.get_by_role("button", name="Not the same").click()
    expect(page.locator(".flash-success")).to_contain_text("They stay two")
    expect(page.locator(f"main a[href='/people/{first}']")).to_have_count(0)
    page.get_by_role("link", name="Show dismissed").click()
    page.get_by_role("button", name="Offer again").first.click()
    expect(page.locator(f"main a[href='/people/{first}']").first).to_be_visible()


def test_a_new_job_and_a_past_that_was_wrong(visit: Callable[..., Visitor], rows: Rows) -> None:
    page = visit().sign_in("editor")
    person, acronym = rows(
        "SELECT f.person_id, o.acronym FROM affiliations f "
        "JOIN organizations o ON o.id = f.organization_id "
        "JOIN attendances a ON a.person_id = f.person_id AND a.organization_id = o.id "
        "WHERE f.end_date IS NULL AND o.acronym <> 'LAC-IX' "
        "GROUP BY 1 HAVING count(DISTINCT f.id) = 1 ORDER BY count(*) DESC LIMIT 1"
    )[0]
    recorded = rows("SELECT id, organization_id FROM attendances WHERE person_id = ?", person)
    page.goto(f"/people/{person}/affiliations/new")
    page.locator("[name=organization_acronym]").fill("LAC-IX")
    page.keyboard.press("Escape")
    page.locator("[name=start_date]").fill("2000-02")
    page.locator("[name=title]").fill("Director")
    page.locator(".form-actions .btn-primary").click()
    page.wait_for_url(re.compile(rf"/people/{person}(/corrections.*)?$"))
    assert (
        rows("SELECT id, organization_id FROM attendances WHERE person_id = ?", person) == recorded
    )
    page.goto(f"/people/{person}")
    expect(page.locator(".timeline")).to_contain_text("LAC-IX")
    expect(page.locator(".timeline")).to_contain_text(acronym)
