"""Before and after the decisions, and what is said of a horizon that does not suit."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from ledger.core import activity
from ledger.core.reports.around import around
from ledger.core.reports.overview import Choice
from ledger.core.reports.scope import Scope
from ledger.ledgers import Ledger
from tests.web.conftest import ClientFor
from tests.web.html import Page, parse
from tests.web.outcome_reading import numbers, page, words
from tests.web.outcome_year import LAST_DAY, take_activity, with_a_year


@pytest.fixture(scope="session")
def staffed_file(staffed_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Take a year of decisions into a SQLite file that every test here copies."""
    return with_a_year(staffed_file, tmp_path_factory.mktemp("year") / "ledger.sqlite")


def around_page(client_for: ClientFor, query: str = "") -> Page:
    answer = client_for("vera").get(f"/outcomes/around{query}")
    assert answer.status_code == 200, answer.text
    return parse(answer.text)


def test_what_was_spent_before_and_after_is_the_reports(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with ledger.database.reading() as session:
        choice = Choice(scope=Scope(), horizon_days=30, unit="customer")
        found = around(session, choice, through=activity.through(session).on)

    shown = around_page(client_for, "?decided=any&within=30")

    (spent,) = found.spent
    assert found.visits is not None
    rows = numbers(shown, "Spent, in USD")
    assert rows["30 days after"][0] == f"${spent.after.median / 100:.2f}"
    assert rows["30 days after"][3] == f"${spent.after.mean / 100:.2f}"
    visits = numbers(shown, "How often they came")["Days with a visit, of each"]
    assert visits[:2] == [str(found.visits.n), str(found.visits.median)]
    assert "Weak" in words(shown)
    assert "part of neither" in words(shown)


@pytest.mark.parametrize(
    "buyers, said",
    [
        (0, "On the very day nobody spent anything."),
        (1, "On the very day 1 of them spent $2.00: part of neither."),
        (2, "On the very day 2 of them together spent $4.00: part of neither."),
    ],
)
def test_what_was_spent_on_the_very_day_is_told_with_by_how_many(
    ledger: Ledger, client_for: ClientFor, buyers: int, said: str
) -> None:
    # A minute after decisions in the middle of the year, every third day.
    first = datetime.combine(LAST_DAY, time(17, 1), tzinfo=UTC) - timedelta(days=207)
    rows = [
        f"S{n},C{101 + 2 * n:04},{at:%Y-%m-%dT%H:%M:%SZ},purchase,2.00,USD"
        for n in range(buyers)
        for at in [first + timedelta(days=3 * n)]
    ]
    if rows:
        take_activity(ledger.database, *rows, through=LAST_DAY)

    assert said in words(around_page(client_for, "?decided=any&within=30"))


def test_a_few_are_not_enough_for_before_and_after(client_for: ClientFor) -> None:
    said = words(around_page(client_for, "?decided=2026-02&within=7"))

    assert "Not enough yet" in said
    assert "Median" not in said


def test_a_horizon_that_does_not_suit_is_named_with_one_that_does(
    ledger: Ledger, client_for: ClientFor
) -> None:
    start = date(2025, 9, 1)
    rows = [f"X{n},C{n:04},{start}T15:00:00Z,visit,0.00,USD" for n in range(300, 340)]
    for n in range(300, 340):
        back = start + timedelta(days=5 if n < 325 else 40)
        rows.append(f"Y{n},C{n:04},{back}T15:00:00Z,visit,0.00,USD")
    take_activity(ledger.database, *rows, feed="main", through=LAST_DAY)
    vera = client_for("vera")

    said = words(page(vera))

    assert "Of all customers, decided for or not," in said
    assert "Of all customers, decided for or not," not in words(page(vera, "?within=30"))
