"""Asks and what became of them, who answers in whose place, and how each site goes about it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from ledger.core.money import MAX_MINOR
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


class Ask(SQLModel, table=True):
    """A book: one version of a request to give more than the headroom. Its why is in `words`.

    A second try, and a change while it waits, is the next version of the same thread.
    """

    __tablename__ = "ask"
    __table_args__ = (
        money_check("amount_minor"),
        CheckConstraint("reserved_minor BETWEEN 0 AND amount_minor", name="reserved_minor"),
        CheckConstraint("(version = 1) = (previous_id IS NULL)", name="version"),
        flag_check("declared_own"),
        flag_check("timeout_allows"),
        UniqueConstraint("thread_uid", "version"),
        Index("ix_ask_person_expiry", "person_id", "expires_at"),
        Index("ix_ask_site_expiry", "site_id", "expires_at"),
        Index("ix_ask_site_day", "site_id", "business_date"),
        STRICT,
    )

    id: int = Field(
        default=None, primary_key=True, sa_type=Whole, sa_column_kwargs={"autoincrement": False}
    )
    uid: str = Field(sa_type=Line, unique=True)
    journal_seq: int = Field(default=None, foreign_key="journal.seq", sa_type=Whole, unique=True)
    # The uid of the first version.
    thread_uid: str = Field(sa_type=Line)
    version: int = Field(default=1, sa_type=Whole)
    previous_id: int | None = Field(default=None, foreign_key="ask.id", sa_type=Whole, unique=True)
    refusal_uid: str | None = Field(default=None, sa_type=Line)
    person_id: int = Field(foreign_key="person.id", sa_type=Whole)
    site_id: int = Field(foreign_key="site.id", sa_type=Whole)
    customer_id: int | None = Field(default=None, foreign_key="customer.id", sa_type=Whole)
    remedy_id: int = Field(foreign_key="remedy.id", sa_type=Whole)
    reason_id: int = Field(foreign_key="reason.id", sa_type=Whole)
    amount_minor: int = Field(sa_type=Whole)
    currency: str = Field(sa_type=Line)
    declared_own: bool = Field(default=False, sa_type=Flag)
    # What held it back, with the values that there were: as in a refusal and in a decision.
    rule: str = Field(sa_type=Line)
    headroom_minor: int = Field(sa_type=Whole)
    limit_id: int | None = Field(default=None, foreign_key="latitude_limit.id", sa_type=Whole)
    limit_per_decision_minor: int | None = Field(default=None, sa_type=Whole)
    limit_budget_minor: int | None = Field(default=None, sa_type=Whole)
    limit_budget_period: str | None = Field(default=None, sa_type=Line)
    budget_left_minor: int | None = Field(default=None, sa_type=Whole)
    # What its person's budgets keep free for it until it has ended.
    reserved_minor: int = Field(sa_type=Whole)
    # What was answered at the log, for the decision that may come of it.
    forecast: str | None = Field(default=None, sa_type=Line)
    apologised: bool | None = Field(default=None, sa_type=Flag)
    noticed_first: bool | None = Field(default=None, sa_type=Flag)
    asked_for: str | None = Field(default=None, sa_type=Line)
    criteria_version: int | None = Field(default=None, sa_type=Whole)
    criteria_ticks: str | None = Field(default=None, sa_type=Line)
    device_id: str | None = Field(default=None, sa_type=Line)
    why_commitment: str | None = Field(default=None, sa_type=Line)
    # SHA-256 of what is asked; an answer is for this content and version, and for no other.
    content_hash: str = Field(sa_type=Line)
    made_at: datetime = Field(sa_type=Instant)
    business_date: date = Field(sa_type=Day)
    zone: str = Field(sa_type=Line)
    # Until when it waits, by the site's rule when it was made.
    expires_at: datetime = Field(sa_type=Instant)
    # Whether that rule lets it be given then, and read afterwards, if nobody has answered.
    timeout_allows: bool = Field(default=False, sa_type=Flag)


class AskAnswer(SQLModel, table=True):
    """A book: what became of an ask. Step 1 answers it, step 2 ends the permission it gave.

    That a step is there once only is what makes the first answer win.
    """

    __tablename__ = "ask_answer"
    __table_args__ = (
        CheckConstraint(
            "(step = 1 AND kind IN ('approved', 'countered', 'allowed', 'declined', 'withdrawn',"
            " 'replaced', 'expired'))"
            " OR (step = 2 AND kind IN ('given', 'accepted', 'withdrawn', 'replaced', 'lapsed'))",
            name="kind",
        ),
        CheckConstraint(f"amount_minor BETWEEN 0 AND {MAX_MINOR}", name="amount_minor"),
        CheckConstraint(
            "(kind IN ('approved', 'countered', 'allowed')) = (lapses_at IS NOT NULL)",
            name="lapses_at",
        ),
        CheckConstraint(
            "(kind IN ('given', 'accepted')) = (decision_uid IS NOT NULL)", name="decision_uid"
        ),
        flag_check("in_place"),
        UniqueConstraint("ask_id", "step"),
        STRICT,
    )

    id: int = Field(
        default=None, primary_key=True, sa_type=Whole, sa_column_kwargs={"autoincrement": False}
    )
    uid: str = Field(sa_type=Line, unique=True)
    journal_seq: int = Field(default=None, foreign_key="journal.seq", sa_type=Whole, unique=True)
    ask_id: int = Field(foreign_key="ask.id", sa_type=Whole)
    step: int = Field(sa_type=Whole)
    kind: str = Field(sa_type=Line)
    ask_version: int = Field(sa_type=Whole)
    ask_hash: str = Field(sa_type=Line)
    # None is the ledger itself: time was up, or somebody left.
    person_id: int | None = Field(default=None, foreign_key="person.id", sa_type=Whole)
    # In whose place they answered.
    for_person_id: int | None = Field(default=None, foreign_key="person.id", sa_type=Whole)
    # The most that the answerer could approve then.
    ceiling_minor: int | None = Field(default=None, sa_type=Whole)
    in_place: bool = Field(default=False, sa_type=Flag)
    # What may be given, or was.
    amount_minor: int | None = Field(default=None, sa_type=Whole)
    words_commitment: str | None = Field(default=None, sa_type=Line)
    lapses_at: datetime | None = Field(default=None, sa_type=Instant)
    decision_uid: str | None = Field(default=None, sa_type=Line)
    made_at: datetime = Field(sa_type=Instant)
    business_date: date = Field(sa_type=Day)


class Delegation(SQLModel, table=True):
    """A book: somebody else answers asks in a person's place, on these dates (both included)."""

    __tablename__ = "delegation"
    __table_args__ = (
        CheckConstraint("person_id <> to_id", name="to_id"),
        CheckConstraint("ends_on >= starts_on", name="ends_on"),
        STRICT,
    )

    id: int = Field(
        default=None, primary_key=True, sa_type=Whole, sa_column_kwargs={"autoincrement": False}
    )
    uid: str = Field(sa_type=Line, unique=True)
    journal_seq: int = Field(default=None, foreign_key="journal.seq", sa_type=Whole, unique=True)
    person_id: int = Field(foreign_key="person.id", sa_type=Whole, index=True)
    to_id: int = Field(foreign_key="person.id", sa_type=Whole, index=True)
    # Business dates of each site at which the person works.
    starts_on: date = Field(sa_type=Day)
    ends_on: date = Field(sa_type=Day)
    made_by_id: int = Field(foreign_key="person.id", sa_type=Whole)
    made_at: datetime = Field(sa_type=Instant)


