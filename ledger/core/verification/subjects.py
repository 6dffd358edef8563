"""Words, people and customers, against the commitments to them that the journal holds."""

from collections.abc import Collection, Mapping

from sqlalchemy import Select, Text, cast, literal_column, or_, select
from sqlmodel import SQLModel, col

from ledger.core import commitments, customers
from ledger.core.driver import Driver, Prepared, Stored
from ledger.core.tables import (
    Ask,
    AskAnswer,
    Customer,
    CustomerDetail,
    CustomerJoin,
    Decision,
    FlagReading,
    ImportFile,
    ImportUndo,
    Limit,
    Person,
    Recognition,
    Review,
    SponsorCard,
    SubjectKey,
    Void,
    Words,
)
from ledger.core.tables.types import Line
from ledger.core.verification import settings
from ledger.core.verification.findings import BadRowError, read
from ledger.core.verification.remembered import PERSON, UNSAID, Remembered


def check_words(driver: Driver, erased: Collection[str]) -> int:
    """Check every note, reason and story that still has its key; return how many there are.

    Raises:
        BadRowError: if one was changed, or is gone without having been erased.

    """
    count = 0
    for table, statement in _WORDS.items():
        for key, subject, committed, body, secret in read(driver, statement, table):
            if body is None or secret is None:
                _check_erased(table, key, subject, erased)
                continue
            if not _binds(secret, {"words": body}, committed):
                raise BadRowError(table, key, "changed", "words")
            count += 1
    return count


def check_people(driver: Driver, remembered: Remembered) -> int:
    """Check that everybody is who the journal last said they are; return how many there are.

    Raises:
        BadRowError: if somebody was changed or added past the journal, or a key is gone.

    """
    count = 0
    left = {who: said for who, said in remembered.said.items() if who.startswith("person:")}
    for row in read(driver, _PEOPLE, "person"):
        key, uid, employee_id, name, email, secret, *rest = row
        subject = f"person:{uid}"
        said = left.pop(subject, None)
        if said is None:
            raise BadRowError("person", key, "extra", "journal")
        count += 1
        for column, value in zip(PERSON, rest, strict=True):
            if said.get(column, UNSAID.get(column, value)) != value:
                raise BadRowError("person", key, "changed", column)
        if secret is None:
            _check_erased("person", key, subject, remembered.erased)
            continue
        # As in `people.person_commitment`, without a row of the ORM for each.
        who = {"employee_id": employee_id, "name": name, "email": email}
        if not _binds(secret, who, said.get("commitment")):
            raise BadRowError("person", key, "changed", "commitment")
    for subject, said in left.items():
        raise BadRowError("person", said.get("id"), "missing", subject)
    settings.check_work_places(driver, remembered)
    return count


def check_customers(driver: Driver, remembered: Remembered) -> int:
    """Check every customer against who they were added as; return how many were added at the log.

    Raises:
        BadRowError: if one is not whom the journal added, was changed, or is gone without having
            been erased.

    """
    added = dict(remembered.customers)
    for row in read(driver, _CUSTOMERS, "customer"):
        key, seq, pseudonym, committed, secret, detail, *details = row
        if isinstance(seq, int):
            content = added.pop(seq, {})
            ours = {"id": key, "pseudonym": pseudonym, "commitment": committed}
            if {**ours, **content} != ours or not content:
                raise BadRowError("customer", key, "differs", f"journal {seq}")
        subject = f"customer:{pseudonym}"
        if secret is None or detail is None:
            _check_erased("customer", key, subject, remembered.erased)
            continue
        # As in `customers.details_commitment`, without a row of the ORM for each.
        *kept, found_name, found_last4 = details
        who = dict(zip(_DETAILS, kept, strict=True))
        said = remembered.said.get(subject, {}).get("commitment", committed)
        if not _binds(secret, who, said):
            raise BadRowError("customer", key, "changed", "customer_detail")
        column = _derived_otherwise(who, found_name, found_last4)
        if column is not None:
            raise BadRowError("customer_detail", key, "changed", column)
    if added:
        raise BadRowError("customer", "", "missing", f"journal {min(added)}")
    return len(remembered.customers)


