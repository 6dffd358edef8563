"""In the till and not here, here and not in the till: what is written is compared with the till."""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import Session

from ledger.core import completeness, feeds, voids
from ledger.core.feeds import FeedChange
from ledger.core.imports.runs import Options
from ledger.core.imports.till import import_till
from ledger.core.reports import completeness as comparing
from ledger.core.reports.completeness import Comparison, Sum, Wanted
from ledger.core.reports.completeness_list import Matched, matched
from ledger.core.tables import Decision
from ledger.core.voids import VoidDraft
from tests.core.files import csv
from tests.counter import MONDAY, TUESDAY, Shop

TILL = "external_id,occurred_at,location_ref,kind,amount,currency,reference"
LATER = datetime(2026, 3, 10, 15, tzinfo=UTC)
ON = date(2026, 3, 10)
FIRST, LAST = date(2026, 3, 1), date(2026, 3, 5)
MARCH = Wanted(since=date(2026, 3, 1), until=date(2026, 3, 31))
# Rung up on Sunday: from that day on the till covers Elm Street.
BEGINS = "t0,2026-03-01T16:00:00Z,S1,refund,0,USD,"


@dataclass
class Within:
    """The one transaction of a test, wherever the import would open one."""

    session: Session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        yield self.session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        yield self.session


@pytest.fixture
def counter(shop: Shop) -> Shop:
    """Open the shop with a limit for everyone."""
    shop.limit(50_000)
    return shop


def till_has(
    shop: Shop, *rows: str, through: date = LAST, feed: str = "main", begins: str = BEGINS
) -> None:
    """Take in a till's file that covers Elm Street from Sunday on, or as it `begins`."""
    options = Options(feed=feed, through=through, new_feed=True)
    import_till(Within(shop.session), csv(TILL, begins, *rows), options, now=LATER)


def compared(shop: Shop, name: str = "dana", wanted: Wanted = MARCH) -> Comparison:
    return comparing.comparison(shop.session, shop.people[name], wanted, on=ON)


def sums(shop: Shop, wanted: Wanted = MARCH) -> dict[str, tuple[int, int]]:
    """Return how many and how much there is of each state at Elm Street."""
    return {
        state: (each.count, each.amount_minor)
        for tally in compared(shop, wanted=wanted).totals
        for state, each in tally.sums.items()
    }


def listed(shop: Shop, state: str, wanted: Wanted = MARCH) -> Sequence[Matched]:
    return matched(shop.session, shop.people["dana"], wanted, state, on=ON).rows


def take_back(shop: Shop, decision: Decision, *, now: datetime, taken_back: bool = True) -> None:
    draft = VoidDraft(uid=str(uuid.uuid4()), reason="Wrong customer", taken_back=taken_back)
    voids.void_decision(shop.session, shop.people["dana"], decision, draft, now=now)


def code(decision: Decision) -> str:
    return f"D-{decision.id:06d}"


def test_a_reference_pairs_whatever_the_day_and_the_way(counter: Shop) -> None:
    given = counter.give("ana", 1_200, remedy="credit")

    till_has(counter, f"t1,2026-03-03T15:00:00Z,S1,refund,12.00,USD,{code(given)}")

    assert sums(counter) == {"both": (1, 1_200)}
    (one,) = listed(counter, "both")
    assert one.written is not None
    assert one.rung_up is not None
    assert (one.business_date, one.written.uid, one.rung_up.external_id) == (
        date(2026, 3, 2),
        given.uid,
        "t1",
    )


def test_other_amounts_under_one_reference_differ_by_so_much(counter: Shop) -> None:
    given = counter.give("ana", 1_200)

    till_has(
        counter,
        f"t1,2026-03-02T15:00:00Z,S1,refund,6.00,USD,{code(given)}",
        f"t2,2026-03-02T15:01:00Z,S1,refund,8.50,USD,{code(given)}",
    )

    assert sums(counter) == {"differs": (1, 250)}
    (one,) = listed(counter, "differs")
    assert one.written is not None
    assert one.rung_up is not None
    assert (one.written.amount_minor, one.rung_up.amount_minor) == (1_200, 1_450)
    assert one.rung_up.entries == 2


