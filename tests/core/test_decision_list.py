"""The decisions of one's sites: whose, in which order, and what they add up to."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from ledger.core import sites
from ledger.core.errors import NotFoundError
from ledger.core.permissions import Role
from ledger.core.reports import decision_choices, decision_facts, decision_list
from ledger.core.reports.decision_list import DecisionFilter
from ledger.core.reports.states import State
from ledger.core.tables import Feed, Outcome
from tests.core.listed import amounts, page_of
from tests.counter import MONDAY, TUESDAY, Shop

# Ninety days after Monday, 2 March, everything given on it has matured.
MATURE_ON = date(2026, 5, 31)


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """Let everybody give up to $50."""
    shop.limit(5_000)
    return shop


def test_a_supervisor_sees_the_decisions_of_their_own_sites_only(shop: Shop) -> None:
    shop.give("ana", 1_200)
    shop.give("chidi", 3_000, site="harbour")

    assert amounts(page_of(shop, "dana")) == [1_200]
    assert sorted(amounts(page_of(shop, "otto"))) == [1_200, 3_000]


def test_the_newest_decision_stands_first(shop: Shop) -> None:
    shop.give("ana", 1_100, now=MONDAY)
    shop.give("ana", 1_200, now=TUESDAY)
    shop.give("ben", 1_300, now=MONDAY + timedelta(minutes=1))

    assert amounts(page_of(shop, "dana")) == [1_200, 1_300, 1_100]


@pytest.mark.parametrize("name", ["sam", "otto"])
def test_the_newest_of_many_are_those_of_few(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    shop.give("ana", 1_200, now=MONDAY)
    shop.give("chidi", 1_400, site="harbour", now=TUESDAY)
    few = page_of(shop, name)

    # Where there are more than so many, they are found by their days, and by their sites else.
    monkeypatch.setattr(decision_list, "FEW", 0)

    assert amounts(few) == [1_400, 1_200]
    assert page_of(shop, name) == few


def test_a_long_list_comes_in_pages_and_is_summed_whole(shop: Shop) -> None:
    for cents in range(1, 52):
        shop.give("ana", cents, now=MONDAY + timedelta(seconds=cents))

    second = page_of(shop, "dana", page=2)

    assert (second.count, second.pages, amounts(second)) == (51, 2, [1])
    assert [total.amount_minor for total in second.totals] == [51 * 52 // 2]


def test_a_page_that_is_not_there_is_the_last_one(shop: Shop) -> None:
    shop.give("ana", 1_200)

    assert page_of(shop, "dana", page=99).page == 1
    assert amounts(page_of(shop, "dana", page=-3)) == [1_200]


def test_each_filter_leaves_what_it_says(shop: Shop) -> None:
    shop.give("ana", 1_000, now=MONDAY)
    shop.give("ben", 2_000, remedy="credit", now=TUESDAY)
    shop.give("chidi", 3_000, site="harbour", now=TUESDAY)

    def left(wanted: DecisionFilter) -> Sequence[int]:
        return sorted(amounts(page_of(shop, "sam", wanted)))

    assert left(DecisionFilter(site_id=shop.sites["harbour"].id)) == [3_000]
    assert left(DecisionFilter(person_id=shop.people["ana"].id)) == [1_000]
    assert left(DecisionFilter(remedy_id=shop.remedies["credit"])) == [2_000]
    assert left(DecisionFilter(reason_id=shop.reasons["late"])) == []
    assert left(DecisionFilter(since=date(2026, 3, 3))) == [2_000, 3_000]
    assert left(DecisionFilter(until=date(2026, 3, 2))) == [1_000]
    assert left(DecisionFilter(source="imported")) == []


@pytest.mark.parametrize("least, left", [(1_199, [1_200]), (1_200, [1_200]), (1_201, [])])
def test_amount_at_least_includes_the_amount(shop: Shop, least: int, left: list[int]) -> None:
    shop.give("ana", 1_200)

    assert amounts(page_of(shop, "dana", DecisionFilter(least_minor=least, currency="USD"))) == left
    assert not amounts(page_of(shop, "dana", DecisionFilter(least_minor=1, currency="GBP")))


def test_voided_decisions_stay_in_the_list_and_are_summed_apart(shop: Shop) -> None:
    shop.give("ana", 1_000)
    shop.void("dana", shop.give("ana", 2_000))

    page = page_of(shop, "dana")

    assert sorted((row.amount_minor, row.state) for row in page.rows) == [
        (1_000, "walk_in"),
        (2_000, "voided"),
    ]
    assert [(total.is_voided, total.amount_minor) for total in page.totals] == [
        (False, 1_000),
        (True, 2_000),
    ]


def matured(shop: Shop, returned_on: date | None, *, through: date = MATURE_ON) -> State:
    """Return the state of a decision whose customer came on this day, known through another."""
    decision = shop.give("ana", 1_000, customer_id=shop.customer("555 010 4417"))
    shop.session.add(Feed(name="till", through=through, through_stated=True))
    outcome = shop.session.get_one(Outcome, decision.id)
    outcome.returned_on = None if returned_on is None else returned_on.toordinal()
    shop.session.flush()
    (row,) = page_of(shop, "dana").rows
    (same,) = page_of(shop, "dana", DecisionFilter(state=row.state)).rows
    assert same == row
    return row.state


def test_back_on_the_last_day_of_the_horizon_is_back(shop: Shop) -> None:
    assert sites.company(shop.session).horizon_days == 90
    assert matured(shop, date(2026, 5, 31)) == "came_back"


def test_back_a_day_after_the_horizon_is_not_back(shop: Shop) -> None:
    assert matured(shop, date(2026, 6, 1), through=date(2026, 7, 1)) == "not_back"


def test_a_day_before_the_horizon_is_over_it_is_maturing(shop: Shop) -> None:
    assert matured(shop, date(2026, 3, 9), through=date(2026, 5, 30)) == "maturing"


def test_a_return_after_what_the_feed_covers_is_not_known_yet(shop: Shop) -> None:
    assert matured(shop, date(2026, 4, 20), through=date(2026, 4, 10)) == "maturing"

    (row,) = page_of(shop, "dana").rows
    assert row.event_on is None


def test_a_decision_of_another_site_is_not_there(shop: Shop) -> None:
    harbours = shop.give("chidi", 1_000, site="harbour")

    with pytest.raises(NotFoundError):
        decision_facts.decision_facts(shop.session, shop.people["dana"], harbours.uid, now=MONDAY)


def test_a_decision_is_told_with_its_limit_note_and_void(shop: Shop) -> None:
    given = shop.give("ana", 1_000, note="Tray of berries was soft")
    shop.void("dana", given)

    facts = decision_facts.decision_facts(shop.session, shop.people["dana"], given.uid, now=MONDAY)

    assert facts.note == "Tray of berries was soft"
    assert facts.limit is not None
    assert facts.voided_by == "Dana"
    assert facts.state == "voided"


def test_what_one_can_filter_by_is_ones_own(shop: Shop) -> None:
    now = datetime(2026, 3, 2, 15, tzinfo=UTC)

    choices = decision_choices.choices(shop.session, shop.people["dana"], now=now)

    assert [site.name for site in choices.sites] == ["Elm Street"]
    assert "Chidi" not in [name for _, name in choices.people]


def test_people_are_filtered_by_if_they_may_decide_or_once_did(shop: Shop) -> None:
    shop.give("ben", 1_200)
    for name in ("ana", "ben"):
        shop.people[name].role = Role.HR
        shop.session.add(shop.people[name])
    shop.session.flush()

    choices = decision_choices.choices(shop.session, shop.people["dana"], now=TUESDAY)

    names = [name for _, name in choices.people]
    assert "Ben" in names
    assert "Dana" in names
    assert "Ana" not in names
