"""The outcomes page where little is known, or something other than a return is watched."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import voids
from ledger.core.tables import Company, Decision
from ledger.core.voids import VoidDraft
from ledger.ledgers import Ledger
from tests import cast
from tests.web.conftest import ClientFor
from tests.web.outcome_reading import HEADLINE, numbers, page, stats, words
from tests.web.outcome_year import LAST_DAY, NOW, decided, take_activity, take_decisions


def test_a_day_that_nobody_called_complete_may_not_be(
    ledger: Ledger, client_for: ClientFor
) -> None:
    take_decisions(ledger.database, decided("D1", NOW - timedelta(days=9), "C1"))
    take_activity(ledger.database, "A1,C1,2026-02-27T12:00:00Z,visit,0.00,USD")

    said = words(page(client_for("vera")))

    assert "Visits up to 27 Feb, a day that may be incomplete" in said


def test_a_few_are_not_enough_and_it_says_when_there_will_be(
    ledger: Ledger, client_for: ClientFor
) -> None:
    days = [100] * 12 + [80] * 25
    rows = [decided(f"D{n}", NOW - timedelta(days=ago), f"C{n}") for n, ago in enumerate(days)]
    take_decisions(ledger.database, *rows)
    back = [f"A{n},C{n},2026-02-01T12:00:00Z,visit,0.00,USD" for n in range(9)]
    take_activity(ledger.database, *back, through=LAST_DAY)

    found = page(client_for("vera"))

    said = words(found)
    assert "not enough yet 12 matured, we wait for 30" in stats(found)[0]
    assert "25 the next 25 are known by 12 Mar" in stats(found)[1]
    assert "With 12 matured decisions, any rate from 47 to 91 % is plausible." in said
    assert "About 12 Mar there will be 30." in said
    assert "By remedy" not in said
    assert "75.0" not in said


def test_a_day_that_has_passed_waits_for_its_activity_only(
    ledger: Ledger, client_for: ClientFor
) -> None:
    rows = [decided(f"D{number}", NOW - timedelta(days=95), f"C{number}") for number in range(30)]
    take_decisions(ledger.database, *rows)
    take_activity(
        ledger.database, "A1,C1,2026-01-02T12:00:00Z,visit,0.00,USD", through=date(2026, 1, 31)
    )

    found = page(client_for("vera"))

    assert "the next 30 are known with activity up to 25 Feb" in stats(found)[1]
    assert "Nobody has been watched for 90 days yet." in words(found)
    assert "There will be 30 with activity up to 25 Feb." in words(found)


def test_without_activity_it_says_what_to_do(ledger: Ledger, client_for: ClientFor) -> None:
    take_decisions(ledger.database, decided("D1", NOW - timedelta(days=9), "C1"))

    said = words(page(client_for("dana")))

    assert "No file of visits yet" in said
    assert "latitude import activity FILE" in said
    assert "Show all sites, any time" not in said
    assert "known by" not in said
    assert "$3" in said


def test_an_empty_ledger_says_so(client_for: ClientFor) -> None:
    assert "Nothing was decided here in this time" in words(page(client_for("vera")))


def test_old_files_are_shown_without_asking_for_them(ledger: Ledger, client_for: ClientFor) -> None:
    long_ago = datetime(2011, 3, 1, 12, tzinfo=UTC)
    take_decisions(ledger.database, decided("D1", long_ago, "C1"))
    vera = client_for("vera")

    assert "Counts 1 of 1 decisions." in words(page(vera))
    assert "Nothing was decided here in this time" in words(page(vera, "?decided=12"))


def test_at_almost_everybody_it_says_that_the_time_is_too_long(
    ledger: Ledger, client_for: ClientFor
) -> None:
    ago = NOW - timedelta(days=95)
    rows = [decided(f"D{number}", ago, f"C{number}") for number in range(40)]
    take_decisions(ledger.database, *rows)
    back = [f"A{n},C{n},2026-01-01T12:00:00Z,visit,0.00,USD" for n in range(38)]
    take_activity(ledger.database, *back, through=LAST_DAY)
    vera = client_for("vera")

    assert "95.0 % came back, nearly everybody: 90 days is too long" in words(page(vera))
    assert "See how often they came instead" in words(page(vera))
    assert "nearly everybody" not in words(page(vera, "?within=7"))
    assert "See how often they came instead" not in words(page(vera, "?within=7"))


def test_for_contracts_it_asks_who_stayed(ledger: Ledger, client_for: ClientFor) -> None:
    with ledger.database.writing() as session:
        session.scalars(select(Company)).one().watch = "stays"
    ago = NOW - timedelta(days=95)
    rows = [decided(f"D{number}", ago, f"C{number}") for number in range(40)]
    take_decisions(ledger.database, *rows)
    left = [f"A{n},C{n},2026-01-01T12:00:00Z,cancellation,0.00,USD" for n in range(10)]
    take_activity(ledger.database, *left, through=LAST_DAY)

    found = page(client_for("vera"))

    assert found.heading == "Did they stay?"
    assert "Stayed for 90 days 75.0 %" in stats(found)[0]
    assert numbers(found, HEADLINE)["Left"] == ["10"]
    assert "Days until the customer left" in words(found)
    assert "came back" not in words(found).lower()


def test_a_voided_gift_that_stayed_with_the_customer_is_still_given(
    ledger: Ledger, client_for: ClientFor
) -> None:
    rows = [decided(f"D{number}", NOW - timedelta(days=9), f"C{number}") for number in range(3)]
    take_decisions(ledger.database, *rows)
    with ledger.database.writing() as session:
        for taken_back, decision in zip((True, False), first_two(session), strict=True):
            draft = VoidDraft(uid=str(uuid4()), reason="Wrong", taken_back=taken_back)
            sam = cast.person(session, "sam")
            voids.void_decision(session, sam, decision, draft, now=NOW)

    found = page(client_for("vera"))

    assert "$6 cost to us $6, 1 decision" in stats(found)[3]
    assert "Given includes 1 voided decision that was not taken back." in words(found)
    assert "Counts 1 of 1 decisions." in words(found)


def first_two(session: Session) -> list[Decision]:
    query = select(Decision).order_by(col(Decision.id)).limit(2)
    return list(session.scalars(query))
