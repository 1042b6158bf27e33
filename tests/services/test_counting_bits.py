"""Keys added up as the bits of integers, against counting them one by one."""

from collections import Counter

from hypothesis import given, strategies as st

from tracker.services.counting.bits import BitCounts, KeyBits

KEYS = st.tuples(st.sampled_from(("kind", "space")), st.none() | st.integers(0, 60))


@given(st.lists(st.frozensets(KEYS, max_size=12), max_size=40))
def test_each_key_is_counted_once_for_each_person_that_has_it(people):
    every, counts = KeyBits(), BitCounts()
    for keys in people:
        counts.add(every.of(keys))
    found = dict(zip(every, counts.counts(len(every)), strict=True))
    assert found == Counter(key for keys in people for key in keys)


def test_a_key_has_one_bit_however_often_it_is_met():
    every = KeyBits()
    first, second = ("kind", "forum"), ("kind", "summit")
    assert every.of([first, first]) == every.of([first]) == 0b1
    assert every.of([second, first]) == 0b11
    assert BitCounts().counts(2) == [0, 0]
