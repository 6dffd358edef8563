"""The company, its sites and the people who work there: ordinary rows."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
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


class Company(SQLModel, table=True):
    """The one company of this ledger, with its calendar and its settings."""

    __tablename__ = "company"
    __table_args__ = (
        CheckConstraint("id = 1", name="only_one"),
        CheckConstraint("watch IN ('returns', 'stays')", name="watch"),
        STRICT,
    )

    id: int = Field(default=1, primary_key=True, sa_type=Whole)
    ledger_id: str = Field(sa_type=Line)
    name: str = Field(sa_type=Line)
    currency: str = Field(sa_type=Line)
    zone: str = Field(sa_type=Line)
    day_start: str = Field(sa_type=Line)
    horizon_days: int = Field(sa_type=Whole)
    watch: str = Field(sa_type=Line)
    # Keys the fingerprints by which a repeated submission is recognised.
    fingerprint_key: str = Field(sa_type=Line)
    founded_at: datetime = Field(sa_type=Instant)


class CurrencyBands(SQLModel, table=True):
    """The bands of amounts in which reports group one currency, where they are not the usual."""

    __tablename__ = "currency_bands"
    __table_args__ = (STRICT,)

    currency: str = Field(primary_key=True, sa_type=Line)
    # The upper bounds in major units, rising, as in "5,10,25,50,100".
    tops: str = Field(sa_type=Line)


class Site(SQLModel, table=True):
    """A shop, hotel, branch or team, with one currency."""

    __tablename__ = "site"
    __table_args__ = (flag_check("retired"), STRICT)

    id: int = Field(default=None, primary_key=True, sa_type=Whole)
    location_ref: str = Field(sa_type=Line, unique=True)
    name: str = Field(sa_type=Line)
    currency: str = Field(sa_type=Line)
    retired: bool = Field(default=False, sa_type=Flag)


class SiteCalendar(SQLModel, table=True):
    """From which business date a site counts its days in which zone and from which hour."""

    __tablename__ = "site_calendar"
    __table_args__ = (UniqueConstraint("site_id", "from_date"), STRICT)

    id: int = Field(default=None, primary_key=True, sa_type=Whole)
    site_id: int = Field(foreign_key="site.id", sa_type=Whole)
    from_date: date = Field(sa_type=Day)
    zone: str = Field(sa_type=Line)
    day_start: str = Field(sa_type=Line)


class Person(SQLModel, table=True):
    """Somebody who works here. The uid is the pseudonym by which the journal knows them."""

    __tablename__ = "person"
    __table_args__ = (
        flag_check("active"),
        money_check("ceiling_minor"),
        CheckConstraint(
            f"approval_ceiling_minor BETWEEN 0 AND {MAX_MINOR}", name="approval_ceiling_minor"
        ),
        STRICT,
    )

    id: int = Field(default=None, primary_key=True, sa_type=Whole)
    uid: str = Field(sa_type=Line, unique=True)
    employee_id: str = Field(sa_type=Line, unique=True)
    name: str = Field(sa_type=Line)
    email: str | None = Field(default=None, sa_type=Line, unique=True)
    role: str = Field(sa_type=Line)
    grade: str | None = Field(default=None, sa_type=Line)
    active: bool = Field(default=True, sa_type=Flag)
    password_hash: str | None = Field(default=None, sa_type=Line)
    # The highest amount per decision that this supervisor may set for others; none is zero.
    ceiling_minor: int = Field(default=0, sa_type=Whole)
    added_at: datetime = Field(sa_type=Instant)
    # The last business date on which they work here, and when it is over at all of their sites.
    last_day: date | None = Field(default=None, sa_type=Day)
    leaves_at: datetime | None = Field(default=None, sa_type=Instant)
    # The highest amount that they may approve when asked; None is as much as they may set.
    approval_ceiling_minor: int | None = Field(default=None, sa_type=Whole)
    # The record under which the same human being was known here before, or works here too.
    same_as_id: int | None = Field(default=None, foreign_key="person.id", sa_type=Whole)


class PersonSite(SQLModel, table=True):
    """That a person works at a site, from one business date until another (included)."""

    __tablename__ = "person_site"
    __table_args__ = (UniqueConstraint("person_id", "site_id", "from_date"), STRICT)

    id: int = Field(default=None, primary_key=True, sa_type=Whole)
    person_id: int = Field(foreign_key="person.id", sa_type=Whole, index=True)
    site_id: int = Field(foreign_key="site.id", sa_type=Whole, index=True)
    from_date: date = Field(sa_type=Day)
    until: date | None = Field(default=None, sa_type=Day)


class SignIn(SQLModel, table=True):
    """One signed-in browser. The token itself is only in the browser's cookie."""

    __tablename__ = "sign_in"
    __table_args__ = (STRICT,)

    id: int = Field(default=None, primary_key=True, sa_type=Whole)
    token_hash: str = Field(sa_type=Line, unique=True)
    person_id: int = Field(foreign_key="person.id", sa_type=Whole, index=True)
    device_id: str | None = Field(default=None, sa_type=Line)
    created_at: datetime = Field(sa_type=Instant)
    last_seen_at: datetime = Field(sa_type=Instant)
    stepped_up_at: datetime | None = Field(default=None, sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)


class OneTimeCode(SQLModel, table=True):
    """A code that lets a person set a password, once and for a short time."""

    __tablename__ = "one_time_code"
    __table_args__ = (STRICT,)

    id: int = Field(default=None, primary_key=True, sa_type=Whole)
    person_id: int = Field(foreign_key="person.id", sa_type=Whole, index=True)
    code_hash: str = Field(sa_type=Line, unique=True)
    made_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    used_at: datetime | None = Field(default=None, sa_type=Instant)


class Throttle(SQLModel, table=True):
    """How often a credential check has missed for one person, device or address."""

    __tablename__ = "throttle"
    __table_args__ = (STRICT,)

    key: str = Field(primary_key=True, sa_type=Line)
    misses: int = Field(sa_type=Whole)
    last_miss_at: datetime = Field(sa_type=Instant, index=True)
    blocked_until: datetime | None = Field(default=None, sa_type=Instant)
