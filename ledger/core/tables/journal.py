"""The journal: the append-only, hash-chained record of everything that happened."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from ledger.core.tables.types import STRICT, Instant, Line, Whole


class Journal(SQLModel, table=True):
    """One row of the chain. Its content is the exact canonical JSON that was hashed."""

    __tablename__ = "journal"
    __table_args__ = (STRICT,)

    seq: int = Field(primary_key=True, sa_type=Whole, sa_column_kwargs={"autoincrement": False})
    version: int = Field(sa_type=Whole)
    ledger_id: str = Field(sa_type=Line)
    epoch: int = Field(sa_type=Whole)
    kind: str = Field(sa_type=Line, index=True)
    at: datetime = Field(sa_type=Instant)
    # An auditor asks for what one person did; without it a million rows are read for a rare one.
    actor: str = Field(sa_type=Line, index=True)
    subject: str = Field(sa_type=Line, index=True)
    content: str = Field(sa_type=Line)
    previous_hash: str = Field(sa_type=Line)
    hash: str = Field(sa_type=Line)
