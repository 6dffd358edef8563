"""Lists of decisions and limits as CSV: exact, guarded, without customers' names, and flat."""

import csv
import io
import tracemalloc
from collections.abc import Mapping, Sequence
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest

from ledger.core import reviews, voids
from ledger.core.driver import Driver
from ledger.core.exports import LISTS
from ledger.core.exports.shapes import ListChoice
from ledger.core.imports.decisions import import_decisions
from ledger.core.imports.runs import Options
from ledger.core.journal import read_head
from ledger.core.reports.decision_list import DecisionFilter
from ledger.core.tables import UnmetNeed
from ledger.core.unmet_needs import UnmetNeedDraft, record_unmet_need
from ledger.core.voids import VoidDraft
from ledger.database import Database
from tests import cast
from tests.counter import MONDAY, Shop
from tests.small_ledger import COLUMNS

ALL = DecisionFilter()


def taken(
    shop: Shop, subject: str, name: str = "otto", wanted: DecisionFilter = ALL
) -> Sequence[Mapping[str, str]]:
    """Return a list as a program reads it."""
    found = LISTS[subject]
    choice = ListChoice(person=shop.people[name], now=MONDAY, wanted=wanted)
    shop.session.flush()
    head = read_head(Driver(shop.session)).seq
    written = "".join(piece.text for piece in found.pieces(shop.session, choice, head))
    assert written.endswith("\r\n") or not written
    return list(csv.DictReader(io.StringIO(written, newline=""), fieldnames=list(found.columns)))


def test_a_decision_is_one_line_with_what_judged_it_and_what_became_of_it(shop: Shop) -> None:
    limit = shop.limit(2_500, budget_minor=10_000, budget_period="week")
    customer = shop.customer("555 867 5309")
    given = shop.give("ana", 1_200, customer_id=customer)
    void = shop.void("dana", given)

    (row,) = taken(shop, "decisions")

    assert {
        name: row[name] for name in ("decision_id", "site_code", "employee_id", "remedy", "amount")
    } == {
        "decision_id": given.uid,
        "site_code": "S1",
        "employee_id": "00412",
        "remedy": "refund",
        "amount": "12.00",
    }
    assert (row["limit_id"], row["limit_per_decision"], row["limit_budget"]) == (
        limit.uid,
        "25.00",
        "100.00",
    )
    assert (row["state"], row["voided_by"], row["taken_back"]) == ("voided", "00101", "yes")
    assert row["void_journal_row"] == str(void.journal_seq)
    assert row["decided_at"] == "2026-03-02T15:00:00.000000Z"
    assert row["journal_row"] == str(given.journal_seq)
    assert len(row["customer"]) == 36
    assert "5309" not in str(row)
    assert None not in row


def wanted(shop: Shop, amount_minor: int = 6_000, refusal_uid: str | None = None) -> UnmetNeed:
    """Let Ana want to give, and not be able to."""
    draft = UnmetNeedDraft(
        uid=str(uuid4()),
        site_id=shop.sites["elm_street"].id,
        reason_id=shop.reasons["late"],
        amount_minor=amount_minor,
        refusal_uid=refusal_uid,
    )
    return record_unmet_need(shop.session, shop.people["ana"], draft, now=MONDAY)


def test_an_unmet_need_is_one_line_with_what_held_it_back(shop: Shop) -> None:
    limit = shop.limit(2_500)
    refusal = shop.refused("ana", 6_000)
    need = wanted(shop, refusal_uid=refusal.uid)
    wanted(shop, 900)

    first, second = taken(shop, "unmet_needs", "dana")

    assert (first["need_id"], first["journal_row"]) == (need.uid, str(need.journal_seq))
    assert (first["amount"], first["could_give"], first["held_by"]) == (
        "60.00",
        "25.00",
        "per_decision",
    )
    assert (first["limit_id"], first["employee_id"]) == (limit.uid, "00412")
    assert (second["amount"], second["held_by"], second["limit_id"]) == ("9.00", "", "")
    few = DecisionFilter(most_minor=900, currency="USD")
    assert [row["amount"] for row in taken(shop, "unmet_needs", wanted=few)] == ["9.00"]


def test_a_line_says_how_it_came_about_who_approved_it_and_who_read_it(shop: Shop) -> None:
    shop.limit(2_500)
    shop.give("ana", 1_200)
    ask = shop.ask("ana", 6_000, note="The whole cake")
    shop.answer("dana", ask, "countered", 4_000, now=MONDAY + timedelta(minutes=4))
    shop.hand_in("ana", ask, now=MONDAY + timedelta(minutes=5))
    exception = shop.give("ana", 7_000, already_given=True, note="Bus was leaving")
    reviews.review(shop.session, shop.people["sam"], exception, uid=str(uuid4()), now=MONDAY)

    alone, approved, told = taken(shop, "decisions")

    beyond = list(LISTS["decisions"].columns)[-12:]
    assert [alone[name] for name in beyond] == ["alone", *[""] * 11]
    assert {name: approved[name] for name in beyond} == {
        "how": "approved",
        "ask_id": ask.uid,
        "asked_amount": "60.00",
        "asked_at": "2026-03-02T15:00:00.000000Z",
        "answered_at": "2026-03-02T15:04:00.000000Z",
        "approved_by": "00101",
        "approved_for": "",
        "approved_in_place": "no",
        "reviewed_at": "",
        "reviewed_by": "",
        "replaces": "",
        "replaced_by": "",
    }
    assert approved["amount"] == "40.00"
    assert (told["how"], told["reviewed_by"]) == ("already_given", "00102")
    assert told["reviewed_at"] == "2026-03-02T15:00:00.000000Z"


