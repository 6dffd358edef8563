"""The application over a ledger with people in it, and browsers that are signed in."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from ledger.config import Settings
from ledger.core.imports.decisions import import_decisions
from ledger.core.imports.runs import Options
from ledger.database import Database
from ledger.web import application
from tests import cast
from tests.bench.ledgers import NOW, decisions_file, founded
from tests.web.conftest import Clock, ledger_over, token_for


@contextmanager
def company(decisions: int) -> Iterator[tuple[Database, Flask, Clock]]:
    """Yield a ledger with a cast and so many imported decisions, and its pages."""
    with founded() as database:
        with database.writing() as session:
            cast.hire(session)
        if decisions:
            options = Options(create_missing=True)
            import_decisions(database, decisions_file(decisions), options, now=NOW)
        folder, clock = Path(str(database.url.database)).parent, Clock(now=NOW)
        ledger = ledger_over(database, Settings(instance=folder, database_url=str(database.url)))
        app = application.assemble(ledger, clock=clock)
        app.config["WTF_CSRF_ENABLED"] = False
        yield database, app, clock


def signed_in(database: Database, app: Flask, name: str) -> FlaskClient:
    """Return the browser of somebody of the cast."""
    browser = app.test_client()
    browser.set_cookie("latitude", token_for(database, name, now=NOW))
    return browser
