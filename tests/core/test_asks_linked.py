"""What an ask is linked to: the version before, about the same; and a refusal of one's own."""

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import update
from sqlmodel import col

from ledger.core import asks, joining, journal
from ledger.core.asks import AskDraft
from ledger.core.errors import BadValueError, NotFoundError
from ledger.core.tables import Ask, Site
from tests.asking import MINUTE, state
from tests.counter import MONDAY, Shop
from tests.said import Said


@pytest.fixture
def first(shop: Shop) -> Ask:
    """Let Sam, who works at two sites, ask for $300, where $25 may be given."""
    shop.limit(2_500)
    return shop.ask("sam", 30_000)


@pytest.mark.parametrize(
    "field, site, remedy",
    [
        ("site_id", "harbour", "refund"),
        ("remedy_id", "elm_street", "credit"),
        ("customer_id", "elm_street", "refund"),
    ],
)
def test_the_next_version_is_about_the_same(
    shop: Shop, first: Ask, field: str, site: str, remedy: str
) -> None:
    said: Said = {}
    if field == "customer_id":
        said = {"customer_id": shop.customer("555 867 5309")}

    with pytest.raises(BadValueError) as told, shop.session.begin_nested():
        shop.ask("sam", 29_000, previous=first, site=site, remedy=remedy, **said)

    assert (told.value.field, told.value.why) == (field, "changed")
    assert state(shop, first).name == "waiting"


def test_the_next_version_is_in_the_same_currency(shop: Shop, first: Ask) -> None:
    shop.session.execute(update(Site).where(col(Site.id) == first.site_id).values(currency="EUR"))
    changed = journal.Entry(kind="site.changed", actor="system", subject="site:1", content={})
    journal.append(shop.session, changed, now=MONDAY)

    with pytest.raises(BadValueError, match="changed"):
        shop.ask("sam", 29_000, previous=first)


def test_the_reason_may_be_another_and_a_customer_may_have_been_joined(shop: Shop) -> None:
    shop.limit(2_500)
    one, other = shop.customer("555 867 5309"), shop.customer("555 867 5310")
    before = shop.ask("sam", 30_000, customer_id=other)
    joining.join_customers(
        shop.session, shop.people["dana"], one, other, reason="The same person", now=MONDAY
    )

    late = shop.reasons["late"]
    wanted = replace(shop.draft(29_000, customer_id=one), reason_id=late)
    draft = AskDraft(uid=wanted.uid, wanted=wanted, previous_uid=before.uid)
    after = asks.make_ask(shop.session, shop.people["sam"], draft, now=MONDAY).ask

    assert (after.version, after.reason_id) == (2, late)


def test_an_ask_names_only_a_refusal_of_ones_own_at_that_site(shop: Shop) -> None:
    shop.limit(2_500)
    own, bens = shop.refused("sam", 30_000), shop.refused("ben", 4_000)
    elsewhere = shop.refused("sam", 30_000, site="harbour")
    draft = AskDraft(uid=str(uuid4()), wanted=shop.draft(30_000), refusal_uid=own.uid)

    for uid in (bens.uid, elsewhere.uid, "none"):
        wrong = replace(draft, refusal_uid=uid)
        with pytest.raises(NotFoundError, match="refusal"), shop.session.begin_nested():
            asks.make_ask(shop.session, shop.people["sam"], wrong, now=MONDAY + MINUTE)

    made = asks.make_ask(shop.session, shop.people["sam"], draft, now=MONDAY + MINUTE)
    assert made.ask.refusal_uid == own.uid
