"""The rule by which a site's asks go, and the turns in which people are asked there."""

from dataclasses import replace

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from ledger.core import ask_rules
from ledger.core.ask_rules import Rule
from ledger.core.errors import BadValueError, NotFoundError
from ledger.core.money import MAX_MINOR
from ledger.core.tables import AnswerTurn, AskRule, Journal
from ledger.core.verification import verify
from ledger.core.verification.findings import BadRowError
from ledger.database import Database
from tests import cast
from tests.counter import MONDAY, Shop, open_shop

ALLOWS = Rule(on_timeout="allow", allow_up_to_minor=5_000)


def set_rule(shop: Shop, new: Rule, *, site: str = "elm_street") -> bool:
    return ask_rules.set_rule(shop.session, shop.sites[site], new, actor="person:ada", now=MONDAY)


def set_turns(shop: Shop, **names: int) -> bool:
    turns = {shop.people[name].id: turn for name, turn in names.items()}
    site = shop.sites["elm_street"]
    return ask_rules.set_turns(shop.session, site, turns, actor="person:ada", now=MONDAY)


def rule_at(shop: Shop, site: str = "elm_street") -> Rule:
    return ask_rules.rule_of(shop.session, shop.sites[site].id)


def written(shop: Shop, kind: str) -> int:
    return len(shop.session.scalars(select(Journal).where(col(Journal.kind) == kind)).all())


def test_a_site_without_a_rule_of_its_own_goes_by_the_usual(shop: Shop) -> None:
    usual = rule_at(shop)
    assert (usual.waits_minutes, usual.next_after_minutes) == (15, 5)
    assert usual.on_timeout == "expire"
    # Nobody goes past a limit at once unless a site lets them.
    assert usual.act_now_up_to_minor == 0
    assert not usual.allows_at_timeout(1)


def test_a_site_has_the_rule_that_was_set_last_and_the_others_keep_theirs(shop: Shop) -> None:
    assert set_rule(shop, ALLOWS)
    assert rule_at(shop) == ALLOWS
    assert rule_at(shop, "harbour") == Rule()
    assert ALLOWS.allows_at_timeout(5_000)
    assert not ALLOWS.allows_at_timeout(5_001)
    assert set_rule(shop, Rule(waits_minutes=1))
    assert rule_at(shop).waits_minutes == 1
    assert written(shop, "ask_rule.changed") == 2


def test_the_same_rule_again_is_no_news(shop: Shop) -> None:
    assert not set_rule(shop, Rule())
    assert set_rule(shop, ALLOWS)
    assert not set_rule(shop, ALLOWS)
    assert written(shop, "ask_rule.changed") == 1


@pytest.mark.parametrize(
    "new, field",
    [
        (Rule(waits_minutes=0), "waits_minutes"),
        (Rule(waits_minutes=1_441), "waits_minutes"),
        (Rule(next_after_minutes=0), "next_after_minutes"),
        (Rule(next_after_minutes=1_441), "next_after_minutes"),
        (Rule(on_timeout="approve"), "on_timeout"),
        (Rule(act_now_up_to_minor=-1), "act_now_up_to_minor"),
        (Rule(act_now_up_to_minor=MAX_MINOR + 1), "act_now_up_to_minor"),
        (replace(ALLOWS, allow_up_to_minor=MAX_MINOR + 1), "allow_up_to_minor"),
        (replace(ALLOWS, allow_up_to_minor=0), "allow_up_to_minor"),
    ],
)
def test_a_value_that_cannot_be_is_named_and_nothing_is_set(
    shop: Shop, new: Rule, field: str
) -> None:
    with pytest.raises(BadValueError) as refused:
        set_rule(shop, new)
    assert refused.value.field == field
    assert rule_at(shop) == Rule()


@pytest.mark.parametrize("minutes", [1, 1_440])
def test_the_bounds_themselves_can_be_set(shop: Shop, minutes: int) -> None:
    new = Rule(waits_minutes=minutes, next_after_minutes=minutes, act_now_up_to_minor=MAX_MINOR)
    assert set_rule(shop, new)
    assert rule_at(shop) == new


def test_turns_are_written_over_and_never_deleted(shop: Shop) -> None:
    sam = shop.people["sam"].id
    assert set_turns(shop, sam=2, dana=1)
    assert ask_rules.turns_at(shop.session, shop.sites["elm_street"].id) == {sam: 2}
    assert not set_turns(shop, sam=2)
    assert set_turns(shop, sam=1)
    assert ask_rules.turns_at(shop.session, shop.sites["elm_street"].id) == {sam: 1}
    assert ask_rules.turns_at(shop.session, shop.sites["harbour"].id) == {}
    assert written(shop, "answer_turns.changed") == 2


@pytest.mark.parametrize("turn", [0, 10])
def test_a_turn_is_one_to_nine(shop: Shop, turn: int) -> None:
    with pytest.raises(BadValueError, match="turn"):
        set_turns(shop, sam=turn)


def test_only_who_may_answer_has_a_turn(shop: Shop) -> None:
    with pytest.raises(BadValueError, match="person_id: may not answer"):
        set_turns(shop, ana=2)
    site = shop.sites["elm_street"]
    with pytest.raises(NotFoundError):
        ask_rules.set_turns(shop.session, site, {987_654: 2}, actor="system", now=MONDAY)


@pytest.mark.parametrize("table", [AskRule, AnswerTurn])
def test_a_rule_that_somebody_changed_past_the_journal_is_found(
    database: Database, table: type[AskRule | AnswerTurn]
) -> None:
    with database.writing() as session:
        shop = open_shop(session, cast.hire(session))
        set_rule(shop, ALLOWS)
        set_turns(shop, sam=2, dana=3)
        set_turns(shop, dana=1)
    with database.reading() as session:
        verify(session)
    with database.writing() as session:
        changed = {"waits_minutes": 60} if table is AskRule else {"turn": 5}
        session.execute(update(table).values(**changed))
    with database.reading() as session, pytest.raises(BadRowError, match=table.__tablename__):
        verify(session)
