"""Taking in a file of people: who works here, in which role and where."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import people, sites
from ledger.core.errors import BadValueError
from ledger.core.imports import cells, runs
from ledger.core.imports.csv_file import CsvFile, Layout
from ledger.core.imports.lookalikes import lookalikes
from ledger.core.imports.problems import Problems
from ledger.core.imports.runs import Imported, Options, Transactions
from ledger.core.people import NewPerson
from ledger.core.permissions import Role
from ledger.core.person_changes import PersonChange, change_person
from ledger.core.sites import NewSite
from ledger.core.tables import Person, PersonSite

KIND = "people"
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
class _Plan:
    sha256: str
    new: Sequence[Listed]
    changed: Sequence[Listed]
    unchanged: int
    missing_sites: Sequence[str]
    notices: tuple[tuple[str, str], ...]
    is_known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Staff:
    """Who is known, by employee id and by e-mail, and where they work now, by person id."""

    by_id: Mapping[str, Person]
    by_email: Mapping[str, Person]
    location_refs: Mapping[int, frozenset[str]]
    site_ids: Mapping[str, int]
    retired: frozenset[str]


def import_people(
    transactions: Transactions, stream: BinaryIO, options: Options, *, now: datetime
) -> Imported:
    """Take in a file of people, in one transaction.

    What a known person lacks is filled in; anything that differs needs `options.correct`.

    Raises:
        ImportRefusedError: with every problem; then nothing was written.

    """
    with transactions.reading() as session:
        plan = _planned(session, stream, options, now=now)
    if (plan.new or plan.changed) and not options.dry_run:
        with runs.overtaken_if_taken(), transactions.writing() as session:
            _write(session, plan, options, now=now)
    return Imported(
        kind=KIND,
        feed=options.feed,
        new=len(plan.new),
        corrected=len(plan.changed),
        unchanged=plan.unchanged,
        created={"sites": tuple(plan.missing_sites)},
        was_known=plan.is_known,
        dry_run=options.dry_run,
        notices=plan.notices,
    )


def _planned(session: Session, stream: BinaryIO, options: Options, *, now: datetime) -> _Plan:
    problems = Problems()
    file = CsvFile(stream, LAYOUT, problems)
    notices: list[tuple[str, str]] = []
    rows = list(_listed(file, problems, notices))
    staff = _staff(session, on=_today(session, now))
    missing_sites = sorted(
        {ref for row in rows for ref in row.location_refs} - staff.site_ids.keys()
    )
    if not options.create_missing:
        for row in rows:
            for ref in sorted(row.location_refs & set(missing_sites)):
                problems.add(row.line, "sites", ref, "unknown_location_ref")
    _check_emails(rows, staff, problems)
    _check_retired(rows, staff, problems)
    sha256 = runs.keyed_hash(session, file.sha256)
    is_known = not options.correct and (
        runs.known_file(session, KIND, options.feed, sha256) is not None
    )
    known = [row for row in rows if row.employee_id in staff.by_id]
    changed = [] if is_known else [row for row in known if _news(row, staff)]
    if not options.correct:
        for row in changed:
            for column, value in _contradictions(row, staff):
                problems.add(row.line, column, value, "other_content")
    if not (rows or problems.count):
        problems.add(0, "", "", "no_rows")
    problems.refuse_any()
    new = [row for row in rows if row.employee_id not in staff.by_id]
    alike = lookalikes((row.name for row in new), (person.name for person in staff.by_id.values()))
    notices += [("lookalike", f"{name}, {other}") for name, other in alike]
    return _Plan(
        sha256=sha256,
        new=new,
        changed=changed,
        unchanged=len(known) - len(changed),
        missing_sites=missing_sites,
        notices=tuple(notices),
        is_known=is_known,
    )


def _listed(file: CsvFile, problems: Problems, notices: list[tuple[str, str]]) -> Iterator[Listed]:
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


def _role(text: str) -> str | None:
    written = text.strip().lower()
    if not written:
        return None
    if written not in set(Role):
        raise BadValueError("role", text, "unknown_role")
    return written


def _codes(text: str) -> frozenset[str]:
    return frozenset(cells.code(part) for part in text.split(";") if part.strip(" "))


def _staff(session: Session, *, on: date) -> _Staff:
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
    return _Staff(
        by_id={person.employee_id: person for person in everybody},
        by_email={person.email: person for person in everybody if person.email},
        location_refs={person_id: frozenset(refs) for person_id, refs in at.items()},
        site_ids={ref: site_id for site_id, ref in by_site.items()},
        retired=frozenset(site.location_ref for site in every if site.retired),
    )


def _check_emails(rows: Sequence[Listed], staff: _Staff, problems: Problems) -> None:
    lines: dict[str, int] = {}
    for row in rows:
        if row.email is None:
            continue
        owner = staff.by_email.get(row.email)
        if owner is not None and owner.employee_id != row.employee_id:
            problems.add(row.line, "email", row.email, "taken", owner.employee_id)
        if lines.setdefault(row.email, row.line) != row.line:
            problems.add(row.line, "email", row.email, "doubled_id", str(lines[row.email]))


def _check_retired(rows: Sequence[Listed], staff: _Staff, problems: Problems) -> None:
    """Name the sites that are retired, where somebody would begin to work there."""
    for row in rows:
        known = staff.by_id.get(row.employee_id)
        at = frozenset[str]() if known is None else staff.location_refs.get(known.id, frozenset())
        for ref in sorted((row.location_refs - at) & staff.retired):
            problems.add(row.line, "sites", ref, "retired_site")


def _news(row: Listed, staff: _Staff) -> bool:
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


def _contradictions(row: Listed, staff: _Staff) -> Iterator[tuple[str, str]]:
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


def _write(session: Session, plan: _Plan, options: Options, *, now: datetime) -> None:
    import_id = runs.begin_run_in(session, now=now)
    for ref in plan.missing_sites:
        new = NewSite(location_ref=ref, name=sites.name_of_ref(session, ref))
        sites.add_site(session, new, actor=options.actor, now=now)
    today = _today(session, now)
    staff = _staff(session, on=today)
    for row in plan.new:
        person = NewPerson(
            employee_id=row.employee_id,
            name=row.name,
            email=row.email,
            role=row.role or Role.STAFF,
            grade=row.grade,
            site_ids=sorted(staff.site_ids[ref] for ref in row.location_refs),
            from_date=today,
        )
        people.add_person(session, person, actor=options.actor, now=now)
    for row in plan.changed:
        _change(session, row, staff, options, now=now)
    file = runs.file_row(
        session,
        Imported(kind=KIND, feed=options.feed, new=len(plan.new), corrected=len(plan.changed)),
        plan.sha256,
        import_id,
        now=now,
    )
    runs.make_visible(session, file, import_id, actor=options.actor, now=now)


def _change(
    session: Session, row: Listed, staff: _Staff, options: Options, *, now: datetime
) -> None:
    change = PersonChange(
        name=row.name,
        email=row.email,
        role=row.role,
        grade=row.grade,
        site_ids=[staff.site_ids[ref] for ref in row.location_refs] or None,
    )
    person = staff.by_id[row.employee_id]
    change_person(session, person, change, actor=options.actor, now=now)


def _today(session: Session, now: datetime) -> date:
    return sites.company_calendar(session).business_date(now)
