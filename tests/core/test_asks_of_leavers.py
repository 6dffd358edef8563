"""What becomes of the asks of somebody who leaves, moves away, or gets another role."""

from datetime import timedelta

import pytest

from ledger.core import (
    ask_states,
    leaving,
    person_changes,
    signing_in,
    work_places,
)
from ledger.core.errors import LedgerError
from ledger.core.permissions import Role
from ledger.core.person_changes import PersonChange
from ledger.core.tables import Ask
from ledger.core.work_places import NewPlace
from tests.asking import answered, given
from tests.core.test_delegations import TODAY
from tests.counter import MONDAY, Shop

DAY = timedelta(days=1)


def state(shop: Shop, ask: Ask) -> str:
    return ask_states.state_of(shop.session, ask, now=MONDAY).name


def open_asks(shop: Shop, name: str = "ana") -> int:
    return leaving.open_work_of(shop.session, shop.people[name], now=MONDAY).asks


def test_an_ask_that_waits_ends_with_who_leaves(shop: Shop) -> None:
    shop.limit(1_000)
    ask = shop.ask("ana", 5_000)
    assert open_asks(shop) == 1
    leaving.leave(shop.session, shop.people["ana"], last_day=None, actor="system", now=MONDAY)
    assert state(shop, ask) == "withdrawn"
    assert open_asks(shop) == 0


def test_a_permission_that_was_not_used_ends_too(shop: Shop) -> None:
    shop.limit(1_000)
    ask = shop.ask("ana", 5_000)
    answered(shop, "dana", ask, now=MONDAY)
    leaving.leave(shop.session, shop.people["ana"], last_day=None, actor="system", now=MONDAY)
    with pytest.raises(LedgerError):
        given(shop, "ana", ask, now=MONDAY)


def test_who_has_a_last_day_to_come_goes_on_asking(shop: Shop) -> None:
    shop.limit(1_000)
    ask = shop.ask("ana", 5_000)
    leaving.leave(shop.session, shop.people["ana"], last_day=TODAY, actor="system", now=MONDAY)
    assert state(shop, ask) == "waiting"
    # Whoever signs in after it lets the ledger write down what time has ended.
    signing_in.start(shop.session, shop.people["dana"], now=MONDAY + DAY)
    then = ask_states.state_of(shop.session, ask, now=MONDAY + DAY)
    assert (then.name, then.is_due) == ("expired", False)


def test_an_ask_ends_at_the_site_at_which_one_works_no_more(shop: Shop) -> None:
    shop.limit(1_000)
    ana = shop.people["ana"]
    (elm,) = work_places.places_of(shop.session, ana, now=MONDAY)
    harbour = NewPlace(site_id=shop.sites["harbour"].id, from_date=TODAY)
    work_places.add_place(shop.session, ana, harbour, actor="system", now=MONDAY)
    here, there = shop.ask("ana", 5_000), shop.ask("ana", 5_000, site="harbour")
    work = leaving.open_work_of(shop.session, ana, now=MONDAY, site=shop.sites["harbour"])
    assert work.asks == 1
    work_places.end_place(
        shop.session, ana, elm.row.id, last_day=TODAY - DAY, actor="system", now=MONDAY
    )
    assert state(shop, here) == "withdrawn"
    assert state(shop, there) == "waiting"


def test_with_a_role_that_records_nothing_asks_end(shop: Shop) -> None:
    shop.limit(1_000)
    ask = shop.ask("ana", 5_000)
    for role, name in ((Role.SUPERVISOR, "waiting"), (Role.HR, "withdrawn")):
        person_changes.change_person(
            shop.session, shop.people["ana"], PersonChange(role=role), actor="system", now=MONDAY
        )
        assert state(shop, ask) == name
