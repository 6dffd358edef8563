"""The act-now band of a site: how far above a limit somebody may go at once, to be read later."""

from sqlalchemy import bindparam, func, or_, select
from sqlmodel import Session, col

from ledger.core import budgets
from ledger.core.driver import Driver, Prepared
from ledger.core.headroom import PER_DECISION, Headroom
from ledger.core.tables import Decision, Void
from ledger.core.tables.types import Day, Whole

# Few decisions go past a limit, so of these few it is asked which were undone.
_UNDONE = Prepared(
    select(func.coalesce(func.sum(col(Decision.amount_minor)), 0))
    .select_from(Decision)
    .join(Void, col(Void.decision_id) == col(Decision.id))
    .where(
        col(Decision.person_id) == bindparam("person_id"),
        col(Decision.business_date) >= bindparam("period_start", type_=Day()),
        col(Decision.business_date) <= bindparam("period_end", type_=Day()),
        or_(
            bindparam("remedy_id", type_=Whole) == budgets.ALL_REMEDIES,
            col(Decision.remedy_id) == bindparam("remedy_id", type_=Whole),
        ),
        or_(
            bindparam("everywhere", type_=Whole) == 1,
            col(Decision.site_id) == bindparam("site_id", type_=Whole),
        ),
        col(Decision.currency) == bindparam("currency"),
        col(Decision.source) != "imported",
        col(Decision.exception_reason).is_not(None),
        or_(col(Void.taken_back) == 1, col(Void.replacement_uid).is_not(None)),
        col(Void.business_date) <= bindparam("period_end", type_=Day()),
    )
)


def fits(session: Session, room: Headroom, *, amount_minor: int, band_minor: int) -> bool:
    """Whether this much may be given at once, where the band of the site ends at `band_minor`.

    The band is above the limit for one decision alone: every other rule holds as ever. It needs a
    budget: without one nothing would ever end it. What was given past the limit in the budget's
    period counts with the rest; not what was taken back from the customer or replaced while the
    period was open. Giving, taking back and giving again ends as it does within the limit.
    """
    budget = room.budget_minor
    if room.rule != PER_DECISION or amount_minor > band_minor or budget is None:
        return False
    if room.customer_cap is not None and not room.customer_cap.allows(amount_minor):
        return False
    gross = room.budget_used_minor + room.exceptions_minor + amount_minor
    if gross > budgets.GROSS_BUDGETS * budget:
        return False
    return gross <= budget or gross - _undone_minor(session, room) <= budget


def _undone_minor(session: Session, room: Headroom) -> int:
    """Return what of the exceptions of the budget's period the customers do not have any more."""
    if room.budget_key is None:
        return 0
    (found,) = _UNDONE.one(
        Driver(session),
        **budgets.period_values(room.budget_key),
        everywhere=int(room.is_everywhere),
        currency=room.currency,
    )
    return int(found)
