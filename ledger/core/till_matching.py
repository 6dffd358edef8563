"""Matching: each gift and each void at the till with the one that was written here.

First by the reference of the decision, as it was written at the till: all that the till has under
it is added up. Then by site, business date, amount and way of giving, one to one, in the order of
time. What is left is in one of the two only.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    literal_column,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import Session, col

from ledger.core import standing, till
from ledger.core.completeness import Span
from ledger.core.tables import Decision, TillEntry, Void
from ledger.core.tables.types import Line, Whole
from ledger.core.till_ways import Ways, way_of_entry

Rows = Select[*tuple[Any, ...]]

# What a comparison says of a gift or a void: in the till and here, with the same amount or another
# one under the same reference; in one of them only; written and undone here, never in the till.
BOTH, DIFFERS, TILL_ONLY, HERE_ONLY, UNDONE = "both", "differs", "till", "here", "undone"
UNEXPLAINED = (TILL_ONLY, HERE_ONLY, DIFFERS)
STATES = (*UNEXPLAINED, BOTH, UNDONE)

GIFT, TAKEN_BACK = "gift", "void"

# Not the table itself: conditions on what stands look for voids of their own.
_VOID = aliased(Void, name="voided")
# Plus nothing, so that SQLite begins with the few voids, not with all decisions of the site.
_SITE_OF_VOID = col(Decision.site_id) + 0


def compared(session: Session, days: Sequence[Span]) -> CTE:
    """Return one row for each gift and each void of these days, in the till or here.

    Columns: `site_id`, `business_date`, `currency`, `way` (gift or void), `state` (one of STATES),
    `here_minor` and `till_minor` (0 where it is not), `decision_id`, `entry_id` (one of them if
    there are several) and `entries`, how many the till has of it.

    A gift under a reference is counted on the day of its decision. A decision that was voided and
    taken back on its day, and is in the till neither as a gift nor as a void, is `undone`.
    """
    ways = Ways.of(session)
    found = union_all(_named_gifts(days, ways), _named_voids(days, ways), _paired(days, ways)).cte(
        "found"
    )
    here_twice = func.sum(case((found.c.state == HERE_ONLY, 1), else_=0)).over(
        partition_by=[found.c.decision_id, found.c.undone]
    )
    is_undone = and_(found.c.undone == 1, here_twice == 2)  # noqa: PLR2004 (the gift and its void)
    columns = [column for column in found.c if column.name not in {"state", "undone"}]
    state = case((is_undone, UNDONE), else_=found.c.state).label("state")
    return select(*columns, state).cte("compared")


def _within(
    days: Sequence[Span], site_id: ColumnElement[int] | Mapped[int], day: Mapped[date]
) -> ColumnElement[bool]:
    return or_(
        false(),
        *(
            and_(site_id.in_(sorted(span.site_ids)), day >= span.since, day <= span.until)
            for span in days
        ),
    )


def _is_undone_that_day() -> ColumnElement[int]:
    """Return 1 for a decision that was voided and taken back on its own business date."""
    same = and_(col(_VOID.taken_back) == 1, col(_VOID.business_date) == col(Decision.business_date))
    return case((same, 1), else_=0)


def _is_named() -> ColumnElement[bool]:
    """Return the condition that an entry has the reference of a decision of its site."""
    return and_(
        col(TillEntry.decision_number) == col(Decision.id),
        col(TillEntry.site_id) == col(Decision.site_id),
    )


def _named_gifts(days: Sequence[Span], ways: Ways) -> Rows:
    """Return the decisions of these days that the till names, with all it has under them."""
    here, rung = col(Decision.amount_minor), func.sum(col(TillEntry.amount_minor))
    return (
        select(
            col(Decision.site_id),
            col(Decision.business_date),
            col(Decision.currency),
            literal_column(f"'{GIFT}'", Line()).label("way"),
            here.label("here_minor"),
            rung.label("till_minor"),
            col(Decision.id).label("decision_id"),
            func.min(col(TillEntry.id)).label("entry_id"),
            func.count().label("entries"),
            _is_undone_that_day().label("undone"),
            _same_or_not(rung == here),
        )
        .join(TillEntry, _is_named())
        .outerjoin(_VOID, col(_VOID.decision_id) == col(Decision.id))
        .where(
            _within(days, col(Decision.site_id), col(Decision.business_date)),
            ways.is_compared(),
            col(TillEntry.kind) != till.VOID,
            standing.counts(TillEntry),
        )
        .group_by(col(Decision.id), col(_VOID.id))
    )


def _named_voids(days: Sequence[Span], ways: Ways) -> Rows:
    """Return the voids of these days whose decision the till names in a void of its own."""
    here, rung = col(Decision.amount_minor), func.sum(col(TillEntry.amount_minor))
    return (
        select(
            col(Decision.site_id),
            col(_VOID.business_date),
            col(Decision.currency),
            literal_column(f"'{TAKEN_BACK}'", Line()),
            here,
            rung,
            col(Decision.id),
            func.min(col(TillEntry.id)),
            func.count(),
            _is_undone_that_day(),
            _same_or_not(rung == here),
        )
        .join(_VOID, col(_VOID.decision_id) == col(Decision.id))
        .join(TillEntry, _is_named())
        .where(
            _within(days, _SITE_OF_VOID, col(_VOID.business_date)),
            ways.is_compared(),
            col(_VOID.taken_back) == 1,
            col(TillEntry.kind) == till.VOID,
            standing.counts(TillEntry),
        )
        .group_by(col(Decision.id), col(_VOID.id))
    )


def _paired(days: Sequence[Span], ways: Ways) -> Rows:
    """Pair what no reference pairs: the first of each side with the first, the second, and so on.

    Of the decisions alike those come first that were not undone: the till has the others.
    """
    rest = union_all(
        _rest_gifts(days, ways), _rest_voids(days, ways), _rest_entries(days, ways)
    ).cte("rest")
    alike = [rest.c.site_id, rest.c.business_date, rest.c.currency, rest.c.way, rest.c.amount_minor]
    is_here = case((rest.c.decision_id.is_not(None), 1), else_=0)
    place = func.row_number().over(
        # An entry whose reference names a decision is paired by it, or by nothing.
        partition_by=[*alike, is_here, rest.c.alone],
        order_by=[rest.c.undone, rest.c.happened_at, rest.c.decision_id, rest.c.entry_id],
    )
    placed = select(*rest.c, place.label("place")).cte("placed")
    alike = [placed.c[column.name] for column in alike]
    key = [*alike, placed.c.place, placed.c.alone]
    decision_id, entry_id = func.max(placed.c.decision_id), func.max(placed.c.entry_id)
    amount, nothing = placed.c.amount_minor, literal_column("0", Whole)
    state = case(
        (entry_id.is_(None), literal_column(f"'{HERE_ONLY}'", Line())),
        (decision_id.is_(None), literal_column(f"'{TILL_ONLY}'", Line())),
        else_=literal_column(f"'{BOTH}'", Line()),
    )
    way = case((placed.c.way == TAKEN_BACK, TAKEN_BACK), else_=GIFT)
    return select(
        placed.c.site_id,
        placed.c.business_date,
        placed.c.currency,
        way,
        case((decision_id.is_(None), nothing), else_=amount),
        case((entry_id.is_(None), nothing), else_=amount),
        decision_id,
        entry_id,
        func.count(placed.c.entry_id),
        func.max(placed.c.undone),
        state,
    ).group_by(*key)


def _rest_gifts(days: Sequence[Span], ways: Ways) -> Rows:
    named = exists().where(
        _is_named(),
        col(TillEntry.kind) != till.VOID,
        standing.counts(TillEntry),
    )
    return (
        select(
            col(Decision.site_id),
            col(Decision.business_date),
            col(Decision.currency),
            ways.of_decision().label("way"),
            col(Decision.amount_minor),
            col(Decision.decided_at).label("happened_at"),
            col(Decision.id).label("decision_id"),
            cast(null(), Whole).label("entry_id"),
            _is_undone_that_day().label("undone"),
            literal_column("0", Whole).label("alone"),
        )
        .outerjoin(_VOID, col(_VOID.decision_id) == col(Decision.id))
        .where(
            _within(days, col(Decision.site_id), col(Decision.business_date)),
            ways.is_compared(),
            ~named,
        )
    )


def _rest_voids(days: Sequence[Span], ways: Ways) -> Rows:
    named = exists().where(
        _is_named(),
        col(TillEntry.kind) == till.VOID,
        standing.counts(TillEntry),
    )
    return (
        select(
            col(Decision.site_id),
            col(_VOID.business_date),
            col(Decision.currency),
            literal_column(f"'{TAKEN_BACK}'", Line()),
            col(Decision.amount_minor),
            col(_VOID.made_at),
            col(Decision.id),
            cast(null(), Whole),
            _is_undone_that_day(),
            literal_column("0", Whole),
        )
        .join(_VOID, col(_VOID.decision_id) == col(Decision.id))
        .where(
            _within(days, _SITE_OF_VOID, col(_VOID.business_date)),
            ways.is_compared(),
            col(_VOID.taken_back) == 1,
            ~named,
        )
    )


def _rest_entries(days: Sequence[Span], ways: Ways) -> Rows:
    named = exists().where(_is_named(), ways.is_compared())
    voided = exists().where(
        _is_named(),
        ways.is_compared(),
        col(_VOID.decision_id) == col(Decision.id),
        col(_VOID.taken_back) == 1,
    )
    is_void = col(TillEntry.kind) == till.VOID
    return select(
        col(TillEntry.site_id),
        col(TillEntry.business_date),
        col(TillEntry.currency),
        way_of_entry(),
        col(TillEntry.amount_minor),
        col(TillEntry.occurred_at),
        cast(null(), Whole),
        col(TillEntry.id),
        literal_column("0", Whole),
        # A void of a decision that was not voided here is nobody else's void.
        case((named, 1), else_=0),
    ).where(
        _within(days, col(TillEntry.site_id), col(TillEntry.business_date)),
        standing.counts(TillEntry),
        or_(and_(is_void, ~voided), and_(~is_void, ~named)),
        col(TillEntry.amount_minor) > 0,
    )


def _same_or_not(same: ColumnElement[bool]) -> ColumnElement[str]:
    return case(
        (same, literal_column(f"'{BOTH}'", Line())),
        else_=literal_column(f"'{DIFFERS}'", Line()),
    ).label("state")
