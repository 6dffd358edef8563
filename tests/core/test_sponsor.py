"""The sponsor card: said before the figures are in, never edited, and bound by the journal."""

import uuid
from dataclasses import replace
from datetime import date, timedelta

import pytest

from ledger.core import leaving, sponsor
from ledger.core.errors import BadValueError
from ledger.core.sponsor import NewCard
from ledger.core.tables import SponsorCard, Words
from ledger.core.verification import BadRowError, verify
from tests.counter import MONDAY, Shop

ON = date(2026, 3, 2)


def card_of(shop: Shop, name: str = "vera") -> NewCard:
    return NewCard(
        uid=str(uuid.uuid4()),
        agreed_by_id=shop.people[name].id,
        figure="cost",
        target=1_500_000,
        currency="USD",
        judged_on=date(2026, 9, 1),
        stop="Costs rise three months in a row",
    )


def agree(shop: Shop, card: NewCard) -> SponsorCard:
    return sponsor.agree(shop.session, shop.people["vera"], card, on=ON, now=MONDAY)


def test_the_last_card_is_in_force_and_the_others_stay(shop: Shop) -> None:
    agree(shop, card_of(shop))
    agree(shop, replace(card_of(shop, "ada"), figure="written", target=9_500, currency=None))

    found = sponsor.cards(shop.session)

    assert [(one.card.figure, one.agreed_by, one.set_by) for one in found] == [
        ("written", "Ada", "Vera"),
        ("cost", "Vera", "Vera"),
    ]
    assert found[0].stop == "Costs rise three months in a row"


def test_the_same_form_again_is_the_same_card(shop: Shop) -> None:
    card = card_of(shop)

    assert agree(shop, card).id == agree(shop, card).id
    assert len(sponsor.cards(shop.session)) == 1


@pytest.mark.parametrize(
    "field, values",
    [
        ("figure", {"figure": "luck"}),
        ("target", {"target": -1}),
        ("target", {"figure": "came_back", "currency": None, "target": 10_001}),
        ("currency", {"currency": None}),
        ("currency", {"figure": "written", "target": 9_000}),
        ("judged_on", {"judged_on": ON}),
        ("note", {"stop": " "}),
        ("note", {"stop": "Call 212 555 0100 100"}),
        ("note", {"stop": "x" * 141}),
    ],
)
def test_what_cannot_be_used_is_refused_by_its_field(
    sqlite_shop: Shop, field: str, values: dict[str, object]
) -> None:
    card = replace(card_of(sqlite_shop), **values)  # type: ignore[arg-type]  # one value at a time

    with pytest.raises(BadValueError) as refused:
        agree(sqlite_shop, card)
    assert refused.value.field == field


def test_a_supervisor_cannot_stand_on_the_card(sqlite_shop: Shop) -> None:
    with pytest.raises(BadValueError):
        agree(sqlite_shop, card_of(sqlite_shop, "dana"))


def test_other_words_behind_a_card_are_found(sqlite_shop: Shop) -> None:
    card = agree(sqlite_shop, card_of(sqlite_shop))
    words = sqlite_shop.session.get_one(Words, sponsor.words_subject(card.uid))
    words.body = "Never"
    sqlite_shop.session.flush()

    with pytest.raises(BadRowError) as caught:
        verify(sqlite_shop.session)
    assert (caught.value.table, caught.value.key) == ("sponsor_card", card.id)


def test_who_has_left_stands_on_no_card_even_before_anybody_noted_it(shop: Shop) -> None:
    vera, later = shop.people["vera"], MONDAY + timedelta(days=3)
    leaving.leave(shop.session, vera, last_day=ON, actor="system", now=MONDAY)

    assert vera.active
    assert [one.name for one in sponsor.may_agree(shop.session, now=MONDAY)] == ["Ada", "Vera"]
    assert [one.name for one in sponsor.may_agree(shop.session, now=later)] == ["Ada"]
    with pytest.raises(BadValueError) as refused:
        sponsor.agree(shop.session, shop.people["ada"], card_of(shop), on=ON, now=later)
    assert refused.value.field == "agreed_by"
