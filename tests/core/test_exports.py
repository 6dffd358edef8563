"""Exports: numbered, journalled first, the same to the byte, and safe in a spreadsheet."""

import csv
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given as for_all
from hypothesis import strategies
from sqlalchemy import select
from sqlmodel import col

from ledger.core import verification
from ledger.core.errors import BadValueError, NotFoundError, NotPermittedError
from ledger.core.exports import EXPORTS, handing_out, making, recognition_cells, trying
from ledger.core.exports.cells import STARTS, guarded, restored
from ledger.core.exports.shapes import Choice, ExportChangedError, NothingToExportError
from ledger.core.permissions import Role
from ledger.core.reports import exports_made
from ledger.core.tables import Export, ExportFile, Journal, Words
from ledger.database import Database
from tests.cast import hire
from tests.counter import MONDAY, Shop, open_shop
from tests.thanks import FEBRUARY, LATER, MARCH, WORDS, thank

Rows = Sequence[Mapping[str, str]]


def in_march(*, needs_email: bool = True, head_seq: int | None = None) -> Choice:
    return Choice(start=MARCH[0], end=MARCH[1], needs_email=needs_email, head_seq=head_seq)


def export(
    shop: Shop, choice: Choice | None = None, *, by: str = "hana", now: datetime = LATER
) -> Export:
    return making.make_export(shop.session, shop.people[by], choice or in_march(), now=now)


def read(content: bytes) -> Rows:
    """Read a file as any program with a CSV reader does."""
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def rows_of(shop: Shop, made: Export) -> Rows:
    return read(making.file_of(shop.session, made))


def erase_file(shop: Shop, made: Export) -> None:
    shop.session.delete(shop.session.get_one(ExportFile, made.id))
    shop.session.flush()


def test_a_row_says_who_for_what_and_by_whom(shop: Shop) -> None:
    shop.limit(5_000)
    given = thank(shop, "ana", decision=shop.give("ana", 1_200))

    (row,) = rows_of(shop, export(shop))

    assert dict(row) | {"row_hash": ""} == {
        "schema_version": "1",
        "export_id": "1",
        "row_id": f"{given.uid}.1",
        "supersedes_row_id": "",
        "row_action": "new",
        "company_code": "maple-main",
        "employee_id": "00412",
        "work_email": "ana@mapleandmain.example",
        "employee_status": "active",
        "site_code": "S1",
        "period_start": "2026-03-01",
        "period_end": "2026-03-31",
        "event_date": "2026-03-02",
        "event_type": "judgement",
        "reason_text": WORDS,
        "approver_employee_id": "00102",
        "approval_date": "2026-03-02",
        "row_hash": "",
    }


def test_no_amount_and_no_customer_is_in_the_file(shop: Shop) -> None:
    shop.limit(5_000)
    decision = shop.give("ana", 1_234, customer_id=shop.customer("212 555 4567"))
    thank(shop, "ana", decision=decision)

    content = making.file_of(shop.session, export(shop)).decode()

    assert not any(mark in content for mark in ("1234", "12.34", "4567", "USD"))


def test_each_row_has_the_hash_of_its_other_cells(shop: Shop) -> None:
    thank(shop, "ana", words='A "quoted" word, a comma')

    content = making.file_of(shop.session, export(shop))

    (_, cells) = csv.reader(io.StringIO(content.decode(), newline=""))
    joined = "\x1f".join(cells[:-1]).encode()
    assert cells[-1] == hashlib.sha256(joined).hexdigest()


def test_the_file_is_utf_8_without_a_mark_and_its_lines_end_in_crlf(shop: Shop) -> None:
    thank(shop, "ana", words="Grüßte José zuerst")

    content = making.file_of(shop.session, export(shop))

    assert content.startswith(b"schema_version,")
    assert content.count(b"\r\n") == content.count(b"\n") == 2
    assert content.endswith(b"\r\n")
    assert "Grüßte José zuerst".encode() in content


def test_leading_zeros_stay_and_a_formula_becomes_text(shop: Shop) -> None:
    shop.people["ana"].employee_id = "=00412"
    shop.people["sam"].employee_id = "0007"
    thank(shop, "ana", words='=HYPERLINK("http://x.example"; "+1")')

    (row,) = rows_of(shop, export(shop))

    assert row["employee_id"] == "'=00412"
    assert row["approver_employee_id"] == "0007"
    assert row["reason_text"].startswith("'=HYPERLINK")


