"""The unmet needs of one's sites: whose, which the filter leaves, and how they are counted."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from ledger.core.reports import unmet_list
from ledger.core.reports.decision_list import DecisionFilter
from ledger.core.tables import Site
from ledger.core.unmet_needs import UnmetNeedDraft, record_unmet_need
from tests.counter import MONDAY, TUESDAY, Shop


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """Let everybody give up to $50."""
    shop.limit(5_000)
    return shop


def test_unmet_needs_are_those_of_ones_sites_with_their_sum(shop: Shop) -> None:
    for name, site, amount in (("ana", "elm_street", 6_000), ("chidi", "harbour", 9_000)):
        draft = UnmetNeedDraft(
            uid=f"00000000-0000-4000-8000-00000000{amount}",
            site_id=shop.sites[site].id,
            reason_id=shop.reasons["late"],
            amount_minor=amount,
        )
        record_unmet_need(shop.session, shop.people[name], draft, now=MONDAY)

    found = unmet_list.unmet_needs_visible_to(shop.session, shop.people["dana"], now=MONDAY)

    assert [(row.person, row.amount_minor) for row in found.rows] == [("Ana", 6_000)]
    assert [(total.count, total.amount_minor) for total in found.totals] == [(1, 6_000)]


def need(  # how much, why, when and where
    shop: Shop,
    amount_minor: int,
    *,
    reason: str = "late",
    now: datetime = MONDAY,
    name: str = "ana",
    site: str = "elm_street",
) -> None:
    """Let somebody want to give, and not be able to."""
    draft = UnmetNeedDraft(
        uid=str(uuid4()),
        site_id=shop.sites[site].id,
        reason_id=shop.reasons[reason],
        amount_minor=amount_minor,
    )
    record_unmet_need(shop.session, shop.people[name], draft, now=now)


def test_unmet_needs_are_counted_by_reason_and_band(shop: Shop) -> None:
    for amount in (5_000, 5_001, 6_000):
        need(shop, amount)
    need(shop, 900, reason="quality")

    found = unmet_list.unmet_needs_visible_to(shop.session, shop.people["dana"], now=MONDAY)

    assert sorted(
        (cell.reason, cell.band, cell.count, cell.amount_minor) for cell in found.cells
    ) == [
        ("Late", "25-50", 1, 5_000),
        ("Late", "50-100", 2, 11_001),
        ("Quality", "5-10", 1, 900),
    ]
    assert [(total.currency, total.count, total.amount_minor) for total in found.totals] == [
        ("USD", 4, 16_901)
    ]


def test_unmet_needs_of_two_currencies_stand_apart(shop: Shop) -> None:
    need(shop, 6_000)
    harbour = shop.session.get_one(Site, shop.sites["harbour"].id)
    harbour.currency = "EUR"
    shop.session.flush()
    need(shop, 7_000, name="chidi", site="harbour")

    found = unmet_list.unmet_needs_visible_to(shop.session, shop.people["sam"], now=MONDAY)

    assert [(cell.currency, cell.band, cell.amount_minor) for cell in found.cells] == [
        ("EUR", "50-100", 7_000),
        ("USD", "50-100", 6_000),
    ]


@pytest.mark.parametrize(
    "wanted, left",
    [
        (DecisionFilter(since=date(2026, 3, 3)), [4_000]),
        (DecisionFilter(until=date(2026, 3, 2)), [6_000, 3_000]),
        (DecisionFilter(least_minor=4_000, currency="USD"), [4_000, 6_000]),
        (DecisionFilter(least_minor=4_001, most_minor=6_000, currency="USD"), [6_000]),
        (DecisionFilter(currency="EUR"), []),
        (DecisionFilter(reason_id=-1), []),
        (DecisionFilter(person_id=-1), []),
        (DecisionFilter(site_id=-1), []),
    ],
)
def test_unmet_needs_are_those_that_the_filter_leaves(
    shop: Shop, wanted: DecisionFilter, left: list[int]
) -> None:
    need(shop, 3_000)
    need(shop, 6_000, now=MONDAY + timedelta(minutes=1))
    need(shop, 4_000, now=TUESDAY)

    found = unmet_list.unmet_needs_visible_to(
        shop.session, shop.people["dana"], wanted, now=TUESDAY
    )

    assert [row.amount_minor for row in found.rows] == left
    assert sum(total.count for total in found.totals) == len(left)
