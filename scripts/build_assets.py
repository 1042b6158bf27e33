"""Copy the third-party files that pages use from npm's packages to `tracker/static/vendor`."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from scripts.build_fonts import build_fonts
from scripts.build_map import build_map
from scripts.install import ROOT
from scripts.node import node_environment, npm_command

MODULES = ROOT / "node_modules"
VENDOR = ROOT / "tracker" / "static" / "vendor"

# What pages load: file below vendor/ -> file below node_modules/. Tests read axe-core and ical.js where npm put them.
FILES = {
    "bootstrap-reboot.min.css": "bootstrap/dist/css/bootstrap-reboot.min.css",
    "echarts.min.js": "echarts/dist/echarts.min.js",
    "inter/inter-latin.woff2": "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
    "inter/inter-latin-ext.woff2": (
        "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2"
    ),
}
LICENSES = {
    "bootstrap": "bootstrap/LICENSE",
    "bootstrap-icons": "bootstrap-icons/LICENSE",
    "echarts": "echarts/LICENSE",
    "inter": "@fontsource-variable/inter/LICENSE",
    "world-atlas": "world-atlas/LICENSE",
}
SOURCE_MAP = re.compile(rb"\s*(/\*# sourceMappingURL=[^*]*\*/|//# sourceMappingURL=\S*)\s*\Z")


def main() -> None:
    """Install the locked npm packages and build the vendor folder anew."""
    print("Installing package-lock.json", flush=True)
    done = subprocess.run(
        [*npm_command(), "ci", "--loglevel=error"],
        cwd=ROOT,
        env=node_environment(),
        stdin=subprocess.DEVNULL,
    )
    if done.returncode:
        sys.exit("npm could not install the front-end packages; the reason is above.")
    build(VENDOR)


def build(vendor: Path) -> None:
    """Fill `vendor`, which is replaced whole so that nothing of an earlier version stays."""
    fresh = vendor.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    for name, source in FILES.items():
        _copy(MODULES / source, fresh / name)
    for name, source in LICENSES.items():
        _copy(MODULES / source, fresh / "licenses" / f"{name}.txt")
    build_fonts(fresh / "fonts")
    build_map(fresh / "region.json")
    shutil.rmtree(vendor, ignore_errors=True)
    fresh.rename(vendor)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    # The maps are not published, so a reference to one would be a broken link.
    target.write_bytes(SOURCE_MAP.sub(b"\n", source.read_bytes()))


if __name__ == "__main__":
    main()