def test_one_gift_in_two_parts_under_one_reference_is_one_gift(counter: Shop) -> None:
    given = counter.give("ana", 1_200)

    till_has(
        counter,
        f"t1,2026-03-02T15:00:00Z,S1,refund,4.00,USD,{code(given)}",
        f"t2,2026-03-02T15:01:00Z,S1,credit,8.00,USD,{code(given)}",
    )

    assert sums(counter) == {"both": (1, 1_200)}


def test_without_a_reference_site_day_amount_and_way_pair_one_to_one(counter: Shop) -> None:
    for remedy in ("refund", "refund", "credit", "free_item", "waived_fee"):
        counter.give("ana", 500, remedy=remedy)
    counter.give("ana", 500, now=TUESDAY)

    till_has(
        counter,
        *(f"t{n},2026-03-02T16:0{n}:00Z,S1,refund,5.00,USD," for n in range(1, 4)),
        "t4,2026-03-02T16:04:00Z,S1,credit,5.00,USD,",
        "t5,2026-03-02T16:05:00Z,S1,discount,5.00,USD,",
        "t6,2026-03-02T16:06:00Z,S1,discount,5.00,USD,R-77",
        "t7,2026-03-03T16:06:00Z,S1,refund,5.01,USD,",
    )

    assert sums(counter) == {"both": (5, 2_500), "till": (2, 1_001), "here": (1, 500)}
    assert [one.rung_up and one.rung_up.external_id for one in listed(counter, "till")] == [
        "t7",
        "t3",
    ]


def test_a_reference_of_another_site_names_nothing_here(counter: Shop) -> None:
    elsewhere = counter.give("chidi", 700, site="harbour")
    counter.give("ana", 700)

    till_has(counter, f"t1,2026-03-02T15:00:00Z,S1,refund,7.00,USD,{code(elsewhere)}")

    assert sums(counter) == {"both": (1, 700)}


def test_an_apology_has_nothing_to_do_with_the_till(counter: Shop) -> None:
    counter.give("ana", 0, remedy="apology")

    till_has(counter)

    assert sums(counter) == {}


def test_what_was_undone_before_it_was_rung_up_is_no_gap(counter: Shop) -> None:
    slip = counter.give("ana", 500)
    take_back(counter, slip, now=MONDAY + timedelta(minutes=1))
    counter.give("ana", 500, now=MONDAY + timedelta(minutes=2))

    till_has(counter, "t1,2026-03-02T15:03:00Z,S1,refund,5.00,USD,")

    assert sums(counter) == {"both": (1, 500), "undone": (2, 1_000)}
    assert compared(counter).by_day == []


def test_a_void_at_the_till_pairs_with_a_void_here(counter: Shop) -> None:
    slip = counter.give("ana", 500)
    take_back(counter, slip, now=MONDAY + timedelta(minutes=5))

    till_has(
        counter,
        f"t1,2026-03-02T15:01:00Z,S1,refund,5.00,USD,{code(slip)}",
        "t2,2026-03-02T15:05:00Z,S1,void,5.00,USD,",
        "t3,2026-03-02T15:06:00Z,S1,void,5.00,USD,",
    )

    assert sums(counter) == {"both": (2, 1_000), "till": (1, 500)}
    (one,) = listed(counter, "till")
    assert (one.is_void, one.written) == (True, None)


def test_a_void_of_what_was_not_voided_here_is_nobody_elses_void(counter: Shop) -> None:
    slip, stands = counter.give("ana", 500), counter.give("ana", 500)
    take_back(counter, slip, now=MONDAY + timedelta(minutes=5))

    till_has(
        counter,
        f"t1,2026-03-02T15:01:00Z,S1,refund,5.00,USD,{code(slip)}",
        f"t2,2026-03-02T15:02:00Z,S1,refund,5.00,USD,{code(stands)}",
        f"t3,2026-03-02T15:05:00Z,S1,void,5.00,USD,{code(stands)}",
    )

    assert sums(counter) == {"both": (2, 1_000), "till": (1, 500), "here": (1, 500)}


