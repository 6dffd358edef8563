"""What a supervisor is to read: all that went past a limit with nobody's answer, alike."""

from datetime import datetime, timedelta

from ledger.core import ask_rules
from ledger.core.ask_rules import ALLOW, Rule
from ledger.core.reports.inbox_exceptions import ToRead, to_read, to_read_count
from tests.counter import MONDAY, Shop


def after(minutes: float) -> datetime:
    return MONDAY + timedelta(minutes=minutes)


def go_by(shop: Shop, rule: Rule) -> None:
    site = shop.sites["elm_street"]
    ask_rules.set_rule(shop.session, site, rule, actor="system", now=MONDAY)


def found(shop: Shop, name: str, *, minutes: float = 60) -> list[ToRead]:
    return list(to_read(shop.session, shop.people[name], now=after(minutes)))


def test_exceptions_the_band_and_what_time_allowed_are_read_alike(shop: Shop) -> None:
    shop.limit(2_500, budget_minor=9_000, budget_period="day")
    rule = Rule(act_now_up_to_minor=3_000, on_timeout=ALLOW, allow_up_to_minor=5_000)
    go_by(shop, rule)
    asked = shop.ask("ana", 4_500)
    shop.give("ana", 4_000, already_given=True, note="The bus was leaving", now=after(1))
    shop.give("ben", 3_000, act_now=True, note="It was late", now=after(2))
    shop.hand_in("ana", asked, now=after(16))
    approved = shop.ask("ben", 4_000, now=after(17))
    shop.answer("dana", approved, now=after(18))
    shop.hand_in("ben", approved, now=after(19))

    rows = found(shop, "dana")

    assert [(one.way, one.decision.amount_minor) for one in rows] == [
        ("already_given", 4_000),
        ("act_now", 3_000),
        ("allowed", 4_500),
    ]
    assert [(one.person, one.note, one.had_note) for one in rows][:2] == [
        ("Ana", "The bus was leaving", True),
        ("Ben", "It was late", True),
    ]
    assert to_read_count(shop.session, shop.people["dana"], now=after(60)) == 3


def test_it_is_due_a_day_after_it_was_written_down(shop: Shop) -> None:
    shop.limit(2_500)
    shop.give("ana", 4_000, already_given=True, note="The bus was leaving")
    day = 24 * 60

    assert [one.is_late for one in found(shop, "dana", minutes=day - 1)] == [False]
    assert [one.is_late for one in found(shop, "dana", minutes=day)] == [True]


def test_a_customer_is_named_as_in_the_list_of_decisions(shop: Shop) -> None:
    shop.limit(2_500)
    customer = shop.customer("212 555 0100")
    shop.give("ana", 4_000, already_given=True, note="The bus was leaving", customer_id=customer)

    (row,) = found(shop, "dana")

    assert row.customer is not None
    assert row.customer.found is not None
    assert row.customer.found.label == "0100"


def test_g2_what_was_given_at_another_site_is_not_there(shop: Shop) -> None:
    shop.limit(2_500)
    shop.give("chidi", 4_000, site="harbour", already_given=True, note="The bus was leaving")

    assert found(shop, "dana") == []
    assert found(shop, "otto") == []
    assert len(found(shop, "sam")) == 1
