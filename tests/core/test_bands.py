"""Bands of amounts: the usual ones, and those that a company sets for a currency."""

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import bands, sites
from ledger.core.errors import BadValueError
from ledger.core.reports.retention import retention
from ledger.core.sites import NewSite
from ledger.core.tables import Journal
from ledger.core.verification import verify
from ledger.database import Database
from tests.core.files import NOW, take_activity, take_decisions

GIVEN = (
    "d1,2026-06-01T15:00:00Z,c1,T1,Elm,refund,5.00,USD,late,",
    "d2,2026-06-01T15:00:00Z,c2,T1,Elm,refund,5.01,USD,late,",
    "d3,2026-06-01T15:00:00Z,c3,T1,Elm,refund,30.00,USD,late,",
    "d4,2026-06-01T15:00:00Z,c4,T1,Elm,refund,130.00,USD,late,",
    "d5,2026-06-01T15:00:00Z,c5,T1,Elm,apology,0,USD,late,",
)
CAME = "a1,c1,2026-06-03T15:00:00Z,purchase,10.00,USD"


def groups(database: Database) -> dict[str, int]:
    """Return how many decisions each band has."""
    with database.reading() as session:
        report = retention(session, by="band")
    return {group.key: group.decisions for group in report.groups}


def set_usd(database: Database, *tops: int) -> bool:
    with database.writing() as session:
        return bands.set_tops(session, "USD", tops, actor="system", now=NOW)


def test_a_report_groups_by_the_usual_bands_until_the_company_sets_others(
    database: Database,
) -> None:
    take_decisions(database, *GIVEN)
    take_activity(database, CAME)
    assert groups(database) == {"0": 1, "0-5": 1, "5-10": 1, "25-50": 1, "100+": 1}

    assert set_usd(database, 20, 200)

    assert groups(database) == {"0": 1, "0-20": 2, "20-200": 2}


def test_with_several_currencies_each_has_its_own_bands_and_the_key_its_code(
    database: Database,
) -> None:
    euro = "d6,2026-06-01T15:00:00Z,c6,T1,Lille,refund,30.00,EUR,late,"
    take_decisions(database, *GIVEN)
    with database.writing() as session:
        shop = NewSite(location_ref="Lille", name="Lille", currency="EUR", zone="Europe/Paris")
        sites.add_site(session, shop, actor="system", now=NOW)
    take_decisions(database, euro)
    set_usd(database, 20)

    assert groups(database) == {
        "EUR 25-50": 1,
        "USD 0": 1,
        "USD 0-20": 2,
        "USD 20+": 2,
    }


@pytest.mark.parametrize(
    "currency, bounds",
    [
        ("USD", (5, 10, 25, 50, 100)),
        ("EUR", (5, 10, 25, 50, 100)),
        ("GBP", (5, 10, 25, 50, 100)),
        ("JPY", (500, 1_000, 2_500, 5_000, 10_000)),
        ("KRW", (5_000, 10_000, 25_000, 50_000, 100_000)),
        ("SEK", (50, 100, 250, 500, 1_000)),
        ("KWD", (2, 4, 10, 20, 40)),
        ("BHD", (2, 4, 10, 20, 40)),
        ("TND", (5, 10, 25, 50, 100)),
        ("KMF", (500, 1_000, 2_500, 5_000, 10_000)),
    ],
)
def test_the_usual_bands_are_as_large_as_the_money_of_the_currency(
    session: Session, currency: str, bounds: tuple[int, ...]
) -> None:
    assert bands.tops(session, [currency]) == {currency: bounds}


def test_usual_bands_are_such_as_could_be_set_and_the_same_are_no_news(session: Session) -> None:
    for currency in ("JPY", "LBP", "COP", "VND", "KWD", "USD"):
        usual = bands.usual(currency)
        assert not bands.set_tops(session, currency, usual, actor="x", now=NOW)
        assert bands.set_tops(session, currency, [*usual, usual[-1] * 2], actor="x", now=NOW)


def test_a_company_that_set_its_yen_by_hand_keeps_them(database: Database) -> None:
    with database.writing() as session:
        bands.set_tops(session, "JPY", (300, 900), actor="system", now=NOW)

    with database.reading() as session:
        assert bands.tops(session, ["JPY"]) == {"JPY": (300, 900)}


def test_the_bands_are_in_order_of_their_amounts_whatever_they_are() -> None:
    keys = [f"{code} {key}" for code in ("EUR", "USD") for key in bands.keys((3, 20, 100))]

    assert sorted(set(keys), key=bands.place) == keys


def test_bands_are_told_in_the_journal_and_set_back_by_another_row(database: Database) -> None:
    assert not set_usd(database, *bands.TOPS), "these are the bands already"
    assert set_usd(database, 1, 2)
    assert set_usd(database, *bands.TOPS)

    with database.reading() as session:
        verify(session)
        rows = session.scalars(select(Journal).where(col(Journal.kind) == "bands.changed")).all()
        assert [row.subject for row in rows] == ["currency_bands:USD"] * 2
        assert bands.tops(session, ["USD", "EUR"]) == {"EUR": bands.TOPS, "USD": bands.TOPS}


@pytest.mark.parametrize(
    "typed,why",
    [
        ("", "empty"),
        ("5, ten", "digits"),
        ("5.50", "digits"),
        ("-5", "digits"),
        ("\N{ARABIC-INDIC DIGIT FIVE}", "digits"),
        ("5,5", "order"),
        ("10,5", "order"),
        ("0,5", "order"),
        ("1 2 3 4 5 6 7 8 9", "too_many"),
        ("99999999999", "digits"),
    ],
)
def test_bounds_that_make_no_bands_are_refused_by_name(typed: str, why: str) -> None:
    with pytest.raises(BadValueError) as caught:
        bands.parse_tops(typed)

    assert caught.value.why == why


def test_a_bound_above_every_amount_is_refused(session: Session) -> None:
    with pytest.raises(BadValueError) as caught:
        bands.set_tops(session, "USD", (100_000_000,), actor="system", now=NOW)

    assert caught.value.why == "too_large"
