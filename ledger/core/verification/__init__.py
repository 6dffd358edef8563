"""Verification: journal, books, tallies and commitments agree, or the first row that does not.

Everything is read once, as it comes, in one snapshot; nothing is written. The order is the order
of trust: the chain first, then the books against it, then what is summed up from the books.
"""

from collections.abc import Callable, Generator
from contextlib import ExitStack, closing
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from ledger.core.driver import Driver
from ledger.core.verification import books, chain, imports, kept_files, settings, subjects, tallies
from ledger.core.verification.file import check_file
from ledger.core.verification.findings import BadRowError, Verified
from ledger.core.verification.remembered import Remembered

__all__ = ["BadRowError", "Step", "Verified", "steps", "verify"]

TELL_EVERY = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """How far a verification is: what it reads, and how many rows of the journal it has read.

    `what` is one of: journal, settings, imports, people, tallies, file.
    """

    what: str
    rows: int


def verify(session: Session, *, tell: Callable[[int], None] | None = None) -> Verified:
    """Verify the whole ledger; `tell` is given the number of journal rows read, now and then.

    Args:
        session: a reading transaction in which nothing was read yet: on PostgreSQL it is made one
            snapshot.
        tell: for progress on a long journal.

    Raises:
        BadRowError: at the first row that is not what the journal says of it.

    """
    walk = steps(session)
    while True:
        try:
            step = next(walk)
        except StopIteration as done:
            verified: Verified = done.value
            return verified
        if tell is not None and step.what == "journal":
            tell(step.rows)


def steps(session: Session) -> Generator[Step, None, Verified]:
    """Verify as `verify` does, and yield how far it is, now and then; it returns what was verified.

    Raises:
        BadRowError: at the first row that is not what the journal says of it.

    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
    driver = Driver(session)
    try:
        return (yield from look_through(session, driver))
    except (driver.trouble, DBAPIError) as trouble:
        said = " ".join(str(getattr(trouble, "orig", None) or trouble).split())
        raise BadRowError("file", "", "damaged", said) from trouble


def look_through(session: Session, driver: Driver) -> Generator[Step, None, Verified]:
    """Do as `steps` does in the transaction as it is, also in one that has written.

    Raises:
        BadRowError: as `steps`.

    """
    readers, remembered = books.open_books(driver), Remembered()
    size, head, ledger_id = 0, "", ""
    # What is still open when a bad row is found must not outlive the transaction.
    with ExitStack() as streams:
        for reader in readers.values():
            streams.callback(reader.close)
        for link in streams.enter_context(closing(chain.links(driver))):
            if not books.check_row(readers, link):
                remembered.take(link)
            size, ledger_id, head = link[0], link[2], link[10]
            if size % TELL_EVERY == 0:
                yield Step(what="journal", rows=size)
        for reader in readers.values():
            reader.finish()
    yield Step(what="settings", rows=size)
    settings.check_settings(driver, remembered)
    yield Step(what="imports", rows=size)
    came = imports.check_imports(driver)
    yield Step(what="people", rows=size)
    rows = {
        "journal": size,
        **{reader.name: reader.count for reader in readers.values()},
        **came,
        "customer": came["customer"] + subjects.check_customers(driver, remembered),
        "person": subjects.check_people(driver, remembered),
        "export_file": kept_files.check_kept_files(driver),
        "words": subjects.check_words(driver, remembered.erased),
    }
    yield Step(what="tallies", rows=size)
    rows |= {
        "budget": tallies.check_budgets(driver),
        "customer_alias": tallies.check_aliases(session),
        "outcome": tallies.check_outcomes(session),
        "feed": tallies.check_feeds(session),
    }
    yield Step(what="file", rows=size)
    check_file(driver)
    in_force = tallies.count_in_force(driver)
    return Verified(ledger_id=ledger_id, size=size, head=head, rows=rows, in_force=in_force)
