"""The faults of limits and voids that FAULTS names, each with any order that people may find."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.core import voids
from ledger.core.decisions import Recorded, Refused
from ledger.core.driver import Driver
from ledger.core.errors import BadValueError
from ledger.core.limit_setting import CeilingError
from ledger.core.money import MAX_MINOR
from ledger.core.tables import Decision, Void
from ledger.core.verification import tallies
from ledger.core.voids import AlreadyVoidedError, VoidDraft
from ledger.database import Database
from tests.core.conftest import shop_in
from tests.counter import MONDAY, Shop, budget_rows, recounted_rows

STAFF = ("ana", "ben")
SAMS_SITES = ("elm_street", "harbour", "station", "old_mill")
NOTE = "It was burnt"
Do = Literal["give", "void", "already"]

few = settings(max_examples=10, derandomize=True, database=None, deadline=None)


@pytest.fixture(
    scope="module",
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)],
)
def lent(request: pytest.FixtureRequest) -> Database:
    """Lend a ledger with the cast in it to one example after the other, on each database."""
    found = request.getfixturevalue(f"lent_staffed_{request.param}")
    assert isinstance(found, Database)
    return found


@pytest.mark.parametrize("limit_minor", [1, 2_500, MAX_MINOR - 1])
def test_b5_exactly_the_limit_is_given_and_one_minor_unit_more_is_not(
    shop: Shop, limit_minor: int
) -> None:
    """B5: an amount exactly at the limit."""
    shop.limit(limit_minor)

    assert shop.give("ana", limit_minor).amount_minor == limit_minor
    assert shop.refused("ana", limit_minor + 1).rule == "per_decision"


@few
@given(amounts=st.lists(st.sampled_from([1, 99, 100, 250]), min_size=25, max_size=30))
def test_b6_many_small_decisions_end_at_what_one_customer_gets_and_at_the_budget(
    lent: Database, amounts: Sequence[int]
) -> None:
    """B6: 25 decisions of $1 to dodge a limit of $25 for one."""
    with shop_in(lent) as shop:
        who = shop.customer("2125550100")
        shop.limit(
            2_500,
            budget_minor=2_500,
            budget_period="day",
            customer_count=12,
            customer_total_minor=1_000,
            customer_days=30,
        )
        to_one = [got for amount in amounts if (got := given_to(shop, "ana", amount, who))]
        to_many = [
            got for amount in (*amounts, 250, 250) if (got := given_to(shop, "ana", amount, None))
        ]

        assert len(to_one) <= 12
        assert sum(to_one) <= 1_000
        assert sum(to_one) + sum(to_many) <= 2_500
        # What is left is less than anything that was refused.
        assert shop.left("ana") == 2_500 - sum(to_one) - sum(to_many)


@few
@given(
    gifts=st.lists(
        st.tuples(st.sampled_from((*STAFF, "dana")), st.sampled_from([100, 400, 900])),
        min_size=3,
        max_size=12,
    )
)
def test_b7_what_one_customer_gets_spans_all_who_give_it(
    lent: Database, gifts: Sequence[tuple[str, int]]
) -> None:
    """B7: split over several staff, one customer."""
    with shop_in(lent) as shop:
        who = shop.customer("2125550100")
        shop.limit(1_000, customer_count=4, customer_total_minor=1_500, customer_days=30)

        got = [amount for name, amount in gifts if given_to(shop, name, amount, who)]

        assert len(got) <= 4
        assert sum(got) <= 1_500
        assert got[0] == gifts[0][1], "the first of them is within it"


@few
@given(steps=st.lists(st.sampled_from(["give", "void", "already"]), min_size=4, max_size=24))
def test_b8_giving_and_voiding_gives_back_once_and_ends_at_the_gross_cap(
    lent: Database, steps: Sequence[Do]
) -> None:
    """B8: a reversal frees the budget once; the loop of reverse and spend again ends."""
    with shop_in(lent) as shop:
        shop.limit(1_000, budget_minor=1_000, budget_period="day")
        open_ones, gross = [], 0
        for step in steps:
            if step == "give":
                answer = shop.send("ana", shop.draft(500))
                if isinstance(answer, Recorded):
                    open_ones.append(answer.decision)
                    gross += 500
            elif step == "already":
                draft = shop.draft(1_500, already_given=True, note=NOTE)
                answer = shop.send("ana", draft)
                assert isinstance(answer, Recorded), "what was given is never refused"
                open_ones.append(answer.decision)
            elif open_ones:
                one = open_ones.pop()
                shop.void("dana", one)
                with pytest.raises(AlreadyVoidedError):
                    shop.void("sam", one)

        net = sum(one.amount_minor for one in open_ones if one.exception_reason is None)
        assert net <= 1_000
        assert gross <= 3_000
        assert shop.left("ana") == min(1_000 - net, 3_000 - gross)
        tallies.check_budgets(Driver(shop.session))


def test_b8_the_loop_is_stopped_in_the_end(shop: Shop) -> None:
    """B8: give, void, give again, as often as one likes."""
    shop.limit(1_000, budget_minor=1_000, budget_period="day")
    rounds = 0
    while True:
        answer = shop.send("ana", shop.draft(1_000))
        if isinstance(answer, Refused):
            break
        shop.void("ana", answer.decision)
        rounds += 1

    assert rounds == 3
    assert answer.refusal.rule == "gross"


@pytest.mark.parametrize("amount", [-1, MAX_MINOR + 1])
def test_b10_a_limit_below_nothing_or_beyond_what_a_ledger_holds_is_refused(
    shop: Shop, amount: int
) -> None:
    """B10: a limit of 0 means none; a negative one and one above the greatest are refused."""
    with pytest.raises(BadValueError):
        shop.limit(amount)
    shop.limit(0)
    assert shop.refused("ana", 1).headroom_minor == 0


def test_b10_nobody_sets_more_than_they_may(shop: Shop) -> None:
    """B10: above the ceiling that was granted."""
    ceiling = shop.people["dana"].ceiling_minor
    site_id = shop.sites["elm_street"].id

    with pytest.raises(CeilingError):
        shop.limit(ceiling + 1, by="dana", site_id=site_id)


@few
@given(
    gifts=st.lists(
        st.tuples(st.sampled_from(SAMS_SITES), st.sampled_from([300, 700, 1_000])),
        min_size=2,
        max_size=10,
    ),
    voided=st.sets(st.integers(0, 9), max_size=3),
)
def test_b15_the_cap_of_a_person_follows_them_over_all_sites(
    lent: Database, gifts: Sequence[tuple[str, int]], voided: set[int]
) -> None:
    """B15: a person moves from site to site; their own budget moves with them."""
    with shop_in(lent) as shop:
        sam = shop.people["sam"].id
        shop.limit(1_000, budget_minor=2_000, budget_period="week", person_id=sam)
        net, gross = 0, 0
        for number, (site, amount) in enumerate(gifts):
            answer = shop.send("sam", shop.draft(amount, site=site))
            fits = net + amount <= 2_000 and gross + amount <= 6_000
            assert isinstance(answer, Recorded) == fits, (site, amount, net)
            if not isinstance(answer, Recorded):
                assert answer.refusal.headroom_minor == min(2_000 - net, 6_000 - gross)
                continue
            net, gross = net + amount, gross + amount
            if number in voided:
                shop.void("sam", answer.decision)
                net -= amount
        for site in SAMS_SITES:
            left = shop.headroom("sam", site=site).headroom_minor
            assert left == min(1_000, 2_000 - net, 6_000 - gross), site
        assert budget_rows(shop.session) == recounted_rows(shop.session)


@few
@given(by=st.lists(st.sampled_from(["ana", "dana", "sam"]), min_size=2, max_size=5))
def test_a15_a_decision_is_voided_once_by_whoever_comes_first(
    lent: Database, by: Sequence[str]
) -> None:
    """A15: a reversal is sent twice, or reversed: there is one, and it stays."""
    with shop_in(lent) as shop:
        shop.limit(1_000, budget_minor=1_000, budget_period="day")
        made = shop.give("ana", 1_000)
        first, *others = by
        uid = str(uuid.uuid4())
        void = shop.void(first, made, uid=uid)

        assert shop.void(first, made, uid=uid) == void
        for name in others:
            with pytest.raises(AlreadyVoidedError) as found:
                shop.void(name, made)
            assert found.value.void == void
            with pytest.raises(AlreadyVoidedError):
                replaced(shop, name, void)
        assert shop.left("ana") == 1_000
        assert [held[0] for held in budget_rows(shop.session).values()] == [0]


def given_to(shop: Shop, name: str, amount: int, who: int | None) -> int:
    """Try to give it, and return how much was given."""
    answer = shop.send(name, shop.draft(amount, customer_id=who))
    return amount if isinstance(answer, Recorded) else 0


def replaced(shop: Shop, name: str, void: Void) -> None:
    """Try to put something in the place of what was voided."""
    decision = shop.session.get_one(Decision, void.decision_id)
    voids.replace_decision(
        shop.session,
        shop.people[name],
        decision,
        draft=VoidDraft(uid=str(uuid.uuid4()), reason="Wrong amount", taken_back=True),
        instead=replace(shop.draft(100), uid=str(uuid.uuid4())),
        now=MONDAY,
    )