class DelegationEnd(SQLModel, table=True):
    """A book: a delegation was taken back before its last date was over."""

    __tablename__ = "delegation_end"
    __table_args__ = (STRICT,)

    id: int = Field(
        default=None, primary_key=True, sa_type=Whole, sa_column_kwargs={"autoincrement": False}
    )
    uid: str = Field(sa_type=Line, unique=True)
    journal_seq: int = Field(default=None, foreign_key="journal.seq", sa_type=Whole, unique=True)
    delegation_id: int = Field(foreign_key="delegation.id", sa_type=Whole, unique=True)
    # None is the ledger itself: one of the two has left.
    made_by_id: int | None = Field(default=None, foreign_key="person.id", sa_type=Whole)
    made_at: datetime = Field(sa_type=Instant)


class AskRule(SQLModel, table=True):
    """How asks go at one site; a site without a row goes by the usual."""

    __tablename__ = "ask_rule"
    __table_args__ = (
        CheckConstraint("waits_minutes BETWEEN 1 AND 1440", name="waits_minutes"),
        CheckConstraint("next_after_minutes BETWEEN 1 AND 1440", name="next_after_minutes"),
        CheckConstraint("on_timeout IN ('expire', 'allow')", name="on_timeout"),
        money_check("allow_up_to_minor"),
        money_check("act_now_up_to_minor"),
        STRICT,
    )

    site_id: int = Field(
        foreign_key="site.id",
        primary_key=True,
        sa_type=Whole,
        sa_column_kwargs={"autoincrement": False},
    )
    waits_minutes: int = Field(sa_type=Whole)
    # After how long the next in line are asked too.
    next_after_minutes: int = Field(sa_type=Whole)
    # What happens when nobody answers: it expires, or is allowed up to this much and reviewed.
    on_timeout: str = Field(sa_type=Line)
    allow_up_to_minor: int = Field(default=0, sa_type=Whole)
    # The act-now band: above the limit and up to this much, allowed and reviewed. Zero is off.
    act_now_up_to_minor: int = Field(default=0, sa_type=Whole)


class AnswerTurn(SQLModel, table=True):
    """That somebody is asked at a site only when those before them have not answered; 1 is first.

    A supervisor of the site without a row is asked first.
    """

    __tablename__ = "answer_turn"
    __table_args__ = (
        UniqueConstraint("site_id", "person_id"),
        CheckConstraint("turn BETWEEN 1 AND 9", name="turn"),
        STRICT,
    )

    id: int = Field(default=None, primary_key=True, sa_type=Whole)
    site_id: int = Field(foreign_key="site.id", sa_type=Whole)
    person_id: int = Field(foreign_key="person.id", sa_type=Whole)
    turn: int = Field(sa_type=Whole)


class InPlace(SQLModel, table=True):
    """Ordinary: an approver has proved on the asker's screen who they are, for one ask, once."""

    __tablename__ = "in_place"
    __table_args__ = (STRICT,)

    id: int = Field(default=None, primary_key=True, sa_type=Whole)
    ask_id: int = Field(foreign_key="ask.id", sa_type=Whole)
    person_id: int = Field(foreign_key="person.id", sa_type=Whole)
    sign_in_id: int = Field(foreign_key="sign_in.id", sa_type=Whole)
    made_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    used_at: datetime | None = Field(default=None, sa_type=Instant)
