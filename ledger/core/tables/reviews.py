"""What a supervisor has read: exceptions, and flags with the reading that was chosen."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from ledger.core.tables.types import STRICT, Day, Instant, Line, Whole


class Review(SQLModel, table=True):
    """A book: somebody has read a decision that went past the limit. Their words are in `words`."""

    __tablename__ = "review"
    __table_args__ = (STRICT,)

    id: int = Field(
        default=None, primary_key=True, sa_type=Whole, sa_column_kwargs={"autoincrement": False}
    )
    uid: str = Field(sa_type=Line, unique=True)
    journal_seq: int = Field(default=None, foreign_key="journal.seq", sa_type=Whole, unique=True)
    decision_id: int = Field(foreign_key="decision.id", sa_type=Whole, unique=True)
    person_id: int = Field(foreign_key="person.id", sa_type=Whole)
    words_commitment: str | None = Field(default=None, sa_type=Line)
    made_at: datetime = Field(sa_type=Instant)
    business_date: date = Field(sa_type=Day)


class FlagReading(SQLModel, table=True):
    """A book: how a supervisor reads a flag: misuse, or a limit set too low. Words in `words`."""

    __tablename__ = "flag_reading"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('just_under', 'same_customer', 'many_hands', 'splitting')", name="kind"
        ),
        CheckConstraint("reading IN ('limit', 'misuse', 'neither')", name="reading"),
        STRICT,
    )

    id: int = Field(
        default=None, primary_key=True, sa_type=Whole, sa_column_kwargs={"autoincrement": False}
    )
    uid: str = Field(sa_type=Line, unique=True)
    journal_seq: int = Field(default=None, foreign_key="journal.seq", sa_type=Whole, unique=True)
    kind: str = Field(sa_type=Line)
    site_id: int = Field(foreign_key="site.id", sa_type=Whole)
    # What the flag is about, beside the site: "customer:12", "reason:3,limit:7".
    about: str = Field(sa_type=Line)
    # What it showed when it was read: so many decisions, the last of them on this business date.
    counted: int = Field(sa_type=Whole)
    through: date = Field(sa_type=Day)
    reading: str = Field(sa_type=Line)
    person_id: int = Field(foreign_key="person.id", sa_type=Whole)
    words_commitment: str | None = Field(default=None, sa_type=Line)
    made_at: datetime = Field(sa_type=Instant)
