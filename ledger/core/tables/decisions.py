"""What was decided for customers, and what was refused, cancelled or wished for."""

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
    index_of_few,
    money_check,
)


class Remedy(SQLModel, table=True):
    """What can be given. Administrators edit these rows."""

    __tablename__ = "remedy"
    __table_args__ = (
        CheckConstraint("cost_share_bp BETWEEN 0 AND 1000000", name="cost_share_bp"),
        flag_check("worthless"),
        flag_check("needs_visit"),
        flag_check("retired"),
        STRICT,
    )

    id: int = Field(default=None, primary_key=True, sa_type=Whole)
    kind: str = Field(sa_type=Line, unique=True)
    name: str = Field(sa_type=Line)
    icon: str = Field(sa_type=Line)
    cost_share_bp: int = Field(default=10_000, sa_type=Whole)
    # Gives nothing of value (an apology): its amount is always zero.
    worthless: bool = Field(default=False, sa_type=Flag)
    # Is used at a later visit (a credit, a replacement): its outcomes are drawn apart.
    needs_visit: bool = Field(default=False, sa_type=Flag)
    till_step: str = Field(default="", sa_type=Line)
    position: int = Field(default=0, sa_type=Whole)
    retired: bool = Field(default=False, sa_type=Flag)


class Reason(SQLModel, table=True):
    """Why a decision was taken. Administrators edit these rows."""

    __tablename__ = "reason"
    __table_args__ = (flag_check("retired"), STRICT)

    id: int = Field(default=None, primary_key=True, sa_type=Whole)
    code: str = Field(sa_type=Line, unique=True)
    name: str = Field(sa_type=Line)
    position: int = Field(default=0, sa_type=Whole)
    retired: bool = Field(default=False, sa_type=Flag)


class SiteReason(SQLModel, table=True):
    """Whether a site shows a reason, and where; a site without a row shows the company's order."""

    __tablename__ = "site_reason"
    __table_args__ = (UniqueConstraint("site_id", "reason_id"), flag_check("shown"), STRICT)

    id: int = Field(default=None, primary_key=True, sa_type=Whole)
    site_id: int = Field(foreign_key="site.id", sa_type=Whole)
    reason_id: int = Field(foreign_key="reason.id", sa_type=Whole)
    position: int = Field(default=0, sa_type=Whole)
    shown: bool = Field(default=True, sa_type=Flag)


class CriteriaCard(SQLModel, table=True):
    """One version of the card that says how we decide for the customer here, a line a criterion."""

    __tablename__ = "criteria_card"
    __table_args__ = (STRICT,)

    version: int = Field(primary_key=True, sa_type=Whole)
    body: str = Field(sa_type=Line)
    made_at: datetime = Field(sa_type=Instant)


class Decision(SQLModel, table=True):
    """A book: one customer, one moment, one remedy, one amount, decided by one named person."""

    __tablename__ = "decision"
    __table_args__ = (
        money_check("amount_minor"),
        CheckConstraint("cost_minor >= 0", name="cost_minor"),
        CheckConstraint("source IN ('logged', 'late', 'imported')", name="source"),
        flag_check("declared_own"),
        flag_check("written_later"),
        UniqueConstraint("feed", "external_id", "revision"),
        Index("ix_decision_person_day", "person_id", "site_id", "business_date"),
        Index("ix_decision_site_day", "site_id", "business_date"),
        Index("ix_decision_newest", "business_date", "decided_at"),
        Index("ix_decision_customer_day", "customer_id", "business_date"),
        # Of the few that went past a limit.
        index_of_few("ix_decision_exception", "site_id", where="exception_reason IS NOT NULL"),
        index_of_few("ix_decision_ask", "ask_id", where="ask_id IS NOT NULL"),
        STRICT,
    )

    id: int = Field(
        default=None, primary_key=True, sa_type=Whole, sa_column_kwargs={"autoincrement": False}
    )
    uid: str = Field(sa_type=Line, unique=True)
    journal_seq: int = Field(default=None, foreign_key="journal.seq", sa_type=Whole, unique=True)
    person_id: int = Field(foreign_key="person.id", sa_type=Whole)
    site_id: int = Field(foreign_key="site.id", sa_type=Whole)
    # None is a walk-in: nobody in particular.
    customer_id: int | None = Field(default=None, foreign_key="customer.id", sa_type=Whole)
    remedy_id: int = Field(foreign_key="remedy.id", sa_type=Whole)
    reason_id: int = Field(foreign_key="reason.id", sa_type=Whole)
    amount_minor: int = Field(sa_type=Whole)
    cost_minor: int = Field(sa_type=Whole)
    currency: str = Field(sa_type=Line)
    claimed_at: datetime = Field(sa_type=Instant)
    decided_at: datetime = Field(sa_type=Instant)
    received_at: datetime = Field(sa_type=Instant)
    skew: int | None = Field(default=None, sa_type=Whole)
    business_date: date = Field(sa_type=Day)
    zone: str = Field(sa_type=Line)
    written_later: bool = Field(default=False, sa_type=Flag)
    device_id: str | None = Field(default=None, sa_type=Line)
    device_seq: int | None = Field(default=None, sa_type=Whole)
    source: str = Field(sa_type=Line)
    import_id: int | None = Field(default=None, sa_type=Whole)
    feed: str | None = Field(default=None, sa_type=Line)
    external_id: str | None = Field(default=None, sa_type=Line)
    # A corrected import adds the next revision, which takes the place of the one before.
    revision: int = Field(default=1, sa_type=Whole)
    replaces_id: int | None = Field(default=None, sa_type=Whole, index=True)
    ask_id: int | None = Field(default=None, sa_type=Whole)
    exception_reason: str | None = Field(default=None, sa_type=Line)
    declared_own: bool = Field(default=False, sa_type=Flag)
    # The limit that judged it, with the values it had: a later limit rewrites nothing.
    limit_id: int | None = Field(default=None, foreign_key="latitude_limit.id", sa_type=Whole)
    limit_per_decision_minor: int | None = Field(default=None, sa_type=Whole)
    limit_budget_minor: int | None = Field(default=None, sa_type=Whole)
    limit_budget_period: str | None = Field(default=None, sa_type=Line)
    budget_left_minor: int | None = Field(default=None, sa_type=Whole)
    forecast: str | None = Field(default=None, sa_type=Line)
    apologised: bool | None = Field(default=None, sa_type=Flag)
    noticed_first: bool | None = Field(default=None, sa_type=Flag)
    asked_for: str | None = Field(default=None, sa_type=Line)
    criteria_version: int | None = Field(default=None, sa_type=Whole)
    criteria_ticks: str | None = Field(default=None, sa_type=Line)
    note_commitment: str | None = Field(default=None, sa_type=Line)