def _derived_otherwise(
    who: Mapping[str, Stored], found_name: Stored, found_last4: Stored
) -> str | None:
    """Return which of the columns that only help the finder is not what it is made from."""
    name, phone = who["name"], who["phone"]
    if found_name != (customers.name_key(str(name)) if name else None):
        return "name_key"
    if found_last4 != (str(phone)[-customers.LEAST_DIGITS :] if phone else None):
        return "phone_last4"
    return None


def _binds(secret: Stored, content: Mapping[str, Stored], committed: Stored) -> bool:
    """Whether the commitment is to this content; a key that is none binds nothing."""
    try:
        return commitments.commitment(str(secret), content) == committed
    except ValueError:
        return False


def _check_erased(table: str, key: Stored, subject: Stored, erased: Collection[str]) -> None:
    if subject not in erased:
        raise BadRowError(table, key, "gone", str(subject))


def _words_of(book: type[SQLModel], prefix: str, committed: str, named: str = "uid") -> Prepared:
    columns = book.__table__.columns  # type: ignore[attr-defined]  # every table model has it
    subject = literal_column(f"'{prefix}'", Line()) + cast(columns[named], Text)
    return Prepared(
        select(columns["id"], subject, columns[committed], col(Words.body), col(SubjectKey.key))
        .select_from(book)
        .outerjoin(Words, col(Words.subject) == subject)
        .outerjoin(SubjectKey, col(SubjectKey.subject) == subject)
        .where(columns[committed].is_not(None))
        .order_by(columns["id"])
    )


_WORDS = {
    "decision": _words_of(Decision, "note:", "note_commitment"),
    "recognition": _words_of(Recognition, "recognition:", "words_commitment"),
    "void": _words_of(Void, "void:", "reason_commitment"),
    "customer_join": _words_of(CustomerJoin, "join:", "reason_commitment", "id"),
    "import_undo": _words_of(ImportUndo, "import_undo:", "reason_commitment", "import_id"),
    "latitude_limit": _words_of(Limit, "limit:", "reason_commitment"),
    "sponsor_card": _words_of(SponsorCard, "sponsor:", "stop_commitment"),
    "ask": _words_of(Ask, "ask:", "why_commitment"),
    "ask_answer": _words_of(AskAnswer, "ask_answer:", "words_commitment"),
    "review": _words_of(Review, "review:", "words_commitment"),
    "flag_reading": _words_of(FlagReading, "flag_reading:", "words_commitment"),
}

_PEOPLE = Prepared(
    select(
        col(Person.id),
        col(Person.uid),
        col(Person.employee_id),
        col(Person.name),
        col(Person.email),
        col(SubjectKey.key),
        *(col(getattr(Person, name)) for name in PERSON),
    )
    .outerjoin(
        SubjectKey, col(SubjectKey.subject) == literal_column("'person:'", Line()) + col(Person.uid)
    )
    .order_by(col(Person.id))
)

_DETAILS = ("reference", "name", "phone", "email", "loyalty", "since")
_DERIVED = ("name_key", "phone_last4")


def _customers() -> Select[tuple[Stored, ...]]:
    subject = literal_column("'customer:'", Line()) + col(Customer.pseudonym)
    visible = select(col(ImportFile.id))
    return (
        select(
            col(Customer.id),
            col(Customer.journal_seq),
            col(Customer.pseudonym),
            col(Customer.commitment),
            col(SubjectKey.key),
            col(CustomerDetail.customer_id),
            *(col(getattr(CustomerDetail, name)) for name in (*_DETAILS, *_DERIVED)),
        )
        .select_from(Customer)
        .outerjoin(SubjectKey, col(SubjectKey.subject) == subject)
        .outerjoin(CustomerDetail, col(CustomerDetail.customer_id) == col(Customer.id))
        .where(or_(col(Customer.import_id).is_(None), col(Customer.import_id).in_(visible)))
        .order_by(col(Customer.id))
    )


_CUSTOMERS = Prepared(_customers())
