"""The asks that wait for somebody who leaves: who is asked instead, and which nobody could."""

from ledger.core import delegations
from ledger.core.asks_left import NONE, AsksLeft, asks_left_by
from ledger.core.delegations import NewDelegation
from tests.asking import MINUTE, answered
from tests.counter import MONDAY, Shop

NOW = MONDAY + MINUTE


def left(shop: Shop, name: str, site: str | None = None) -> AsksLeft:
    site_id = None if site is None else shop.sites[site].id
    return asks_left_by(shop.session, shop.people[name], now=NOW, site_id=site_id)


def test_who_else_could_approve_it_is_asked_then(shop: Shop) -> None:
    shop.limit(1_000)
    shop.ask("ana", 5_000)

    assert left(shop, "dana") == AsksLeft(count=1, names=("Sam",), by_nobody=0)
    assert left(shop, "sam") == AsksLeft(count=1, names=("Dana",), by_nobody=0)
    assert left(shop, "dana", "elm_street").count == 1
    assert left(shop, "sam", "harbour") == NONE
    assert left(shop, "ben") == NONE


def test_what_only_they_could_approve_is_left_to_nobody(shop: Shop) -> None:
    shop.limit(1_000)
    shop.ask("ana", 15_000)

    assert left(shop, "sam") == AsksLeft(count=1, names=(), by_nobody=1)
    assert left(shop, "dana") == NONE


def test_what_was_answered_waits_for_nobody(shop: Shop) -> None:
    shop.limit(1_000)
    ask = shop.ask("ana", 5_000)
    answered(shop, "dana", ask, now=MONDAY)

    assert left(shop, "dana") == NONE


def test_who_stood_in_leaves_it_to_the_one_who_handed_over(shop: Shop) -> None:
    shop.limit(1_000)
    dana, sam = shop.people["dana"], shop.people["sam"]
    new = NewDelegation(
        uid="0d4f2f0a-31f2-4b7c-9d11-8a0a3fd0c0aa",
        to=sam,
        starts_on=MONDAY.date(),
        ends_on=MONDAY.date(),
    )
    delegations.hand_over(shop.session, dana, new, by=dana, now=MONDAY)
    shop.ask("ana", 5_000)

    assert left(shop, "dana") == NONE
    assert left(shop, "sam") == AsksLeft(count=1, names=("Dana",), by_nobody=0)
