"""What a verification finds: the first bad row, or what was verified."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass

from ledger.core.driver import Driver, Prepared, Stored
from ledger.core.errors import LedgerError


class BadRowError(LedgerError):
    """A row is not what the journal says of it: `table`, `key`, `why` as a slug, the `column`.

    `why` is one of: empty, gap, version, ledger, epoch, order, previous, hash, content (the
    journal's own); missing, extra, differs (a book's row and its journal row); set (the rows of
    an import and the hash over them); wrong (a tally, `column` says which); gone, changed
    (words and details, and the commitment to them); unreadable, damaged (the file itself).
    """

    def __init__(self, table: str, key: Stored, why: str, column: str | None = None) -> None:
        super().__init__(table, key, why, column)
        self.table = table
        self.key = key
        self.why = why
        self.column = column

    def __str__(self) -> str:
        """Return the place and the reason; keys are numbers and pseudonyms."""
        return f"{self.table} {self.key}: {self.why}" + (f" {self.column}" if self.column else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """Everything agrees: the journal's size and head, and how many rows of each table agreed.

    `in_force` are the decisions among them that were not corrected, voided or taken back.
    """

    ledger_id: str
    size: int
    head: str
    rows: Mapping[str, int]
    in_force: int


def read(
    driver: Driver, statement: Prepared, table: str
) -> Generator[Sequence[Stored], None, None]:
    """Yield the rows of a statement whose first column is the table's key.

    Raises:
        BadRowError: if the database cannot read a row; its key is one after the last read one.

    """
    last: Stored = 0
    count = 0
    try:
        for row in statement.stream(driver):
            last = row[0]
            count += 1
            yield row
    except driver.trouble as trouble:
        last = _last_readable(driver, statement, count, last)
        after = last + 1 if isinstance(last, int) else last
        raise BadRowError(table, after, "unreadable", " ".join(str(trouble).split())) from trouble


def _last_readable(driver: Driver, statement: Prepared, count: int, last: Stored) -> Stored:
    """Return the key of the last row that can be read.

    SQLite's driver stumbles over a row before it has handed out the one before.
    """
    if driver.dialect != "sqlite":
        return last
    try:
        row = statement.nth(driver, count)
    except driver.trouble:
        return last
    key: Stored = last if row is None else row[0]
    return key
