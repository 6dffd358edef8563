"""Decisions as CSV, for supervisors (their own sites) and auditors: one line for each decision.

Schema 1, in the order of the journal, oldest first. A customer is a pseudonym, never a name; what
people typed (notes, reasons of voids) is not in it. Amounts are in major units of `currency`.
Decisions are those that the journal held when the list was begun; what became of them is as it was
when their line was read.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, func, type_coerce
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from ledger.core import ways
from ledger.core.ask_states import ANSWERS
from ledger.core.exports.lines import MEDIA_TYPE, amount, each, table, text, yes_no
from ledger.core.exports.shapes import ListChoice, ListFormat, Piece
from ledger.core.reports import states
from ledger.core.reports.decision_list import decisions_chosen
from ledger.core.reports.states import Horizon
from ledger.core.tables import (
    Ask,
    AskAnswer,
    Customer,
    CustomerAlias,
    Decision,
    Limit,
    Person,
    Reason,
    Remedy,
    Review,
    Site,
    Void,
)
from ledger.core.tables.types import Line, Whole

# Rows that are fetched at a time.
FETCHED = 400

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
    "how": "alone, approved, allowed (nobody answered), already_given, act_now, late or imported",
    "ask_id": "the id of the ask that it came from",
    "asked_amount": "what was asked for",
    "asked_at": "when it was asked, UTC",
    "answered_at": "when the ask was answered, UTC",
    "approved_by": "the employee id of who approved it",
    "approved_for": "the employee id of whom they stood in for",
    "approved_in_place": "yes if that was on the asker's own screen",
    "reviewed_at": "when somebody read the exception, UTC",
    "reviewed_by": "the employee id of who read it",
    "replaces": "the id of the voided decision in whose place it is",
    "replaced_by": "the id of the decision that took its place when it was voided",
}


# What is not written as it is stored.
TEXTS = (
    *("site_code", "site", "employee_id", "person", "customer", "remedy", "reason"),
    *("feed", "external_id", "voided_by", "approved_by", "approved_for", "reviewed_by"),
)
AMOUNTS = (
    *("amount", "cost", "limit_per_decision", "limit_budget", "budget_left"),
    "asked_amount",
)
FLAGS = ("written_later", "taken_back", "approved_in_place")


def pieces(session: Session, choice: ListChoice, head_seq: int) -> Iterator[Piece]:
    """Yield the lines of the decisions that are chosen and that the person may see."""
    chosen, at = decisions_chosen(session, choice.person, choice.wanted, now=choice.now)
    query = _columns(chosen, at).where(col(Decision.journal_seq) <= head_seq)
    found = session.connection().execute(
        query.order_by(col(Decision.id)), execution_options={"yield_per": FETCHED}
    )
    for rows in found.partitions():
        yield Piece(text=_written(rows), rows=len(rows))


def _written(rows: Sequence[Row[Any]]) -> str:
    """Return the lines of some rows, which have the columns of COLUMNS as they are stored."""
    cells: dict[str, Sequence[Any]] = dict(zip(COLUMNS, zip(*rows, strict=True), strict=True))
    cells |= {name: each(text, cells[name]) for name in TEXTS}
    currencies = cells["currency"]
    for name in AMOUNTS:
        cells[name] = each(_amount, list(zip(cells[name], currencies, strict=True)))
    cells |= {name: each(yes_no, cells[name]) for name in FLAGS}
    cells["event_on"] = each(_day, cells["event_on"])
    return table(cells.values())


def _amount(minor_of: tuple[int | None, str]) -> str:
    return amount(*minor_of)


def _day(ordinal: int | None) -> str:
    return "" if ordinal is None else date.fromordinal(ordinal).isoformat()


def _columns(chosen: Select[Decision], at: Horizon) -> Select[Any]:
    """Select what a line says in the order of COLUMNS, as it is stored: few of it need a look."""
    voider = aliased(Person)
    some = (
        chosen.with_only_columns(*_stored(at, voider), *_BEYOND)
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
    return _with_beyond(some)


def _with_beyond(some: Select[Any]) -> Select[Any]:
    """Join what a decision beyond the latitude has: its ask, its review, and what it replaces."""
    is_answer = (col(AskAnswer.ask_id) == col(Ask.id)) & (col(AskAnswer.step) == ANSWERS)
    # Corrected imports replace each other too, and are no voids.
    follows = (col(_LATER.replaces_id) == col(Decision.id)) & (col(_LATER.source) != "imported")
    return (
        some.outerjoin(Ask, col(Ask.id) == col(Decision.ask_id))
        .outerjoin(AskAnswer, is_answer)
        .outerjoin(_APPROVER, col(_APPROVER.id) == col(AskAnswer.person_id))
        .outerjoin(_INSTEAD_OF, col(_INSTEAD_OF.id) == col(AskAnswer.for_person_id))
        .outerjoin(Review, col(Review.decision_id) == col(Decision.id))
        .outerjoin(_READER, col(_READER.id) == col(Review.person_id))
        .outerjoin(
            _FIRST,
            (col(_FIRST.id) == col(Decision.replaces_id)) & (col(Decision.source) != "imported"),
        )
        .outerjoin(_LATER, follows)
    )


def _stored(at: Horizon, voider: type[Person]) -> Sequence[Any]:
    return (
        col(Decision.uid),
        col(Decision.journal_seq),
        type_coerce(col(Decision.business_date), Line()),
        type_coerce(col(Decision.decided_at), Line()),
        type_coerce(col(Decision.received_at), Line()),
        col(Decision.zone),
        col(Site.location_ref),
        col(Site.name),
        col(Person.employee_id),
        col(Person.name),
        col(Customer.pseudonym),
        col(Remedy.kind),
        col(Reason.code),
        col(Decision.amount_minor),
        col(Decision.cost_minor),
        col(Decision.currency),
        col(Decision.source),
        col(Decision.feed),
        col(Decision.external_id),
        type_coerce(col(Decision.written_later), Whole),
        col(Limit.uid),
        col(Decision.limit_per_decision_minor),
        col(Decision.limit_budget_minor),
        col(Decision.limit_budget_period),
        col(Decision.budget_left_minor),
        states.state(at),
        states.event_on(at),
        type_coerce(col(Void.made_at), Line()),
        col(voider.employee_id),
        type_coerce(col(Void.taken_back), Whole),
        col(Void.journal_seq),
    )


_APPROVER, _INSTEAD_OF, _READER = aliased(Person), aliased(Person), aliased(Person)
_FIRST, _LATER = aliased(Decision), aliased(Decision)
_BEYOND: Sequence[Any] = (
    ways.way(),
    col(Ask.uid),
    col(Ask.amount_minor),
    type_coerce(col(Ask.made_at), Line()),
    type_coerce(col(AskAnswer.made_at), Line()),
    col(_APPROVER.employee_id),
    col(_INSTEAD_OF.employee_id),
    type_coerce(col(AskAnswer.in_place), Whole),
    type_coerce(col(Review.made_at), Line()),
    col(_READER.employee_id),
    col(_FIRST.uid),
    col(_LATER.uid),
)

FORMAT = ListFormat(
    name="csv", extension="csv", media_type=MEDIA_TYPE, columns=COLUMNS, pieces=pieces
)