@for_all(
    strategies.text(
        alphabet=strategies.one_of(
            strategies.sampled_from(STARTS + "'\",;\r\n\t\0 0aé"),
            strategies.characters(exclude_categories=["Cs"]),
        ),
        max_size=12,
    )
)
def test_every_text_comes_back_from_a_guarded_cell(text: str) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerow([guarded(text), "next"])

    ((cell, after),) = csv.reader(io.StringIO(out.getvalue(), newline=""))

    assert cell[:1] not in tuple(STARTS)
    assert restored(cell) == text
    assert after == "next"


def test_the_same_number_is_the_same_file_whatever_comes_later(shop: Shop) -> None:
    shop.limit(5_000)
    decision = shop.give("ana", 1_200)
    thank(shop, "ana", decision=decision)
    made = export(shop)
    before = making.file_of(shop.session, made)

    thank(shop, "ben", now=LATER)
    shop.void("dana", decision, now=LATER)
    shop.people["ana"].active = False
    export(shop)
    erase_file(shop, made)

    assert making.file_of(shop.session, made) == before
    assert hashlib.sha256(before).hexdigest() == made.sha256


def test_the_next_number_holds_what_was_journalled_since(shop: Shop) -> None:
    first = thank(shop, "ana")
    export(shop)
    second = thank(shop, "ben", now=LATER)

    made = export(shop)

    assert made.id == 2
    assert [row["row_id"] for row in rows_of(shop, made)] == [f"{second.uid}.1"]
    assert first.uid not in making.file_of(shop.session, made).decode()


def test_when_nothing_is_new_no_number_is_used(shop: Shop) -> None:
    with pytest.raises(NothingToExportError):
        export(shop)
    thank(shop, "ana")
    export(shop)

    with pytest.raises(NothingToExportError):
        export(shop)

    assert len(shop.session.scalars(select(Export)).all()) == 1


def test_periods_that_overlap_send_a_row_once(shop: Shop) -> None:
    thank(shop, "ana", on=date(2026, 2, 28))
    thank(shop, "ana", on=date(2026, 3, 1))
    export(shop, Choice(start=FEBRUARY[0], end=FEBRUARY[1]))

    made = export(shop, Choice(start=FEBRUARY[0], end=MARCH[1]))

    assert [row["event_date"] for row in rows_of(shop, made)] == ["2026-03-01"]


def test_a_decision_that_is_voided_later_is_reversed_once(shop: Shop) -> None:
    shop.limit(5_000)
    decision = shop.give("ana", 1_200)
    given = thank(shop, "ana", decision=decision)
    export(shop)
    shop.void("dana", decision, now=LATER)

    (row,) = rows_of(shop, export(shop))

    assert row["row_action"] == "reverse"
    assert row["row_id"] == f"{given.uid}.2"
    assert row["supersedes_row_id"] == f"{given.uid}.1"
    with pytest.raises(NothingToExportError):
        export(shop)


def test_a_decision_that_was_voided_before_the_export_is_not_sent_at_all(shop: Shop) -> None:
    shop.limit(5_000)
    decision = shop.give("ana", 1_200)
    thank(shop, "ana", decision=decision)
    shop.void("dana", decision, now=LATER)

    with pytest.raises(NothingToExportError):
        export(shop)


def test_a_row_that_was_left_out_goes_into_the_number_after_the_fix(shop: Shop) -> None:
    thank(shop, "ana")
    thank(shop, "ben")
    shop.people["ben"].email = None
    first = export(shop)
    before = making.file_of(shop.session, first)
    shop.people["ben"].email = "ben@mapleandmain.example"

    second = export(shop)
    erase_file(shop, first)

    assert [row["employee_id"] for row in rows_of(shop, first)] == ["00412"]
    assert [row["employee_id"] for row in rows_of(shop, second)] == ["00413"]
    assert making.file_of(shop.session, first) == before


def test_people_without_an_email_are_exported_when_that_is_chosen(shop: Shop) -> None:
    thank(shop, "ben")
    shop.people["ben"].email = None

    (row,) = rows_of(shop, export(shop, in_march(needs_email=False)))

    assert (row["employee_id"], row["work_email"]) == ("00413", "")


