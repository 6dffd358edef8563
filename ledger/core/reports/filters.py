"""What a page of outcomes can be narrowed to, and what it usually counts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlmodel import Session, col

from ledger.core.reports.scope import Band, Scope, bands_of
from ledger.core.tables import Decision, Outcome, Reason, Remedy, Site

HALF = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What there is to choose: remedies and reasons in their order, retired ones last.

    `bands` are by key, see `scope.bands_of`. `usual_unit` is "customer", and "episode" once first
    decisions are under half of all decisions for known customers.
    """

    remedies: Sequence[Remedy]
    reasons: Sequence[Reason]
    bands: Mapping[str, Band]
    usual_unit: str


def filters(session: Session, sites: Sequence[Site], everything: Scope) -> Filters:
    """Return what can be chosen at these sites; `everything` is all that may be seen there."""
    remedies = select(Remedy).order_by(
        col(Remedy.retired), col(Remedy.position), col(Remedy.name), col(Remedy.id)
    )
    reasons = select(Reason).order_by(
        col(Reason.retired), col(Reason.position), col(Reason.name), col(Reason.id)
    )
    return Filters(
        remedies=session.scalars(remedies).all(),
        reasons=session.scalars(reasons).all(),
        bands=bands_of(session, _currencies_given(session, sites)),
        usual_unit=usual_unit(session, everything),
    )


def _currencies_given(session: Session, sites: Sequence[Site]) -> Collection[str]:
    """Return the currencies in which anything was given at these sites; if nothing was, all."""
    query = select(col(Site.currency)).where(
        col(Site.id).in_([site.id for site in sites]),
        select(col(Decision.id)).where(col(Decision.site_id) == col(Site.id)).exists(),
    )
    return set(session.scalars(query)) or {site.currency for site in sites}


def usual_unit(session: Session, scope: Scope) -> str:
    """Return what is counted unless somebody asks for something else: "customer" or "episode"."""
    query = (
        select(func.sum(case((col(Outcome.is_first) == 1, 1), else_=0)), func.count())
        .select_from(Outcome)
        .join(Decision, col(Decision.id) == col(Outcome.decision_id))
        .where(scope.holds(), col(Outcome.in_force) == 1, col(Outcome.customer_id).is_not(None))
    )
    firsts, known = session.execute(query).one()
    return "episode" if int(firsts or 0) * HALF < known else "customer"
