"""Install locked packages into the running environment: `python -m scripts.install LOCK...`."""

import importlib.util
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
INSTALLER = ROOT / "requirements-bootstrap.txt"
PIP = ["pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]


def main() -> None:
    """Install every lock file named on the command line."""
    install([Path(name) for name in sys.argv[1:]])


def install(locks: list[Path]) -> None:
    """Install the locks with uv, which takes seconds, or with pip where uv does not run."""
    print("Installing " + ", ".join(lock.name for lock in locks), flush=True)
    wanted = [part for lock in locks for part in ("-r", str(lock))]
    checked = ["--require-hashes", *wanted]
    uv = ["uv", "pip", "install", "-q", "--system-certs", "--compile-bytecode"]
    uv += ["--python", sys.executable]
    if _has_uv() and _run([*uv, *checked]):
        return
    # A mirror named only in pip's configuration is unknown to uv; pip is slower, but is there.
    if not _run([*PIP, *checked]):
        sys.exit("The packages could not be installed; the reason is above.")


def _has_uv() -> bool:
    if importlib.util.find_spec("uv") is not None:
        return True
    return _run([*PIP, "--require-hashes", "-r", str(INSTALLER)])


def _run(command: list[str]) -> bool:
    return subprocess.run([sys.executable, "-m", *command], cwd=ROOT).returncode == 0


if __name__ == "__main__":
    main()
