"""Cut the sprite of bootstrap-icons down to the icons that templates name: 1.1 MB become a few KB."""

import re

from scripts.build_assets import MODULES, VENDOR
from scripts.install import ROOT

SPRITE = MODULES / "bootstrap-icons" / "bootstrap-icons.svg"
SYMBOL = re.compile(r'<symbol [^>]*\bid="([a-z0-9-]+)".*?</symbol>', re.DOTALL)
QUOTED = re.compile(r"[\"']([a-z0-9-]+)[\"']")


def main() -> None:
    """Write the sprite; a name that no template quotes is left out."""
    pages = (page.read_text(encoding="utf-8") for page in (ROOT / "templates").rglob("*.html"))
    quoted = {name for page in pages for name in QUOTED.findall(page)}
    symbols = SYMBOL.finditer(SPRITE.read_text(encoding="utf-8"))
    kept = [symbol[0] for symbol in symbols if symbol[1] in quoted]
    sprite = '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(kept) + "\n</svg>\n"
    (VENDOR / "bootstrap-icons.svg").write_text(sprite, encoding="utf-8")


if __name__ == "__main__":
    main()
