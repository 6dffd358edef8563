"""The ledgers that are measured: a shop with an open limit, and a year of decisions and visits."""

import io
import random
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlmodel import Session

from ledger.core import limit_setting, people, sites
from ledger.core.drafts import DecisionDraft
from ledger.core.imports.decisions import import_decisions
from ledger.core.imports.runs import Options
from ledger.core.tables import Person
from ledger.database import Database
from tests.founded import found_ledger

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
SEED = 20261122
SITES, PEOPLE, CUSTOMERS = 20, 100, 5_000


@contextmanager
def shop() -> Iterator[tuple[Database, Person, int]]:
    """Yield a ledger with one person whose limit never binds, and the site where they work."""
    with founded() as database:
        with database.writing() as session:
            site = sites.add_site(
                session,
                sites.NewSite(location_ref="elm", name="Elm Street"),
                actor="system",
                now=NOW,
            )
            sets = _hire(session, "Ada", "administrator", site.id)
            gives = _hire(session, "Ana", "staff", site.id)
            limit_setting.set_limit(
                session,
                sets,
                limit_setting.NewLimit(
                    currency="USD",
                    per_decision_minor=2_500,
                    budget_minor=9_999_999_999,
                    budget_period="day",
                    reason="For the bench",
                ),
                now=NOW,
            )
        yield database, gives, site.id


def _hire(session: Session, name: str, role: str, site_id: int) -> Person:
    new = people.NewPerson(
        employee_id=name, name=name, role=role, site_ids=[site_id], from_date=date(2026, 1, 1)
    )
    return people.add_person(session, new, actor="system", now=NOW)


def a_draft(site_id: int) -> DecisionDraft:
    """Return a decision for nobody in particular, as the form hands it over."""
    return DecisionDraft(
        uid=str(uuid.uuid4()),
        site_id=site_id,
        remedy_id=1,
        reason_id=3,
        amount_minor=1_200,
        note="late delivery, apologised at the desk",
    )


@contextmanager
def founded() -> Iterator[Database]:
    """Yield a ledger with nothing in it, in a SQLite file that goes afterwards."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'bench.sqlite'}"
        found_ledger(url)
        database = Database(url)
        try:
            yield database
        finally:
            database.close()


@contextmanager
def year(decisions: int) -> Iterator[Database]:
    """Yield a ledger into which a year of so many decisions was imported."""
    with founded() as database:
        import_decisions(database, decisions_file(decisions), Options(create_missing=True), now=NOW)
        yield database


def decisions_file(count: int) -> io.BytesIO:
    """Return a file of so many decisions, always the same."""
    drawn = random.Random(SEED)
    lines = [
        "external_id,decided_at,customer_ref,staff_ref,location_ref,kind,amount,currency,reason,note"
    ]
    lines += [
        f"D{number:07},{_moment(drawn)},C{drawn.randrange(CUSTOMERS):05},"
        f"P{drawn.randrange(PEOPLE):03},S{drawn.randrange(SITES):02},"
        f"{drawn.choice(('refund', 'credit', 'waived_fee'))},{drawn.randrange(1, 26)}.00,USD,"
        f"{drawn.choice(('late', 'quality', 'other'))},late delivery"
        for number in range(count)
    ]
    return io.BytesIO("\n".join(lines).encode())


def activity_file(count: int, *, start: int = 0) -> io.BytesIO:
    """Return a file of so many visits, numbered from `start`, always the same."""
    drawn = random.Random(SEED + start)
    lines = ["external_id,customer_ref,occurred_at,kind,amount,currency"]
    lines += [
        f"V{start + number:08},C{drawn.randrange(CUSTOMERS):05},{_moment(drawn)},purchase,"
        f"{drawn.randrange(1, 200)}.{drawn.randrange(100):02},USD"
        for number in range(count)
    ]
    return io.BytesIO("\n".join(lines).encode())


def _moment(drawn: random.Random) -> str:
    first = datetime(2025, 11, 1, tzinfo=UTC)
    moment = first + timedelta(seconds=drawn.randrange(380 * 86_400))
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
