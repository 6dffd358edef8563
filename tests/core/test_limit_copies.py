"""The same limit for other sites and grades in one step: all of them, or none."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from ledger.core import limit_copies
from ledger.core.errors import BadValueError
from ledger.core.limit_changes import ChangedMeanwhileError
from ledger.core.limit_copies import CopyError, change_limits, copies, spread
from ledger.core.limit_setting import CeilingError, NewLimit, OutsideSitesError
from ledger.core.tables import Limit, Words
from tests.counter import MONDAY, Shop


def plain(shop: Shop, **terms: object) -> NewLimit:
    new = NewLimit(
        currency="USD",
        per_decision_minor=3_500,
        site_id=shop.sites["elm_street"].id,
        reason="Winter",
    )
    return replace(new, **terms)  # type: ignore[arg-type]  # the fields of the limit


def count(shop: Shop) -> int:
    return shop.session.scalars(select(func.count()).select_from(Limit)).one()


def test_a_limit_and_its_copies_are_a_row_each_for_one_reason(shop: Shop) -> None:
    new = plain(shop, grade="Associate")
    harbour = shop.sites["harbour"].id
    others = spread(new, site_ids=[harbour], grades=["Senior"])

    made = change_limits(shop.session, shop.people["sam"], new, others, seen=[None] * 4, now=MONDAY)

    elm = shop.sites["elm_street"].id
    assert [(one.site_id, one.grade) for one in made] == [
        (elm, "Associate"),
        (elm, "Senior"),
        (harbour, "Associate"),
        (harbour, "Senior"),
    ]
    assert len({one.journal_seq for one in made}) == 4
    kept = {shop.session.get_one(Words, f"limit:{one.uid}").body for one in made}
    assert kept == {"Winter"}


def test_each_copy_is_checked_against_the_setter(shop: Shop) -> None:
    new = plain(shop, per_decision_minor=9_000)
    others = spread(new, site_ids=[shop.sites["harbour"].id])

    (copy,) = copies(shop.session, shop.people["dana"], others, now=MONDAY)
    (above,) = copies(
        shop.session,
        shop.people["sam"],
        [replace(others[0], per_decision_minor=20_001)],
        now=MONDAY,
    )

    assert [type(one) for one in copy.problems] == [OutsideSitesError]
    assert [type(one) for one in above.problems] == [CeilingError]


def test_b11_no_amount_is_copied_into_another_currency(shop: Shop) -> None:
    harbour = shop.sites["harbour"]
    harbour.currency = "EUR"
    shop.session.flush()
    others = spread(plain(shop), site_ids=[harbour.id])

    (copy,) = copies(shop.session, shop.people["sam"], others, now=MONDAY)

    assert isinstance(copy.problems[0], BadValueError)
    assert copy.problems[0].field == "currency"


def test_nothing_is_set_unless_all_of_it_can_be(shop: Shop) -> None:
    new = plain(shop)
    others = spread(new, site_ids=[shop.sites["harbour"].id])

    with pytest.raises(CopyError) as refused, shop.session.begin_nested():
        change_limits(shop.session, shop.people["dana"], new, others, seen=[None, None], now=MONDAY)

    assert isinstance(refused.value.problem, OutsideSitesError)
    assert refused.value.new == others[0]
    assert count(shop) == 0


def test_somebody_quicker_at_the_copys_site_is_seen_first(shop: Shop) -> None:
    new = plain(shop)
    harbour = shop.sites["harbour"].id
    others = spread(new, site_ids=[harbour])
    shop.limit(2_000, site_id=harbour)

    with pytest.raises(CopyError) as refused, shop.session.begin_nested():
        change_limits(shop.session, shop.people["sam"], new, others, seen=[None, None], now=MONDAY)

    assert isinstance(refused.value.problem, ChangedMeanwhileError)


def test_what_has_no_copies_gets_none(shop: Shop) -> None:
    sites, grades = [shop.sites["harbour"].id], ["Senior"]
    everyone, one = plain(shop, site_id=None), plain(shop, site_id=None, person_id=1)
    grade = plain(shop, site_id=None, grade="Associate")

    assert list(spread(everyone, site_ids=sites, grades=grades)) == []
    assert list(spread(one, site_ids=sites, grades=grades)) == []
    assert [new.grade for new in spread(grade, site_ids=sites, grades=grades)] == ["Senior"]
    assert [new.site_id for new in spread(plain(shop), site_ids=sites, grades=grades)] == sites
    assert limit_copies.scope_of(grade).grade == "Associate"
