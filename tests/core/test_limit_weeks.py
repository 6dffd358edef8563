"""The shape of a limit's use at one site, week by week."""

from datetime import timedelta

from ledger.core.reports.limit_weeks import given_by_week
from tests.counter import MONDAY, Shop


def test_what_was_given_under_a_scope_is_summed_a_week_at_one_site(shop: Shop) -> None:
    shop.limit(2_000)
    shop.give("ana", 1_000, now=MONDAY - timedelta(days=7))
    everyone = shop.limit(2_500, now=MONDAY - timedelta(days=1))
    ben = shop.limit(3_000, person_id=shop.people["ben"].id)
    shop.give("ana", 2_500)
    shop.give("ana", 100, now=MONDAY - timedelta(days=6))
    shop.give("ben", 3_000)
    shop.give("chidi", 500, site="harbour")
    shop.void("ana", shop.give("ana", 900))

    found = given_by_week(
        shop.session,
        [everyone, ben],
        site_id=shop.sites["elm_street"].id,
        until=MONDAY.date(),
        weeks=2,
    )

    # The limit before it was for everyone too.
    assert found == {everyone.uid: [1_000, 2_600], ben.uid: [0, 3_000]}
