"""Charts: drawn from tables, taken along as files, in both themes, on a phone, on paper and without a script."""

import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_accessibility import DESKTOP, FIND, PHONE, RULES
from tests.browser.visitor import Visitor

STYLEGUIDE = "/styleguide"
KINDS = ("bar", "line", "stacked", "share", "map")
PNG = b"\x89PNG\r\n\x1a\n"
BODIES = "path[fill='var(--series-1)'], path[fill='var(--bar)'], path[fill^='var(--heat-']"


@pytest.fixture
def guide(page: Page) -> Page:
    """The page that shows one chart of each kind, all drawn."""
    page.goto(STYLEGUIDE)
    return drawn(page)


def drawn(page: Page) -> Page:
    for kind in KINDS:
        expect(figure(page, kind).locator(".chart svg path").first).to_be_attached()
    return page


def figure(page: Page, kind: str) -> Locator:
    return page.locator(f"figure:has(table[data-chart={kind}])").first


@pytest.mark.parametrize("width", [1280, 390])
def test_every_kind_is_drawn_and_fits(guide: Page, width: int) -> None:
    guide.set_viewport_size({"width": width, "height": 844})
    for kind in KINDS:
        chart = figure(guide, kind).locator(".chart")
        expect(chart).to_have_attribute("role", "img")
        assert chart.get_attribute("aria-label")
        guide.wait_for_function(
            "chart => chart.querySelector('svg').clientWidth <= chart.clientWidth",
            arg=chart.element_handle(),
        )
        assert chart.locator("svg path").count() > 5
        expect(figure(guide, kind).locator("table")).to_be_hidden()
    wide = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    guide.wait_for_function(wide)


def test_series_are_told_apart_without_color(guide: Page) -> None:
    lines = figure(guide, "line").locator(".chart path[stroke-width='2.25']")
    dashes = {line.get_attribute("stroke-dasharray") for line in lines.all()}
    assert len(dashes) == lines.count() >= 5
    assert figure(guide, "share").locator(".chart pattern").count() >= 2
    names = figure(guide, "share").locator(".chart-legend li")
    expect(names).to_have_count(5)


def test_a_map_says_what_is_not_on_it(guide: Page) -> None:
    chart = figure(guide, "map")
    note = chart.locator(".chart-note")
    expect(note).to_contain_text("España 12")
    expect(note).to_contain_text("Estados Unidos 34")
    expect(note).not_to_contain_text("Guyane")
    expect(chart.locator(".chart-legend")).to_contain_text("Not known")


def test_what_floats_over_a_chart_says_the_figures(guide: Page) -> None:
    figure(guide, "share").locator(".chart svg").hover()
    tip = figure(guide, "share").locator(".chart-tip")
    expect(tip).to_contain_text("LACIGF")
    expect(tip.locator(".chart-tip-row")).to_have_count(5)
    expect(tip).to_contain_text("%")
    figure(guide, "map").locator("path[fill='var(--heat-5)']").first.hover(force=True)
    expect(figure(guide, "map").locator(".chart-tip")).to_contain_text("212")


def test_a_click_leads_to_the_rows(guide: Page) -> None:
    figure(guide, "map").locator("path[fill='var(--heat-5)']").first.click(force=True)
    guide.wait_for_url("**/styleguide#BR")


@pytest.mark.parametrize("kind", [*KINDS, "heat"])
def test_pictures_to_take_along(guide: Page, kind: str, tmp_path: Path) -> None:
    chart = figure(guide, kind)
    title = chart.get_attribute("data-title")
    for ending in ("png", "svg"):
        with guide.expect_download() as coming:
            chart.locator(f"[data-picture={ending}]").click()
        name = coming.value.suggested_filename
        assert name.endswith(f".{ending}")
        assert name.split("-")[0] == str(title).split()[0].lower()
        coming.value.save_as(tmp_path / name)
        content = (tmp_path / name).read_bytes()
        if ending == "png":
            assert content.startswith(PNG)
        else:
            assert "var(--" not in content.decode()
            words = "".join(ElementTree.fromstring(content).itertext())  # noqa: S314 - drawn here
            assert str(title) in words


def test_the_theme_changes_what_is_drawn(guide: Page) -> None:
    filled = "path => getComputedStyle(path).fill"
    guide.emulate_media(color_scheme="light")
    bodies = [
        figure(guide, kind).locator(f".chart :is({BODIES})").first
        for kind in KINDS
        if kind != "line"
    ]
    light = [body.evaluate(filled) for body in bodies]
    guide.emulate_media(color_scheme="dark")
    dark = [body.evaluate(filled) for body in bodies]
    assert all(one != other for one, other in zip(light, dark, strict=True))
    guide.emulate_media(color_scheme="dark", media="print")
    assert [body.evaluate(filled) for body in bodies] == light


def test_on_paper_charts_fit_and_only_open_tables_are_printed(guide: Page) -> None:
    figure(guide, "line").locator("summary").click()
    guide.emulate_media(media="print")
    guide.set_viewport_size({"width": 640, "height": 900})
    for kind in KINDS:
        chart = figure(guide, kind)
        inside = "figure => figure.querySelector('svg').clientWidth <= figure.clientWidth"
        assert chart.evaluate(inside), kind
        expect(chart.locator(".chart-tools")).to_be_hidden()
        expect(chart.locator("table")).to_be_visible(visible=kind == "line")
    expect(figure(guide, "heat").locator("table")).to_be_visible()


def test_without_a_script_the_tables_stand_open(visit: Callable[..., Visitor]) -> None:
    page = visit(java_script_enabled=False, viewport=PHONE).page
    page.goto(STYLEGUIDE)
    for kind in (*KINDS, "heat"):
        expect(figure(page, kind).locator("tbody tr").last).to_be_visible()
        expect(figure(page, kind).locator(".chart-tools")).to_be_hidden()


def test_without_the_library_the_table_is_opened(page: Page) -> None:
    page.route("**/echarts.min.js", lambda route: route.fulfill(body=""))
    page.goto(STYLEGUIDE)
    expect(figure(page, "line").locator("table")).to_be_visible()
    expect(figure(page, "line").locator(".chart")).to_have_count(0)


def test_arrow_keys_walk_through_a_heat_map(guide: Page) -> None:
    heat = figure(guide, "heat")
    expect(heat.locator(".chart-tools")).to_be_visible()
    expect(heat.locator("tbody td a[tabindex='0']")).to_have_count(1)
    heat.locator("tbody td a").first.focus()
    for key, text in (("ArrowRight", "5"), ("ArrowDown", "4"), ("ArrowDown", "5")):
        guide.keyboard.press(key)
        assert guide.evaluate("document.activeElement.firstChild.textContent") == text
    guide.keyboard.press("Enter")
    guide.wait_for_url("**/styleguide#cell")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(visit: Callable[..., Visitor], axe_source: str, scheme: str) -> None:
    page = visit(color_scheme=scheme).page
    page.goto(STYLEGUIDE)
    drawn(page)
    for each in page.locator(".chart-figure summary").all():
        each.click()
    page.evaluate(axe_source)
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)
        assert not page.evaluate(FIND, [RULES, True])
