"""Who raised each other's limit: reported with dates, for people to look at. Never a score.

Somebody raises what another may give if a limit that they set is the one that applies to the other
from its first day on, and lets more be given in one decision than what applied to them before it
was set (nothing at all counts as zero). It may be for that person alone, or for any scope in which
they stand. Two people are a pair if each raised the other's within WINDOW of each other. Only
people who may record decisions can be raised; an administrator gives nothing, so nobody raises
theirs in return.

Looked at are today's grades and places of work. A pair says what happened and on which days; that
it happened may be quite right.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import combinations

from sqlalchemy import or_, select
from sqlmodel import Session, col

from ledger.core import limit_book, limits, same_human, sites
from ledger.core.limit_book import Place, Scope
from ledger.core.permissions import Action, Role, may
from ledger.core.tables import Limit, Person, PersonSite, Site

WINDOW = timedelta(days=90)
LOOKS_BACK = timedelta(days=365)
MOST = 50

_WHO_GIVES = [role.value for role in Role if may(role, Action.RECORD_DECISION)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Raise:
    """One limit that raised what somebody may give in one decision, from what to what."""

    limit: Limit
    by: Person
    whose: Person
    before_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two people who raised each other's limit: the earlier raise and the later one."""

    first: Raise
    second: Raise


def reciprocal(session: Session, *, now: datetime) -> Sequence[Pair]:
    """Return the pairs of the last year, the one with the latest raise first, at most MOST.

    Of each two people the two raises that are closest in time.
    """
    raised: dict[tuple[int, int], list[Raise]] = {}
    for one in _raises(session, now=now):
        raised.setdefault((one.by.id, one.whose.id), []).append(one)
    found = []
    for one_id, other_id in combinations(sorted({key[0] for key in raised}), 2):
        pair = _closest(raised.get((one_id, other_id), ()), raised.get((other_id, one_id), ()))
        if pair is not None:
            found.append(pair)
    found.sort(key=lambda pair: (pair.second.limit.set_at, pair.second.limit.id), reverse=True)
    return found[:MOST]


def raised_by_those(
    session: Session, setter: Person, scope: Scope, *, now: datetime
) -> Sequence[Raise]:
    """Return who of those that a limit would be for raised the setter's own, the latest first.

    Within WINDOW: what is said before a limit is set that may make a pair.
    """
    own = same_human.records_of(session, setter.id)
    raised = [
        one
        for one in _raises(session, now=now, also=own)
        if one.whose.id in own and one.limit.set_at >= now - WINDOW
    ]
    places = _places(session, [one.by for one in raised], now=now)
    reached = {
        person_id
        for person_id, found in places.items()
        if any(_is_for(scope, place) for place in found)
    }
    return [one for one in reversed(raised) if one.by.id in reached]


def _raises(
    session: Session, *, now: datetime, also: frozenset[int] = frozenset()
) -> Iterator[Raise]:
    """Yield the raises of the last year between people who both set limits and give.

    `also` are people who may not have set any yet.
    """
    book = session.scalars(select(Limit).order_by(col(Limit.id))).all()
    setters = {limit.set_by_id for limit in book if limit.set_at >= now - LOOKS_BACK}
    query = select(Person).where(
        col(Person.id).in_(sorted(setters | also)),
        col(Person.active) == 1,
        col(Person.role).in_(_WHO_GIVES),
    )
    people = {person.id: person for person in session.scalars(query)}
    places = _places(session, list(people.values()), now=now)
    for number, limit in enumerate(book):
        by = people.get(limit.set_by_id)
        if by is None or limit.set_at < now - LOOKS_BACK or limit.set_at > now:
            continue
        for whose in people.values():
            befores = [
                before
                for place in places[whose.id]
                for before in [_raised_from(book[:number], limit, place)]
                if before is not None
            ]
            if befores:
                yield Raise(limit=limit, by=by, whose=whose, before_minor=min(befores))


def _raised_from(book: Sequence[Limit], limit: Limit, place: Place) -> int | None:
    """Return from what a limit raised what holds at a place; None if it did not."""
    there = replace(place, remedy_id=limit.remedy_id)
    if not limit_book.covers(limit, there):
        return None
    before = limit_book.winner(book, there, on=limit.starts_on)
    before_minor = 0 if before is None else before.per_decision_minor
    if limit.per_decision_minor <= before_minor:
        return None
    wins = before is None or limits.precedence(limit, place.calendar) > limits.precedence(
        before, place.calendar
    )
    return before_minor if wins else None


def _places(
    session: Session, people: Sequence[Person], *, now: datetime
) -> Mapping[int, Sequence[Place]]:
    """Return where each of these people works today."""
    calendars = sites.calendars(session)
    records = same_human.all_records(session)
    today = sites.company_calendar(session).business_date(now)
    by_id = {person.id: person for person in people}
    found: dict[int, list[Place]] = {person_id: [] for person_id in by_id}
    query = (
        select(col(PersonSite.person_id), Site)
        .join(Site, col(Site.id) == col(PersonSite.site_id))
        .where(
            col(PersonSite.person_id).in_(sorted(by_id)),
            col(PersonSite.from_date) <= today,
            or_(col(PersonSite.until).is_(None), col(PersonSite.until) >= today),
        )
    )
    for person_id, site in session.execute(query):
        place = Place(
            person_id=person_id,
            grade=by_id[person_id].grade,
            site_id=site.id,
            currency=site.currency,
            calendar=calendars[site.id],
            records=records.get(person_id, frozenset()),
        )
        found[person_id].append(place)
    return found


def _is_for(scope: Scope, place: Place) -> bool:
    return (
        scope.person_id in (None, place.person_id)
        and scope.grade in (None, place.grade)
        and scope.site_id in (None, place.site_id)
        and scope.currency == place.currency
    )


def _closest(one: Sequence[Raise], other: Sequence[Raise]) -> Pair | None:
    """Return the two raises that are closest in time, if they are within the window."""
    found: tuple[timedelta, Pair] | None = None
    for here in one:
        for there in other:
            first, second = sorted((here, there), key=lambda each: each.limit.id)
            apart = second.limit.set_at - first.limit.set_at
            if apart <= WINDOW and (found is None or apart < found[0]):
                found = apart, Pair(first=first, second=second)
    return None if found is None else found[1]
