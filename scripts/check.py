"""Run every check, also after one failed, and say which did: `make check`."""

import subprocess
import sys
import time
from pathlib import Path

from scripts.install import ROOT

BIN = Path(sys.executable).parent
PYTHON = sys.executable
TEMPLATES = [name for name in ("templates", "tracker/templates") if (ROOT / name).is_dir()]

CHECKS: dict[str, list[str]] = {
    "format": [PYTHON, "-m", "ruff", "format", "--check", "."],
    "lint": [PYTHON, "-m", "ruff", "check", "."],
    "types": [PYTHON, "-m", "mypy"],
    "import rules": [str(BIN / "lint-imports")],
    "templates": [PYTHON, "-m", "djlint", "--lint", "--quiet", *TEMPLATES],
    "catalogs": [PYTHON, "-m", "scripts.check_catalogs"],
    "migrations": [PYTHON, "-m", "pytest", "-q", "-n", "0", "tests/test_migrations.py"],
}


def main() -> None:
    """Run the checks named on the command line, or all of them."""
    names = sys.argv[1:] or list(CHECKS)
    failed = [name for name in names if not _passes(name, CHECKS[name])]
    if failed:
        sys.exit("Failed: " + ", ".join(failed))
    print("All checks pass.")


def _passes(name: str, command: list[str]) -> bool:
    started = time.monotonic()
    done = subprocess.run(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    took = time.monotonic() - started
    print(f"{'failed' if done.returncode else 'ok':<7} {name} ({took:.1f} s)", flush=True)
    if done.returncode:
        print(done.stdout + done.stderr, flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    main()
