"""Decisions as CSV, for supervisors (their own sites) and auditors: one line for each decision.

Schema 1, in the order of the journal, oldest first. A customer is a pseudonym, never a name; what
people typed (notes, reasons of voids) is not in it. Amounts are in major units of `currency`.
Decisions are those that the journal held when the list was begun; what became of them is as it was
when their line was read.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Select, func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from ledger.core.exports.lines import MEDIA_TYPE, amount, line, moment, text, yes_no
from ledger.core.exports.shapes import ListChoice, ListFormat
from ledger.core.reports import states
from ledger.core.reports.decision_list import decisions_chosen
from ledger.core.reports.states import Horizon
from ledger.core.tables import (
    Customer,
    CustomerAlias,
    Decision,
    Limit,
    Person,
    Reason,
    Remedy,
    Site,
    Void,
)

# Rows that are fetched at a time.
FETCHED = 200

COLUMNS = {
    "decision_id": "the id of the decision",
    "journal_row": "the row of the journal that holds it",
    "business_date": "the day of the site on which it counts",
    "decided_at": "when it was decided, UTC",
    "received_at": "when the server had it, UTC",
    "time_zone": "the clock of the site on that day",
    "site_code": "the site's code",
    "site": "the site's name",
    "employee_id": "who decided; leading zeros kept",
    "person": "the name of who decided",
    "customer": "a pseudonym; empty for a walk-in",
    "remedy": "the remedy's code",
    "reason": "the reason's code",
    "amount": "worth to the customer",
    "cost": "cost to the company",
    "currency": "ISO 4217",
    "source": "logged, late or imported",
    "feed": "which feed an imported one came from",
    "external_id": "its id there",
    "written_later": "yes if it was written later the same day",
    "limit_id": "the limit that judged it",
    "limit_per_decision": "what that limit let one decision be",
    "limit_budget": "its budget",
    "limit_budget_period": "day, week or month",
    "budget_left": "what was left of the budget after it",
    "state": "came_back, not_back, maturing, walk_in or voided, at the company's horizon",
    "event_on": "the day on which the customer came back (or left), if known",
    "voided_at": "when it was voided, UTC",
    "voided_by": "the employee id of who voided it",
    "taken_back": "yes if it was taken back from the customer",
    "void_journal_row": "the row of the journal that holds the void",
}


def lines(session: Session, choice: ListChoice, head_seq: int) -> Iterator[str]:
    """Yield a line for each decision that is chosen and that the person may see."""
    chosen, at = decisions_chosen(session, choice.person, choice.wanted, now=choice.now)
    query = _columns(chosen, at).where(col(Decision.journal_seq) <= head_seq)
    rows = session.execute(
        query.order_by(col(Decision.id)), execution_options={"yield_per": FETCHED}
    )
    for row in rows:
        yield line(_cells(*row))


def _columns(chosen: Select[Decision], at: Horizon) -> Select[Any]:
    """Select what a line says, as plain values: an object for each row would cost more."""
    voider = aliased(Person)
    return (
        chosen.with_only_columns(
            *(col(getattr(Decision, name)) for name in _OF_DECISION),
            col(Site.location_ref),
            col(Site.name),
            col(Person.employee_id),
            col(Person.name),
            col(Customer.pseudonym),
            col(Remedy.kind),
            col(Reason.code),
            col(Limit.uid),
            states.state(at),
            states.event_on(at),
            col(Void.made_at),
            col(voider.employee_id),
            col(Void.taken_back),
            col(Void.journal_seq),
        )
        .join(Site, col(Site.id) == col(Decision.site_id))
        .join(Person, col(Person.id) == col(Decision.person_id))
        .join(Remedy, col(Remedy.id) == col(Decision.remedy_id))
        .join(Reason, col(Reason.id) == col(Decision.reason_id))
        .outerjoin(CustomerAlias, col(CustomerAlias.customer_id) == col(Decision.customer_id))
        .outerjoin(
            Customer,
            col(Customer.id)
            == func.coalesce(col(CustomerAlias.into_id), col(Decision.customer_id)),
        )
        .outerjoin(Limit, col(Limit.id) == col(Decision.limit_id))
        .outerjoin(voider, col(voider.id) == col(Void.person_id))
    )


_OF_DECISION = (
    *("uid", "journal_seq", "business_date", "decided_at", "received_at", "zone", "amount_minor"),
    *("cost_minor", "currency", "source", "feed", "external_id", "written_later"),
    *("limit_per_decision_minor", "limit_budget_minor", "limit_budget_period", "budget_left_minor"),
)


def _cells(*row: Any) -> list[str]:  # noqa: ANN401  # values of many types, as they were selected
    of_decision = dict(zip(_OF_DECISION, row, strict=False))
    site_ref, site, employee_id, person, customer, remedy, reason, limit_uid = row[
        len(_OF_DECISION) : -6
    ]
    state, event, voided_at, voided_by, taken_back, void_row = row[-6:]
    currency = of_decision["currency"]

    def minor(name: str) -> str:
        return amount(of_decision[name], currency)

    return [
        of_decision["uid"],
        str(of_decision["journal_seq"]),
        moment(of_decision["business_date"]),
        moment(of_decision["decided_at"]),
        moment(of_decision["received_at"]),
        of_decision["zone"],
        *(text(one) for one in (site_ref, site, employee_id, person, customer, remedy, reason)),
        minor("amount_minor"),
        minor("cost_minor"),
        currency,
        of_decision["source"],
        text(of_decision["feed"]),
        text(of_decision["external_id"]),
        yes_no(value=of_decision["written_later"]),
        limit_uid or "",
        minor("limit_per_decision_minor"),
        minor("limit_budget_minor"),
        of_decision["limit_budget_period"] or "",
        minor("budget_left_minor"),
        state,
        moment(None if event is None else date.fromordinal(event)),
        moment(voided_at),
        text(voided_by),
        yes_no(value=taken_back),
        "" if void_row is None else str(void_row),
    ]


FORMAT = ListFormat(
    name="csv", extension="csv", media_type=MEDIA_TYPE, columns=COLUMNS, lines=lines
)
