"""The number and the name of an export's file, and what all of its rows share."""

import unicodedata
from datetime import date

from sqlalchemy import func, select
from sqlmodel import Session, col

from ledger.core import clock, sites
from ledger.core.exports import EXPORTS
from ledger.core.exports.recognition_rows import SUBJECT
from ledger.core.exports.shapes import Handover
from ledger.core.tables import Export


def next_number(session: Session) -> int:
    """Return the number that the next export gets."""
    return (session.scalar(select(func.max(col(Export.id)))) or 0) + 1


def handover_of(session: Session, number: int, start: date, end: date) -> Handover:
    """Return what all rows of this number share."""
    return Handover(
        number=number,
        company_code=_code(sites.company(session).name),
        start=start,
        end=end,
    )


def _code(name: str) -> str:
    """Return a name in small ASCII letters, digits and hyphens: "Maple & Main" is maple-main."""
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    words = "".join(mark if mark.isalnum() else " " for mark in bare).split()
    return "-".join(words) or "company"


def file_name(handover: Handover, format_name: str) -> str:
    """Return the file's name: company, period (a whole month as YYYY-MM), subject and number."""
    start, end = handover.start, handover.end
    whole = _month_of(start) == (start, end)
    period = f"{start:%Y-%m}" if whole else f"{start.isoformat()}_{end.isoformat()}"
    extension = EXPORTS[format_name].extension
    return f"{handover.company_code}_{SUBJECT}_{period}_{handover.number}.{extension}"


def _month_of(day: date) -> tuple[date, date]:
    """Return the first and the last day of the month in which a day lies."""
    period = clock.period_of(day, "month")
    return period.start, period.end
