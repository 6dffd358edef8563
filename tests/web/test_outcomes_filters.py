"""The filters of the outcomes page, in its address, and its figures as a file."""

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from ledger.core import sites
from ledger.core.reports.scope import Scope, bands_of
from ledger.core.tables import Reason, Remedy
from ledger.core.units import UNITS
from ledger.ledgers import Ledger
from tests import cast
from tests.web.conftest import ClientFor
from tests.web.html import text_of
from tests.web.outcome_reading import HEADLINE, at, numbers, page, report, stats, words
from tests.web.outcome_year import with_a_year


@pytest.fixture(scope="session")
def staffed_file(staffed_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Take a year of decisions into a SQLite file that every test here copies."""
    return with_a_year(staffed_file, tmp_path_factory.mktemp("year") / "ledger.sqlite")


@pytest.mark.parametrize(
    "query, said",
    [
        ("?site=S9", "Site “S9”"),
        ("?within=91", "Came back within “91”"),
        ("?remedy=gold", "Remedy “gold”"),
        ("?reason=none", "Reason “none”"),
        ("?band=7-8", "Amount “7-8”"),
        ("?count=visit", "Count “visit”"),
        ("?decided=2026-13", "Decided “2026-13”"),
    ],
)
def test_an_unknown_filter_is_named_and_the_usual_is_shown(
    client_for: ClientFor, query: str, said: str
) -> None:
    vera = client_for("vera")

    found = page(vera, query)

    assert f"{said} is not known here." in words(found)
    assert stats(found) == stats(page(vera))


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("query", ["remedy=refund", "reason=late", "band=10-25", "site=S2"])
def test_a_filtered_page_is_the_filtered_report(
    ledger: Ledger, client_for: ClientFor, unit: str, query: str
) -> None:
    with ledger.database.reading() as session:
        remedies = {row.kind: row.id for row in session.scalars(select(Remedy))}
        reasons = {row.code: row.id for row in session.scalars(select(Reason))}
        site_ids = {row.location_ref: row.id for row in sites.all_sites(session)}
        scopes = {
            "remedy=refund": Scope(remedy_id=remedies["refund"]),
            "reason=late": Scope(reason_id=reasons["late"]),
            "band=10-25": Scope(band=bands_of(session, ["USD"])["10-25"]),
            "site=S2": Scope(site_ids=frozenset({site_ids["S2"]})),
        }
    groups = report(
        ledger, unit=unit, by="month", scope=scopes[query], episode_days=30, horizons=(30,)
    ).groups
    whole = report(ledger, unit=unit, scope=scopes[query], episode_days=30, horizons=(30,)).group()

    found = page(client_for("vera"), f"?decided=any&within=30&count={unit}&{query}")

    assert whole is not None
    assert numbers(found, HEADLINE)["Came back"] == [str(whole.horizons[0].came_back)]
    assert numbers(found, HEADLINE)["Counted"] == [str(whole.decisions)]
    shown = numbers(found, "Outcome by month of decision").values()
    assert [row[0] for row in shown] == [str(group.horizons[0].came_back) for group in groups]


def test_one_month_is_looked_at_alone(ledger: Ledger, client_for: ClientFor) -> None:
    groups = {group.key: group for group in report(ledger, by="month").groups}

    found = page(client_for("vera"), "?decided=2025-06&within=30")

    assert numbers(found, HEADLINE)["Came back"] == [str(at(groups["2025-06"], 30).came_back)]


def test_each_filter_in_use_is_named_and_can_be_left_out(client_for: ClientFor) -> None:
    found = page(client_for("vera"), "?site=S2&reason=late&within=30")

    used = {
        text_of(one): one.get("href")
        for one in found.root.iter("a")
        if "tag-note" in (one.get("class") or "")
    }
    assert used == {
        "Do without Site: Harbour": "/outcomes?reason=late&within=30",
        "Do without Reason: Late": "/outcomes?site=S2&within=30",
        "Do without Came back within: 30 days": "/outcomes?site=S2&reason=late",
    }


def test_a_name_in_the_file_is_no_formula(ledger: Ledger, client_for: ClientFor) -> None:
    with ledger.database.writing() as session:
        session.scalars(select(Reason).where(col(Reason.code) == "late")).one().name = "=1+1"

    answer = client_for("vera").post("/outcomes/list?decided=any", data={"password": cast.PASSWORD})

    assert ",'=1+1," in answer.text
    assert ",=1+1," not in answer.text


def test_a_currency_in_which_nothing_was_given_has_no_bands_to_choose(
    ledger: Ledger, client_for: ClientFor
) -> None:
    new = sites.NewSite(location_ref="S9", name="Pier", currency="EUR")
    with ledger.database.writing() as session:
        sites.add_site(session, new, actor="system", now=cast.MONDAY)

    found = page(client_for("vera"))

    offered = {one.get("value") for one in found.root.iter("option")}
    assert "10-25" in offered
    assert not any("EUR" in (value or "") for value in offered)
