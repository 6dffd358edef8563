"""Which records are of one human being: somebody may have been here before, or work here twice."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core.tables import Person


def records_of(session: Session, person_id: int) -> frozenset[int]:
    """Return the ids of all records of the human being who has this one; this one is among them.

    Followed both ways: what one record says of another holds for both, and two that name the same
    third are one too.
    """
    return all_records(session).get(person_id, frozenset({person_id}))


def named_by(session: Session, person: Person) -> Person | None:
    """Return the other record that this one itself names, if it names one."""
    return None if person.same_as_id is None else session.get(Person, person.same_as_id)


def others_of(session: Session, person: Person) -> Sequence[Person]:
    """Return the other records of the human being who has this one, by name."""
    others = records_of(session, person.id) - {person.id}
    query = select(Person).where(col(Person.id).in_(sorted(others)))
    return session.scalars(query.order_by(col(Person.name), col(Person.id))).all()


def all_records(session: Session) -> Mapping[int, frozenset[int]]:
    """Return for every id of somebody with several records all of theirs."""
    query = select(col(Person.id), col(Person.same_as_id)).where(
        col(Person.same_as_id).is_not(None)
    )
    found: dict[int, frozenset[int]] = {}
    for one_id, other_id in session.execute(query):
        records = found.get(one_id, frozenset({one_id})) | found.get(
            other_id, frozenset({other_id})
        )
        found.update(dict.fromkeys(records, records))
    return found
