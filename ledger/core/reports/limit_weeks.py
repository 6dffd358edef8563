"""How much was given under each limit at one site, week by week: the shape of its use."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlmodel import Session, col

from ledger.core import limit_book
from ledger.core.tables import Decision, Limit, Outcome

WEEKS = 8
_DAYS = 7


def given_by_week(
    session: Session, limits: Sequence[Limit], *, site_id: int, until: date, weeks: int = WEEKS
) -> Mapping[str, Sequence[int]]:
    """Return by each limit's uid what was given a week, in minor units, the earliest week first.

    Weeks are seven business dates each, the last one ending on `until`. Counted are decisions in
    force at the site, given within the latitude, that were judged by a limit of the same scope,
    also by those which it took over from.
    """
    first = until - timedelta(days=weeks * _DAYS - 1)
    by_scope = {limit_book.scope_of(limit): limit.uid for limit in limits}
    found = {limit.uid: [0] * weeks for limit in limits}
    query = (
        select(Limit, col(Outcome.decided_on), func.sum(col(Decision.amount_minor)))
        .join(Decision, col(Decision.limit_id) == col(Limit.id))
        .join(Outcome, col(Outcome.decision_id) == col(Decision.id))
        .where(
            col(Decision.site_id) == site_id,
            col(Decision.business_date) >= first,
            col(Decision.business_date) <= until,
            col(Decision.ask_id).is_(None),
            col(Decision.exception_reason).is_(None),
            col(Outcome.in_force) == 1,
        )
        .group_by(col(Limit.id), col(Outcome.decided_on))
    )
    for limit, decided_on, given in session.execute(query):
        uid = by_scope.get(limit_book.scope_of(limit))
        if uid is not None:
            found[uid][(decided_on - first.toordinal()) // _DAYS] += int(given)
    return found
