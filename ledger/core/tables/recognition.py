"""Recognitions, and the numbered exports that hand data to somebody else."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from ledger.core.tables.types import STRICT, Day, Instant, Line, Whole


class Recognition(SQLModel, table=True):
    """A book: a thank-you to one person for a decision or a story. Its words are in `words`."""

    __tablename__ = "recognition"
    __table_args__ = (
        CheckConstraint("event_type IN ('judgement', 'outcome', 'story')", name="event_type"),
        STRICT,
    )

    id: int = Field(
        default=None, primary_key=True, sa_type=Whole, sa_column_kwargs={"autoincrement": False}
    )
    uid: str = Field(sa_type=Line, unique=True)
    journal_seq: int = Field(default=None, foreign_key="journal.seq", sa_type=Whole, unique=True)
    person_id: int = Field(foreign_key="person.id", sa_type=Whole, index=True)
    site_id: int = Field(foreign_key="site.id", sa_type=Whole)
    given_by_id: int = Field(foreign_key="person.id", sa_type=Whole)
    decision_id: int | None = Field(default=None, foreign_key="decision.id", sa_type=Whole)
    event_type: str = Field(sa_type=Line)
    event_date: date = Field(sa_type=Day, index=True)
    words_commitment: str = Field(sa_type=Line)
    made_at: datetime = Field(sa_type=Instant)


class Export(SQLModel, table=True):
    """A book: one numbered hand-over. The number can be made again, to the byte."""

    __tablename__ = "export"
    __table_args__ = (STRICT,)

    id: int = Field(
        default=None, primary_key=True, sa_type=Whole, sa_column_kwargs={"autoincrement": False}
    )
    journal_seq: int = Field(default=None, foreign_key="journal.seq", sa_type=Whole, unique=True)
    # What was exported (recognition) and in which format (csv).
    subject: str = Field(sa_type=Line)
    format: str = Field(sa_type=Line)
    person_id: int | None = Field(default=None, foreign_key="person.id", sa_type=Whole)
    period_start: date = Field(sa_type=Day)
    period_end: date = Field(sa_type=Day)
    # Only what the journal held up to this row is in the file.
    head_seq: int = Field(sa_type=Whole)
    rows: int = Field(sa_type=Whole)
    sha256: str = Field(sa_type=Line)
    made_at: datetime = Field(sa_type=Instant)


class ExportFile(SQLModel, table=True):
    """The file of an export as it was made, so that the number stays the same to the byte.

    It names people, so it can be erased, unlike its number: the file is then made again from what
    is known today, and only handed out if it is still the same. A file that is no text (a workbook)
    is kept in base64.
    """

    __tablename__ = "export_file"
    __table_args__ = (STRICT,)

    export_id: int = Field(
        primary_key=True,
        foreign_key="export.id",
        sa_type=Whole,
        sa_column_kwargs={"autoincrement": False},
    )
    content: str = Field(sa_type=Line)
    made_at: datetime = Field(sa_type=Instant)


class Download(SQLModel, table=True):
    """A book: that somebody began to take a list out, written before they got the first byte."""

    __tablename__ = "download"
    __table_args__ = (STRICT,)

    id: int = Field(
        default=None, primary_key=True, sa_type=Whole, sa_column_kwargs={"autoincrement": False}
    )
    journal_seq: int = Field(default=None, foreign_key="journal.seq", sa_type=Whole, unique=True)
    # decisions, limits, outcomes or around.
    subject: str = Field(sa_type=Line)
    format: str = Field(sa_type=Line)
    person_id: int | None = Field(default=None, foreign_key="person.id", sa_type=Whole)
    # What was chosen, as JSON; it names no person and no customer but by number.
    choice: str = Field(sa_type=Line)
    head_seq: int = Field(sa_type=Whole)
    made_at: datetime = Field(sa_type=Instant)


class DownloadEnd(SQLModel, table=True):
    """A book: that a download came to its end; one without this row broke off, or still runs."""

    __tablename__ = "download_end"
    __table_args__ = (STRICT,)

    id: int = Field(
        default=None, primary_key=True, sa_type=Whole, sa_column_kwargs={"autoincrement": False}
    )
    journal_seq: int = Field(default=None, foreign_key="journal.seq", sa_type=Whole, unique=True)
    download_id: int = Field(foreign_key="download.id", sa_type=Whole, unique=True)
    rows: int = Field(sa_type=Whole)
    sha256: str = Field(sa_type=Line)
    made_at: datetime = Field(sa_type=Instant)


class SponsorCard(SQLModel, table=True):
    """A book: who agreed to try this, and by which figure it will be judged on which day.

    The last row is in force. What makes us stop is in `words`.
    """

    __tablename__ = "sponsor_card"
    __table_args__ = (
        CheckConstraint("figure IN ('came_back', 'cost', 'unmet_needs', 'written')", name="figure"),
        STRICT,
    )

    id: int = Field(
        default=None, primary_key=True, sa_type=Whole, sa_column_kwargs={"autoincrement": False}
    )
    uid: str = Field(sa_type=Line, unique=True)
    journal_seq: int = Field(default=None, foreign_key="journal.seq", sa_type=Whole, unique=True)
    agreed_by_id: int = Field(foreign_key="person.id", sa_type=Whole)
    set_by_id: int = Field(foreign_key="person.id", sa_type=Whole)
    judged_on: date = Field(sa_type=Day)
    figure: str = Field(sa_type=Line)
    # Basis points of a share, minor units of a cost, or a count, as the figure has it.
    target: int = Field(sa_type=Whole)
    currency: str | None = Field(default=None, sa_type=Line)
    stop_commitment: str = Field(sa_type=Line)
    made_at: datetime = Field(sa_type=Instant)
