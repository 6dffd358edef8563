"""Asks: made at the refusal, kept by a reservation, changed by a next version, ended by time."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlmodel import col

from ledger.core import ask_rules, ask_steps, asks
from ledger.core.ask_steps import AskMovedOnError
from ledger.core.asks import AskDraft, WithinHeadroomError
from ledger.core.errors import BadValueError, NotFoundError
from ledger.core.submissions import SubmissionReusedError
from ledger.core.tables import Ask, AskAnswer, Budget, Journal
from tests.asking import MINUTE, answered, given, state, withdrawn
from tests.counter import MONDAY, TUESDAY, Shop

LATER = MONDAY + timedelta(minutes=15)


def open_till(shop: Shop) -> None:
    """Set $25 a decision and $75 a day, of which Ana has given $67."""
    shop.limit(2_500, budget_minor=7_500, budget_period="day")
    for amount in (2_500, 2_500, 1_700):
        shop.give("ana", amount)


def reserved(shop: Shop) -> int:
    """Return what the budgets keep for asks."""
    query = select(Budget).execution_options(populate_existing=True)
    return sum(row.reserved for row in shop.session.scalars(query))


def steps(shop: Shop, ask: Ask) -> list[tuple[int, str]]:
    """Return the steps of an ask in the book."""
    query = select(AskAnswer).where(col(AskAnswer.ask_id) == ask.id).order_by(col(AskAnswer.step))
    return [(row.step, row.kind) for row in shop.session.scalars(query)]


def test_an_ask_says_what_is_wanted_and_what_held_it_back(shop: Shop) -> None:
    open_till(shop)

    ask = shop.ask("ana", 2_000, note="A whole tray was soft")

    assert (ask.version, ask.thread_uid, ask.previous_id) == (1, ask.uid, None)
    assert (ask.rule, ask.headroom_minor, ask.budget_left_minor) == ("budget", 800, 800)
    assert (ask.limit_per_decision_minor, ask.limit_budget_minor) == (2_500, 7_500)
    assert ask.expires_at == MONDAY + timedelta(minutes=15)
    assert asks.why_of(shop.session, [ask]) == {ask.uid: "A whole tray was soft"}
    written = shop.session.get_one(Journal, ask.journal_seq)
    assert (written.kind, written.subject) == ("ask.made", f"ask:{ask.uid}")
    assert "tray" not in written.content
    assert state(shop, ask).name == "waiting"


def test_an_ask_keeps_what_is_left_of_the_budget(shop: Shop) -> None:
    open_till(shop)

    ask = shop.ask("ana", 2_000)

    assert (ask.reserved_minor, reserved(shop)) == (800, 800)
    assert shop.left("ana") == 0
    assert shop.refused("ana", 100).rule == "budget"


def test_an_ask_above_the_limit_keeps_no_more_than_it_asks_for(shop: Shop) -> None:
    shop.limit(2_500, budget_minor=7_500, budget_period="day")

    ask = shop.ask("ana", 3_000)

    assert (ask.rule, ask.reserved_minor) == ("per_decision", 3_000)
    assert shop.headroom("ana").budget_left_minor == 4_500


def test_without_a_budget_nothing_is_kept(shop: Shop) -> None:
    shop.limit(2_500)

    assert shop.ask("ana", 3_000).reserved_minor == 0


def test_without_a_limit_somebody_can_still_be_asked(shop: Shop) -> None:
    ask = shop.ask("ana", 500)

    assert (ask.rule, ask.limit_id, ask.reserved_minor) == ("no_limit", None, 0)


def test_a_budget_row_that_is_opened_later_knows_what_asks_keep(shop: Shop) -> None:
    shop.limit(2_500, budget_minor=7_500, budget_period="week")
    shop.ask("ana", 3_000)
    shop.limit(2_500, budget_minor=5_000, budget_period="day", now=MONDAY)

    shop.give("ana", 1_000, now=MONDAY + MINUTE)

    assert shop.left("ana", now=MONDAY + MINUTE) == 1_000
    assert reserved(shop) == 3_000


def test_what_can_be_given_is_not_asked_for(shop: Shop) -> None:
    shop.limit(2_500)

    with pytest.raises(WithinHeadroomError) as told:
        shop.ask("ana", 2_500)

    assert (told.value.headroom_minor, told.value.currency) == (2_500, "USD")


def test_for_family_somebody_is_always_asked(shop: Shop) -> None:
    shop.limit(2_500)

    ask = shop.ask("ana", 500, declared_own=True)

    assert (ask.rule, ask.declared_own) == ("own_customer", True)


def test_the_same_form_again_is_the_same_ask(shop: Shop) -> None:
    open_till(shop)
    draft = AskDraft(uid=str(uuid4()), wanted=shop.draft(2_000))
    ana = shop.people["ana"]

    first = asks.make_ask(shop.session, ana, draft, now=MONDAY)
    second = asks.make_ask(shop.session, ana, draft, now=MONDAY + MINUTE)

    assert (first.is_replay, second.is_replay) == (False, True)
    assert first.ask.id == second.ask.id
    assert reserved(shop) == 800


def test_the_id_of_another_form_is_refused(shop: Shop) -> None:
    open_till(shop)
    uid = str(uuid4())
    shop.ask("ana", 2_000, uid=uid)

    with pytest.raises(SubmissionReusedError):
        shop.ask("ana", 2_100, uid=uid)


def test_an_ask_that_nobody_answers_expires_and_frees_the_budget_once(shop: Shop) -> None:
    open_till(shop)
    ask = shop.ask("ana", 2_000)

    assert state(shop, ask, now=LATER - MINUTE).name == "waiting"
    assert state(shop, ask, now=LATER).name == "expired"
    # Nobody has written it down yet, and it binds already.
    assert shop.left("ana", now=LATER) == 800

    shop.give("ana", 800, now=LATER)

    assert (steps(shop, ask), reserved(shop)) == ([(1, "expired")], 0)
    assert shop.left("ana", now=LATER) == 0
    assert ask_steps.settle(shop.session, ask.person_id, now=LATER) == 0


def test_where_the_site_lets_it_an_ask_is_allowed_when_time_is_up(shop: Shop) -> None:
    open_till(shop)
    _let_time_out_allow(shop, 2_000)

    ask, more = shop.ask("ana", 2_000), shop.ask("ana", 2_001)

    found = state(shop, ask, now=LATER)
    assert (found.name, found.may_give_minor) == ("allowed", 2_000)
    assert found.until == LATER + timedelta(minutes=15)
    assert state(shop, more, now=LATER).name == "expired"
    made = given(shop, "ana", ask, now=LATER + MINUTE)
    assert (made.ask_id, made.amount_minor) == (ask.id, 2_000)
    assert steps(shop, ask) == [(1, "allowed"), (2, "given")]


def test_what_time_allowed_lapses_unused(shop: Shop) -> None:
    open_till(shop)
    _let_time_out_allow(shop, 2_000)
    ask = shop.ask("ana", 2_000)
    much_later = LATER + timedelta(minutes=15)

    assert state(shop, ask, now=much_later).name == "lapsed"
    assert shop.left("ana", now=much_later) == 800
    ask_steps.settle(shop.session, ask.person_id, now=much_later)
    assert (steps(shop, ask), reserved(shop)) == ([(1, "allowed"), (2, "lapsed")], 0)


def _let_time_out_allow(shop: Shop, up_to_minor: int) -> None:
    rule = ask_rules.Rule(on_timeout="allow", allow_up_to_minor=up_to_minor)
    ask_rules.set_rule(
        shop.session, shop.sites["elm_street"], rule, actor="system", now=MONDAY - MINUTE
    )


def test_for_family_and_without_a_limit_time_allows_nothing(shop: Shop) -> None:
    _let_time_out_allow(shop, 2_000)

    no_limit = shop.ask("ana", 500)
    shop.limit(2_500)
    own = shop.ask("ana", 500, declared_own=True)

    assert not no_limit.timeout_allows
    assert not own.timeout_allows


def test_an_ask_can_be_taken_back(shop: Shop) -> None:
    open_till(shop)
    ask = shop.ask("ana", 2_000)

    withdrawn(shop, "ana", ask)

    assert state(shop, ask).name == "withdrawn"
    assert (shop.left("ana"), reserved(shop)) == (800, 0)
    with pytest.raises(AskMovedOnError):
        withdrawn(shop, "ana", ask)


def test_nobody_takes_back_what_another_asked(shop: Shop) -> None:
    open_till(shop)
    ask = shop.ask("ana", 2_000)

    with pytest.raises(NotFoundError):
        withdrawn(shop, "ben", ask)
    with pytest.raises(NotFoundError):
        asks.own_ask(shop.session, shop.people["ben"], ask.uid)


def test_a_changed_ask_is_the_next_version_and_keeps_the_budget_once(shop: Shop) -> None:
    open_till(shop)
    first = shop.ask("ana", 2_000)

    second = shop.ask("ana", 2_200, previous=first, now=MONDAY + MINUTE)

    assert (second.version, second.thread_uid) == (2, first.uid)
    assert second.previous_id == first.id
    assert state(shop, first).name == "replaced"
    assert second.content_hash != first.content_hash
    assert (second.reserved_minor, reserved(shop)) == (800, 800)
    assert [ask.id for ask in asks.versions_of(shop.session, first)] == [first.id, second.id]


def test_a_second_try_after_a_decline_is_linked(shop: Shop) -> None:
    open_till(shop)
    first = shop.ask("ana", 2_000)
    answered(shop, "dana", first, "declined")

    second = shop.ask("ana", 1_500, previous=first, now=MONDAY + 2 * MINUTE)

    assert (second.version, second.previous_id) == (2, first.id)
    assert state(shop, first).name == "declined"


def test_only_the_last_version_is_followed_by_another(shop: Shop) -> None:
    open_till(shop)
    first = shop.ask("ana", 2_000)
    second = shop.ask("ana", 2_200, previous=first)
    answered(shop, "dana", second)
    given(shop, "ana", second)

    for previous in (first, second):
        with pytest.raises(AskMovedOnError):
            shop.ask("ana", 2_300, previous=previous, now=MONDAY + 3 * MINUTE)


def test_whoever_leaves_leaves_no_ask_behind(shop: Shop) -> None:
    open_till(shop)
    ask = shop.ask("ana", 2_000)

    ended = asks.end_for_leaver(shop.session, shop.people["ana"], site_id=None, now=MONDAY)

    assert ended == 1
    assert (state(shop, ask).name, reserved(shop)) == ("withdrawn", 0)


def test_open_asks_are_those_of_which_something_can_come(shop: Shop) -> None:
    open_till(shop)
    waiting, gone = shop.ask("ana", 2_000), shop.ask("ana", 2_100)
    withdrawn(shop, "ana", gone)
    ana = shop.people["ana"]

    assert [ask.id for ask in asks.open_of(shop.session, ana, now=MONDAY)] == [waiting.id]
    assert asks.open_of(shop.session, ana, now=TUESDAY) == []


def test_an_ask_for_what_is_not_offered_is_named(shop: Shop) -> None:
    open_till(shop)
    draft = AskDraft(uid="not an id", wanted=shop.draft(2_000))

    with pytest.raises(BadValueError) as told:
        asks.make_ask(shop.session, shop.people["ana"], draft, now=MONDAY)

    assert told.value.field == "uid"
