"""Last days that are over: signing in ended by itself; the row of the person follows."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from ledger.core import asks, clock, delegations, people
from ledger.core.driver import Driver, Prepared
from ledger.core.tables import Person

_ANY = Prepared(
    select(col(Person.id))
    .where(col(Person.active) == 1, col(Person.leaves_at) <= bindparam("now"))
    .limit(1)
)


def settle(session: Session, *, now: datetime) -> Sequence[Person]:
    """Note of everybody whose last day is over that they have left; return who it was.

    Their asks end, and what they handed over or were handed.

    Whether somebody may sign in follows from the instant alone. Lists and exports ask whether they
    have left, so this runs whenever anybody signs in. Whoever is locked just then waits for the
    next time, as this may run after other locks were taken.
    """
    if _ANY.run(Driver(session), now=clock.as_text(now)).fetchone() is None:
        return ()
    query = (
        select(Person)
        .where(col(Person.active) == 1, col(Person.leaves_at) <= now)
        .order_by(col(Person.id))
        .with_for_update(key_share=True, skip_locked=True)
    )
    over = session.scalars(query).all()
    for person in over:
        person.active = False
        asks.end_for_leaver(session, person, site_id=None, now=now)
        delegations.end_for_leaver(session, person, actor="system", now=now)
        people.note(session, person, ["active"], actor="system", now=now, kind="person.left")
    return over
