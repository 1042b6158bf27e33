"""What is kept, and what goes when there is too much."""

import pytest

from tracker.services.bounded_cache import BoundedCache


@pytest.fixture
def cache():
    return BoundedCache(10, lambda _key, value: len(value))


def test_what_was_used_least_lately_goes(cache):
    for key in "abc":
        cache.put(key, "xxx")
    assert cache.get("a") == "xxx"
    cache.put("d", "xxx")
    assert cache.get_many("abcd") == ["xxx", None, "xxx", "xxx"]
    assert cache.bytes == 9


def test_a_value_takes_the_place_of_the_one_before(cache):
    cache.put("a", "xxxxxxxx")
    cache.put("a", "yy")
    assert (cache.get("a"), cache.bytes, len(cache)) == ("yy", 2, 1)


def test_what_is_too_large_is_not_kept_and_pushes_nothing_out(cache):
    cache.put("a", "xxx")
    cache.put("b", "x" * 11)
    assert cache.get_many("ab") == ["xxx", None]
    cache.put("a", "x" * 11)
    assert (cache.get("a"), cache.bytes) == (None, 0)


def test_everything_can_be_forgotten(cache):
    cache.put("a", "xxx")
    cache.clear()
    assert (cache.get("a"), cache.bytes, len(cache)) == (None, 0, 0)
