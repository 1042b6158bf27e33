"""What a reader finds on a page: values of fields, messages beside them, a way to undo."""

import re
from html import unescape

from werkzeug.test import TestResponse


def error_at(page: TestResponse, field: str) -> str | None:
    """The messages beside a field, or None."""
    block = re.search(rf'<div id="{field}-error">(.*?)</div>', page.text, re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", " ", block[1])).strip() if block else None


def value_of(page: TestResponse, field: str) -> str:
    """What stands in a text field."""
    tag = re.search(rf'<input[^>]* name="{field}"[^>]*>', page.text)
    assert tag, f"no field {field}"
    value = re.search(r' value="([^"]*)"', tag[0])
    return unescape(value[1]) if value else ""


def choices_of(page: TestResponse, field: str) -> list[str]:
    """The values of the radio buttons that ask which thing was meant."""
    return re.findall(rf'<input type="radio"[^>]*name="{field}-choice" value="([^"]+)"', page.text)


def undo_on(page: TestResponse) -> str:
    """The address that the latest message offers to undo with."""
    return re.findall(r'action="(/changes/\d+/undo)"', page.text)[-1]


def next_page_of(page: TestResponse) -> str | None:
    """The address of the page that follows."""
    found = re.search(r'href="([^"]*[?;&]after=[^"]+)"', page.text)
    return unescape(found[1]) if found else None
