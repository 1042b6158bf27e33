"""How often somebody may ask."""

import pytest

from tracker import rate_limits
from tracker.rate_limits import RateLimit


@pytest.fixture
def clock(monkeypatch):
    class Clock:
        now = 1000.0

        def monotonic(self):
            return self.now

    clock = Clock()
    monkeypatch.setattr(rate_limits, "time", clock)
    return clock


def test_lets_so_many_through_and_then_says_how_long_to_wait(clock):
    limit = RateLimit(3)
    assert [limit.wait("a") for _i in range(3)] == [0, 0, 0]
    clock.now += 20.5
    assert limit.wait("a") == 40
    clock.now += 39.4
    assert limit.wait("a") == 1


def test_begins_anew_with_the_next_window(clock):
    limit = RateLimit(1)
    limit.wait("a")
    assert limit.wait("a") > 0
    clock.now += 60
    assert limit.wait("a") == 0


def test_counts_each_key_for_itself(clock):
    limit = RateLimit(1)
    assert limit.wait("a") == limit.wait("b") == 0
    assert limit.wait("a") > 0


def test_keeps_nothing_of_windows_that_are_over(clock):
    limit = RateLimit(1)
    for key in range(1000):
        limit.wait(key)
    clock.now += 60
    limit.wait("a")
    assert len(limit._asked) == 1
