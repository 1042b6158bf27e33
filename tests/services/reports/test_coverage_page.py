"""Gaps and crowds: what the page of the coverage report says first."""

from dataclasses import replace

from tracker.services.reports.coverage_page import (
    MOST_ORGANIZATIONS,
    Edition,
    Pair,
    arranged,
    pairs_of,
)

PAST = Edition("forum-1", "Forum 1", "2023-05-01")
LATER = Edition("forum-2", "Forum 2", "2024-05-01")
NEXT = Edition("forum-3", "Forum 3", "2027-05-01")
PAIR = Pair("org-a", "ORG-A", "forum", "The Forum", ("Speaker",), 2, 1, PAST, NEXT, 1)


def several(pair, acronyms):
    return [replace(pair, organization=name.lower(), acronym=name) for name in acronyms]


def who(gatherings):
    return [[pair.acronym for pair in each.pairs] for each in gatherings]


def test_a_row_of_the_matrix_becomes_a_pair(app):
    row = {
        "key": "org-a/forum", "label": "ORG-A · The Forum", "engaged_as": "speaker;observer",
        "held": 2, "attended": 1, "last_attended": "forum-1", "next_event": None, "planned": None,
    }  # fmt: skip
    with app.test_request_context():
        [pair] = pairs_of([row], {"forum-1": PAST})
    assert (pair.organization, pair.acronym) == ("org-a", "ORG-A")
    assert (pair.space, pair.space_name) == ("forum", "The Forum")
    assert pair.roles == ("Speaker", "Observer")
    assert (pair.last, pair.next, pair.planned) == (PAST, None, None)


def test_engaged_and_held_and_never_attended_is_a_gap():
    never = replace(PAIR, attended=0, last=None)
    page = arranged([never, *several(PAIR, ["ORG-B"])], {})
    assert who(page.never) == [["ORG-A"]]
    assert page.never[0].held == 2
    assert page.rows[0].gaps == 1


def test_who_is_not_engaged_leaves_no_gap():
    page = arranged([replace(PAIR, roles=(), attended=0, last=None, planned=0)], {})
    assert not page.never
    assert not page.unplanned
    assert page.rows[0].gaps == 0


def test_where_nothing_was_held_nothing_was_missed():
    page = arranged([replace(PAIR, held=0, attended=0, last=None)], {})
    assert not page.never


def test_a_next_edition_with_nobody_planned_is_a_gap():
    soon = replace(PAIR, planned=0)
    sooner = Edition("other-1", "Other 1", "2027-01")
    other = replace(soon, space="other", space_name="Other", next=sooner)
    page = arranged([soon, *several(soon, ["ORG-0"]), other], {})
    assert [each.edition for each in page.unplanned] == [sooner, NEXT]
    assert who(page.unplanned) == [["ORG-A"], ["ORG-0", "ORG-A"]]


def test_three_organizations_planned_for_one_edition_are_a_crowd():
    assert not arranged(several(PAIR, "AB"), {}).ahead
    pairs = [*several(PAIR, "AB"), *several(replace(PAIR, planned=4), "C")]
    pairs += several(replace(PAIR, planned=0), "D")
    assert who(arranged(pairs, {}).ahead) == [["C", "A", "B"]]


def test_three_organizations_at_the_latest_edition_are_a_crowd():
    assert not arranged(several(PAIR, "AB"), {}).past
    pairs = [*several(PAIR, "ABC"), *several(replace(PAIR, last=LATER), "DEF")]
    [found] = arranged(pairs, {}).past
    assert found.edition == LATER
    assert who([found]) == [["D", "E", "F"]]


def test_organizations_with_gaps_come_first_and_so_do_their_gaps():
    never = replace(PAIR, space="z", space_name="Z", attended=0, last=None)
    pairs = [*several(PAIR, ["AAA", "ZZZ"]), *several(never, ["ZZZ"])]
    page = arranged(pairs, {"forum": "FORUM", "z": "Z"})
    assert [row.acronym for row in page.rows] == ["ZZZ", "AAA"]
    assert list(page.rows[0].pairs) == ["z", "forum"]
    assert [(each.slug, each.code, each.name) for each in page.spaces] == [
        ("forum", "FORUM", "The Forum"), ("z", "Z", "Z"),
    ]  # fmt: skip


def test_a_pair_where_nothing_happens_is_in_no_row():
    page = arranged([replace(PAIR, held=0, attended=0, last=None, next=None)], {})
    assert not page.rows
    assert not page.spaces


def test_a_page_takes_so_many_organizations():
    pairs = several(PAIR, [f"ORG-{n:03}" for n in range(MOST_ORGANIZATIONS + 5)])
    page = arranged(pairs, {})
    assert len(page.rows) == MOST_ORGANIZATIONS
    assert page.left_out == 5


def test_a_pair_in_sentences(app):
    with app.test_request_context():
        assert PAIR.sentence == (
            "Engaged: Speaker. 1 of 2 editions attended. Last: Forum 1. "
            "Next: Forum 3, 1 May 2027. 1 planned."
        )
        nothing = replace(PAIR, roles=(), held=0, attended=0, last=None, next=None)
        assert nothing.sentence == "Not engaged. No edition held."