def test_what_the_customer_kept_is_expected_in_the_till_and_no_void_is(counter: Shop) -> None:
    kept = counter.give("ana", 500)
    take_back(counter, kept, now=MONDAY + timedelta(minutes=5), taken_back=False)

    till_has(counter)

    assert sums(counter) == {"here": (1, 500)}


def test_only_days_and_sites_that_the_till_covers_are_compared(counter: Shop) -> None:
    counter.give("ana", 500, now=datetime(2026, 2, 27, 15, tzinfo=UTC))
    counter.give("ana", 600, now=datetime(2026, 3, 6, 15, tzinfo=UTC))
    counter.give("chidi", 700, site="harbour")

    till_has(counter)
    found = compared(counter, "sam")

    assert found.totals == []
    assert (found.days, found.even_days) == (5, 5)
    assert [site.name for site in found.not_compared] == ["Harbour", "Old Mill", "Station"]


def test_a_gift_that_is_rung_up_later_counts_on_its_own_day(counter: Shop) -> None:
    given = counter.give("ana", 500)
    till_has(counter, f"t1,2026-03-03T15:00:00Z,S1,refund,5.00,USD,{code(given)}")
    monday, tuesday = date(2026, 3, 2), date(2026, 3, 3)

    assert sums(counter, replace(MARCH, since=monday, until=monday)) == {"both": (1, 500)}
    assert sums(counter, replace(MARCH, since=tuesday, until=tuesday)) == {}


def test_the_earliest_till_of_a_site_says_how_far_it_goes_until_it_is_retired(
    counter: Shop,
) -> None:
    till_has(counter, through=date(2026, 3, 3), feed="old till")
    till_has(counter, through=date(2026, 3, 8), feed="new till")
    elm = counter.sites["elm_street"].id
    assert completeness.coverage(counter.session)[elm].until == date(2026, 3, 3)

    retired = FeedChange(kind="till", name="old till", label="Old till", retired=True)
    feeds.change_feed(counter.session, retired, actor="system", now=LATER)

    assert completeness.coverage(counter.session)[elm].until == date(2026, 3, 8)


def test_what_was_rung_up_before_a_second_till_brought_anything_is_not_compared(
    counter: Shop,
) -> None:
    till_has(counter, through=date(2026, 3, 8), feed="front")
    second = "k1,2026-03-04T15:00:00Z,S1,refund,3.00,USD,"
    till_has(counter, begins=second, through=date(2026, 3, 8), feed="kiosk")

    covered = completeness.coverage(counter.session)[counter.sites["elm_street"].id]

    assert (covered.since, covered.until) == (date(2026, 3, 4), date(2026, 3, 8))


def test_a_supervisor_sees_the_own_sites_alone(counter: Shop) -> None:
    till_has(counter, "t1,2026-03-02T15:00:00Z,S2,refund,7.00,USD,")

    assert [one.site.name for one in compared(counter, "dana").by_site] == ["Elm Street"]
    assert [one.site.name for one in compared(counter, "vera").by_site] == ["Elm Street", "Harbour"]
    assert compared(counter, "dana").totals == []
    harbour = replace(MARCH, site_id=counter.sites["harbour"].id)
    assert matched(counter.session, counter.people["dana"], harbour, "till", on=ON).count == 0


def test_sums_are_by_site_and_day_and_add_up(counter: Shop) -> None:
    counter.give("ana", 500)
    counter.give("ana", 600, now=TUESDAY)

    till_has(counter, "t1,2026-03-02T16:01:00Z,S1,refund,9.00,USD,")
    found = compared(counter)

    assert [(one.business_date, one.tally.unexplained) for one in found.by_day] == [
        (date(2026, 3, 3), Sum(count=1, amount_minor=600)),
        (date(2026, 3, 2), Sum(count=2, amount_minor=1_400, entries=1)),
    ]
    (total,) = found.totals
    assert total.unexplained == Sum(count=3, amount_minor=2_000, entries=1)
    assert total.written == (0, 1)
    assert found.by_site[0].tally == total
    assert (found.days, found.even_days) == (5, 3)
