"""Giving what an ask was allowed: once, by the asker, for what was permitted, and counted apart."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from ledger.core import (
    ask_rules,
    commitments,
    giving,
    instead,
    journal,
    site_changes,
    voids,
)
from ledger.core.ask_rules import Rule
from ledger.core.ask_steps import AskMovedOnError
from ledger.core.driver import Driver
from ledger.core.errors import NotFoundError
from ledger.core.sites import SiteChangedError
from ledger.core.tables import Ask, Budget, Site
from ledger.core.verification import tallies
from ledger.core.verification.findings import BadRowError
from tests.asking import MINUTE, answered, given, state, withdrawn
from tests.counter import MONDAY, Shop


@pytest.fixture
def ask(shop: Shop) -> Ask:
    """Let Ana ask for $40 for somebody, where she may give $25 and $75 a day."""
    shop.limit(2_500, budget_minor=7_500, budget_period="day")
    customer = shop.customer("555 867 5309")
    return shop.ask("ana", 4_000, customer_id=customer, note="The cake", forecast="comes_back")


def budget(shop: Shop) -> tuple[int, int, int]:
    """Return what Ana's one budget holds: alone, reserved and approved."""
    query = select(Budget).execution_options(populate_existing=True)
    row = shop.session.scalars(query).one()
    return row.alone, row.reserved, row.approved


def test_what_was_approved_is_given_with_one_tap(shop: Shop, ask: Ask) -> None:
    shop.give("ana", 1_000)
    answered(shop, "dana", ask)
    assert budget(shop) == (1_000, 4_000, 0)

    made = given(shop, "ana", ask)

    assert (made.amount_minor, made.ask_id, made.person_id) == (4_000, ask.id, ask.person_id)
    assert (made.customer_id, made.forecast) == (ask.customer_id, "comes_back")
    subject = f"note:{made.uid}"
    assert commitments.words_of(shop.session, [subject]) == {subject: "The cake"}
    assert (made.limit_per_decision_minor, made.budget_left_minor) == (2_500, 2_500)
    assert budget(shop) == (1_000, 0, 4_000)
    found = state(shop, ask)
    assert found.name == "given"
    assert found.end is not None
    assert found.end.decision_uid == made.uid


def test_a_counter_offer_is_accepted_by_giving_it(shop: Shop, ask: Ask) -> None:
    answered(shop, "dana", ask, "countered", amount_minor=3_000)

    made = given(shop, "ana", ask)

    assert made.amount_minor == 3_000
    assert state(shop, ask).name == "accepted"


def test_the_same_form_again_gives_the_same_decision(shop: Shop, ask: Ask) -> None:
    answered(shop, "dana", ask)
    uid, ana = str(uuid4()), shop.people["ana"]

    first = giving.give(shop.session, ana, ask, uid=uid, now=MONDAY + MINUTE)
    second = giving.give(shop.session, ana, ask, uid=uid, now=MONDAY + 2 * MINUTE)

    assert (first.is_replay, second.is_replay) == (False, True)
    assert first.decision.id == second.decision.id


def test_what_was_permitted_is_given_once(shop: Shop, ask: Ask) -> None:
    answered(shop, "dana", ask)
    given(shop, "ana", ask)

    with pytest.raises(AskMovedOnError) as told:
        given(shop, "ana", ask)

    assert told.value.state.name == "given"


def test_nothing_is_given_before_an_answer_after_a_decline_or_too_late(
    shop: Shop, ask: Ask
) -> None:
    with pytest.raises(AskMovedOnError):
        given(shop, "ana", ask)

    answered(shop, "dana", ask)
    with pytest.raises(AskMovedOnError) as told:
        given(shop, "ana", ask, now=MONDAY + timedelta(minutes=16))
    assert told.value.state.name == "lapsed"

    other = shop.ask("ana", 5_000)
    answered(shop, "dana", other, "declined")
    with pytest.raises(AskMovedOnError):
        given(shop, "ana", other)


def test_only_the_asker_gives_it(shop: Shop, ask: Ask) -> None:
    answered(shop, "dana", ask)

    for name in ("ben", "dana"):
        with pytest.raises(NotFoundError):
            given(shop, name, ask)


def test_a_permission_can_be_left_unused(shop: Shop, ask: Ask) -> None:
    answered(shop, "dana", ask)

    withdrawn(shop, "ana", ask)

    assert state(shop, ask).name == "withdrawn"
    assert shop.headroom("ana").budget_left_minor == 7_500


def test_what_was_approved_does_not_use_up_the_budget(shop: Shop, ask: Ask) -> None:
    answered(shop, "dana", ask)
    given(shop, "ana", ask)

    assert shop.headroom("ana").budget_left_minor == 7_500


def test_a_voided_approval_gives_nothing_back_to_the_budget(shop: Shop, ask: Ask) -> None:
    shop.give("ana", 1_000)
    answered(shop, "dana", ask)
    made = given(shop, "ana", ask)

    shop.void("dana", made, now=MONDAY + 3 * MINUTE)

    assert budget(shop) == (1_000, 0, 4_000)
    assert voids.void_of(shop.session, made) is not None


def test_budgets_are_what_asks_and_decisions_add_up_to(shop: Shop, ask: Ask) -> None:
    answered(shop, "dana", ask)
    given(shop, "ana", ask)
    declined, waiting = shop.ask("ana", 5_000), shop.ask("ana", 2_600)
    answered(shop, "sam", declined, "declined")
    shop.give("ana", 1_000, now=MONDAY + 3 * MINUTE)

    assert tallies.check_budgets(Driver(shop.session)) == 1
    assert budget(shop) == (1_000, waiting.reserved_minor, 4_000)

    shop.session.execute(update(Budget).values(reserved=0))
    with pytest.raises(BadRowError, match="reserved"):
        tallies.check_budgets(Driver(shop.session))


def test_what_was_asked_in_another_currency_is_not_given(shop: Shop, ask: Ask) -> None:
    answered(shop, "dana", ask)
    ana = shop.people["ana"]
    shop.session.execute(update(Site).where(col(Site.id) == ask.site_id).values(currency="EUR"))
    journal.append(
        shop.session,
        journal.Entry(kind="site.changed", actor="system", subject="site:1", content={}),
        now=MONDAY + MINUTE,
    )

    with pytest.raises(SiteChangedError):
        given(shop, "ana", ask)
    with pytest.raises(SiteChangedError):
        instead.give_instead(shop.session, ana, ask, 100, uid=str(uuid4()), now=MONDAY + 2 * MINUTE)

    assert state(shop, ask).name == "approved"


def test_a_site_with_asks_or_their_rule_keeps_its_currency(shop: Shop) -> None:
    asked, ruled = shop.sites["elm_street"], shop.sites["harbour"]
    shop.ask("ana", 500)
    ask_rules.set_rule(
        shop.session, ruled, Rule(act_now_up_to_minor=500), actor="system", now=MONDAY
    )

    assert site_changes.holds_money(shop.session, asked.id)
    assert site_changes.holds_money(shop.session, ruled.id)
    assert not site_changes.holds_money(shop.session, shop.sites["station"].id)
