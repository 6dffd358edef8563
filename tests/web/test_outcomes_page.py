"""The outcomes page over a year of decisions: the report's own figures, and what goes with them."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from ledger.core import feeds, sites
from ledger.core.feeds import FeedChange
from ledger.core.founding import HORIZONS
from ledger.core.reports.retention import AtHorizon
from ledger.core.sites import NewSite
from ledger.core.units import UNITS
from ledger.ledgers import Ledger
from ledger.web.charts import Numbers
from ledger.web.outcome_charts import Figure
from ledger.web.outcome_dots import columns
from tests.web.conftest import ClientFor
from tests.web.outcome_reading import HEADLINE, at, numbers, page, report, stats, words
from tests.web.outcome_year import NOW, decided, take_activity, take_decisions, with_a_year

CAUSAL = ("because", "due to", "thanks to", "leads to", "caused", "works", "effect", "improve")


@pytest.fixture(scope="session")
def staffed_file(staffed_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Take a year of decisions into a SQLite file that every test here copies."""
    return with_a_year(staffed_file, tmp_path_factory.mktemp("year") / "ledger.sqlite")


def as_shown(state: AtHorizon) -> list[str]:
    """Return a group's numbers as the page writes them."""
    if state.known < 30 or state.rate is None or state.interval is None:
        return [f"{state.known:,}", "not enough yet", ""]
    low, high = state.interval.low * 100, state.interval.high * 100
    return [f"{state.known:,}", f"{state.rate * 100:.1f}", f"{low:.1f}–{high:.1f}"]  # noqa: RUF001 (as the page writes it)


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("days", [7, 30, 90, 180, 365])
def test_the_headline_is_the_reports(
    ledger: Ledger, client_for: ClientFor, unit: str, days: int
) -> None:
    whole = report(ledger, unit=unit, episode_days=days).group()
    assert whole is not None
    state = at(whole, days)

    found = page(client_for("vera"), f"?decided=any&count={unit}&within={days}")

    exact = numbers(found, HEADLINE)
    assert exact["Came back"] == [str(state.came_back)]
    assert exact["Not back"] == [str(state.not_back)]
    assert exact["Maturing"] == [str(state.maturing)]
    assert exact["Counted"] == [str(whole.decisions)]
    assert exact["Walk-ins"] == [str(whole.walk_ins)]
    known, rate, limits = as_shown(state)
    assert rate in stats(found)[0]
    assert f"{limits}, of {known} matured" in stats(found)[0] or state.known < 30


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize(
    "by, title",
    [
        ("site", "By site"),
        ("remedy", "By remedy"),
        ("reason", "By reason"),
        ("band", "By amount"),
    ],
)
def test_every_group_has_the_reports_numbers(
    ledger: Ledger, client_for: ClientFor, unit: str, by: str, title: str
) -> None:
    groups = report(ledger, unit=unit, by=by, episode_days=30).groups

    found = page(client_for("vera"), f"?decided=any&count={unit}&within=30")

    shown = [*numbers(found, title).values(), *numbers(found, "Used at a later visit").values()]
    if by != "remedy":
        shown = list(numbers(found, title).values())
    assert sorted(shown) == sorted(as_shown(at(group, 30)) for group in groups)


@pytest.mark.parametrize("unit", UNITS)
def test_the_curve_is_the_reports(ledger: Ledger, client_for: ClientFor, unit: str) -> None:
    whole = report(ledger, unit=unit, episode_days=30).group()
    assert whole is not None

    shown = numbers(
        page(client_for("vera"), f"?decided=any&count={unit}&within=30"),
        "Days until the customer came back",
    )

    points = {point.day: point for point in whole.curve}
    assert set(shown) == {"5", "10", "15", "20", "25", "30"}
    for day, (watched, share, band) in shown.items():
        point = points[int(day)]
        assert watched == str(point.at_risk)
        assert share == f"{point.share * 100:.1f} %"
        assert point.low is not None
        assert band.startswith(f"{point.low * 100:.1f}")


@pytest.mark.parametrize("unit", UNITS)
def test_the_months_are_the_reports(ledger: Ledger, client_for: ClientFor, unit: str) -> None:
    groups = report(ledger, unit=unit, by="month").groups

    found = page(client_for("vera"), f"?decided=any&count={unit}")

    shown = numbers(found, "Outcome by month of decision")
    states = [at(group, 90) for group in groups]
    assert list(shown.values()) == [
        [str(one.came_back), str(one.not_back), str(one.maturing), *as_shown(one)[1:]]
        for one in states
    ]


def test_supervisors_see_their_own_sites_and_no_others(client_for: ClientFor) -> None:
    dana = client_for("dana")

    own, all_of_them = stats(page(dana)), stats(page(client_for("sam")))

    assert own != all_of_them
    assert "Harbour" not in words(page(dana))
    assert "Site “S2” is not known here." in words(page(dana, "?site=S2"))
    assert stats(page(dana, "?site=S2")) == own
    assert "By site" in words(page(client_for("sam")))


