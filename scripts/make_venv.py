"""Create `.venv` afresh; runs under whatever Python the machine has, so it uses no new syntax."""

import subprocess
import sys
import venv

OLDEST = (3, 11)


def main() -> None:
    """Create the environment named on the command line, or say what is missing."""
    folder = sys.argv[1]
    have = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info < OLDEST:
        sys.exit(
            "Python 3.11 or newer is needed; {} is {}. Name another one: make PYTHON=python3.13".format(  # noqa: UP032
                sys.executable, have
            )
        )
    print("Creating " + folder + " with Python " + have, flush=True)
    try:
        venv.create(folder, clear=True, with_pip=True)
    except (subprocess.CalledProcessError, ImportError):
        # Debian and Ubuntu split ensurepip off; nothing else makes this fail on a sound Python.
        sys.exit(
            "This Python cannot create environments with pip. "
            "On Debian and Ubuntu install python3-venv, or name another one: make PYTHON=..."
        )


if __name__ == "__main__":
    main()
