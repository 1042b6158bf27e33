"""The feed builder as people use it: it answers at once, and without a script by its button."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_accessibility import FIND, RULES
from tests.browser.visitor import Visitor, said_in

PHONE = {"width": 390, "height": 844}


def address(page: Page) -> Locator:
    return page.locator("#feed-address")


def number(page: Page) -> Locator:
    return page.locator("#builder-number")


def facet_of(page: Page, name: str) -> Locator:
    return page.locator(".facet", has=page.locator(f"[name={name}]"))


def pick(page: Page, facet: str, value: str) -> None:
    """Open a filter, if it is not, and tick or untick one of its values."""
    box = page.locator(f"input[name={facet}][value={value}]")
    if not box.is_visible():
        facet_of(page, facet).locator("summary").click()
    box.click()


def test_address_and_preview_follow_what_is_picked(page: Page) -> None:
    page.goto("/feeds/")
    expect(address(page)).to_have_value(re.compile(r"/feeds/all\.ics$"))
    whole = number(page).inner_text()
    pick(page, "kind", "webinar")
    expect(address(page)).to_have_value(re.compile(r"/feeds/kinds/webinar\.ics$"))
    expect(number(page)).not_to_have_text(whole)
    expect(facet_of(page, "kind").locator(".facet-picked")).to_have_text("Webinar")
    expect(page.locator("#builder-preview .item-title").first).to_contain_text("RPKI")
    page.locator("[name=calendar]").press_sequentially("lacni")
    page.locator("[role=option]").first.wait_for()
    page.keyboard.press("Enter")
    expect(address(page)).to_have_value(
        re.compile(r"/feeds/organizations/lacnic\.ics\?kind=webinar$")
    )
    page.locator("[name=name]").fill("Learning")
    page.locator("#pick-language").select_option("pt")
    whole_address = r"/feeds/organizations/lacnic\.ics\?kind=webinar&name=Learning&lang=pt$"
    expect(address(page)).to_have_value(re.compile(whole_address))
    # What is shown can be shared, and comes back when the page is loaded anew.
    expect(page).to_have_url(re.compile(r"/feeds/\?.*name=Learning&language=pt"))
    page.reload()
    expect(address(page)).to_have_value(re.compile(whole_address))
    expect(page.locator("[name=kind][value=webinar]")).to_be_checked()
    answer = page.request.get(address(page).input_value())
    assert answer.status == 200
    assert "X-WR-CALNAME:Learning" in answer.text()


def test_the_focus_stays_where_one_types_or_picks(page: Page) -> None:
    page.goto("/feeds/?kind=webinar")
    page.locator("[name=kind][value=meeting]").focus()
    page.keyboard.press("Space")
    expect(address(page)).to_have_value(re.compile(r"kind=meeting&kind=webinar$"))
    expect(page.locator("[name=kind][value=meeting]")).to_be_focused()
    expect(facet_of(page, "kind").locator(".facet-picked")).to_have_text("Webinar, Meeting")
    page.locator("#builder-clear").click()
    expect(address(page)).to_have_value(re.compile(r"/feeds/all\.ics$"))
    expect(page.locator("#builder-clear")).to_be_hidden()


def test_a_long_list_is_looked_through_by_typing(page: Page) -> None:
    page.goto("/feeds/?country=br")
    facet = facet_of(page, "country")
    facet.locator("[data-narrow]").fill("perú")
    expect(facet.get_by_label("Peru", exact=True)).to_be_visible()
    expect(facet.get_by_label("Brazil", exact=True)).to_be_visible()
    expect(facet.get_by_label("Uruguay", exact=True)).to_be_hidden()
    facet.get_by_label("Peru", exact=True).check()
    expect(address(page)).to_have_value(re.compile(r"country=br&country=pe$"))


def test_what_is_wrong_is_said_and_can_be_put_right(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = visitor.page
    page.goto("/feeds/?kind=webinar")
    page.locator("[name=calendar]").fill("Nobody of that name")
    page.keyboard.press("Tab")
    expect(page.get_by_role("alert")).to_contain_text("Nobody of that name")
    expect(address(page)).to_have_count(0)
    expect(page.locator("[name=calendar]")).to_have_attribute("aria-invalid", "true")
    (refused,) = visitor.complaints
    assert refused.endswith("answered 400")
    visitor.complaints.clear()
    page.locator("[name=calendar]").fill("")
    page.keyboard.press("Tab")
    expect(address(page)).to_have_value(re.compile(r"/feeds/kinds/webinar\.ics$"))
    expect(page.locator("[aria-invalid]")).to_have_count(0)


def test_the_address_is_copied(visit: Callable[..., Visitor]) -> None:
    page = visit(permissions=["clipboard-read", "clipboard-write"]).page
    page.goto("/feeds/")
    pick(page, "mode", "online")
    expect(address(page)).to_have_value(re.compile(r"mode=online$"))
    copy = page.locator("[data-copy=feed-address]")
    copy.click()
    expect(copy).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == address(page).input_value()


@pytest.mark.parametrize("language", ["en", "es"])
def test_it_works_without_a_script(visit: Callable[..., Visitor], language: str) -> None:
    page = visit(java_script_enabled=False, locale=language).page
    page.goto("/feeds/")
    pick(page, "kind", "webinar")
    pick(page, "mode", "online")
    page.locator("[name=name]").fill("Mine")
    page.locator("main form").get_by_role("button").click()
    told = "" if language == "en" else "&lang=es"
    expect(address(page)).to_have_value(
        re.compile(rf"/feeds/all\.ics\?kind=webinar&mode=online&name=Mine{told}$")
    )
    expect(number(page)).to_contain_text(re.compile(r"\d"))
    page.goto("/organizations/lacnic")
    page.locator(".subscribe summary").click()
    expect(page.locator("#subscribe-address")).to_have_value(
        re.compile(r"/feeds/organizations/lacnic\.ics" + told.replace("&", r"\?"))
    )


def test_address_and_preview_are_seen_together(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("/feeds/")
    for part in ("[name=calendar]", "#feed-address", ".qr", "#builder-preview .item-title"):
        expect(page.locator(part).first).to_be_in_viewport(ratio=1)


def test_on_a_phone_one_picks_then_takes_then_looks(visit: Callable[..., Visitor]) -> None:
    page = visit(viewport=PHONE, locale="es").page
    page.goto("/feeds/?calendar=lacnic")
    tops = [
        box["y"]
        for part in (".builder-picks", "#feed-address", ".clients", "#builder-number")
        if (box := page.locator(part).bounding_box())
    ]
    assert len(tops) == 4
    assert tops == sorted(tops)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    expect(page.locator("#take-title")).to_have_text(said_in("es", "Your calendar"))


@pytest.mark.parametrize("width", [390, 1280])
def test_the_menu_beside_a_list_stays_on_the_screen(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for where in ("/events/?country=uy", "/spaces/igf", "/organizations/lacnic", "/", "/calendar/"):
        page.goto(where)
        page.locator(".subscribe summary").press("Enter")
        box = page.locator(".subscribe .menu-panel").bounding_box()
        assert box is not None
        assert box["x"] >= 0, where
        assert box["x"] + box["width"] <= width, where
        page.keyboard.press("Escape")
        expect(page.locator(".subscribe .menu-panel")).to_be_hidden()


def test_the_code_is_dark_on_light_in_the_dark_and_on_paper(visit: Callable[..., Visitor]) -> None:
    page = visit(color_scheme="dark").page
    page.goto("/feeds/?space=igf")
    colors = """() => {
      const style = (part) => getComputedStyle(document.querySelector(part));
      return [style(".qr").backgroundColor, style(".qr path").fill];
    }"""
    light = ["rgb(255, 255, 255)", "rgb(19, 33, 44)"]
    assert page.evaluate(colors) == light
    page.emulate_media(media="print")
    assert page.evaluate(colors) == light
    expect(page.locator(".qr")).to_be_visible()
    expect(page.locator(".builder-picks")).to_be_hidden()
    expect(address(page)).to_be_visible()


def test_everything_open_is_accessible(page: Page, axe_source: str) -> None:
    page.goto("/feeds/")
    for summary in page.locator(".builder details > summary").all():
        if summary.is_visible():
            summary.click()
    pick(page, "kind", "webinar")
    expect(address(page)).to_have_value(re.compile("webinar"))
    page.evaluate(axe_source)
    assert not page.evaluate(FIND, [RULES, True])
    page.goto("/organizations/lacnic")
    page.locator(".subscribe summary").click()
    page.evaluate(axe_source)
    assert not page.evaluate(FIND, [RULES, True])
