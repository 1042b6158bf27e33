"""Compile the locks from the .in files and package.json: `make lock`."""

import re
import subprocess
import sys

from scripts.install import ROOT
from scripts.node import node_environment, npm_command

# The order matters: the later ones are held to what the first one chose.
LOCKS = (
    "requirements", "requirements-dev", "requirements-assets", "requirements-node",
    "requirements-bootstrap",
)  # fmt: skip
OPTIONS = (
    "--universal --generate-hashes --no-emit-index-url --no-header --no-annotate "
    "--python-version 3.11 --upgrade --quiet"
).split()


def main() -> None:
    """Write every lock, and refuse one that names a host."""
    for name in LOCKS:
        print(f"{name}.txt", flush=True)
        source, target = f"{name}.in", f"{name}.txt"
        uv = [sys.executable, "-m", "uv", "pip", "compile", *OPTIONS, source, "-o", target]
        subprocess.run(uv, cwd=ROOT, check=True)
    print("package-lock.json", flush=True)
    npm = [*npm_command(), "update", "--package-lock-only", "--silent"]
    subprocess.run(npm, cwd=ROOT, env=node_environment(), check=True)
    _refuse_hosts()


def _refuse_hosts() -> None:
    names = [f"{name}.txt" for name in LOCKS]
    named = [name for name in names if "://" in (ROOT / name).read_text(encoding="utf-8")]
    if re.search(r'"resolved"', (ROOT / "package-lock.json").read_text(encoding="utf-8")):
        named.append("package-lock.json")
    if named:
        sys.exit("These locks name a host: " + ", ".join(named))


if __name__ == "__main__":
    main()