def test_a_dry_run_says_what_waits_and_why_and_changes_nothing(shop: Shop) -> None:
    thank(shop, "ana")
    thank(shop, "ben")
    thank(shop, "chidi", site="harbour", on=date(2026, 2, 3))
    erased = thank(shop, "ana", words="Words that were erased.")
    shop.session.delete(shop.session.get_one(Words, f"recognition:{erased.uid}"))
    shop.people["ben"].email = None
    shop.people["ana"].active = False
    shop.session.flush()

    dry = trying.try_export(shop.session, in_march())

    assert (dry.number, dry.file_name) == (1, "maple-main_recognition_2026-03_1.csv")
    assert [row.person_name for row in dry.rows] == ["Ana"]
    assert [row.person_name for row in dry.leavers] == ["Ana"]
    assert [(one.row.person_name, one.why) for one in dry.left_out] == [
        ("Ben", "no_email"),
        ("Ana", "no_words"),
    ]
    assert dry.before is not None
    assert (dry.before.rows, dry.before.first) == (1, date(2026, 2, 3))
    assert dry.after is None
    assert not shop.session.scalars(select(Export)).all()


def test_a_leaver_is_marked_as_one(shop: Shop) -> None:
    thank(shop, "ana")
    shop.people["ana"].active = False

    (row,) = rows_of(shop, export(shop))

    assert row["employee_status"] == "left"


def test_an_export_holds_what_its_dry_run_showed(shop: Shop) -> None:
    thank(shop, "ana")
    dry = trying.try_export(shop.session, in_march())
    thank(shop, "ben", now=LATER)

    made = export(shop, in_march(head_seq=dry.head_seq))

    assert [row["employee_id"] for row in rows_of(shop, made)] == ["00412"]
    assert [row["employee_id"] for row in rows_of(shop, export(shop))] == ["00413"]


def test_a_number_stays_the_same_to_the_byte_when_a_detail_changes(shop: Shop) -> None:
    thank(shop, "ana", words="Grüßte José zuerst, \N{GRINNING FACE}.")
    made = export(shop)
    before = making.file_of(shop.session, made)
    shop.people["ana"].email = "anna@mapleandmain.example"
    shop.people["ana"].employee_id = "00999"
    shop.session.flush()

    again = handing_out.hand_out(shop.session, shop.people["hana"], made.id, "file", now=LATER)

    assert again.content == before
    assert hashlib.sha256(before).hexdigest() == made.sha256


def test_a_file_that_was_erased_is_made_again(shop: Shop) -> None:
    thank(shop, "ana")
    made = export(shop)
    before = making.file_of(shop.session, made)
    erase_file(shop, made)

    assert making.file_of(shop.session, made) == before


def test_a_kept_file_that_was_changed_is_not_handed_out(shop: Shop) -> None:
    thank(shop, "ana")
    made = export(shop)
    before = making.file_of(shop.session, made)
    shop.session.get_one(ExportFile, made.id).content += "x"
    shop.session.flush()

    assert making.file_of(shop.session, made) == before


def test_a_file_that_cannot_be_made_again_is_not_pretended(shop: Shop) -> None:
    thank(shop, "ana")
    made = export(shop)
    erase_file(shop, made)
    shop.people["ana"].email = "anna@mapleandmain.example"

    with pytest.raises(ExportChangedError) as refused:
        making.file_of(shop.session, made)

    assert refused.value.number == 1


def test_the_journal_says_who_exported_what(shop: Shop) -> None:
    thank(shop, "ana")
    made = export(shop)

    row = shop.session.get_one(Journal, made.journal_seq)
    said = json.loads(row.content)["row"]
    assert (row.kind, row.actor) == ("export.made", f"person:{shop.people['hana'].uid}")
    assert (said["rows"], said["sha256"], said["period_start"]) == (1, made.sha256, "2026-03-01")
    assert "ana@" not in row.content


def test_the_manifest_names_the_file_its_hash_and_the_head_of_the_journal(shop: Shop) -> None:
    thank(shop, "ana")
    made = export(shop)

    manifest = json.loads(handing_out.manifest_of(shop.session, made))

    head = shop.session.get_one(Journal, made.head_seq)
    assert manifest["file"] == "maple-main_recognition_2026-03_1.csv"
    assert (manifest["rows"], manifest["sha256"]) == (1, made.sha256)
    assert manifest["journal_head"] == {"seq": head.seq, "hash": head.hash}
    assert manifest["columns"] == list(recognition_cells.COLUMNS)


def test_giving_a_file_out_again_is_an_event_of_its_own(shop: Shop) -> None:
    thank(shop, "ana")
    made = export(shop)

    again = handing_out.hand_out(shop.session, shop.people["hana"], 1, "file", now=LATER)

    assert again.content == making.file_of(shop.session, made)
    query = select(Journal).where(col(Journal.kind) == "export.handed_out")
    (row,) = shop.session.scalars(query)
    assert row.subject == "export:1"