class Void(SQLModel, table=True):
    """A book: cancels one decision, which itself stays."""

    __tablename__ = "void"
    __table_args__ = (flag_check("taken_back"), STRICT)

    id: int = Field(
        default=None, primary_key=True, sa_type=Whole, sa_column_kwargs={"autoincrement": False}
    )
    uid: str = Field(sa_type=Line, unique=True)
    journal_seq: int = Field(default=None, foreign_key="journal.seq", sa_type=Whole, unique=True)
    decision_id: int = Field(foreign_key="decision.id", sa_type=Whole, unique=True)
    person_id: int = Field(foreign_key="person.id", sa_type=Whole)
    reason_commitment: str = Field(sa_type=Line)
    # Whether it was taken back from the customer; if not, the cost stays.
    taken_back: bool = Field(sa_type=Flag)
    business_date: date = Field(sa_type=Day)
    replacement_uid: str | None = Field(default=None, sa_type=Line)
    made_at: datetime = Field(sa_type=Instant)


class Refusal(SQLModel, table=True):
    """A book: a decision above the headroom, which was not recorded, with what was said of it."""

    __tablename__ = "refusal"
    __table_args__ = (money_check("amount_minor"), STRICT)

    id: int = Field(
        default=None, primary_key=True, sa_type=Whole, sa_column_kwargs={"autoincrement": False}
    )
    uid: str = Field(sa_type=Line, unique=True)
    journal_seq: int = Field(default=None, foreign_key="journal.seq", sa_type=Whole, unique=True)
    person_id: int = Field(foreign_key="person.id", sa_type=Whole)
    site_id: int = Field(foreign_key="site.id", sa_type=Whole)
    customer_id: int | None = Field(default=None, foreign_key="customer.id", sa_type=Whole)
    remedy_id: int = Field(foreign_key="remedy.id", sa_type=Whole)
    reason_id: int = Field(foreign_key="reason.id", sa_type=Whole)
    amount_minor: int = Field(sa_type=Whole)
    currency: str = Field(sa_type=Line)
    # Which rule held: no_limit, per_decision, budget, gross, customer_count or customer_total.
    rule: str = Field(sa_type=Line)
    headroom_minor: int = Field(sa_type=Whole)
    limit_id: int | None = Field(default=None, foreign_key="latitude_limit.id", sa_type=Whole)
    until: datetime | None = Field(default=None, sa_type=Instant)
    made_at: datetime = Field(sa_type=Instant)
    business_date: date = Field(sa_type=Day)


class UnmetNeed(SQLModel, table=True):
    """A book: "wanted to, could not"."""

    __tablename__ = "unmet_need"
    __table_args__ = (
        money_check("amount_minor"),
        Index("ix_unmet_need_site_day", "site_id", "business_date"),
        STRICT,
    )

    id: int = Field(
        default=None, primary_key=True, sa_type=Whole, sa_column_kwargs={"autoincrement": False}
    )
    uid: str = Field(sa_type=Line, unique=True)
    journal_seq: int = Field(default=None, foreign_key="journal.seq", sa_type=Whole, unique=True)
    person_id: int = Field(foreign_key="person.id", sa_type=Whole)
    site_id: int = Field(foreign_key="site.id", sa_type=Whole)
    customer_id: int | None = Field(default=None, foreign_key="customer.id", sa_type=Whole)
    reason_id: int = Field(foreign_key="reason.id", sa_type=Whole)
    amount_minor: int = Field(sa_type=Whole)
    currency: str = Field(sa_type=Line)
    refusal_uid: str | None = Field(default=None, sa_type=Line)
    made_at: datetime = Field(sa_type=Instant)
    business_date: date = Field(sa_type=Day)
    zone: str = Field(sa_type=Line)


class Submission(SQLModel, table=True):
    """Which form was already answered, and with what: the idempotency key."""

    __tablename__ = "submission"
    __table_args__ = (STRICT,)

    uid: str = Field(primary_key=True, sa_type=Line)
    person_id: int = Field(foreign_key="person.id", sa_type=Whole)
    device_id: str | None = Field(default=None, sa_type=Line)
    # A keyed hash of what was submitted; the words in it cannot be guessed back.
    fingerprint: str = Field(sa_type=Line)
    # decision, refusal, unmet_need, void or recognition.
    became: str = Field(sa_type=Line)
    made_at: datetime = Field(sa_type=Instant)
