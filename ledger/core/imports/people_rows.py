"""Reading and checking a file of people, whole, against itself and against who is known."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import people, sites
from ledger.core.errors import BadValueError
from ledger.core.imports import cells
from ledger.core.imports.csv_file import CsvFile, Layout
from ledger.core.imports.problems import Problems
from ledger.core.permissions import Role
from ledger.core.tables import Person, PersonSite

LAYOUT = Layout(required=("employee_id", "name", "email", "role", "sites", "grade"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One row of the file; None, or no sites, says nothing about a person who is known."""

    line: int
    employee_id: str
    name: str
    email: str | None
    role: str | None
    location_refs: frozenset[str]
    grade: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """Who is known, by employee id and by e-mail, and where they work now, by person id."""

    by_id: Mapping[str, Person]
    by_email: Mapping[str, Person]
    location_refs: Mapping[int, frozenset[str]]
    site_ids: Mapping[str, int]
    retired: frozenset[str]


def listed(file: CsvFile, problems: Problems, notices: list[tuple[str, str]]) -> Iterator[Listed]:
    """Yield the rows of a file that can be used; what is odd goes to the problems and notices."""
    lines: dict[str, int] = {}
    for line, row in file.rows():
        before = problems.count
        employee_id = problems.take(line, "employee_id", row[0], cells.code)
        named = problems.take(line, "name", row[1], cells.name)
        email = problems.take(line, "email", row[2], cells.email)
        role = problems.take(line, "role", row[3], _role)
        location_refs = problems.take(line, "sites", row[4], _codes)
        grade = problems.take(line, "grade", row[5], cells.optional_code)
        if employee_id is not None and lines.setdefault(employee_id, line) != line:
            problems.add(line, "employee_id", employee_id, "doubled_id", str(lines[employee_id]))
        if problems.count > before or employee_id is None or named is None:
            continue
        if named[1]:
            notices.append(("hidden_characters", named[0]))
        yield Listed(
            line=line,
            employee_id=employee_id,
            name=named[0],
            email=email,
            role=role,
            location_refs=location_refs or frozenset(),
            grade=grade,
        )


def staff_of(session: Session, *, on: date) -> Staff:
    """Return who is known on a business date of the company, and where they work."""
    everybody = people.everybody(session)
    every = sites.all_sites(session)
    by_site = {site.id: site.location_ref for site in every}
    at: dict[int, set[str]] = {}
    query = select(PersonSite).where(
        col(PersonSite.from_date) <= on,
        (col(PersonSite.until).is_(None)) | (col(PersonSite.until) >= on),
    )
    for row in session.scalars(query):
        at.setdefault(row.person_id, set()).add(by_site[row.site_id])
    return Staff(
        by_id={person.employee_id: person for person in everybody},
        by_email={person.email: person for person in everybody if person.email},
        location_refs={person_id: frozenset(refs) for person_id, refs in at.items()},
        site_ids={ref: site_id for site_id, ref in by_site.items()},
        retired=frozenset(site.location_ref for site in every if site.retired),
    )


def check_emails(rows: Sequence[Listed], staff: Staff, problems: Problems) -> None:
    """Name the e-mail addresses that are somebody else's, or stand in the file twice."""
    lines: dict[str, int] = {}
    for row in rows:
        if row.email is None:
            continue
        owner = staff.by_email.get(row.email)
        if owner is not None and owner.employee_id != row.employee_id:
            problems.add(row.line, "email", row.email, "taken", owner.employee_id)
        if lines.setdefault(row.email, row.line) != row.line:
            problems.add(row.line, "email", row.email, "doubled_id", str(lines[row.email]))


def check_retired(rows: Sequence[Listed], staff: Staff, problems: Problems) -> None:
    """Name the sites that are retired, where somebody would begin to work there."""
    for row in rows:
        known = staff.by_id.get(row.employee_id)
        at = frozenset[str]() if known is None else staff.location_refs.get(known.id, frozenset())
        for ref in sorted((row.location_refs - at) & staff.retired):
            problems.add(row.line, "sites", ref, "retired_site")


def has_news(row: Listed, staff: Staff) -> bool:
    """Whether the row says anything that is not known."""
    person = staff.by_id[row.employee_id]
    at = staff.location_refs.get(person.id, frozenset())
    return (
        row.name != person.name
        or row.email not in {None, person.email}
        or row.role not in {None, person.role}
        or row.grade not in {None, person.grade}
        or (bool(row.location_refs) and row.location_refs != at)
    )


def contradictions(row: Listed, staff: Staff) -> Iterator[tuple[str, str]]:
    """Yield what the row says otherwise than the ledger, as column and value.

    Somebody who came with a file of decisions has an id for a name, and nothing else yet.
    """
    person = staff.by_id[row.employee_id]
    is_bare = person.name == person.employee_id and person.email is None
    at = staff.location_refs.get(person.id, frozenset())
    if row.name != person.name and not is_bare:
        yield "name", row.name
    if row.email is not None and person.email not in {None, row.email}:
        yield "email", row.email
    if row.role not in {None, person.role} and not is_bare:
        yield "role", row.role or ""
    if row.grade is not None and person.grade not in {None, row.grade}:
        yield "grade", row.grade
    if row.location_refs and not at <= row.location_refs:
        yield "sites", ";".join(sorted(row.location_refs))


def _role(text: str) -> str | None:
    written = text.strip().lower()
    if not written:
        return None
    if written not in set(Role):
        raise BadValueError("role", text, "unknown_role")
    return written


def _codes(text: str) -> frozenset[str]:
    return frozenset(cells.code(part) for part in text.split(";") if part.strip(" "))
