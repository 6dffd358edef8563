"""The same limit for other sites and grades in one step: one reason, a row for each, all or none.

Every chosen site with every chosen grade, those of the form's own scope among them. Each copy is
checked as if it were set alone: its setter's sites and ceiling, its site's currency, its first day.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from ledger.core import journal, limit_book, limit_changes, limit_setting
from ledger.core.driver import Driver
from ledger.core.errors import LedgerError
from ledger.core.limit_book import Scope
from ledger.core.limit_changes import ScopeNow
from ledger.core.limit_setting import NewLimit
from ledger.core.tables import Limit, Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One copy, what its scope has now, and what keeps it from being set (mostly nothing)."""

    new: NewLimit
    now: ScopeNow
    problems: Sequence[LedgerError]


class CopyError(LedgerError):
    """A copy cannot be set, so nothing is: `problem` says why, `new` which."""

    def __init__(self, new: NewLimit, problem: LedgerError) -> None:
        """Keep the copy and what a rule said of it."""
        super().__init__(str(problem))
        self.new = new
        self.problem = problem


def spread(
    new: NewLimit, *, site_ids: Sequence[int] = (), grades: Sequence[str] = ()
) -> Sequence[NewLimit]:
    """Return the same limit for these sites and grades too, in their order, itself left out.

    A limit for one person or for everyone has no copies, one for a whole site none for grades, one
    for a grade everywhere none for sites.
    """
    if new.person_id is not None:
        return []
    own_site = new.site_id
    at: list[int | None] = [own_site]
    if own_site is not None:
        at += [one for one in dict.fromkeys(site_ids) if one != own_site]
    among: list[str | None] = [new.grade]
    if new.grade is not None:
        among += [one for one in dict.fromkeys(grades) if one != new.grade]
    every = [replace(new, site_id=site_id, grade=grade) for site_id in at for grade in among]
    return every[1:]


def copies(
    session: Session, person: Person, spread_to: Sequence[NewLimit], *, now: datetime
) -> Sequence[Copy]:
    """Return each copy with what its scope has now, and all that keeps it from being set."""
    return [
        Copy(
            new=new,
            now=limit_changes.scope_now(session, scope_of(new), now=now),
            problems=list(limit_setting.problems(session, person, new, now=now)),
        )
        for new in spread_to
    ]


def change_limits(  # who, what, what was seen, and when
    session: Session,
    person: Person,
    new: NewLimit,
    spread_to: Sequence[NewLimit] = (),
    *,
    seen: Sequence[str | None],
    now: datetime,
) -> Sequence[Limit]:
    """Set a limit and its copies, unless somebody set one of them since the form was shown.

    Args:
        session: an open write transaction; takes the chain lock.
        person: who sets them.
        new: the limit.
        spread_to: its copies.
        seen: the last limit of each scope when the form was shown, `new`'s first; None for none.
        now: the instant.

    Raises:
        ChangedMeanwhileError: if somebody was quicker for the limit itself; nothing is set.
        CopyError: whatever is wrong with a copy, the same included; nothing is set.
        LedgerError: whatever `set_limit` raises for the limit itself.

    """
    journal.lock_chain(Driver(session))
    made = [limit_changes.change_limit(session, person, new, seen_uid=seen[0], now=now)]
    for copy, seen_uid in zip(spread_to, seen[1:], strict=True):
        try:
            made.append(
                limit_changes.change_limit(session, person, copy, seen_uid=seen_uid, now=now)
            )
        except LedgerError as problem:
            raise CopyError(copy, problem) from problem
    return made


def scope_of(new: NewLimit) -> Scope:
    """Return whom a limit that is asked for would be for."""
    return limit_book.Scope(
        person_id=new.person_id,
        site_id=new.site_id,
        grade=new.grade,
        remedy_id=new.remedy_id,
        currency=new.currency,
    )
