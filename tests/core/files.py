"""Files as a till or a customer system would send them, and the import of them."""

from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO

from ledger.core.imports.activity import import_activity
from ledger.core.imports.decisions import import_decisions
from ledger.core.imports.problems import ImportRefusedError, Problem
from ledger.core.imports.runs import Imported, Options
from ledger.database import Database

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
DECISIONS = (
    "external_id,decided_at,customer_ref,staff_ref,location_ref,kind,amount,currency,reason,note"
)
ACTIVITY = "external_id,customer_ref,occurred_at,kind,amount,currency"
PEOPLE = "employee_id,name,email,role,sites,grade"
CUSTOMERS = "customer_ref,name,phone,email,loyalty"

Importer = Callable[..., Imported]


def csv(header: str, *rows: str) -> BytesIO:
    """Return a file with this header and these rows."""
    return BytesIO("".join(f"{row}\n" for row in (header, *rows)).encode())


def take_decisions(database: Database, *rows: str, options: Options | None = None) -> Imported:
    """Take in these decisions, adding what is missing."""
    wanted = options or Options(create_missing=True)
    return import_decisions(database, csv(DECISIONS, *rows), wanted, now=NOW)


def take_activity(database: Database, *rows: str, options: Options | None = None) -> Imported:
    """Take in this activity."""
    return import_activity(database, csv(ACTIVITY, *rows), options or Options(), now=NOW)


def problems(importer: Importer, database: Database, file: BytesIO) -> list[Problem]:
    """Return what is wrong with a file that must be refused."""
    try:
        came = importer(database, file, Options(), now=NOW)
    except ImportRefusedError as refused:
        return list(refused.problems)
    message = f"nothing was found wrong: {came}"
    raise AssertionError(message)
