"""A private calendar: made, its address copied and read by another program, revoked."""

import re
import urllib.error
import urllib.request
from collections.abc import Callable

import pytest
from playwright.sync_api import Error, Page, expect

from tests.browser.addresses import Rows
from tests.browser.test_accessibility import FIND, RULES
from tests.browser.visitor import Visitor
from tracker.rate_limits import RateLimit
from tracker.views import private_feeds

PHONE = {"width": 390, "height": 844}


def read(address: str) -> tuple[int, str]:
    """What a calendar program gets."""
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def check(page: Page, axe_source: str) -> None:
    """axe finds nothing, and the page is no wider than the window."""
    page.evaluate(axe_source)
    assert not page.evaluate(FIND, [RULES, True])
    assert page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )


@pytest.fixture(autouse=True)
def _no_haste() -> None:
    limits: tuple[RateLimit, ...] = (private_feeds.READINGS, private_feeds.WRONG_TOKENS)
    for limit in limits:
        limit.forget()


@pytest.mark.parametrize("language, viewport", [("en", None), ("es", PHONE)])
def test_from_making_it_to_revoking_it(
    visit: Callable[..., Visitor],
    rows: Rows,
    axe_source: str,
    language: str,
    viewport: dict[str, int] | None,
) -> None:
    options = {"viewport": viewport} if viewport else {}
    options |= {"permissions": ["clipboard-read", "clipboard-write"]}
    page = visit(language, **options).sign_in("viewer")
    page.goto("/account")
    page.locator(".card a[href='/feeds/private/']").click()
    page.locator(".empty a[href='/feeds/private/new']").click()
    page.locator("[name=name]:focus").wait_for()
    page.keyboard.type("Ana & co: todo")
    kinds = page.locator("#kind details")
    kinds.locator("summary").click()
    kinds.locator("[value=webinar]").check()
    expect(kinds.locator(".facet-picked")).to_have_text("Webinar")
    check(page, axe_source)
    page.locator(".card-form .btn-primary").click()

    field = page.locator("#feed-address")
    address = field.input_value()
    check(page, axe_source)
    page.locator("[data-copy=feed-address]").click()
    assert page.evaluate("navigator.clipboard.readText()") == address
    webcal = page.locator(".btn-primary[href^='webcal:']").get_attribute("href")
    assert webcal == address.replace("http:", "webcal:")
    expect(page.locator("svg.qr")).to_be_visible()
    status, calendar = read(address)
    assert status == 200
    assert "X-WR-CALNAME:Ana & co: todo\r\n" in calendar
    assert rows("SELECT count(*) FROM feeds WHERE last_used_at IS NOT NULL") == [(1,)]

    page.reload()
    page.wait_for_url("**/feeds/private/")
    expect(page.locator("body")).not_to_contain_text(address.rpartition("/")[2])
    expect(page.locator("tbody tr")).to_have_count(1)
    check(page, axe_source)

    page.locator("a[href$='/address']").click()
    page.locator(".card-form .btn-primary").click()
    renewed = page.locator("#feed-address").input_value()
    assert read(address)[0] == 404
    assert read(renewed)[0] == 200
    page.locator(".form-actions a").click()
    page.locator("a[href$='/revoke']").click()
    check(page, axe_source)
    page.locator(".card-form .btn-danger").click()
    expect(page.locator(".flash")).to_contain_text("Ana & co: todo")
    assert read(renewed)[0] == 404


def test_the_address_is_in_no_history(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = visitor.sign_in("viewer")
    page.goto("/feeds/private/new")
    page.locator("[name=name]").fill("Mine")
    page.locator(".card-form .btn-primary").click()
    page.locator("#feed-address").wait_for()
    assert page.url.endswith("/feeds/private/new")
    page.goto("/account")
    # The browser kept nothing of that page: it would have to ask whether to send the form again.
    with pytest.raises(Error, match="ERR_CACHE_MISS"):
        page.go_back()
    visitor.complaints.clear()


def test_without_a_script(visit: Callable[..., Visitor]) -> None:
    page = visit(java_script_enabled=False).sign_in("viewer")
    page.goto("/feeds/private/new?kind=webinar")
    page.locator("[name=name]").fill("Mine")
    page.locator("[name=scope][value=organization]").check()
    page.locator(".card-form .btn-primary").click()
    address = page.locator("#feed-address").input_value()
    assert re.search(r"/feeds/private/[\w-]{32}\.ics$", address)
    expect(page.locator("[data-copy=feed-address]")).to_be_hidden()
    assert read(address)[0] == 200
