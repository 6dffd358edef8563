"""The till of the demo: what was written, with the few honest gaps that every till has."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core.tables import Decision, Remedy, Site, Void
from ledger.demo import files, story
from ledger.demo.cast import CURRENCY

WEEKS = timedelta(days=41)
# Old Mill's till is not connected yet, and the page says so.
SITES = ("elm-street", "harbour", "station")
# Of a hundred gifts: not rung up, rung up with another amount, rung up without the reference.
MISSING, OTHER_AMOUNT, NO_REFERENCE = 0.025, 0.02, 0.25
# Refunds that nobody wrote down, over all weeks.
NOT_HERE = 9
_HEAD = (
    "external_id",
    "occurred_at",
    "location_ref",
    "kind",
    "amount",
    "currency",
    "reference",
    "staff_ref",
)
_KINDS = {"refund": "refund", "credit": "credit", "free_item": "free_item"}
Row = Sequence[str]


def till_file(session: Session, folder: Path, *, chance: Random, through: date) -> Path:
    """Write what the tills have of the weeks up to a day as a file for import; return its path."""
    first = through - WEEKS
    rows = [*_rung_up(session, chance, first, through), *_not_here(chance, first, through)]
    told = [
        (f"R{number:05d}", *row)
        for number, row in enumerate(sorted(rows, key=lambda row: row[0]), 1)
    ]
    return files.written(folder / "till.csv", _HEAD, told)


def _rung_up(session: Session, chance: Random, first: date, last: date) -> Iterator[Row]:
    query = (
        select(Decision, col(Remedy.kind), col(Site.location_ref), Void)
        .join(Remedy, col(Remedy.id) == col(Decision.remedy_id))
        .join(Site, col(Site.id) == col(Decision.site_id))
        .outerjoin(Void, col(Void.decision_id) == col(Decision.id))
        .where(
            col(Decision.business_date) >= first,
            col(Decision.business_date) <= last,
            col(Remedy.worthless) == 0,
            col(Site.location_ref).in_(SITES),
        )
        .order_by(col(Decision.id))
    )
    for decision, kind, ref, void in session.execute(query):
        dice = chance.random()
        is_undone = void is not None and void.taken_back
        if is_undone or dice < MISSING:
            continue
        amount = decision.amount_minor
        if dice < MISSING + OTHER_AMOUNT:
            amount += 100
        at = decision.decided_at + timedelta(seconds=chance.randrange(30, 240))
        reference = "" if chance.random() < NO_REFERENCE else f"D-{decision.id:06d}"
        yield _row(f"{at:%Y-%m-%dT%H:%M:%SZ}", ref, _KINDS.get(kind, "discount"), amount, reference)


def _not_here(chance: Random, first: date, last: date) -> Iterator[Row]:
    """Yield what was rung up, and written nowhere."""
    for _ in range(NOT_HERE):
        on = first + timedelta(days=chance.randrange((last - first).days + 1))
        at = story.instant(on, 9 * 60 + chance.randrange(10 * 60))
        kind = chance.choice(("refund", "refund", "credit", "void"))
        amount = chance.choice((499, 750, 1_200, 1_850))
        yield _row(f"{at:%Y-%m-%dT%H:%M:%SZ}", chance.choice(SITES), kind, amount, "")


def _row(at: str, ref: str, kind: str, minor: int, reference: str) -> Row:
    return (at, ref, kind, f"{minor // 100}.{minor % 100:02d}", CURRENCY, reference, "")
