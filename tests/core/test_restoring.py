"""A ledger that goes on from a backup says so, in a new epoch that nobody can pretend."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session

from ledger.core import checkpoint, journal, restoring, signing_in
from ledger.core.checkpoint import CheckpointError
from ledger.core.driver import Driver
from ledger.core.journal import Entry
from ledger.core.restoring import RESTORED
from ledger.core.tables import Journal
from ledger.core.verification import BadRowError, verify
from ledger.database import Database
from tests import cast
from tests.counter import MONDAY, TUESDAY
from tests.founded import SIGNING_KEY


def happen(session: Session, kind: str = "site.seen") -> None:
    entry = Entry(kind=kind, actor="system", subject="site:1", content={})
    journal.append(session, entry, now=MONDAY)


def verified(database: Database) -> str:
    """Return the head of a whole ledger, or why it is not whole."""
    with database.reading() as session:
        try:
            return verify(session).head
        except BadRowError as bad:
            return f"{bad.key} {bad.why}"


def test_after_a_restore_a_new_epoch_begins_and_everything_is_whole(database: Database) -> None:
    with database.writing() as session:
        begun = restoring.begin_epoch(session, actor="system", now=TUESDAY)
        happen(session)
    with database.reading() as session:
        head = journal.read_head(Driver(session))
        (known,) = restoring.restores(session)

    assert (begun.size, begun.seq, begun.epoch) == (1, 2, 2)
    assert known == begun
    assert (head.seq, head.epoch) == (3, 2)
    assert verified(database) == head.hash


def test_everybody_is_signed_out_and_every_code_is_over(database: Database) -> None:
    with database.writing() as session:
        ana = cast.hire(session).people["ana"]
        token = signing_in.start(session, ana, now=MONDAY)
        code = signing_in.make_code(session, ana, now=MONDAY)

    with database.writing() as session:
        restoring.begin_epoch(session, actor="system", now=MONDAY)

    later = MONDAY + timedelta(minutes=1)
    with database.reading() as session:
        assert signing_in.signed_in(session, token, now=later) is None
        assert ana.email is not None
        assert signing_in.holder_of_code(session, ana.email, code, now=later) is None


@pytest.mark.parametrize(
    "kind,epochs,content",
    [
        ("site.seen", 1, {}),
        (RESTORED, 0, {}),
        (RESTORED, 1, {}),
        (RESTORED, 1, {"size": 1, "head": "0" * 64}),
        (RESTORED, 2, None),
        (RESTORED, 0, None),
    ],
)
def test_an_epoch_that_no_restore_began_is_found(
    database: Database, kind: str, epochs: int, content: dict[str, object] | None
) -> None:
    with database.writing() as session:
        driver = Driver(session)
        head = journal.lock_chain(driver)
        said = {"size": head.seq, "head": head.hash} if content is None else content
        entry = Entry(kind=kind, actor="system", subject="x", content=said)
        other = replace(head, epoch=head.epoch + epochs)
        journal.append_after(driver, other, [entry], at=head.at)

    assert verified(database) == "2 epoch"


def test_a_journal_that_goes_back_to_an_earlier_epoch_is_found(database: Database) -> None:
    with database.writing() as session:
        restoring.begin_epoch(session, actor="system", now=TUESDAY)
        driver = Driver(session)
        head = journal.lock_chain(driver)
        entry = Entry(kind="site.seen", actor="system", subject="x", content={})
        journal.append_after(driver, replace(head, epoch=1), [entry], at=head.at)

    assert verified(database) == "3 epoch"


@pytest.mark.parametrize("later", [0, 5])
def test_a_checkpoint_of_what_was_lost_is_told_from_a_rewritten_journal(
    database: Database, later: int
) -> None:
    with database.reading() as session:
        before = checkpoint.sign(checkpoint.checkpoint_now(session), SIGNING_KEY)
    with database.writing() as session:
        for _ in range(3):
            happen(session)
        lost = checkpoint.sign(checkpoint.checkpoint_now(session), SIGNING_KEY)
        session.rollback()

    with database.writing() as session:
        restoring.begin_epoch(session, actor="system", now=TUESDAY)
        for _ in range(later):
            happen(session)

    with database.reading() as session:
        assert checkpoint.check(session, before).size == 1
        with pytest.raises(CheckpointError) as caught:
            checkpoint.check(session, lost)
    if later:
        assert (caught.value.why, caught.value.size, caught.value.found) == ("restored", 4, 1)
    else:
        assert caught.value.size == 4


def test_the_row_says_from_which_backup(database: Database) -> None:
    with database.writing() as session:
        head = journal.read_head(Driver(session))
        restoring.begin_epoch(session, actor="person:x", now=TUESDAY)

    with database.reading() as session:
        row = session.get_one(Journal, 2)
        assert (row.kind, row.actor, row.subject) == (RESTORED, "person:x", head.ledger_id)
        assert json.loads(row.content) == {
            "size": head.seq,
            "head": head.hash,
            "at": head.at,
            "epoch": head.epoch,
        }
