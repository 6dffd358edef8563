"""The sponsor card: who agreed to try this, by which figure it will be judged, on which day.

A card is never edited: a new one takes its place. What makes us stop is kept as words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from ledger.core import commitments, journal, notes, people, sites
from ledger.core.errors import BadValueError
from ledger.core.money import MAX_MINOR
from ledger.core.permissions import Role
from ledger.core.tables import Person, SponsorCard

CAME_BACK, COST, UNMET_NEEDS, WRITTEN = "came_back", "cost", "unmet_needs", "written"
FIGURES = (CAME_BACK, COST, UNMET_NEEDS, WRITTEN)
# Shares in basis points; the target is the least of them. Of the others it is the most.
SHARES = (CAME_BACK, WRITTEN)
WHOLE_BP = 10_000
MOST_SHOWN = 20
_MAY_AGREE = (Role.EXECUTIVE.value, Role.ADMINISTRATOR.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCard:
    """A card as it is typed.

    `target` is in basis points of a share, minor units of a cost, or a count, as the figure has
    it; `currency` goes with a cost alone.
    """

    uid: str
    agreed_by_id: int
    figure: str
    target: int
    currency: str | None
    judged_on: date
    stop: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedCard:
    """A card with its names; `stop` is None if the words were erased.

    `made_on` is the business date of the company.
    """

    card: SponsorCard
    made_on: date
    agreed_by: str
    set_by: str
    stop: str | None


def agree(
    session: Session, person: Person, new: NewCard, *, on: date, now: datetime
) -> SponsorCard:
    """Write a card into the book; it takes the place of the one before.

    The same form again is the same card.

    Args:
        session: an open write transaction.
        person: who writes it.
        new: the card.
        on: the business date of the company.
        now: the instant.

    Raises:
        BadValueError: if a value cannot be used; `field` says which.

    """
    before = session.scalars(
        select(SponsorCard).where(col(SponsorCard.uid) == new.uid)
    ).one_or_none()
    if before is not None:
        return before
    stop = _checked(session, new, on=on, now=now)
    card = SponsorCard(
        uid=new.uid,
        agreed_by_id=new.agreed_by_id,
        set_by_id=person.id,
        judged_on=new.judged_on,
        figure=new.figure,
        target=new.target,
        currency=new.currency,
        stop_commitment=commitments.keep_words(session, words_subject(new.uid), stop, now=now),
        made_at=now,
    )
    return journal.add_to_book(
        session,
        card,
        kind="sponsor.agreed",
        actor=people.subject_of(person),
        subject=words_subject(new.uid),
        now=now,
    )


def words_subject(uid: str) -> str:
    """Return the subject under which a card's words and its journal row are."""
    return f"sponsor:{uid}"


def may_agree(session: Session, *, now: datetime) -> Sequence[Person]:
    """Return who can stand on a card: executives and administrators who work here, by name."""
    query = select(Person).where(col(Person.role).in_(_MAY_AGREE), people.are_here(now=now))
    return session.scalars(query.order_by(col(Person.name), col(Person.id))).all()


def cards(session: Session, *, count: int = MOST_SHOWN) -> Sequence[NamedCard]:
    """Return the latest cards, the one in force first."""
    agreed_by, set_by = aliased(Person), aliased(Person)
    query = (
        select(SponsorCard, col(agreed_by.name), col(set_by.name))
        .join(agreed_by, col(agreed_by.id) == col(SponsorCard.agreed_by_id))
        .join(set_by, col(set_by.id) == col(SponsorCard.set_by_id))
        .order_by(col(SponsorCard.id).desc())
        .limit(count)
    )
    found = session.execute(query).all()
    words = commitments.words_of(session, [words_subject(card.uid) for card, _, _ in found])
    calendar = sites.company_calendar(session)
    return [
        NamedCard(
            card=card,
            made_on=calendar.business_date(card.made_at),
            agreed_by=agreed,
            set_by=wrote,
            stop=words.get(words_subject(card.uid)),
        )
        for card, agreed, wrote in found
    ]


def _checked(session: Session, new: NewCard, *, on: date, now: datetime) -> str:
    """Return the words as they are kept, if all of the card can be used."""
    if new.agreed_by_id not in {person.id for person in may_agree(session, now=now)}:
        raise BadValueError(field="agreed_by", value=str(new.agreed_by_id), why="unknown")
    if new.figure not in FIGURES:
        raise BadValueError(field="figure", value=new.figure, why="unknown")
    most = WHOLE_BP if new.figure in SHARES else MAX_MINOR
    if not 0 <= new.target <= most:
        raise BadValueError(field="target", value=str(new.target), why="out_of_range")
    if (new.currency is not None) != (new.figure == COST):
        raise BadValueError(field="currency", value=str(new.currency), why="unknown")
    if new.judged_on <= on:
        raise BadValueError(field="judged_on", value=new.judged_on.isoformat(), why="over")
    stop = notes.check_note(new.stop)
    if not stop:
        raise BadValueError(field="note", value=new.stop, why="empty")
    return stop
