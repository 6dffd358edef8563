"""What a draft of a decision refers to, read in one statement.

Each recorded decision asks for all of it: one by one these seven look-ups took longer than the
transaction that writes it.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, exists, select
from sqlmodel import Session, col

from ledger.core import clock, sites
from ledger.core.driver import Prepared
from ledger.core.loaded import SETTINGS_KEPT, Made, up_to_date
from ledger.core.tables import Company, Person, PersonSite, Reason, Remedy, Site, Submission

_REMEDIES, _REASONS = Made(Remedy, kept=SETTINGS_KEPT), Made(Reason, kept=SETTINGS_KEPT)
_REFERRED = Prepared(
    select(
        col(Company.fingerprint_key),
        exists().where(col(Submission.uid) == bindparam("uid")),
        sites.PLACES.where(col(PersonSite.site_id) == bindparam("site_id")).exists(),
        col(Site.currency),
        *Remedy.__table__.columns,  # type: ignore[attr-defined]  # every table model has it
        *Reason.__table__.columns,  # type: ignore[attr-defined]  # the same
    )
    .select_from(Company)
    .outerjoin(Site, (col(Site.id) == bindparam("site_id")) & (col(Site.retired) == 0))
    .outerjoin(Remedy, col(Remedy.id) == bindparam("remedy_id"))
    .outerjoin(Reason, col(Reason.id) == bindparam("reason_id"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Referred:
    """What the numbers in a draft stand for; None where there is no such row.

    `calendar` and `currency` are the site's, None too where it is retired or the person does not
    work there today. `is_known` is whether a form with this id was answered before.
    """

    fingerprint_key: str
    is_known: bool
    calendar: clock.Calendar | None
    currency: str | None
    remedy: Remedy | None
    reason: Reason | None


def referred(  # all keywords: the form's id, where, and what of what
    session: Session,
    person: Person,
    *,
    uid: str,
    site_id: int,
    remedy_id: int,
    reason_id: int,
    now: datetime,
) -> Referred:
    """Return what a draft of this person refers to; in a reading transaction, before the queue."""
    driver = up_to_date(session)
    calendar = sites.calendars(session, [site_id]).get(site_id)
    on = now.date() if calendar is None else calendar.business_date(now)
    found = _REFERRED.one(
        driver,
        uid=uid,
        person_id=person.id,
        site_id=site_id,
        on=on.isoformat(),
        remedy_id=remedy_id,
        reason_id=reason_id,
    )
    (key, is_known, works_there, currency), rest = found[:4], tuple(found[4:])
    remedy, reason = rest[: _REMEDIES.width], rest[_REMEDIES.width :]
    return Referred(
        fingerprint_key=key,
        is_known=bool(is_known),
        calendar=calendar if works_there else None,
        currency=currency if works_there else None,
        remedy=None if remedy[0] is None else _REMEDIES.from_row(remedy),
        reason=None if reason[0] is None else _REASONS.from_row(reason),
    )
