"""What customers did later, which files told us, and what came of each decision."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
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
    # activity, decisions, people, customers or till.
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


class ImportUndo(SQLModel, table=True):
    """A book: takes back everything that came with one import; the rows stay, and count no more."""

    __tablename__ = "import_undo"
    __table_args__ = (STRICT,)

    id: int = Field(
        default=None, primary_key=True, sa_type=Whole, sa_column_kwargs={"autoincrement": False}
    )
    journal_seq: int = Field(default=None, foreign_key="journal.seq", sa_type=Whole, unique=True)
    import_id: int = Field(foreign_key="import_file.id", sa_type=Whole, unique=True)
    # None is the command line.
    person_id: int | None = Field(default=None, foreign_key="person.id", sa_type=Whole)
    reason_commitment: str = Field(sa_type=Line)
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
        # Few leave: who never did is told at once, however often they came.
        Index(
            "ix_activity_leaving",
            "customer_id",
            "occurred_at",
            sqlite_where=text("kind = 'cancellation'"),
            postgresql_where=text("kind = 'cancellation'"),
        ),
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


class TillEntry(SQLModel, table=True):
    """A book once its import is visible: a refund, credit or void as the till has it.

    Only this shows whether everything that was given was written here: the journal shows that
    nothing was changed.
    """

    __tablename__ = "till_entry"
    __table_args__ = (
        money_check("amount_minor"),
        CheckConstraint(
            "kind IN ('refund', 'credit', 'discount', 'free_item', 'void')", name="kind"
        ),
        UniqueConstraint("feed", "external_id", "revision"),
        Index("ix_till_entry_site_day", "site_id", "business_date", "feed", "import_id"),
        Index("ix_till_entry_import", "import_id"),
        Index("ix_till_entry_decision", "decision_number", "site_id"),
        STRICT,
    )

    id: int = Field(default=None, primary_key=True, sa_type=Whole)
    import_id: int = Field(sa_type=Whole)
    feed: str = Field(sa_type=Line)
    external_id: str = Field(sa_type=Line)
    revision: int = Field(default=1, sa_type=Whole)
    replaces_id: int | None = Field(default=None, sa_type=Whole)
    site_id: int = Field(foreign_key="site.id", sa_type=Whole)
    occurred_at: datetime = Field(sa_type=Instant)
    # In the calendar of the site, when it was taken in.
    business_date: date = Field(sa_type=Day)
    kind: str = Field(sa_type=Line)
    amount_minor: int = Field(sa_type=Whole)
    currency: str = Field(sa_type=Line)
    # Who the till says it was, where it names a person that is known here.
    person_id: int | None = Field(default=None, foreign_key="person.id", sa_type=Whole)
    # The reference of a decision, as it was written at the till, and the number in it.
    reference: str | None = Field(default=None, sa_type=Line)
    decision_number: int | None = Field(default=None, sa_type=Whole)


class FeedSetting(SQLModel, table=True):
    """How often a feed is expected to bring something, so that one that has stopped is named."""

    __tablename__ = "feed_setting"
    __table_args__ = (
        CheckConstraint("kind IN ('activity', 'till')", name="kind"),
        CheckConstraint("every_days BETWEEN 1 AND 366", name="every_days"),
        UniqueConstraint("kind", "name"),
        flag_check("retired"),
        STRICT,
    )

    id: int = Field(default=None, primary_key=True, sa_type=Whole)
    kind: str = Field(sa_type=Line)
    name: str = Field(sa_type=Line)
    # What people call it: "the till at Elm Street".
    label: str = Field(sa_type=Line)
    every_days: int = Field(sa_type=Whole)
    # A retired feed is waited for no more, and holds no figure back.
    retired: bool = Field(default=False, sa_type=Flag)


class Upload(SQLModel, table=True):
    """A file that somebody brought to a page: looked at first, and taken in by one press.

    An ordinary row: the file goes once it was taken in, or a day later.
    """

    __tablename__ = "upload"
    __table_args__ = (
        CheckConstraint(
            "state IN ('checking', 'checked', 'refused', 'taking_in', 'taken_in', 'stopped')",
            name="state",
        ),
        STRICT,
    )

    uid: str = Field(primary_key=True, sa_type=Line)
    person_id: int = Field(foreign_key="person.id", sa_type=Whole)
    # activity, decisions, people, customers or till.
    kind: str = Field(sa_type=Line)
    file_name: str = Field(sa_type=Line)
    # In bytes, as it was announced; the other two are known when all of it has come.
    size: int = Field(sa_type=Whole)
    pieces: int | None = Field(default=None, sa_type=Whole)
    file_sha256: str | None = Field(default=None, sa_type=Line)
    # How it is to be taken in (feed, through, correct, create missing), as JSON.
    options: str = Field(sa_type=Line)
    state: str = Field(sa_type=Line)
    done: int = Field(default=0, sa_type=Whole)
    total: int = Field(default=0, sa_type=Whole)
    # What was found or done, as JSON.
    report: str | None = Field(default=None, sa_type=Line)
    import_id: int | None = Field(default=None, sa_type=Whole)
    made_at: datetime = Field(sa_type=Instant)
    # The last sign of life of whoever works on it.
    moved_at: datetime = Field(sa_type=Instant)


class UploadPiece(SQLModel, table=True):
    """A piece of an uploaded file, in base64: several processes and machines may work on it."""

    __tablename__ = "upload_piece"
    __table_args__ = (UniqueConstraint("upload_uid", "number"), STRICT)

    id: int = Field(default=None, primary_key=True, sa_type=Whole)
    upload_uid: str = Field(foreign_key="upload.uid", sa_type=Line)
    number: int = Field(sa_type=Whole)
    body: str = Field(sa_type=Line)


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
