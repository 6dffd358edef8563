"""What was given alone, what was approved, what went past a limit: three figures, never one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlmodel import Session, col

from ledger.core import ways
from ledger.core.reports.scope import Scope
from ledger.core.tables import Decision, Outcome
from ledger.core.ways import Way


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """How many decisions in force there are, and their worth to customers in minor units."""

    decisions: int = 0
    amount_minor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenByWay:
    """One currency's decisions in force, by how they came about; each way is apart.

    Voided and replaced ones are in none of them, whether or not the gift was taken back.
    """

    currency: str
    by_way: Mapping[Way, Given]

    def of(self, wanted: Sequence[Way]) -> Given:
        """Return the decisions that came about in one of these ways."""
        found = [given for way, given in self.by_way.items() if way in wanted]
        return Given(
            decisions=sum(one.decisions for one in found),
            amount_minor=sum(one.amount_minor for one in found),
        )


def given_by_way(session: Session, scope: Scope) -> Sequence[GivenByWay]:
    """Return what was given in the scope by how it came about, one for each currency."""
    way = ways.way().label("way")
    one = (
        select(col(Decision.currency).label("currency"), way, col(Decision.amount_minor))
        .join(Outcome, col(Outcome.decision_id) == col(Decision.id))
        .where(scope.holds(), col(Outcome.in_force) == 1)
        .subquery()
    )
    query = (
        select(one.c.currency, one.c.way, func.count(), func.sum(one.c.amount_minor))
        .group_by(one.c.currency, one.c.way)
        .order_by(one.c.currency)
    )
    found: dict[str, dict[Way, Given]] = {}
    for currency, key, count, amount in session.execute(query):
        given = Given(decisions=count, amount_minor=int(amount))
        found.setdefault(currency, {})[key] = given
    return [GivenByWay(currency=currency, by_way=by_way) for currency, by_way in found.items()]


def counted_by_way(given: Sequence[GivenByWay]) -> Mapping[Way, int]:
    """Return how many decisions came about in each way, over all currencies."""
    return {
        way: count
        for way in ways.WAYS
        for count in [sum(one.of([way]).decisions for one in given)]
        if count
    }
