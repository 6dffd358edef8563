"""The executive's figures: of which days they are."""

from datetime import date

import pytest

from ledger.core.reports.summary import summary
from tests.counter import Shop


@pytest.mark.parametrize(
    "on, since",
    [
        (date(2026, 11, 22), date(2025, 11, 23)),
        (date(2026, 12, 31), date(2026, 1, 1)),
        (date(2028, 2, 28), date(2027, 3, 1)),
        (date(2028, 2, 29), date(2027, 3, 1)),
        (date(2029, 2, 28), date(2028, 3, 1)),
    ],
)
def test_twelve_months_end_today_and_hold_no_day_twice(
    sqlite_shop: Shop, on: date, since: date
) -> None:
    found = summary(sqlite_shop.session, on=on)

    assert (found.since, found.until) == (since, on)
