"""The file itself: what SQLite says of its pages, indexes and references."""

from sqlalchemy import text

from ledger.core.driver import Driver, Prepared
from ledger.core.verification.findings import BadRowError

_PAGES = Prepared(text("PRAGMA integrity_check(1)"))
_REFERENCES = Prepared(text("PRAGMA foreign_key_check"))


def check_file(driver: Driver) -> None:
    """Check a SQLite file's pages and indexes, and that no row names another that is not there.

    Raises:
        BadRowError: at the first thing that SQLite finds.

    """
    if driver.dialect != "sqlite":
        return
    said = str(_PAGES.one(driver)[0])
    if said != "ok":
        raise BadRowError("file", "", "damaged", " ".join(said.split()))
    stray = _REFERENCES.run(driver).fetchone()
    if stray is not None:
        raise BadRowError(stray[0], stray[1], "missing", stray[2])
