"""The journal as a list: what a filter leaves, newest first, a page at a time by row number.

Pages are cut by row number, not by counting, so the last page of a long journal is as quick as the
first. Instants never run backwards in the chain, so a period is a range of row numbers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, SQLColumnExpression, Text, func, select, type_coerce
from sqlmodel import Session, col

from ledger.core import clock, sites
from ledger.core.reports.journal_raw import RawRow, raw_rows
from ledger.core.reports.journal_site import is_of_site
from ledger.core.tables import Journal

ON_A_PAGE = 50
# Of one site is asked in the text of each row: so many rows are looked through for one page.
LOOKED_THROUGH = 50_000
# Of more rows than these a page says "at least": counting all of a long journal takes too long.
MOST_COUNTED = 10_000

# What kinds belong together, by what stands before the point in them.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "decisions": ("decision", "unmet_need", "flag"),
    "asks": ("ask", "asks"),
    "limits": ("limit",),
    "people": ("person", "code", "password"),
    "sign_ins": ("sign_in",),
    "refused": (),
    "customers": ("customer",),
    "imports": ("file", "import"),
    "recognitions": ("recognition",),
    "exports": ("export", "download"),
    "settings": (
        *("company", "bands", "site", "remedy", "reason"),
        *("criteria", "feed", "setting", "sponsor", "ask_rule", "answer_turns"),
    ),
    "ledger": ("ledger", "checkpoint"),
}
REFUSED = "sign_in.refused"
OTHER = "other"
SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalFilter:
    """Which rows are wanted; None means "all of them". Days are the company's, both included.

    `group` is one of GROUPS or "other". `actor` is who did it, as `people.subject_of`, or "system".
    """

    since: date | None = None
    until: date | None = None
    group: str | None = None
    actor: str | None = None
    site_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalPage:
    """One page, newest first.

    `older` and `newer` are the row numbers before and after which the pages beside it go on; None
    if there is nothing more that way. `looked_from` is the number down to which the journal was
    looked through, where that was not to its beginning; `size` is the whole journal's.
    """

    rows: Sequence[RawRow]
    older: int | None
    newer: int | None
    looked_from: int | None
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitting:
    """How many rows a filter leaves; it may leave more where `is_whole` is False."""

    rows: int
    is_whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Range:
    """Row numbers from `low` to `high`, both included."""

    low: int
    high: int


def journal_page(
    session: Session,
    wanted: JournalFilter,
    *,
    before: int | None = None,
    after: int | None = None,
) -> JournalPage:
    """Return the page of rows below `before`, or the one just above `after`; else the newest."""
    size = size_of(session)
    whole = _range(session, wanted, size)
    if after is not None:
        return _newer_page(session, wanted, whole, after=after, size=size)
    high = whole.high if before is None else min(whole.high, before - 1)
    low = _floor(wanted, whole.low, high)
    seqs = _seqs(session, wanted, _Range(low=low, high=high))
    more = len(seqs) > ON_A_PAGE
    shown = seqs[:ON_A_PAGE]
    if more:
        older: int | None = shown[-1]
    else:
        older = low if low > whole.low else None
    return JournalPage(
        rows=raw_rows(session, shown),
        older=older,
        newer=high if high < whole.high else None,
        looked_from=low if not more and low > whole.low else None,
        size=size,
    )


def fitting(session: Session, wanted: JournalFilter) -> Fitting:
    """Count the rows that a filter leaves, up to MOST_COUNTED and as far as a page looks."""
    whole = _range(session, wanted, size_of(session))
    low = _floor(wanted, whole.low, whole.high)
    conditions = _conditions(wanted, _Range(low=low, high=whole.high))
    if wanted.group is not None:
        kinds = _kinds_of(session, wanted.group)
        conditions.append(_kind(wanted).in_(kinds))
    found = select(col(Journal.seq)).where(*conditions).limit(MOST_COUNTED + 1).subquery()
    rows = session.scalar(select(func.count()).select_from(found)) or 0
    return Fitting(rows=min(rows, MOST_COUNTED), is_whole=rows <= MOST_COUNTED and low == whole.low)


def size_of(session: Session) -> int:
    """Return how many rows the journal has."""
    return session.scalar(select(func.max(col(Journal.seq)))) or 0


def group_of(kind: str) -> str:
    """Return the group to which a kind of row belongs."""
    if kind == REFUSED:
        return "refused"
    area = kind.partition(".")[0]
    return next((name for name, areas in GROUPS.items() if area in areas), OTHER)


def _newer_page(
    session: Session, wanted: JournalFilter, whole: _Range, *, after: int, size: int
) -> JournalPage:
    """Return the page above a row number: found upwards, shown downwards."""
    low = max(whole.low, after + 1)
    high = whole.high
    if wanted.site_id is not None:
        high = min(high, low + LOOKED_THROUGH - 1)
    seqs = _seqs(session, wanted, _Range(low=low, high=high), upwards=True)
    more = len(seqs) > ON_A_PAGE
    shown = list(reversed(seqs[:ON_A_PAGE]))
    newer = shown[0] if more else high
    return JournalPage(
        rows=raw_rows(session, shown),
        older=low if low > whole.low else None,
        newer=newer if newer < whole.high else None,
        looked_from=None,
        size=size,
    )


def _range(session: Session, wanted: JournalFilter, size: int) -> _Range:
    calendar = sites.company_calendar(session)
    low, high = 1, size
    if wanted.since is not None:
        low = _first_at(session, calendar.start_of(wanted.since), size)
    if wanted.until is not None:
        high = _first_at(session, calendar.next_start(wanted.until), size) - 1
    return _Range(low=low, high=high)


def _first_at(session: Session, instant: datetime, size: int) -> int:
    """Return the first row number that is not before an instant: halving, some twenty look-ups."""
    low, high, wanted = 1, size + 1, clock.as_text(instant)
    while low < high:
        middle = (low + high) // 2
        at = session.scalar(
            select(type_coerce(col(Journal.at), Text))
            .where(col(Journal.seq) >= middle)
            .order_by(col(Journal.seq))
            .limit(1)
        )
        if at is not None and at < wanted:
            low = middle + 1
        else:
            high = middle
    return low


def _floor(wanted: JournalFilter, low: int, high: int) -> int:
    return low if wanted.site_id is None else max(low, high - LOOKED_THROUGH + 1)


def _seqs(
    session: Session, wanted: JournalFilter, within: _Range, *, upwards: bool = False
) -> Sequence[int]:
    """Return up to one more than a page of row numbers, in the order looked in.

    Each kind is asked for by itself: its index gives its rows in their order, without a sort.
    """
    conditions = _conditions(wanted, within)
    kinds = None if wanted.group is None else _kinds_of(session, wanted.group)
    if kinds is None:
        return _asked(session, conditions, upwards=upwards)
    if wanted.actor is not None:
        conditions.append(_kind(wanted).in_(kinds))
        return _asked(session, conditions, upwards=upwards)
    found: list[int] = []
    for kind in kinds:
        found += _asked(session, [*conditions, col(Journal.kind) == kind], upwards=upwards)
    return sorted(found, reverse=not upwards)[: ON_A_PAGE + 1]


def _conditions(wanted: JournalFilter, within: _Range) -> list[ColumnElement[bool]]:
    """Return what a filter asks of a row, its group apart."""
    conditions = [col(Journal.seq) >= within.low, col(Journal.seq) <= within.high]
    if wanted.site_id is not None:
        conditions.append(is_of_site(wanted.site_id))
    if wanted.actor is not None:
        conditions.append(col(Journal.actor) == wanted.actor)
    return conditions


def _kind(wanted: JournalFilter) -> SQLColumnExpression[str]:
    """Return the kind of a row, as it is asked for.

    Joined to nothing, the kind's index is left alone: somebody's has far fewer rows.
    """
    return col(Journal.kind) if wanted.actor is None else col(Journal.kind).concat("")


def _asked(
    session: Session, conditions: Sequence[ColumnElement[bool]], *, upwards: bool
) -> Sequence[int]:
    order = col(Journal.seq) if upwards else col(Journal.seq).desc()
    query = select(col(Journal.seq)).where(*conditions).order_by(order).limit(ON_A_PAGE + 1)
    return session.scalars(query).all()


def _kinds_of(session: Session, group: str) -> Sequence[str]:
    """Return the kinds of a group that this journal has, by one look-up for each kind there is."""
    kinds: list[str] = []
    kind = session.scalar(select(func.min(col(Journal.kind))))
    while kind is not None:
        if _is_in(kind, group):
            kinds.append(kind)
        kind = session.scalar(select(func.min(col(Journal.kind))).where(col(Journal.kind) > kind))
    return kinds


def _is_in(kind: str, group: str) -> bool:
    # Who looks at sign-ins wants to see those that were refused too.
    return group_of(kind) == group or (group == "sign_ins" and kind == REFUSED)
