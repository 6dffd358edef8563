"""The journal: one chain, canonical contents, instants that never run backwards."""

import hashlib
import itertools
import json
import unicodedata
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import journal, sets
from ledger.core.book_kinds import BOOK_OF_KIND
from ledger.core.driver import Driver, stored_row
from ledger.core.journal import Entry
from ledger.core.tables import BOOKS_BY_ROW, Journal
from tests.counter import MONDAY
from tests.founded import FOUNDED_AT, LEDGER_ID, PUBLIC_KEY

CONTENTS = st.dictionaries(
    st.text(max_size=5), st.none() | st.integers() | st.text(max_size=5) | st.lists(st.integers())
)


def entry(kind: str = "site.seen", **content: object) -> Entry:
    return Entry(kind=kind, actor="system", subject="site:1", content=content)


def rows(session: Session) -> list[Journal]:
    return list(session.scalars(select(Journal).order_by(col(Journal.seq))))


def test_the_first_row_says_whose_journal_it_is_and_which_key_signs_for_it(
    session: Session,
) -> None:
    first = rows(session)[0]

    assert (first.seq, first.kind, first.ledger_id) == (1, "ledger.founded", LEDGER_ID)
    assert first.previous_hash == journal.NOTHING_BEFORE
    assert json.loads(first.content)["public_key"] == PUBLIC_KEY


def test_each_row_names_the_one_before_it(session: Session) -> None:
    for number in range(3):
        journal.append(session, entry(number=number), now=MONDAY)

    found = rows(session)

    assert [row.seq for row in found] == [1, 2, 3, 4]
    for before, row in itertools.pairwise(found):
        assert row.previous_hash == before.hash
        assert row.hash == journal.row_hash(stored_row(row))


def test_a_clock_that_went_back_does_not_take_the_journal_back(session: Session) -> None:
    journal.append(session, entry(), now=MONDAY)

    journal.append(session, entry(), now=MONDAY - timedelta(hours=1))

    assert [row.at for row in rows(session)] == [FOUNDED_AT, MONDAY, MONDAY]


def test_the_head_is_the_last_row(session: Session) -> None:
    appended = journal.append(session, entry(), now=MONDAY)

    assert journal.read_head(Driver(session)) == appended
    assert appended.seq == 2


def test_the_hash_is_over_lengths_and_values_and_never_changes() -> None:
    row: dict[str, object] = {
        "version": 1,
        "ledger_id": "shop",
        "epoch": 1,
        "seq": 2,
        "kind": "site.seen",
        "at": "2026-03-02T15:00:00.000000Z",
        "actor": "person:Zoë",
        "subject": "",
        "content": "{}",
        "previous_hash": "0" * 64,
    }

    # Written out by hand, from DESIGN 4: a second implementation of the same words.
    preimage = b"".join(
        len(value.encode()).to_bytes(8, "big") + value.encode()
        for value in ("1", "shop", "1", "2", "site.seen", str(row["at"]), "person:Zoë", "", "{}")
    )
    preimage += (64).to_bytes(8, "big") + b"0" * 64
    assert journal.row_hash(row) == hashlib.sha256(preimage).hexdigest()


def test_no_two_rows_run_together_into_the_same_bytes() -> None:
    assert sets.set_hash([["ab", "c"]]) != sets.set_hash([["a", "bc"]])
    assert sets.set_hash([["a"], ["b"]]) != sets.set_hash([["b"], ["a"]])
    assert sets.set_hash([[None]]) != sets.set_hash([["-"]])
    assert sets.set_hash([])[0] == 0


@given(CONTENTS)
def test_one_content_has_one_text(content: dict[str, object]) -> None:
    backwards = dict(reversed(content.items()))

    written = journal.canonical(content)

    assert written == journal.canonical(backwards)
    assert unicodedata.is_normalized("NFC", written)
    assert json.loads(written) == json.loads(
        unicodedata.normalize("NFC", json.dumps(content, ensure_ascii=False))
    )


def test_what_is_no_number_has_no_text() -> None:
    with pytest.raises(ValueError, match="Out of range float"):
        journal.canonical({"share": float("nan")})


def test_every_book_by_row_has_its_kind_of_journal_row() -> None:
    assert set(BOOK_OF_KIND.values()) == set(BOOKS_BY_ROW)
