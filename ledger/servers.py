"""Who else works in a PostgreSQL database: servers, and other commands."""

from sqlalchemy import text

from ledger.config import SettingError
from ledger.database import Database


def refuse_served(database: Database) -> None:
    """Refuse to go on while anybody else has the ledger open, who would write what is then lost.

    Raises:
        SettingError: if so, with how many connections there are.

    """
    with database.engine.connect() as connection:
        others = connection.execute(
            text(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND application_name = current_setting('application_name')"
                " AND pid <> pg_backend_pid()"
            )
        ).scalar_one()
    if others:
        many = "1 connection" if others == 1 else f"{others:,} connections"
        raise SettingError(
            f"Latitude has the database {database.url.database} open ({many}): a server, or "
            "another command. Stop it first (systemctl stop latitude), then run this again."
        )
