"""Two people who raise each other's limit: it is reported, with dates."""

from datetime import timedelta

import pytest

from ledger.core.limit_book import Scope
from ledger.core.reports.reciprocal import WINDOW, raised_by_those, reciprocal
from tests.counter import MONDAY, Shop

DAY = timedelta(days=1)


def pairs(shop: Shop) -> list[tuple[str, str, int, int]]:
    """Return who raised whose and then the other way, with the two amounts."""
    return [
        (
            pair.first.by.name,
            pair.first.whose.name,
            pair.first.limit.per_decision_minor,
            pair.second.limit.per_decision_minor,
        )
        for pair in reciprocal(shop.session, now=MONDAY + WINDOW)
    ]


@pytest.fixture
def two(shop: Shop) -> Shop:
    """Let Dana and Sam supervise Elm Street alone, so that each may set the other's limit."""
    shop.limit(1_000)
    return shop


def test_g7_two_who_raise_each_others_limit_are_reported(two: Shop) -> None:
    elm = two.sites["elm_street"].id
    two.limit(5_000, by="sam", person_id=two.people["dana"].id, now=MONDAY)
    assert pairs(two) == []

    two.limit(6_000, by="dana", site_id=elm, now=MONDAY + DAY)

    assert pairs(two) == [("Sam", "Dana", 5_000, 6_000)]


def test_g7_a_grade_in_which_the_other_stands_counts_too(two: Shop) -> None:
    elm = two.sites["elm_street"].id
    two.limit(5_000, by="dana", site_id=elm, grade="Lead", now=MONDAY)
    two.limit(4_000, by="sam", site_id=elm, grade="Lead", now=MONDAY + DAY)

    # Sam's is for Dana, to whom Dana's own never applied: from the ten of everyone to forty.
    assert pairs(two) == [("Dana", "Sam", 5_000, 4_000)]


def test_no_pair_is_made_of_a_cut_a_long_time_or_one_who_gives_nothing(two: Shop) -> None:
    elm, dana = two.sites["elm_street"].id, two.people["dana"].id
    two.limit(5_000, by="sam", person_id=dana, now=MONDAY)
    two.limit(900, by="dana", site_id=elm, now=MONDAY + DAY)
    two.limit(7_000, by="ada", person_id=dana, now=MONDAY + DAY)
    assert pairs(two) == []

    two.limit(6_000, by="dana", site_id=elm, now=MONDAY + WINDOW + DAY)

    found = reciprocal(two.session, now=MONDAY + WINDOW + 2 * DAY)
    assert list(found) == []


def test_a_raise_that_a_more_specific_limit_hides_raises_nobody(two: Shop) -> None:
    elm = two.sites["elm_street"].id
    two.limit(1_000, person_id=two.people["sam"].id)
    two.limit(5_000, by="sam", person_id=two.people["dana"].id, now=MONDAY)
    two.limit(6_000, by="dana", site_id=elm, now=MONDAY + DAY)

    assert pairs(two) == []


def test_who_raised_ones_own_is_said_before_theirs_is_raised(two: Shop) -> None:
    dana = two.people["dana"]
    elm = Scope(site_id=two.sites["elm_street"].id, currency="USD")
    harbour = Scope(site_id=two.sites["harbour"].id, currency="USD")
    two.limit(5_000, by="sam", person_id=dana.id, now=MONDAY)

    def said(scope: Scope, *, days: int = 1) -> list[str]:
        found = raised_by_those(two.session, dana, scope, now=MONDAY + days * DAY)
        return [one.by.name for one in found]

    assert said(elm) == ["Sam"]
    assert said(elm, days=WINDOW.days + 1) == []
    # Sam works at Harbour too: a limit there is for Sam as well.
    assert said(harbour) == ["Sam"]
    assert said(Scope(person_id=two.people["ana"].id, currency="USD")) == []
