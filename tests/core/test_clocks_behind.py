"""A machine whose clock is behind the journal's: asks and undoing go by the ledger's time."""

from datetime import timedelta

import pytest

from ledger.core import answerers, voids
from ledger.core.answerers import Asked
from ledger.core.ask_steps import AskMovedOnError
from ledger.core.errors import NotPermittedError
from tests.asking import MINUTE, answered, given, state, withdrawn
from tests.counter import MONDAY, Shop

AHEAD = MONDAY + timedelta(hours=1)
LASTS = 15 * MINUTE


@pytest.fixture(autouse=True)
def _journal_ahead(shop: Shop) -> None:
    """Let somebody give at a machine that is an hour ahead of the one on which the rest is done."""
    shop.limit(2_500, budget_minor=7_500, budget_period="day")
    shop.give("ben", 100, now=AHEAD)


def test_an_ask_waits_as_long_as_it_would_on_any_machine(shop: Shop) -> None:
    ask = shop.ask("ana", 4_000, now=MONDAY)

    assert (ask.made_at, ask.expires_at) == (AHEAD, AHEAD + LASTS)
    assert state(shop, ask, now=AHEAD + LASTS - MINUTE).name == "waiting"


def test_who_is_asked_is_asked_at_once(shop: Shop) -> None:
    ask = shop.ask("ana", 4_000, now=MONDAY)
    asked = Asked(
        person_id=ask.person_id, site_id=ask.site_id, amount_minor=4_000, made_at=ask.made_at
    )

    found = answerers.answerers(shop.session, asked, now=MONDAY)

    assert [one.is_asked for one in found] == [True, True]


def test_an_approval_lasts_fifteen_minutes_also_where_the_clock_is_behind(shop: Shop) -> None:
    ask = shop.ask("ana", 4_000, now=AHEAD)
    behind = AHEAD - 5 * MINUTE

    row = answered(shop, "dana", ask, now=behind)

    assert (row.made_at, row.lapses_at) == (AHEAD, AHEAD + LASTS)
    assert given(shop, "ana", ask, now=AHEAD + 14 * MINUTE).ask_id == ask.id


def test_no_step_of_an_ask_is_made_before_it(shop: Shop) -> None:
    ask = shop.ask("ana", 4_000, now=AHEAD)

    row = withdrawn(shop, "ana", ask, now=MONDAY)

    assert row.made_at == ask.made_at == AHEAD


def test_what_has_lapsed_elsewhere_is_not_given_where_the_clock_is_behind(shop: Shop) -> None:
    ask = shop.ask("ana", 4_000, now=AHEAD)
    answered(shop, "dana", ask, now=AHEAD)
    shop.give("ben", 100, now=AHEAD + LASTS)

    with pytest.raises(AskMovedOnError):
        given(shop, "ana", ask, now=MONDAY)


def test_two_minutes_are_two_minutes_where_the_clock_is_behind(shop: Shop) -> None:
    first, second = shop.give("ana", 100, now=AHEAD), shop.give("ana", 100, now=AHEAD)
    assert voids.undo_seconds_left(first, now=MONDAY) == 120
    assert shop.void("ana", first, now=MONDAY).decision_id == first.id

    shop.give("ben", 100, now=AHEAD + 2 * MINUTE)

    assert not voids.may_void(shop.session, shop.people["ana"], second, now=MONDAY)
    with pytest.raises(NotPermittedError):
        shop.void("ana", second, now=MONDAY)
