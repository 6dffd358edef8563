"""What flags are about, by the names that people know."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core.flag_facts import Behind
from ledger.core.reports.decision_list import customer_label
from ledger.core.tables import Customer, CustomerDetail, Limit, Reason, Site


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a flag is about, by the names that people know; `limit` is one that it points to.

    `customer` is None where their details were erased, and where the flag is about no customer.
    """

    site: Site
    reason: str | None
    limit: Limit | None
    customer: str | None
    customer_uid: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The names of what flags are about, by their ids."""

    reasons: Mapping[int, str]
    limits: Mapping[int, Limit]
    customers: Mapping[int, tuple[str, str | None]]

    def about(self, site: Site, ids: Mapping[str, int]) -> About:
        """Return what these ids are called, at a site."""
        uid, label = self.customers.get(ids.get("customer", 0), (None, None))
        return About(
            site=site,
            reason=self.reasons.get(ids.get("reason", 0)),
            limit=self.limits.get(ids.get("limit", 0)),
            customer=label,
            customer_uid=uid,
        )


def told(session: Session, points: Iterable[Mapping[str, int]]) -> Told:
    """Return the names of all of these ids, three statements in all."""
    wanted: dict[str, set[int]] = {"reason": set(), "limit": set(), "customer": set()}
    for ids in points:
        for name, value in ids.items():
            wanted[name].add(value)
    reasons = select(Reason).where(col(Reason.id).in_(sorted(wanted["reason"])))
    limits = select(Limit).where(col(Limit.id).in_(sorted(wanted["limit"])))
    customers = (
        select(col(Customer.id), col(Customer.pseudonym), customer_label())
        .outerjoin(CustomerDetail, col(CustomerDetail.customer_id) == col(Customer.id))
        .where(col(Customer.id).in_(sorted(wanted["customer"])))
    )
    return Told(
        reasons={row.id: row.name for row in session.scalars(reasons)},
        limits={row.id: row for row in session.scalars(limits)},
        customers={key: (uid, label) for key, uid, label in session.execute(customers)},
    )


def ids_of(about: str, decisions: Sequence[Behind] = ()) -> Mapping[str, int]:
    """Return the ids in what a flag is about; its limit else is the one that judged last."""
    parts = dict(part.split(":", 1) for part in about.split(","))
    found = {name: int(value) for name, value in parts.items() if name != "day"}
    judged = next((one.limit_id for one in decisions if one.limit_id is not None), None)
    if judged is not None:
        found.setdefault("limit", judged)
    return found
