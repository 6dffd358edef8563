"""Customers at the log: adding one, and what they were given before."""

import unicodedata
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, exists, func, or_, select, text, union_all
from sqlmodel import Session, col

from ledger.core import commitments, customer_joins, journal
from ledger.core.driver import Driver, Prepared, Stored, stored
from ledger.core.errors import BadValueError
from ledger.core.people import subject_of as person_subject
from ledger.core.tables import (
    Customer,
    CustomerDetail,
    Decision,
    ImportFile,
    Outcome,
    Person,
    Reason,
    Remedy,
    SubjectKey,
)

LEAST_DIGITS = 4
# The id is told to the journal before there is a row: PostgreSQL's own counter must know of it.
_NEXT_ID_POSTGRESQL = Prepared(text("SELECT nextval(pg_get_serial_sequence('customer', 'id'))"))
_NEXT_ID_SQLITE = Prepared(select(func.coalesce(func.max(col(Customer.id)), 0) + 1))
LONGEST_TEXT = 80
# What a customer's commitment is to.
_WHO = ("reference", "name", "phone", "email", "loyalty", "since")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCustomer:
    """A customer who was not found, by one field: a phone or a loyalty number."""

    phone: str | None = None
    loyalty: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gesture:
    """One earlier decision for a customer, as a fact."""

    on: date
    amount_minor: int
    currency: str
    remedy: str
    reason: str
    returned_on: date | None
    left_on: date | None


def add_customer(
    session: Session, person: Person, new: NewCustomer, *, now: datetime, on: date
) -> Customer:
    """Add a customer; one with the same number is returned instead of a second one.

    Args:
        session: an open write transaction.
        person: who adds them.
        new: a phone number or a loyalty number, with a name if one was given.
        now: the instant.
        on: the business date, kept as "customer since".

    Raises:
        BadValueError: if there is neither a phone nor a loyalty number, it is not one, or it or
            the name is too long.

    """
    detail = _detail(new, on=on)
    session.flush()
    driver = Driver(session)
    # Before looking: of two who add one customer at the same time, the second finds the first's.
    journal.lock_chain(driver)
    known = _known(session, detail)
    if known is not None:
        return known
    pseudonym, key = str(uuid.uuid4()), commitments.new_key()
    sealed = details_commitment(key, detail)
    next_id = _NEXT_ID_POSTGRESQL if driver.dialect == "postgresql" else _NEXT_ID_SQLITE
    customer_id: int = next_id.one(driver)[0]
    entry = journal.Entry(
        kind="customer.added",
        actor=person_subject(person),
        subject=subject_of(pseudonym),
        content={"id": customer_id, "pseudonym": pseudonym, "commitment": sealed},
    )
    head = journal.append(session, entry, now=now)
    added = Customer(id=customer_id, pseudonym=pseudonym, commitment=sealed, journal_seq=head.seq)
    session.add(added)
    session.add(SubjectKey(subject=subject_of(pseudonym), key=key))
    session.flush()
    detail.customer_id = added.id
    session.add(detail)
    session.flush()
    return added


def gestures(
    session: Session, customer_id: int, *, since: date, count: int = 8
) -> Sequence[Gesture]:
    """Return what this customer was given since a day, newest first, with what came of it."""
    which = col(Decision.customer_id).in_(customer_joins.ids_of_one(customer_id))
    return [gesture for _, gesture in gestures_of(session, which, since=since, most=count)]