def test_a_site_is_looked_at_alone(ledger: Ledger, client_for: ClientFor) -> None:
    groups = {group.key: group for group in report(ledger, by="site").groups}

    found = page(client_for("otto"), "?site=S2&decided=any&within=30")

    state = at(groups["S2"], 30)
    assert numbers(found, HEADLINE)["Came back"] == [str(state.came_back)]
    assert "By site" not in words(found)


def test_it_says_until_when_it_knows_and_how_many_it_counts(client_for: ClientFor) -> None:
    said = words(page(client_for("vera"), "?decided=any"))

    assert "Visits up to 28 Feb" in said
    assert "may be incomplete" not in said
    assert "Counts 198 of 240 decisions." in said
    assert "10.0 % of decisions, outcome unknown" in said
    assert "Definition version 1" in said


@pytest.mark.parametrize(
    "every_days,notices",
    [
        (2, ["The feed “Café” has brought nothing since 10 Feb. Figures stop there."]),
        (60, ["Late: café till. Every figure here stops at 10 Feb."]),
    ],
)
def test_a_feed_that_holds_every_figure_back_is_named_once(
    ledger: Ledger, client_for: ClientFor, every_days: int, notices: list[str]
) -> None:
    take_activity(
        ledger.database,
        "B1,C0001,2026-02-01T12:00:00Z,visit,0.00,USD",
        feed="café till",
        through=date(2026, 2, 10),
    )
    change = FeedChange(kind="activity", name="café till", label="Café", every_days=every_days)
    with ledger.database.writing() as session:
        feeds.change_feed(session, change, actor="system", now=NOW)

    said = words(page(client_for("vera")))

    assert "Visits up to 10 Feb" in said
    assert all(said.count(notice) == 1 for notice in notices)
    assert said.count("Late:") + said.count("The feed “") == len(notices)


def test_every_decision_is_labelled_as_too_sure(client_for: ClientFor) -> None:
    vera = client_for("vera")

    assert "the intervals are too narrow." in words(page(vera, "?count=decision"))
    assert "One customer may count several times" not in words(page(vera))


def test_nothing_is_said_about_why(client_for: ClientFor) -> None:
    said = words(page(client_for("vera"), "?decided=any")).lower()

    assert "this page says what happened after the decisions, not why." in said
    assert [word for word in CAUSAL if word in said] == []


def test_what_is_used_at_a_later_visit_is_drawn_apart(client_for: ClientFor) -> None:
    found = page(client_for("vera"), "?decided=any")

    assert set(numbers(found, "By remedy")) == {"Refund", "Free item", "Waived fee"}
    assert set(numbers(found, "Used at a later visit")) == {"Credit"}
    assert "Coming back is part of using these" in words(found)
    assert "were given something to use at a later visit." in words(found)


def test_short_figures_stand_under_each_other_beside_a_long_one() -> None:
    titles = ["By reason", "By amount", "By remedy", "Used at a later visit", "By site"]
    figures = [
        Figure(title=title, how="", chart=None, key=(), table=Numbers(head=[], rows=[[]] * rows))
        for title, rows in zip(titles, [7, 4, 5, 2, 4], strict=True)
    ]

    assert [[one.title for one in column] for column in columns(figures)] == [
        ["By reason", "By remedy"],
        ["By amount", "Used at a later visit", "By site"],
    ]
    assert columns(figures[:1]) == [figures[:1]]
    assert columns([]) == []


def test_currencies_stand_side_by_side_and_are_never_added_up(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with ledger.database.writing() as session:
        new = NewSite(location_ref="S5", name="Kehl", currency="EUR")
        sites.add_site(session, new, actor="system", now=NOW)
    row = decided("E1", NOW - timedelta(days=9), "C9999", currency="EUR").replace(",S1,", ",S5,")
    take_decisions(ledger.database, row)

    found = page(client_for("vera"), "?decided=any")

    assert "€3 cost to us €3, 1 decision" in stats(found)[3]
    assert "$2,580" in stats(found)[3]
    assert "By amount, EUR" in words(found)
    assert "By amount, USD" in words(found)


@pytest.mark.parametrize(
    "query, said",
    [
        ("?decided=dates&since=tomorrow", "Choose a day"),
        ("?decided=dates&since=2026-02-02&until=2026-02-01", "not before the first one"),
    ],
)
def test_what_cannot_be_shown_is_said_and_nothing_else_is_shown(
    client_for: ClientFor, query: str, said: str
) -> None:
    answer = client_for("vera").get(f"/outcomes{query}")

    assert answer.status_code == 422
    assert said in answer.text
    assert "stat-value" not in answer.text


def test_two_days_bound_what_is_looked_at(client_for: ClientFor) -> None:
    query = "?decided=dates&since=2025-06-01&until=2025-06-30&count=decision"

    found = page(client_for("vera"), query)

    assert "Decided from 1 Jun 2025 to 30 Jun 2025." in words(found)
    assert "Counts 18 of 20 decisions." in words(found)
    assert list(numbers(found, "Outcome by month of decision")) in ([], ["June 2025"])


@pytest.mark.parametrize("days", HORIZONS)
def test_every_horizon_can_be_drawn(client_for: ClientFor, days: int) -> None:
    assert "Day 0" in words(page(client_for("vera"), f"?decided=any&within={days}"))
