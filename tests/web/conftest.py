"""What the tests of the pages may ask for: the application over a ledger with the cast in it."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ledger.config import Secrets, Settings
from ledger.core import signing_in, sites
from ledger.core.tables import Person
from ledger.database import Database
from ledger.ledgers import Ledger
from ledger.web import application
from tests import cast
from tests.cast import MONDAY
from tests.compiled import share_templates

SECRETS = Secrets(
    secret_key="0f1e2d3c4b5a69788796a5b4c3d2e1f0", old_secret_keys=(), pepper="p" * 32
)

ClientFor = Callable[[str], FlaskClient]


@dataclass(slots=True)
class Clock:
    """A clock that a test sets: `clock.now += timedelta(minutes=15)`."""

    now: datetime = field(default=MONDAY)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **amount: float) -> None:
        """Let some time pass."""
        self.now += timedelta(**amount)


@pytest.fixture
def staffed(
    staffed_file: Path, tmp_path: Path, open_database: Callable[[str], Database]
) -> Database:
    """Open a ledger of this test's own in which the cast works."""
    path = tmp_path / "staffed.sqlite"
    shutil.copyfile(staffed_file, path)
    return open_database(f"sqlite:///{path}")


@pytest.fixture
def ledger(staffed: Database, tmp_path: Path) -> Ledger:
    """Return this test's own ledger, as a server on this machine opens it."""
    return ledger_over(staffed, Settings(instance=tmp_path, database_url=str(staffed.url)))


@pytest.fixture
def clock() -> Clock:
    """Return the clock of this test's application; it stands still until the test moves it."""
    return Clock()


@pytest.fixture
def app(ledger: Ledger, clock: Clock) -> Flask:
    """Return the application; what stops in a view stops the test."""
    app = application.assemble(ledger, clock=clock)
    app.testing = True
    share_templates(app)
    # Tests of the guard against forged forms turn it on again.
    app.config["WTF_CSRF_ENABLED"] = False
    return app


@pytest.fixture
def client_for(app: Flask, ledger: Ledger, clock: Clock) -> ClientFor:
    """Return a browser in which one of the cast is signed in: `client_for("ana")`."""

    def signed_in(name: str) -> FlaskClient:
        browser = app.test_client()
        browser.set_cookie("latitude", token_for(ledger.database, name, now=clock.now))
        return browser

    return signed_in


@pytest.fixture
def nobody(app: Flask) -> FlaskClient:
    """Return a browser in which nobody is signed in."""
    return app.test_client()


@pytest.fixture
def people(ledger: Ledger) -> dict[str, Person]:
    """Return the cast by name, as they were when the test began."""
    with ledger.database.reading() as session:
        return {name: cast.person(session, name) for name in cast.PEOPLE}


def ledger_over(database: Database, settings: Settings, secrets: Secrets = SECRETS) -> Ledger:
    """Return an open ledger with these settings and keys."""
    with database.reading() as session:
        company = sites.company(session)
    return Ledger(settings=settings, database=database, company=company, secrets=secrets)


def token_for(database: Database, name: str, *, now: datetime) -> str:
    """Sign one of the cast in, and return the token of the browser."""
    with database.writing() as session:
        return signing_in.start(session, cast.person(session, name), now=now)


@pytest.fixture
def with_forms_guarded(app: Flask) -> Flask:
    """Turn the guard against forged forms on, as it always is outside tests."""
    app.config["WTF_CSRF_ENABLED"] = True
    return app
