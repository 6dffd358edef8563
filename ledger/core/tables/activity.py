"""What customers did later, which files told us, and what came of each decision."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from ledger.core.tables.types import (
    STRICT,
    Day,
    Flag,
    Instant,
    Line,
    Whole,
    flag_check,
    money_check,
)


class Feed(SQLModel, table=True):
    """A tally: one source of activity and the last business date it is complete for."""

    __tablename__ = "feed"
    __table_args__ = (flag_check("through_stated"), STRICT)

    name: str = Field(primary_key=True, sa_type=Line)
    through: date = Field(sa_type=Day)
    # False: taken from the latest row seen, so that day may be incomplete.
    through_stated: bool = Field(sa_type=Flag)


class ImportFile(SQLModel, table=True):
    """A book: one file that was taken in, with a hash over the file and one over its rows.

    Rows of a file count from the moment this row exists: until then no query sees them.
    """

    __tablename__ = "import_file"
    __table_args__ = (CheckConstraint("rows >= 0", name="rows"), STRICT)

    id: int = Field(
        default=None, primary_key=True, sa_type=Whole, sa_column_kwargs={"autoincrement": False}
    )
    journal_seq: int = Field(default=None, foreign_key="journal.seq", sa_type=Whole, unique=True)
    # activity, decisions, people or customers.
    kind: str = Field(sa_type=Line)
    feed: str = Field(sa_type=Line)
    file_sha256: str = Field(sa_type=Line)
    rows: int = Field(sa_type=Whole)
    rows_sha256: str = Field(sa_type=Line)
    customers: int = Field(sa_type=Whole)
    customers_sha256: str = Field(sa_type=Line)
    through: date | None = Field(default=None, sa_type=Day)
    through_stated: bool = Field(default=False, sa_type=Flag)
    made_at: datetime = Field(sa_type=Instant)


class ImportRun(SQLModel, table=True):
    """Hands out import numbers; a number without an import_file row was stopped half-way."""

    __tablename__ = "import_run"
    __table_args__ = (STRICT,)

    id: int = Field(default=None, primary_key=True, sa_type=Whole)
    begun_at: datetime = Field(sa_type=Instant)


class Activity(SQLModel, table=True):
    """A book once its import is visible: one thing that a customer did."""

    __tablename__ = "activity"
    __table_args__ = (
        money_check("amount_minor"),
        CheckConstraint("kind IN ('purchase', 'visit', 'renewal', 'cancellation')", name="kind"),
        UniqueConstraint("feed", "external_id", "revision"),
        Index("ix_activity_customer_time", "customer_id", "occurred_at"),
        Index("ix_activity_import", "import_id"),
        Index("ix_activity_replaces", "replaces_id"),
        STRICT,
    )

    id: int = Field(default=None, primary_key=True, sa_type=Whole)
    import_id: int = Field(sa_type=Whole)
    feed: str = Field(sa_type=Line)
    external_id: str = Field(sa_type=Line)
    revision: int = Field(default=1, sa_type=Whole)
    replaces_id: int | None = Field(default=None, sa_type=Whole)
    customer_id: int = Field(foreign_key="customer.id", sa_type=Whole)
    site_id: int | None = Field(default=None, foreign_key="site.id", sa_type=Whole)
    occurred_at: datetime = Field(sa_type=Instant)
    kind: str = Field(sa_type=Line)
    amount_minor: int = Field(sa_type=Whole)
    currency: str = Field(sa_type=Line)


class Outcome(SQLModel, table=True):
    """A tally: when the customer of one decision first came back, and first left.

    Days are proleptic ordinals, so that a database can subtract them.
    """

    __tablename__ = "outcome"
    __table_args__ = (
        flag_check("is_first"),
        flag_check("in_force"),
        Index("ix_outcome_customer", "customer_id"),
        STRICT,
    )

    decision_id: int = Field(foreign_key="decision.id", primary_key=True, sa_type=Whole)
    customer_id: int | None = Field(default=None, foreign_key="customer.id", sa_type=Whole)
    decided_on: int = Field(sa_type=Whole)
    # The customer's first decision in the ledger, among those in force.
    is_first: bool = Field(sa_type=Flag)
    # Neither voided nor replaced by a corrected import.
    in_force: bool = Field(sa_type=Flag)
    returned_on: int | None = Field(default=None, sa_type=Whole)
    left_on: int | None = Field(default=None, sa_type=Whole)
