"""The page that finds one of 200,000 customers, beside the same page with a look-up by key alone.

`python -m tests.bench.finder [CUSTOMERS]`. Both look one customer up by primary key; the
finder's also finds another. Goal 17: at most three times as long. `EXPLAIN` is printed first:
a finder that reads a whole table says "SCAN customer_detail" there.
"""

import random
import sys
from functools import partial
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import event, text
from sqlmodel import Session

from ledger.config import Settings
from ledger.core import customer_finder
from ledger.database import Database
from ledger.web import application
from tests import cast
from tests.bench.beside import HEAD, Compared, beside
from tests.bench.ledgers import SEED, founded
from tests.web.conftest import Clock, ledger_over, token_for

COUNT = 200_000
ROUNDS = 50
FIRST = ("Ana", "Bea", "Carl", "Dora", "Emil", "Fay", "Gus", "Hal", "Ida", "Jon", "Kim", "Lea")
LAST = ("Abel", "Berg", "Cole", "Diaz", "Ekman", "Frey", "Gold", "Hart", "Ito", "Jung", "Kaya")


def compare(count: int = COUNT) -> list[Compared]:
    """Open the page of a join that looks for somebody, and the one that looks for nobody."""
    with founded() as database:
        with database.writing() as session:
            cast.hire(session)
            fill(session, count)
        explain(database)
        ids = random.Random(SEED).sample(range(1, count + 1), ROUNDS)
        return _over_the_page(database, ids)


def searches(ids: list[int]) -> dict[str, list[str]]:
    """Return what is typed for these customers, by the way to find them."""
    return {
        "last four digits": [phone(one)[-4:] for one in ids],
        "whole number": [phone(one) for one in ids],
        "name": [name(one)[:-2] for one in ids],
        "reference": [f"C{one:06}" for one in ids],
    }


def fill(session: Session, count: int) -> None:
    """Add so many customers as a finished import would."""
    session.execute(
        text(
            "INSERT INTO import_file (id, journal_seq, kind, feed, file_sha256, rows, rows_sha256,"
            " customers, customers_sha256, through_stated, made_at)"
            " VALUES (1, 1, 'customers', 'main', '', 0, '', 0, '', 0, '')"
        )
    )
    numbers = range(1, count + 1)
    session.execute(
        text("INSERT INTO customer (id, pseudonym, commitment, import_id) VALUES (:id, :p, '', 1)"),
        [{"id": one, "p": f"{one:08x}-0000-4000-8000-{one:012x}"} for one in numbers],
    )
    session.execute(
        text(
            "INSERT INTO customer_detail (customer_id, reference, name, name_key, phone,"
            " phone_last4) VALUES (:id, :reference, :name, :key, :phone, :last4)"
        ),
        [
            {
                "id": one,
                "reference": f"C{one:06}",
                "name": name(one),
                "key": name(one).lower(),
                "phone": phone(one),
                "last4": phone(one)[-4:],
            }
            for one in numbers
        ],
    )
    session.execute(text("ANALYZE"))


def name(number: int) -> str:
    """Return the name of a customer: twelve first names, eleven last ones, and a letter pair."""
    pair = chr(97 + number // 26 % 26) + chr(97 + number % 26)
    return f"{FIRST[number % 12]} {LAST[number // 12 % 11]}{number // 132 % 900:03} {pair}"


def phone(number: int) -> str:
    """Return the phone number of a customer."""
    return str(2_125_550_000 + number * 7_919 % 9_999_991)


def explain(database: Database) -> None:
    """Print how the database looks for a customer."""
    with database.reading() as session:
        said: list[tuple[str, Any]] = []
        event.listen(
            session.connection(),
            "before_cursor_execute",
            lambda _c, _k, statement, parameters, _x, _m: said.append((statement, parameters)),
        )
        customer_finder.find_customers(session, "Ana B")
        statement, parameters = said[-1]
        cursor = session.connection().connection.cursor()
        cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
        for row in cursor.fetchall():
            print(f"    {row[3]}")  # noqa: T201  # what the command is for


def _over_the_page(database: Database, ids: list[int]) -> list[Compared]:
    clock = Clock()
    folder = Path(str(database.url.database)).parent
    ledger = ledger_over(database, Settings(instance=folder, database_url=str(database.url)))
    app = application.assemble(ledger, clock=clock)
    app.config["WTF_CSRF_ENABLED"] = False
    browser = app.test_client()
    browser.set_cookie("latitude", token_for(database, "dana", now=clock.now))
    address = "/customers/00000001-0000-4000-8000-000000000001/join"
    return [
        beside(
            f"the finder's page, {name}",
            partial(_asked, browser, address, texts),
            lambda: _asked(browser, address, [""] * len(ids)),
            unit="pages",
            goal=0.33,
        )
        for name, texts in searches(ids).items()
    ]


def _asked(browser: FlaskClient, address: str, texts: list[str]) -> int:
    for typed in texts:
        answer = browser.post(address, data={"find": typed}) if typed else browser.get(address)
        if answer.status_code != 200:
            raise AssertionError(answer.status_code)
    return len(texts)


if __name__ == "__main__":
    print(HEAD)  # noqa: T201  # what the command is for
    compare(*map(int, sys.argv[1:]))
