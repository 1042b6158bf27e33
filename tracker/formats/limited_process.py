"""Readers of files from strangers, each in a process of its own that may die without harm.

Run as a script it is that process: the most bytes of memory, seconds of processor and bytes written
come first, then the module that reads and what its `main` is given. The module is imported without
the packages around it, so that the process starts at once and holds little.
"""

import errno
import importlib
import resource
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import IO

# How a process exits that would take or write more than it may.
TOO_LARGE = 12
_FORMATS = Path(__file__).resolve().parent
_ROOT = _FORMATS.parent.parent


@dataclass(frozen=True, slots=True)
class ProcessLimits:
    """The most a process takes: `memory` and `written` in bytes, `seconds` of processor."""

    memory: int
    seconds: int
    written: int


def run_limited(
    module: str,
    arguments: Sequence[str],
    stdin: IO[bytes],
    stdout: IO[bytes],
    limits: ProcessLimits,
) -> int:
    """Run `main` of a module of the formats on files, and return how it exited.

    A negative status is the signal that ended it. Raises TimeoutError after twice the seconds.
    """
    most = map(str, (limits.memory, limits.seconds, limits.written))
    try:
        done = subprocess.run(  # noqa: S603
            # -P: the folder of the script is no place to import from.
            [sys.executable, "-P", __file__, *most, module, *arguments],
            stdin=stdin,
            stdout=stdout,
            stderr=subprocess.DEVNULL,
            timeout=2 * limits.seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise TimeoutError(module) from error
    return done.returncode


def _limit(memory: int, seconds: int, written: int) -> None:
    """Let the system stop this process where it takes more than it may."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (written, written))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _stand_in_for_packages(module: str) -> None:
    """Let a module be imported without running the application that its package is."""
    *packages, _ = module.split(".")
    for depth in range(1, len(packages) + 1):
        package = ModuleType(".".join(packages[:depth]))
        package.__path__ = [str(_ROOT.joinpath(*packages[:depth]))]
        sys.modules[package.__name__] = package


def main() -> int:
    """Limit this process, then hand over to the module that reads."""
    memory, seconds, written, module, *arguments = sys.argv[1:]
    _limit(int(memory), int(seconds), int(written))
    _stand_in_for_packages(module)
    try:
        status: int = importlib.import_module(module).main(arguments)
    except MemoryError:
        return TOO_LARGE
    except OSError as error:
        if error.errno == errno.EFBIG:
            return TOO_LARGE
        raise
    return status


if __name__ == "__main__":
    sys.exit(main())
