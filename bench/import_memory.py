"""`python -m bench.import_memory KEY FILE`: import a file, then print the most memory used, in KiB."""

import re
import sys
from pathlib import Path

from tracker import create_app


def main() -> None:
    """Run `flask import-attendance` in this process."""
    app = create_app()
    with app.app_context():
        app.cli.main(args=["import-attendance", *sys.argv[1:]], standalone_mode=False)
    # The peak of this program alone; what getrusage says begins with that of its parent.
    found = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    assert found
    print(found[1])


if __name__ == "__main__":
    main()