def gestures_of(
    session: Session, which: ColumnElement[bool], *, since: date, most: int | None = None
) -> Iterator[tuple[int, Gesture]]:
    """Yield what some customers were given since a day, newest first, with whose id each has.

    `which` is a condition on the decision; `most` is how many at most, None all of them.
    """
    query = (
        select(Decision, Remedy.name, Reason.name, Outcome.returned_on, Outcome.left_on)  # type: ignore[call-overload]  # columns of three kinds
        .join(Remedy, col(Remedy.id) == col(Decision.remedy_id))
        .join(Reason, col(Reason.id) == col(Decision.reason_id))
        .join(Outcome, col(Outcome.decision_id) == col(Decision.id))
        .where(which, col(Decision.business_date) >= since, col(Outcome.in_force) == 1)
        .order_by(col(Decision.decided_at).desc())
        .limit(most)
    )
    for decision, remedy, reason, returned, left in session.execute(query):
        gesture = Gesture(
            on=decision.business_date,
            amount_minor=decision.amount_minor,
            currency=decision.currency,
            remedy=remedy,
            reason=reason,
            returned_on=None if returned is None else date.fromordinal(returned),
            left_on=None if left is None else date.fromordinal(left),
        )
        yield decision.customer_id, gesture


def is_visible() -> ColumnElement[bool]:
    """Return the condition that a customer's import, if they came with one, was finished."""
    published = exists().where(col(ImportFile.id) == col(Customer.import_id))
    return or_(col(Customer.import_id).is_(None), published)


def subject_of(pseudonym: str) -> str:
    """Return the name by which the journal and the keys know a customer."""
    return f"customer:{pseudonym}"


def details_commitment(key: str, detail: CustomerDetail) -> str:
    """Return the commitment to who a customer is."""
    return stored_commitment(key, {name: stored(getattr(detail, name)) for name in _WHO})


def stored_commitment(key: str, row: Mapping[str, Stored]) -> str:
    """Return the commitment to who a customer is, from their details as they are stored."""
    return commitments.commitment(key, {name: row[name] for name in _WHO})


def name_key(name: str) -> str:
    """Return a name as the finder compares it: lower case, without accents, single spaces."""
    apart = unicodedata.normalize("NFKD", name.casefold())
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return " ".join(bare.split())


def phone_key(written: str) -> str:
    """Return the ASCII digits of a phone number."""
    return "".join(mark for mark in written if mark in "0123456789")


def _detail(new: NewCustomer, *, on: date) -> CustomerDetail:
    phone = phone_key(new.phone) if new.phone else None
    loyalty = unicodedata.normalize("NFC", new.loyalty.strip()) if new.loyalty else None
    if phone is not None and not 6 <= len(phone) <= 15:  # noqa: PLR2004  # ITU-T E.164: at most 15 digits
        raise BadValueError(field="phone", value=new.phone or "", why="not a number")
    if not phone and not loyalty:
        raise BadValueError(field="phone", value="", why="empty")
    name = unicodedata.normalize("NFC", new.name.strip()) if new.name else None
    for field, written in (("loyalty", loyalty), ("name", name)):
        if written is not None and len(written) > LONGEST_TEXT:
            # The finder looks for no more than that.
            raise BadValueError(field=field, value=written, why="too_long")
    return CustomerDetail(
        phone=phone,
        phone_last4=phone[-LEAST_DIGITS:] if phone else None,
        loyalty=loyalty or None,
        name=name or None,
        name_key=name_key(name) if name else None,
        since=on,
    )


def _known(session: Session, detail: CustomerDetail) -> Customer | None:
    """Return who has the phone or loyalty number already, as whom they count."""
    # Each a look-up in one index; one condition with "or" would read every customer.
    same = []
    if detail.phone:
        same.append(col(CustomerDetail.phone) == detail.phone)
    if detail.loyalty:
        same.append(col(CustomerDetail.loyalty) == detail.loyalty)
        # The till's files may know them by this number alone.
        same.append(col(CustomerDetail.reference) == detail.loyalty)
    with_it = union_all(*(select(col(CustomerDetail.customer_id)).where(one) for one in same))
    query = (
        select(Customer)
        .where(col(Customer.id).in_(with_it), is_visible())
        .order_by(col(Customer.id))
        .limit(1)
    )
    found = session.scalars(query).one_or_none()
    if found is None:
        return None
    return session.get_one(Customer, customer_joins.current_id(Driver(session), found.id))
