"""Unmet needs as CSV, for supervisors (their own sites) and auditors: one line for each.

Schema 1, in the order of the journal, oldest first. A customer is a pseudonym, never a name.
Amounts are in major units of `currency`.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlmodel import Session, col

from ledger.core.exports.lines import MEDIA_TYPE, amount, lines, moment, text
from ledger.core.exports.shapes import ListChoice, ListFormat, Piece
from ledger.core.reports.unmet_list import needs_chosen
from ledger.core.tables import (
    Customer,
    CustomerAlias,
    Limit,
    Person,
    Reason,
    Refusal,
    Site,
    UnmetNeed,
)

# Rows that are fetched at a time.
FETCHED = 400

COLUMNS = {
    "need_id": "the id of the unmet need",
    "journal_row": "the row of the journal that holds it",
    "business_date": "the day of the site on which it counts",
    "made_at": "when it was written down, UTC",
    "time_zone": "the clock of the site on that day",
    "site_code": "the site's code",
    "site": "the site's name",
    "employee_id": "who wanted to give; leading zeros kept",
    "person": "the name of who wanted to give",
    "customer": "a pseudonym; empty for a walk-in",
    "reason": "the reason's code",
    "amount": "what they wanted to give",
    "currency": "ISO 4217",
    "held_by": "which rule had refused it; empty if nothing was refused before",
    "could_give": "what they could give then",
    "limit_id": "the limit that had refused it",
}


def pieces(session: Session, choice: ListChoice, head_seq: int) -> Iterator[Piece]:
    """Yield the lines of the unmet needs that are chosen and that the person may see."""
    chosen = needs_chosen(session, choice.person, choice.wanted, now=choice.now)
    query = _columns().where(chosen, col(UnmetNeed.journal_seq) <= head_seq)
    found = session.connection().execute(
        query.order_by(col(UnmetNeed.id)), execution_options={"yield_per": FETCHED}
    )
    for rows in found.partitions():
        yield Piece(text=lines([_cells(row) for row in rows]), rows=len(rows))


def _columns() -> Select[*tuple[Any, ...]]:
    return (
        select(
            col(UnmetNeed.uid),
            col(UnmetNeed.journal_seq),
            col(UnmetNeed.business_date),
            col(UnmetNeed.made_at),
            col(UnmetNeed.zone),
            col(Site.location_ref),
            col(Site.name),
            col(Person.employee_id),
            col(Person.name),
            col(Customer.pseudonym),
            col(Reason.code),
            col(UnmetNeed.amount_minor),
            col(UnmetNeed.currency),
            col(Refusal.rule),
            col(Refusal.headroom_minor),
            col(Limit.uid),
        )
        .join(Site, col(Site.id) == col(UnmetNeed.site_id))
        .join(Person, col(Person.id) == col(UnmetNeed.person_id))
        .join(Reason, col(Reason.id) == col(UnmetNeed.reason_id))
        .outerjoin(CustomerAlias, col(CustomerAlias.customer_id) == col(UnmetNeed.customer_id))
        .outerjoin(
            Customer,
            col(Customer.id)
            == func.coalesce(col(CustomerAlias.into_id), col(UnmetNeed.customer_id)),
        )
        .outerjoin(Refusal, col(Refusal.uid) == col(UnmetNeed.refusal_uid))
        .outerjoin(Limit, col(Limit.id) == col(Refusal.limit_id))
    )


def _cells(row: Row[*tuple[Any, ...]]) -> Sequence[str]:
    uid, seq, day, made_at, zone, *names, wanted, currency, rule, headroom, limit = row
    return [
        uid,
        str(seq),
        moment(day),
        moment(made_at),
        zone,
        *map(text, names),
        amount(wanted, currency),
        currency,
        rule or "",
        amount(headroom, currency),
        limit or "",
    ]


FORMAT = ListFormat(
    name="csv", extension="csv", media_type=MEDIA_TYPE, columns=COLUMNS, pieces=pieces
)