@pytest.mark.parametrize("name", ["ana", "sam", "otto", "vera", "ada"])
def test_only_hr_exports(shop: Shop, name: str) -> None:
    thank(shop, "ben")

    with pytest.raises(NotPermittedError):
        export(shop, by=name)


def test_a_right_that_was_taken_away_meanwhile_is_gone(shop: Shop) -> None:
    thank(shop, "ana")
    shop.people["hana"].role = Role.STAFF
    shop.session.flush()

    with pytest.raises(NotPermittedError):
        export(shop)


def test_exports_are_listed_with_who_made_them(shop: Shop) -> None:
    thank(shop, "ana")
    export(shop)
    thank(shop, "ben", now=LATER)
    making.make_export(shop.session, None, in_march(), now=LATER)

    found = handing_out.made_exports(shop.session, count=9)

    assert [(made.export.id, made.made_by) for made in found] == [(2, None), (1, "Hana")]
    (second,) = handing_out.made_exports(shop.session, count=1, skip=1)
    assert second.export.id == 1
    with pytest.raises(NotFoundError):
        handing_out.made_export(shop.session, 3)


def test_an_export_is_listed_with_who_got_it_and_when(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for who, at in (("ana", MONDAY), ("ben", LATER)):
        thank(shop, who, now=at)
        export(shop)
    soon = LATER + timedelta(minutes=1)
    handing_out.hand_out(shop.session, shop.people["hana"], 1, "file", now=LATER)
    handing_out.hand_out(shop.session, None, 1, "manifest", now=soon)

    later, first = exports_made.made_page(shop.session).rows

    assert (later.handed_out, later.others) == ([], 0)
    assert [(one.who, one.is_manifest) for one in first.handed_out] == [
        (None, True),
        ("Hana", False),
    ]
    assert [one.at for one in first.handed_out] == [soon, LATER]
    monkeypatch.setattr(exports_made, "LATEST", 1)
    monkeypatch.setattr(exports_made, "ON_A_PAGE", 1)
    last = exports_made.made_page(shop.session, page=9)
    assert [(row.made.export.id, row.others) for row in last.rows] == [(1, 1)]
    assert (last.page, last.pages) == (2, 2)


@pytest.mark.parametrize(
    "choice",
    [
        Choice(start=MARCH[1], end=MARCH[0]),
        Choice(start=MARCH[0], end=MARCH[1], format="pdf"),
        Choice(start=date(1900, 1, 1), end=MARCH[1]),
    ],
)
def test_a_choice_that_is_none_is_refused(shop: Shop, choice: Choice) -> None:
    with pytest.raises(BadValueError):
        trying.try_export(shop.session, choice)


def test_part_of_a_month_is_named_by_its_days(shop: Shop) -> None:
    dry = trying.try_export(shop.session, Choice(start=MARCH[0], end=date(2026, 3, 15)))

    assert dry.file_name == "maple-main_recognition_2026-03-01_2026-03-15_1.csv"


@pytest.mark.parametrize("name", EXPORTS)
def test_every_format_writes_the_same_bytes_twice(shop: Shop, name: str) -> None:
    thank(shop, "ana", now=MONDAY)
    made = export(shop, Choice(start=MARCH[0], end=MARCH[1], format=name))
    kept = making.file_of(shop.session, made)
    erase_file(shop, made)

    assert making.file_of(shop.session, made) == kept


def test_a_ledger_with_recognitions_and_exports_verifies(database: Database) -> None:
    with database.writing() as session:
        shop = open_shop(session, hire(session))
        thank(shop, "ana")
        export(shop)

    with database.reading() as session:
        verified = verification.verify(session)

    assert verified.rows["export"] == verified.rows["recognition"] == 1
    assert verified.rows["export_file"] == 1


def test_two_who_export_at_once_send_every_row_once(database: Database) -> None:
    with database.writing() as session:
        shop = open_shop(session, hire(session))
        thank(shop, "ana")
    hana = shop.people["hana"]

    def press(_: int) -> int:
        try:
            with database.writing() as session:
                return making.make_export(session, hana, in_march(), now=LATER).rows
        except NothingToExportError:
            return 0

    with ThreadPoolExecutor(4) as pool:
        sent = list(pool.map(press, range(4)))

    assert sorted(sent) == [0, 0, 0, 1]
