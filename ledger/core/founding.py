"""The founding of a ledger: the journal's first row, the company, and the rows it starts with."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, SQLModel, col

from ledger.core import clock, journal, money, settings
from ledger.core.errors import BadValueError, LedgerError
from ledger.core.sites import day_start
from ledger.core.tables import Company, CriteriaCard, Reason, Remedy

HORIZONS = (7, 30, 60, 90, 180, 365)
# What is watched: whether customers return, or whether those under contract stay.
WATCHES = ("returns", "stays")


class AlreadyFoundedError(LedgerError):
    """The database already holds a ledger: `name` is its company."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True, slots=True, kw_only=True)
class Founding:
    """What a ledger is founded with."""

    ledger_id: str
    name: str
    currency: str
    zone: str
    day_start: str
    public_key: str
    horizon_days: int = 90
    watch: str = "returns"


def is_founded(session: Session) -> bool:
    """Whether there is a company in this ledger."""
    return session.scalars(select(col(Company.id))).first() is not None


def found_ledger(session: Session, founding: Founding, *, now: datetime) -> Company:
    """Found the ledger in an empty, migrated database.

    Raises:
        AlreadyFoundedError: if it was founded before.
        BadValueError: as `check_founding`.

    """
    found = session.scalars(select(Company)).one_or_none()
    if found is not None:
        raise AlreadyFoundedError(found.name)
    check_founding(founding)
    company = Company(
        ledger_id=founding.ledger_id,
        name=founding.name,
        currency=money.code(founding.currency),
        zone=founding.zone,
        day_start=founding.day_start,
        horizon_days=founding.horizon_days,
        watch=founding.watch,
        fingerprint_key=secrets.token_hex(32),
        founded_at=now,
    )
    rows = [company, *_first_rows(now=now)]
    for row in rows:
        session.add(row)
    session.flush()
    content = {"public_key": founding.public_key, **settings.told(*rows)}
    journal.found(session, ledger_id=founding.ledger_id, content=content, now=now)
    return company


def check_founding(founding: Founding) -> None:
    """Check what a ledger is to be founded with, before there is a database.

    Raises:
        BadValueError: if the name, currency, zone, day start, horizon or watch cannot be used.

    """
    if not founding.name.strip():
        raise BadValueError(field="name", value=founding.name, why="empty")
    money.code(founding.currency)
    if not clock.known_zone(founding.zone):
        raise BadValueError(field="zone", value=founding.zone, why="unknown")
    if day_start(founding.day_start).strftime("%H:%M") != founding.day_start:
        raise BadValueError(field="day_start", value=founding.day_start, why="not HH:MM")
    if founding.horizon_days not in HORIZONS:
        raise BadValueError(field="horizon", value=str(founding.horizon_days), why="unknown")
    if founding.watch not in WATCHES:
        raise BadValueError(field="watch", value=founding.watch, why="unknown")


# kind, name, icon, cost share in basis points, worthless, needs a visit, till step
_REMEDIES = (
    ("refund", "Refund", "refund", 10_000, False, False, "Refund {amount} at the till as {code}."),
    (
        "credit",
        "Credit",
        "credit",
        10_000,
        False,
        True,
        "Add {amount} store credit at the till as {code}.",
    ),
    (
        "free_item",
        "Free item",
        "gift",
        5_000,
        False,
        False,
        "Ring the item up at no charge as {code}.",
    ),
    (
        "waived_fee",
        "Waived fee",
        "waive",
        10_000,
        False,
        False,
        "Take the fee of {amount} off as {code}.",
    ),
    (
        "upgrade",
        "Upgrade",
        "upgrade",
        3_000,
        False,
        False,
        "Enter the upgrade at no charge as {code}.",
    ),
    (
        "replacement",
        "Replacement",
        "replace",
        6_000,
        False,
        True,
        "Ring the replacement up at no charge as {code}.",
    ),
    ("apology", "Apology only", "sorry", 0, True, False, "Nothing to do at the till."),
)

_REASONS = (
    ("wrong_item", "Wrong item"),
    ("quality", "Quality"),
    ("late", "Late"),
    ("out_of_stock", "Out of stock"),
    ("till_mistake", "Our mistake at the till"),
    ("treatment", "How we treated them"),
    ("other", "Other"),
)

_CRITERIA = (
    "Would we want this if we were the customer?\n"
    "Is it in proportion to what went wrong?\n"
    "Would we do the same for the next customer?"
)


def _first_rows(*, now: datetime) -> Iterator[SQLModel]:
    for position, (kind, name, icon, share, worthless, visit, step) in enumerate(_REMEDIES):
        yield Remedy(
            kind=kind,
            name=name,
            icon=icon,
            cost_share_bp=share,
            worthless=worthless,
            needs_visit=visit,
            till_step=step,
            position=position,
        )
    for position, (code, name) in enumerate(_REASONS):
        yield Reason(code=code, name=name, position=position)
    yield CriteriaCard(version=1, body=_CRITERIA, made_at=now)
