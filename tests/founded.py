"""The ledger that most tests start from: Maple & Main, migrated and founded, and nothing else.

It is made once for each run and copied for each test, which is forty times quicker.
"""

from datetime import UTC, datetime

from ledger import schema
from ledger.core import founding
from ledger.database import Database

LEDGER_ID = "4f6d1c1e-7b5a-4c7e-9a53-0d2a0f6f3b11"
FOUNDED_AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
# Ed25519: the key that signs this ledger's checkpoints, and the one that its first row names.
SIGNING_KEY = "01" * 32
PUBLIC_KEY = "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c"


def found_ledger(url: str) -> None:
    """Make the tables of an empty database and found Maple & Main in it."""
    database = Database(url)
    try:
        schema.upgrade(database)
        with database.writing() as session:
            founding.found_ledger(
                session,
                founding.Founding(
                    ledger_id=LEDGER_ID,
                    name="Maple & Main",
                    currency="USD",
                    zone="America/New_York",
                    day_start="04:00",
                    public_key=PUBLIC_KEY,
                ),
                now=FOUNDED_AT,
            )
    finally:
        database.close()
