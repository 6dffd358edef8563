"""Reading and checking a file of customers, row by row."""

from collections.abc import Iterator
from dataclasses import dataclass

from ledger.core import customers
from ledger.core.errors import BadValueError
from ledger.core.imports import cells
from ledger.core.imports.csv_file import CsvFile, Layout
from ledger.core.imports.problems import Problems
from ledger.core.tables import CustomerDetail

LAYOUT = Layout(required=("customer_ref", "name", "phone", "email", "loyalty"))
# ITU-T E.164: at most 15 digits; fewer than 6 reach nobody.
PHONE_DIGITS = range(6, 16)
FIELDS = ("name", "phone", "email", "loyalty")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One row of the file; None says nothing about a customer who is known."""

    line: int
    reference: str
    name: str | None
    phone: str | None
    email: str | None
    loyalty: str | None


def listed(file: CsvFile, problems: Problems, notices: list[tuple[str, str]]) -> Iterator[Listed]:
    """Yield the rows of a file that can be used; what is odd goes to the problems and notices."""
    lines: dict[str, int] = {}
    for line, row in file.rows():
        before = problems.count
        reference = problems.take(line, "customer_ref", row[0], cells.code)
        named = problems.take(line, "name", row[1], _name)
        phone = problems.take(line, "phone", row[2], _phone)
        email = problems.take(line, "email", row[3], cells.email)
        loyalty = problems.take(line, "loyalty", row[4], cells.optional_code)
        if reference is not None and lines.setdefault(reference, line) != line:
            problems.add(line, "customer_ref", reference, "doubled_id", str(lines[reference]))
        if problems.count > before or reference is None:
            continue
        name, was_cleaned = named or (None, False)
        if was_cleaned:
            notices.append(("hidden_characters", name or ""))
        yield Listed(
            line=line, reference=reference, name=name, phone=phone, email=email, loyalty=loyalty
        )


def _name(text: str) -> tuple[str | None, bool]:
    return cells.name(text) if text.strip() else (None, False)


def _phone(text: str) -> str | None:
    if not text.strip():
        return None
    digits = customers.phone_key(text)
    if len(digits) not in PHONE_DIGITS:
        raise BadValueError("phone", text, "not_a_phone")
    return digits


def detail(row: Listed) -> CustomerDetail:
    """Return what a row says of a customer, as it is stored."""
    return CustomerDetail(
        reference=row.reference,
        name=row.name,
        name_key=customers.name_key(row.name) if row.name else None,
        phone=row.phone,
        phone_last4=row.phone[-customers.LEAST_DIGITS :] if row.phone else None,
        email=row.email,
        loyalty=row.loyalty,
    )