def test_both_lines_name_the_other_side_of_a_replacement(shop: Shop) -> None:
    shop.limit(2_500)
    first = shop.give("ana", 1_200)
    void = VoidDraft(uid=str(uuid4()), reason="Wrong amount", taken_back=True)
    voids.replace_decision(
        shop.session,
        shop.people["ana"],
        first,
        draft=void,
        instead=shop.draft(1_300),
        now=MONDAY,
    )

    one, other = taken(shop, "decisions")

    assert (one["replaced_by"], one["replaces"]) == (other["decision_id"], "")
    assert (other["replaced_by"], other["replaces"]) == ("", first.uid)


def test_a_supervisor_gets_their_own_sites_only(shop: Shop) -> None:
    shop.limit(2_500)
    shop.limit(3_000, site_id=shop.sites["harbour"].id)
    shop.limit(4_000, person_id=shop.people["chidi"].id)
    shop.limit(5_000, person_id=shop.people["ben"].id)
    shop.give("ana", 1_200)
    shop.give("chidi", 1_300, site="harbour")

    assert [row["person"] for row in taken(shop, "decisions", "dana")] == ["Ana"]
    assert [row["person"] for row in taken(shop, "decisions", "sam")] == ["Ana", "Chidi"]
    assert [row["per_decision"] for row in taken(shop, "limits", "dana")] == ["25.00", "50.00"]
    assert len(taken(shop, "limits", "otto")) == 4


def test_a_list_holds_what_its_filter_leaves(shop: Shop) -> None:
    shop.limit(2_500)
    shop.give("ana", 1_200)
    shop.give("ben", 300)
    ben = DecisionFilter(person_id=shop.people["ben"].id)
    harbour = DecisionFilter(site_id=shop.sites["harbour"].id)

    assert [row["person"] for row in taken(shop, "decisions", wanted=ben)] == ["Ben"]
    assert taken(shop, "decisions", wanted=harbour) == []
    assert [row["site_code"] for row in taken(shop, "limits", wanted=harbour)] == [""]


def test_text_that_looks_like_a_formula_stays_text(shop: Shop) -> None:
    shop.people["ana"].name = "=HYPERLINK(1)"
    shop.limit(2_500, grade="+1", reason="@import")
    shop.limit(2_500)
    shop.give("ana", 1_200)

    (row,) = taken(shop, "decisions")
    limit = taken(shop, "limits")[0]

    assert row["person"] == "'=HYPERLINK(1)"
    assert (limit["grade"], limit["reason"]) == ("'+1", "'@import")


def test_only_what_the_journal_held_is_in_the_list(shop: Shop) -> None:
    shop.limit(2_500)
    first = shop.give("ana", 1_200)
    shop.give("ana", 300)
    choice = ListChoice(person=shop.people["otto"], now=MONDAY, wanted=ALL)

    (piece,) = LISTS["decisions"].pieces(shop.session, choice, first.journal_seq)

    assert piece.rows == 1
    assert [one.split(",")[0] for one in piece.text.splitlines()] == [first.uid]


@pytest.mark.parametrize("subject", LISTS)
def test_every_column_says_what_it_holds_and_has_a_cell(shop: Shop, subject: str) -> None:
    shop.limit(2_500)
    shop.give("ana", 1_200)
    wanted(shop)

    (row,) = taken(shop, subject)

    assert all(LISTS[subject].columns.values())
    assert None not in row
    assert None not in row.values()


def test_a_long_list_needs_no_more_memory_than_a_short_one(database: Database) -> None:
    with database.writing() as session:
        otto = cast.hire(session).people["otto"]
    rows = "".join(
        f"D{number},2026-02-10T15:00:00Z,,00412,S1,refund,4.65,USD,quality,\n"
        for number in range(12_000)
    )
    file = BytesIO(f"{COLUMNS},reason,note\n{rows}".encode())
    import_decisions(database, file, Options(), now=MONDAY - timedelta(days=3))
    choice = ListChoice(person=otto, now=MONDAY, wanted=ALL)

    with database.reading() as session:
        pieces = LISTS["decisions"].pieces(session, choice, 10**9)
        before = sum(next(pieces).rows for _piece in range(5))
        tracemalloc.start()
        count = sum(piece.rows for piece in pieces)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

    assert before + count == 12_000
    assert peak < 1_500_000
