"""What similar decisions led to, beside an ask: counted as the reports count, or not enough yet."""

from datetime import date, timedelta

from ledger.core import survival
from ledger.core.imports.runs import Options
from ledger.core.reports.ask_card import AskCard, cards
from ledger.database import Database
from tests import cast, counter
from tests.core.files import NOW, take_activity, take_decisions


def given(key: str, customer: str, amount: str, *, kind: str = "refund", on: str = "04-01") -> str:
    return f"{key},2026-{on}T15:00:00Z,{customer},00412,S1,{kind},{amount},USD,quality,"


def came(customer: str, on: str = "04-05") -> str:
    return f"v-{customer},{customer},2026-{on}T15:00:00Z,visit,0.00,USD"


def a_year(database: Database, *, known: int, back: int, more: list[str] | None = None) -> None:
    """Bring first refunds of $25 to $50, of which some customers came back."""
    with database.writing() as session:
        cast.hire(session)
    rows = [given(f"d{number}", f"c{number}", "40.00") for number in range(known)]
    take_decisions(database, *rows, *(more or []))
    visits = [came(f"c{number}") for number in range(back)]
    take_activity(database, *visits, options=Options(through=date(2026, 6, 30)))


def card_of(database: Database, amount_minor: int = 3_000) -> AskCard:
    """Let Ana ask for a refund, and return its card."""
    now = NOW + timedelta(hours=4)
    with database.writing() as session:
        shop = counter.open_shop(session, cast.found(session))
        shop.limit(2_500, now=now)
        ask = shop.ask("ana", amount_minor, now=now)
        (card,) = cards(session, [ask], now=now)
        return card


def test_similar_decisions_are_first_ones_with_this_remedy_in_this_band(
    database: Database,
) -> None:
    others = [
        given("other-remedy", "x1", "40.00", kind="credit"),
        given("other-band", "x2", "12.00"),
        given("top-of-the-band-below", "x3", "25.00"),
        given("second", "c1", "40.00", on="04-02"),
        given("walk-in", "", "40.00"),
        given("maturing", "x4", "40.00", on="06-20"),
    ]
    a_year(database, known=30, back=21, more=others)

    similar = card_of(database).similar

    assert (similar.at.came_back, similar.at.not_back, similar.at.maturing) == (21, 9, 1)
    assert similar.is_enough
    assert similar.at.interval == survival.wilson(21, 30)
    assert similar.band is not None
    assert (similar.band.above_minor, similar.band.up_to_minor) == (2_500, 5_000)


def test_below_thirty_it_is_not_enough_yet(database: Database) -> None:
    a_year(database, known=29, back=20)

    similar = card_of(database).similar

    assert (similar.at.known, similar.is_enough) == (29, False)


def test_an_ask_above_all_bands_has_one_too(database: Database) -> None:
    a_year(database, known=1, back=1, more=[given("large", "x1", "150.00")])

    similar = card_of(database, 12_000).similar

    assert similar.band is not None
    assert similar.band.up_to_minor is None
    assert similar.at.known == 1
