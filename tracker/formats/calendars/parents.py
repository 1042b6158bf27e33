"""Events that are their own parents, over however many steps."""

from collections.abc import Mapping


def in_circles(parents: Mapping[str, str]) -> set[str]:
    """The UIDs from which parents lead back to themselves."""
    found: set[str] = set()
    settled: set[str] = set()
    for start in parents:
        path: dict[str, int] = {}
        uid: str | None = start
        while uid is not None and uid not in settled and uid not in path:
            path[uid] = len(path)
            uid = parents.get(uid)
        if uid in path:
            found.update(list(path)[path[uid] :])
        settled.update(path)
    return found
