"""Latitude: what may the person in front of the customer decide alone, and what came of it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from ledger.config import Settings


def create_app(settings: "Settings | None" = None) -> "Flask":
    """Assemble the web application over a ledger that is set up.

    Raises:
        SettingError: if a setting is unsafe, or the ledger is not ready to be served.

    """
    from ledger import config
    from ledger.ledgers import open_ledger
    from ledger.web import application

    ledger = open_ledger(settings or config.load())
    return application.assemble(ledger)
