"""Limits, which are books, and budgets, which are tallies of what was given under them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from ledger.core.tables.types import STRICT, Day, Instant, Line, Whole, money_check


class Limit(SQLModel, table=True):
    """A book: what people in a scope may give, from a start to an optional end (included).

    A scope column that is None means "all of them". Business dates are those of each site.
    """

    __tablename__ = "latitude_limit"
    __table_args__ = (
        money_check("per_decision_minor"),
        CheckConstraint("budget_minor BETWEEN 0 AND 9999999999", name="budget_minor"),
        CheckConstraint("(budget_minor IS NULL) = (budget_period IS NULL)", name="budget_whole"),
        CheckConstraint("budget_period IN ('day', 'week', 'month')", name="budget_period"),
        CheckConstraint(
            "customer_total_minor BETWEEN 0 AND 9999999999", name="customer_total_minor"
        ),
        CheckConstraint("customer_count >= 0", name="customer_count"),
        CheckConstraint(
            "customer_days > 0 OR (customer_days IS NULL AND customer_count IS NULL"
            " AND customer_total_minor IS NULL)",
            name="customer_days",
        ),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_on"),
        Index("ix_latitude_limit_scope", "person_id", "site_id", "grade"),
        STRICT,
    )

    id: int = Field(
        default=None, primary_key=True, sa_type=Whole, sa_column_kwargs={"autoincrement": False}
    )
    uid: str = Field(sa_type=Line, unique=True)
    journal_seq: int = Field(default=None, foreign_key="journal.seq", sa_type=Whole, unique=True)
    person_id: int | None = Field(default=None, foreign_key="person.id", sa_type=Whole)
    site_id: int | None = Field(default=None, foreign_key="site.id", sa_type=Whole)
    grade: str | None = Field(default=None, sa_type=Line)
    remedy_id: int | None = Field(default=None, foreign_key="remedy.id", sa_type=Whole)
    currency: str = Field(sa_type=Line)
    per_decision_minor: int = Field(sa_type=Whole)
    budget_minor: int | None = Field(default=None, sa_type=Whole)
    budget_period: str | None = Field(default=None, sa_type=Line)
    customer_count: int | None = Field(default=None, sa_type=Whole)
    customer_total_minor: int | None = Field(default=None, sa_type=Whole)
    customer_days: int | None = Field(default=None, sa_type=Whole)
    starts_on: date = Field(sa_type=Day)
    # Set when the limit began at once, in the middle of its first business date.
    starts_at: datetime | None = Field(default=None, sa_type=Instant)
    ends_on: date | None = Field(default=None, sa_type=Day)
    reason_commitment: str = Field(sa_type=Line)
    set_by_id: int = Field(foreign_key="person.id", sa_type=Whole)
    set_at: datetime = Field(sa_type=Instant)


class Budget(SQLModel, table=True):
    """A tally: what one person has given at one site in one period, of one remedy or of all (0)."""

    __tablename__ = "budget"
    __table_args__ = (
        UniqueConstraint("person_id", "site_id", "remedy_id", "period_kind", "period_start"),
        CheckConstraint("alone >= 0", name="alone"),
        CheckConstraint("reserved >= 0", name="reserved"),
        CheckConstraint("gross >= 0", name="gross"),
        STRICT,
    )

    id: int = Field(default=None, primary_key=True, sa_type=Whole)
    person_id: int = Field(foreign_key="person.id", sa_type=Whole)
    site_id: int = Field(foreign_key="site.id", sa_type=Whole)
    # 0 stands for all remedies: a unique key with NULLs would not be unique.
    remedy_id: int = Field(default=0, sa_type=Whole)
    period_kind: str = Field(sa_type=Line)
    period_start: date = Field(sa_type=Day)
    period_end: date = Field(sa_type=Day)
    alone: int = Field(default=0, sa_type=Whole)
    reserved: int = Field(default=0, sa_type=Whole)
    gross: int = Field(default=0, sa_type=Whole)
    approved: int = Field(default=0, sa_type=Whole)
    exceptions: int = Field(default=0, sa_type=Whole)
