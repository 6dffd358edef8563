"""Days at the edge of the calendar, typed by a slip: named at the field, and never counted with."""

import pytest

from ledger.ledgers import Ledger
from tests.web.conftest import ClientFor
from tests.web.said import words_of
from tests.web.test_team_pages import add, row_of, site_id

PAGES = (
    ("otto", "/journal?since={day}"),
    ("otto", "/journal?until={day}"),
    ("otto", "/decisions?since={day}"),
    ("otto", "/decisions?until={day}"),
    ("dana", "/outcomes?decided=dates&since={day}&until={day}"),
    ("ada", "/completeness?period=dates&since={day}&until={day}"),
    ("hana", "/exports?period=days&start={day}&end={day}"),
    ("dana", "/recognitions?period=days&start={day}&end={day}"),
    ("dana", "/unmet-needs?period=days&start={day}&end={day}"),
    ("vera", "/summary?period={day}"),
)


@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "2101-01-01", "9999-12-31"])
def test_a_page_with_such_a_day_in_its_address_is_shown(client_for: ClientFor, day: str) -> None:
    browsers = {name: client_for(name) for name in {name for name, _ in PAGES}}

    for name, address in PAGES:
        answer = browsers[name].get(address.format(day=day))

        assert answer.status_code in {200, 404, 422}, address
        assert "Nothing was saved" not in words_of(answer), address


def test_the_journal_says_at_the_field_which_days_there_are(client_for: ClientFor) -> None:
    page = words_of(client_for("otto").get("/journal?since=9999-12-31"))

    assert "Choose a day from 2000-01-01 to 2036-02-28" in page


def test_nobody_begins_or_leaves_more_than_two_years_ahead(
    ledger: Ledger, client_for: ClientFor
) -> None:
    browser, ben = client_for("ada"), row_of(ledger, "Ben")
    fix = "Choose a day from 2000-01-01 to 2028-03-01"
    harbour = site_id(ledger, "harbour")

    for day in ("9999-12-31", "2028-03-02"):
        left = browser.post(f"/team/{ben.uid}/leave", data={"when": "day", "last_day": day})
        place = {"site": harbour, "from_date": day}
        moved = browser.post(f"/team/{ben.uid}/places", data=place)
        for answer in (left, moved, add(browser, site=harbour, from_date=day)):
            assert fix in words_of(answer)
    assert row_of(ledger, "Ben").last_day is None
