"""Whether what an ask was made for can still be given: its site, its remedy and its reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlmodel import Session

from ledger.core import reasons, sites
from ledger.core.tables import Reason, Remedy, Site

Part = Literal["site", "remedy", "reason"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Where something is given, what, and why."""

    site: Site
    remedy: Remedy
    reason: Reason


def no_more(session: Session, offer: Offer, *, now: datetime) -> Sequence[Part]:
    """Return which of these was retired, so that nothing can be given any more.

    As a decision is judged (`drafts`): a reason that was retired in the business day that is open
    may still be given.
    """
    gone: list[Part] = []
    if offer.site.retired:
        gone.append("site")
    if offer.remedy.retired:
        gone.append("remedy")
    if offer.reason.retired:
        calendar = sites.calendar_of(session, offer.site.id)
        since = calendar.start_of(calendar.business_date(now))
        if not reasons.may_still_be_given(session, offer.reason, since=since):
            gone.append("reason")
    return gone
