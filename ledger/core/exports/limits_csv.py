"""Limits as CSV, for supervisors and auditors: one line for each limit that was ever set.

Schema 1, in the order of the journal, oldest first. An empty scope column means "all of them". A
supervisor gets the limits that reach their own sites: those of everyone, of a grade, of one of
these sites, and of people who work or worked there. Amounts are in major units of `currency`.
"""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from ledger.core import sites
from ledger.core.exports.lines import MEDIA_TYPE, amount, lines, moment, text
from ledger.core.exports.shapes import ListChoice, ListFormat, Piece
from ledger.core.permissions import Role
from ledger.core.reports.scope import sites_in_sight
from ledger.core.tables import Limit, Person, PersonSite, Remedy, Site, Words

FETCHED = 200

COLUMNS = {
    "limit_id": "the id of the limit",
    "journal_row": "the row of the journal that holds it",
    "employee_id": "whom it is for; empty for everybody in the other columns",
    "person": "their name",
    "site_code": "the site's code; empty for all sites",
    "grade": "the grade; empty for all grades",
    "remedy": "the remedy's code; empty for all remedies",
    "currency": "ISO 4217",
    "per_decision": "the most that one decision may be",
    "budget": "the most in a period; empty for no budget",
    "budget_period": "day, week or month",
    "customer_count": "gestures that one customer may get",
    "customer_total": "what one customer may get in all",
    "customer_days": "within so many days",
    "starts_on": "the first business date of each site",
    "starts_at": "when it began at once, in the middle of that day, UTC",
    "ends_on": "the last business date, included; empty for no end",
    "set_by": "the employee id of who set it",
    "set_at": "when it was set, UTC",
    "reason": "why, as it was typed; empty if these words were erased",
}


def pieces(session: Session, choice: ListChoice, head_seq: int) -> Iterator[Piece]:
    """Yield the lines of the limits that are chosen and that the person may see."""
    query = _columns().where(_is_seen(session, choice), col(Limit.journal_seq) <= head_seq)
    rows = session.execute(query.order_by(col(Limit.id)), execution_options={"yield_per": FETCHED})
    for some in rows.partitions():
        yield Piece(text=lines([_cells(*row) for row in some]), rows=len(some))


def _is_seen(session: Session, choice: ListChoice) -> ColumnElement[bool]:
    on = sites.company_calendar(session).business_date(choice.now)
    seen = [site.id for site in sites_in_sight(session, choice.person, on=on)]
    if choice.wanted.site_id is not None:
        seen = [one for one in seen if one == choice.wanted.site_id]
    elif choice.person.role != Role.SUPERVISOR:
        return col(Limit.id) > 0
    here = select(col(PersonSite.person_id)).where(col(PersonSite.site_id).in_(seen))
    return or_(
        col(Limit.site_id).in_(seen),
        col(Limit.person_id).in_(here) & col(Limit.site_id).is_(None),
        col(Limit.site_id).is_(None) & col(Limit.person_id).is_(None),
    )


def _columns() -> Select[Limit, str, str, str, str, str, str]:
    setter = aliased(Person)
    return (
        select(
            Limit,
            col(Person.employee_id),
            col(Person.name),
            col(Site.location_ref),
            col(Remedy.kind),
            col(setter.employee_id),
            col(Words.body),
        )
        .outerjoin(Person, col(Person.id) == col(Limit.person_id))
        .outerjoin(Site, col(Site.id) == col(Limit.site_id))
        .outerjoin(Remedy, col(Remedy.id) == col(Limit.remedy_id))
        .outerjoin(setter, col(setter.id) == col(Limit.set_by_id))
        .outerjoin(Words, col(Words.subject) == "limit:" + col(Limit.uid))
    )


def _cells(
    limit: Limit,
    employee_id: str | None,
    person: str | None,
    *names: str | None,
) -> list[str]:
    site, remedy, set_by, reason = names
    return [
        limit.uid,
        str(limit.journal_seq),
        text(employee_id),
        text(person),
        text(site),
        text(limit.grade),
        text(remedy),
        limit.currency,
        amount(limit.per_decision_minor, limit.currency),
        amount(limit.budget_minor, limit.currency),
        limit.budget_period or "",
        _count(limit.customer_count),
        amount(limit.customer_total_minor, limit.currency),
        _count(limit.customer_days),
        moment(limit.starts_on),
        moment(limit.starts_at),
        moment(limit.ends_on),
        text(set_by),
        moment(limit.set_at),
        text(reason),
    ]


def _count(value: int | None) -> str:
    return "" if value is None else str(value)


FORMAT = ListFormat(
    name="csv", extension="csv", media_type=MEDIA_TYPE, columns=COLUMNS, pieces=pieces
)
