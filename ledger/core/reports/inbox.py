"""The asks that somebody may answer now, the customer who has waited longest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import answerers, ask_states, people
from ledger.core.answerers import Answerer, Standing
from ledger.core.reports.ask_card import AskCard, cards
from ledger.core.reports.ask_waiting import wait_starts
from ledger.core.tables import Ask, Person


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxAsk:
    """A waiting ask, as whom one may answer it, and who is asked.

    `ceiling_minor` is the most that one may approve; `for_person` in whose place one answers.
    `is_mine`: one is asked, or nobody could approve all of it. `mine_at` is when one will be asked,
    None where one is already, or is not in line. `others` are who is asked now instead or besides,
    by name.
    """

    card: AskCard
    ceiling_minor: int
    for_person: str | None
    is_mine: bool
    mine_at: datetime | None
    others: Sequence[str]

    @property
    def may_approve(self) -> bool:
        """Whether the whole amount is within one's ceiling."""
        return self.card.ask.amount_minor <= self.ceiling_minor

    @property
    def most_minor(self) -> int:
        """The most that a counter-offer may be: below what is asked, within one's ceiling."""
        return min(self.card.ask.amount_minor - 1, self.ceiling_minor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """The asks that wait: those asked of this person, and those they may answer though others are.

    Both with the customer who has waited longest first.
    """

    mine: Sequence[InboxAsk]
    others: Sequence[InboxAsk]

    @property
    def all(self) -> Sequence[InboxAsk]:
        """Return both, those that are asked of this person first."""
        return [*self.mine, *self.others]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """How one ask stands to the person who looks."""

    standing: Standing
    line: Sequence[Answerer]
    person: Person
    now: datetime

    @property
    def own(self) -> Answerer | None:
        """Return one's own place in the line, if one is in it."""
        return next((one for one in self.line if one.person.id == self.person.id), None)

    @property
    def is_mine(self) -> bool:
        """Whether one is asked, or nobody could approve all of it."""
        return not self.line or (self.own is not None and self.own.is_asked)


def inbox(session: Session, person: Person, *, now: datetime) -> Inbox:
    """Return the asks that a person may answer now, with what is needed to answer them."""
    found = _answerable(session, person, now=now)
    starts = wait_starts(session, [ask for ask, _ in found])
    found.sort(key=lambda pair: (starts[pair[0].id], pair[0].id))
    names = _names(session, found)
    shown = [
        _shown(card, place, names)
        for card, (_, place) in zip(
            cards(session, [ask for ask, _ in found], now=now), found, strict=True
        )
    ]
    return Inbox(
        mine=[one for one in shown if one.is_mine],
        others=[one for one in shown if not one.is_mine],
    )


def inbox_ask(session: Session, person: Person, ask: Ask, *, now: datetime) -> InboxAsk | None:
    """Return one ask as the inbox shows it; None if it is not this person's to answer."""
    place = _place_of(session, person, ask, now=now)
    if place is None:
        return None
    (card,) = cards(session, [ask], now=now)
    return _shown(card, place, _names(session, [(ask, place)]))


def asked_count(session: Session, person: Person, *, now: datetime) -> int:
    """Return how many waiting asks are asked of a person now, as `inbox` splits them."""
    return sum(place.is_mine for _, place in _answerable(session, person, now=now))


def _answerable(session: Session, person: Person, *, now: datetime) -> list[tuple[Ask, _Place]]:
    site_ids = answerers.site_ids_of(session, person, now=now)
    if not site_ids:
        return []
    query = select(Ask).where(
        col(Ask.site_id).in_(sorted(site_ids)),
        col(Ask.expires_at) > now,
        col(Ask.person_id) != person.id,
        ask_states.is_unanswered(),
    )
    waiting = session.scalars(query).all()
    if not waiting:
        return []
    lines = {
        site_id: answerers.line_at(session, site_id, now=now)
        for site_id in sorted({ask.site_id for ask in waiting})
    }
    found = []
    for ask in waiting:
        line = lines[ask.site_id]
        if ask.person_id in line.records.get(person.id, ()):
            continue
        standing = line.standing_of(person, asker_id=ask.person_id)
        if standing is not None:
            place = _Place(
                standing=standing, line=line.of(answerers.asked_of(ask)), person=person, now=now
            )
            found.append((ask, place))
    return found


def _place_of(session: Session, person: Person, ask: Ask, *, now: datetime) -> _Place | None:
    if people.is_same_human(session, person.id, ask.person_id):
        return None
    standing = answerers.standing(
        session, person, site_id=ask.site_id, now=now, asker_id=ask.person_id
    )
    if standing is None:
        return None
    line = answerers.answerers(session, answerers.asked_of(ask), now=now)
    return _Place(standing=standing, line=line, person=person, now=now)


def _shown(card: AskCard, place: _Place, names: Mapping[int, str]) -> InboxAsk:
    own, standing = place.own, place.standing
    return InboxAsk(
        card=card,
        ceiling_minor=standing.ceiling_minor,
        for_person=names.get(standing.for_person_id or 0),
        is_mine=place.is_mine,
        mine_at=None if own is None or own.is_asked else own.asked_at,
        others=[
            one.person.name
            for one in place.line
            if one.is_asked and one.person.id != place.person.id
        ],
    )


def _names(session: Session, found: Sequence[tuple[Ask, _Place]]) -> Mapping[int, str]:
    ids = {
        place.standing.for_person_id
        for _, place in found
        if place.standing.for_person_id is not None
    }
    if not ids:
        return {}
    query = select(col(Person.id), col(Person.name)).where(col(Person.id).in_(sorted(ids)))
    return {row[0]: row[1] for row in session.execute(query)}
