"""Approving in place: an approver proves on the asker's own screen who they are, for one ask, once.

The page has looked at the credential; what is kept here is that it was right, for this ask, this
browser and five minutes. Whoever is signed in there stays so.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update
from sqlmodel import Session, col

from ledger.core import journal
from ledger.core.people import subject_of
from ledger.core.tables import Ask, InPlace, Person, SignIn

PROOF_LASTS = timedelta(minutes=5)


def prove(
    session: Session, ask: Ask, approver: Person, sign_in: SignIn, *, now: datetime
) -> InPlace:
    """Keep that this approver has just proved who they are, at this browser and for this ask.

    What was proved here before for the same ask counts no more. Takes the chain lock.
    """
    forget(session, ask, sign_in, now=now)
    proof = InPlace(
        ask_id=ask.id,
        person_id=approver.id,
        sign_in_id=sign_in.id,
        made_at=now,
        expires_at=now + PROOF_LASTS,
    )
    session.add(proof)
    session.flush()
    entry = journal.Entry(
        kind="ask.proven_in_place", actor=subject_of(approver), subject=f"ask:{ask.uid}", content={}
    )
    journal.append(session, entry, now=now)
    return proof


def proof_for(session: Session, ask: Ask, sign_in: SignIn, *, now: datetime) -> InPlace | None:
    """Return what was proved for this ask at this browser, if it still counts."""
    query = (
        select(InPlace)
        .where(*_open(ask, sign_in), col(InPlace.expires_at) > now)
        .order_by(col(InPlace.id).desc())
        .limit(1)
    )
    return session.scalars(query).one_or_none()


def approver_of(session: Session, proof: InPlace) -> Person:
    """Return who proved it."""
    return session.get_one(Person, proof.person_id)


def is_over(session: Session, ask: Ask, sign_in: SignIn, *, now: datetime) -> bool:
    """Whether somebody proved it for this ask at this browser, and let the five minutes pass."""
    query = select(col(InPlace.id)).where(*_open(ask, sign_in), col(InPlace.expires_at) <= now)
    return session.scalars(query.limit(1)).one_or_none() is not None


def forget(session: Session, ask: Ask, sign_in: SignIn, *, now: datetime) -> None:
    """Let nothing count any more that was proved for this ask at this browser."""
    session.execute(update(InPlace).where(*_open(ask, sign_in)).values(used_at=now))


def use_up(session: Session, proof: InPlace, *, now: datetime) -> bool:
    """Let a proof count no more; whether it still did."""
    query = (
        update(InPlace)
        .where(
            col(InPlace.id) == proof.id,
            col(InPlace.used_at).is_(None),
            col(InPlace.expires_at) > now,
        )
        .values(used_at=now)
    )
    return len(session.scalars(query.returning(col(InPlace.id))).all()) == 1


def _open(ask: Ask, sign_in: SignIn) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions for what was proved here for an ask, and led to no answer."""
    return (
        col(InPlace.ask_id) == ask.id,
        col(InPlace.sign_in_id) == sign_in.id,
        col(InPlace.used_at).is_(None),
    )
