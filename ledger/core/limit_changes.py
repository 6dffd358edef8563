"""Changing a limit from a page: what is in force for a scope now, and a change that saw it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import or_, select
from sqlmodel import Session, col

from ledger.core import journal, limit_book, sites
from ledger.core.driver import Driver
from ledger.core.errors import LedgerError, NotFoundError
from ledger.core.limit_book import Scope
from ledger.core.limit_setting import PERIODS, NewLimit, set_limit
from ledger.core.permissions import Role
from ledger.core.tables import Limit, Person, PersonSite, Remedy, Site

MOST_GRADES = 100

Term = Literal["budget", "customer_count", "customer_total"]


class ChangedMeanwhileError(LedgerError):
    """Somebody set a limit for the same scope after this form was shown: `by` is theirs."""

    def __init__(self, newest: Limit) -> None:
        """Keep the limit that was set in the meantime."""
        super().__init__(newest.uid)
        self.newest = newest


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeNow:
    """A scope with what holds for it now.

    `in_force` is the limit that this very scope has; `applies` the one that applies to it, which
    may be a less specific one; `differs` that this is not the same at all of its sites. `replaced`
    are those that a limit for this scope takes the place of, its own or less specific ones.
    `newest` is the last that was set for the scope, begun or not.
    """

    scope: Scope
    in_force: Limit | None
    applies: Limit | None
    differs: bool
    replaced: Sequence[Limit]
    newest: Limit | None


def scope_now(session: Session, scope: Scope, *, now: datetime) -> ScopeNow:
    """Return what holds for a scope now."""
    company_day = sites.company_calendar(session).business_date(now)
    places = limit_book.places(session, scope, on=company_day)
    calendars = sites.calendars(session, [place.site_id for place in places])
    winners, own = [], []
    for place in places:
        on = calendars[place.site_id].business_date(now)
        book = limit_book.not_over(session, scope.currency, on=on)
        same = [limit for limit in book if limit_book.scope_of(limit) == scope]
        winners.append(limit_book.winner(book, place, on=on))
        own.append(limit_book.winner(same, place, on=on))
    terms = {None if won is None else _terms(won) for won in winners}
    first = winners[0] if winners else None
    in_force = next((limit for limit in own if limit is not None), None)
    return ScopeNow(
        scope=scope,
        in_force=in_force,
        applies=first if len(terms) == 1 else None,
        differs=len(terms) > 1,
        replaced=[in_force] if in_force is not None else _less_specific(winners, scope),
        newest=limit_book.newest_of(session, scope),
    )


def change_limit(
    session: Session, person: Person, new: NewLimit, *, seen_uid: str | None, now: datetime
) -> Limit:
    """Set a limit, unless somebody set one for the same scope since the form was shown.

    Args:
        session: an open write transaction; takes the chain lock.
        person: who sets it.
        new: the limit as it is asked for.
        seen_uid: the last limit of the scope when the form was shown; None if there was none.
        now: the instant.

    Raises:
        ChangedMeanwhileError: if somebody was quicker; nothing is set.
        LedgerError: whatever `set_limit` raises.

    """
    # One after the other, so that the second sees what the first has set.
    journal.lock_chain(Driver(session))
    changed = changed_meanwhile(session, new, seen_uid=seen_uid)
    if changed is not None:
        raise changed
    return set_limit(session, person, new, now=now)


def changed_meanwhile(
    session: Session, new: NewLimit, *, seen_uid: str | None
) -> ChangedMeanwhileError | None:
    """Return that somebody set a limit for the same scope since the form was shown, if so."""
    scope = Scope(
        person_id=new.person_id,
        site_id=new.site_id,
        grade=new.grade,
        remedy_id=new.remedy_id,
        currency=new.currency,
    )
    newest = limit_book.newest_of(session, scope)
    if newest is not None and newest.uid != seen_uid:
        return ChangedMeanwhileError(newest)
    return None


def is_raise(held: ScopeNow, new: NewLimit) -> bool:
    """Whether a limit lets more be given than what is in force for its scope.

    More for a decision, a larger budget or customer's cap, none where there is one, or the same for
    a shorter time. What is compared with is the scope's own limit, else the one that applies to it.
    Where none does, or not the same one everywhere, whatever lets something be given is more.
    """
    now = held.in_force or held.applies
    if new.per_decision_minor == 0:
        return False
    if now is None or new.per_decision_minor > now.per_decision_minor:
        return True
    return _is_larger_budget(now, new) or _is_looser_cap(now, new)


def taken_away(held: Limit, new: NewLimit) -> Sequence[Term]:
    """Return which bounds of a limit the new one leaves out; none if it lets nothing be given."""
    if new.per_decision_minor == 0:
        return ()
    pairs: Sequence[tuple[Term, int | None, int | None]] = (
        ("budget", held.budget_minor, new.budget_minor),
        ("customer_count", held.customer_count, new.customer_count),
        ("customer_total", held.customer_total_minor, new.customer_total_minor),
    )
    return [term for term, before, after in pairs if before is not None and after is None]


def _is_larger_budget(now: Limit, new: NewLimit) -> bool:
    if now.budget_minor is None or now.budget_period is None:
        return False
    if new.budget_minor is None or new.budget_period is None:
        return True
    is_shorter = PERIODS.index(new.budget_period) < PERIODS.index(now.budget_period)
    return new.budget_minor > now.budget_minor or (is_shorter and new.budget_minor > 0)


def _is_looser_cap(now: Limit, new: NewLimit) -> bool:
    if now.customer_days is None:
        return False
    if new.customer_days is None or new.customer_days < now.customer_days:
        return True
    pairs = (
        (now.customer_count, new.customer_count),
        (now.customer_total_minor, new.customer_total_minor),
    )
    return any(before is not None and (after is None or after > before) for before, after in pairs)


def _terms(limit: Limit) -> tuple[object, ...]:
    """Return what a limit sets, whomever it is for."""
    return (
        limit.per_decision_minor,
        limit.budget_minor,
        limit.budget_period,
        limit.customer_count,
        limit.customer_total_minor,
        limit.customer_days,
    )


def _less_specific(winners: Sequence[Limit | None], scope: Scope) -> Sequence[Limit]:
    """Return, each once, those of the winners that give way to a limit for the scope."""
    found = {
        limit.id: limit
        for limit in winners
        if limit is not None
        and (
            scope.person_id is not None
            or (limit.site_id in (None, scope.site_id) and limit.grade in (None, scope.grade))
        )
    }
    return list(found.values())


def check_scope(session: Session, person: Person, scope: Scope, *, now: datetime) -> Scope:
    """Return the scope, if its rows are there and the person may set limits so far.

    Raises:
        NotFoundError: if there is no such site, person or remedy, or it is not theirs to set.

    """
    today = sites.company_calendar(session).business_date(now)
    reached = _reached(session, scope, on=today)
    if scope.remedy_id is not None and session.get(Remedy, scope.remedy_id) is None:
        raise NotFoundError("remedy")
    if person.role == Role.ADMINISTRATOR:
        return scope
    own = sites.site_ids_of(session, person, on=today)
    if not reached or not reached <= own:
        raise NotFoundError("limit")
    return scope


def grades_at(session: Session, site_ids: Sequence[int]) -> Sequence[str]:
    """Return the grades of the people at these sites, in order of the alphabet."""
    here = select(col(PersonSite.person_id)).where(col(PersonSite.site_id).in_(site_ids))
    query = (
        select(col(Person.grade))
        .where(col(Person.id).in_(here), col(Person.grade).is_not(None), col(Person.active) == 1)
        .distinct()
        .order_by(col(Person.grade))
        .limit(MOST_GRADES)
    )
    return [grade for grade in session.scalars(query) if grade is not None]


def currency_of(session: Session, *, person_id: int | None, site_id: int | None, on: date) -> str:
    """Return the currency of a scope: its site's, that of the person's first site, the company's.

    Raises:
        NotFoundError: if there is no such site.

    """
    if site_id is not None:
        site = session.get(Site, site_id)
        if site is None:
            raise NotFoundError("site")
        return site.currency
    if person_id is not None:
        query = (
            select(col(Site.currency))
            .join(PersonSite, col(PersonSite.site_id) == col(Site.id))
            .where(
                col(PersonSite.person_id) == person_id,
                or_(col(PersonSite.until).is_(None), col(PersonSite.until) >= on),
            )
            .order_by(col(Site.name), col(Site.id))
            .limit(1)
        )
        found = session.scalars(query).one_or_none()
        if found is not None:
            return found
    return sites.company(session).currency


def _reached(session: Session, scope: Scope, *, on: date) -> frozenset[int]:
    """Return the sites that a narrower scope reaches; none for everyone and for a grade alone."""
    if scope.person_id is not None:
        if session.get(Person, scope.person_id) is None:
            raise NotFoundError("person")
        query = select(col(PersonSite.site_id)).where(
            col(PersonSite.person_id) == scope.person_id,
            or_(col(PersonSite.until).is_(None), col(PersonSite.until) >= on),
        )
        return frozenset(session.scalars(query))
    if scope.site_id is None:
        return frozenset()
    if session.get(Site, scope.site_id) is None:
        raise NotFoundError("site")
    return frozenset([scope.site_id])
