"""Customers: a pseudonym that stays, and details, words and keys that can be erased."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from ledger.core.tables.types import STRICT, Day, Instant, Line, Whole


class Customer(SQLModel, table=True):
    """A book: one customer's pseudonym, and a commitment to the details it was added with.

    A customer who was added at the log names the journal row; one who came with a file names the
    import, whose journal row holds a hash over all of its customers.
    """

    __tablename__ = "customer"
    __table_args__ = (
        CheckConstraint("(journal_seq IS NULL) <> (import_id IS NULL)", name="one_origin"),
        STRICT,
    )

    id: int = Field(default=None, primary_key=True, sa_type=Whole)
    pseudonym: str = Field(sa_type=Line, unique=True)
    commitment: str = Field(sa_type=Line)
    journal_seq: int | None = Field(default=None, foreign_key="journal.seq", sa_type=Whole)
    import_id: int | None = Field(default=None, sa_type=Whole, index=True)


class CustomerJoin(SQLModel, table=True):
    """A book: from this row on, one customer counts as another one.

    The last row of a customer says as whom they count; one that names themselves takes the rows
    before back. Whoever others count as counts as nobody else.
    """

    __tablename__ = "customer_join"
    __table_args__ = (STRICT,)

    id: int = Field(
        default=None, primary_key=True, sa_type=Whole, sa_column_kwargs={"autoincrement": False}
    )
    journal_seq: int = Field(default=None, foreign_key="journal.seq", sa_type=Whole, unique=True)
    customer_id: int = Field(foreign_key="customer.id", sa_type=Whole, index=True)
    into_id: int = Field(foreign_key="customer.id", sa_type=Whole, index=True)
    # None where nobody gave a reason: an import's, and of those who came along with somebody.
    reason_commitment: str | None = Field(default=None, sa_type=Line)
    made_at: datetime = Field(sa_type=Instant)


class CustomerAlias(SQLModel, table=True):
    """A tally: as whom a customer counts now, if not as themselves."""

    __tablename__ = "customer_alias"
    __table_args__ = (CheckConstraint("customer_id <> into_id", name="another"), STRICT)

    customer_id: int = Field(
        foreign_key="customer.id",
        primary_key=True,
        sa_type=Whole,
        sa_column_kwargs={"autoincrement": False},
    )
    into_id: int = Field(foreign_key="customer.id", sa_type=Whole, index=True)


class CustomerDetail(SQLModel, table=True):
    """Who a customer is. An ordinary row: erasing deletes it with its key."""

    __tablename__ = "customer_detail"
    __table_args__ = (STRICT,)

    customer_id: int = Field(
        default=None, foreign_key="customer.id", primary_key=True, sa_type=Whole
    )
    reference: str | None = Field(default=None, sa_type=Line, unique=True)
    name: str | None = Field(default=None, sa_type=Line)
    # The name in lower case and without accents: what the finder looks in.
    name_key: str | None = Field(default=None, sa_type=Line, index=True)
    phone: str | None = Field(default=None, sa_type=Line, index=True)
    phone_last4: str | None = Field(default=None, sa_type=Line, index=True)
    email: str | None = Field(default=None, sa_type=Line)
    loyalty: str | None = Field(default=None, sa_type=Line, index=True)
    since: date | None = Field(default=None, sa_type=Day)


class SubjectKey(SQLModel, table=True):
    """The secret under which one subject's commitments are made; erasing it unbinds them."""

    __tablename__ = "subject_key"
    __table_args__ = (STRICT,)

    subject: str = Field(primary_key=True, sa_type=Line)
    key: str = Field(sa_type=Line)


class Words(SQLModel, table=True):
    """What somebody typed: a note, or why a limit, void or recognition. Never in the journal."""

    __tablename__ = "words"
    __table_args__ = (STRICT,)

    subject: str = Field(primary_key=True, sa_type=Line)
    body: str = Field(sa_type=Line)
    made_at: datetime = Field(sa_type=Instant)
