"""Taking in a file of people: who works here, in which role and where."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO

from sqlmodel import Session

from ledger.core import people, sites
from ledger.core.imports import people_rows, preview_people, runs
from ledger.core.imports.csv_file import CsvFile
from ledger.core.imports.lookalikes import lookalikes
from ledger.core.imports.people_rows import Listed, Staff
from ledger.core.imports.preview import Preview
from ledger.core.imports.problems import Problems
from ledger.core.imports.runs import Imported, Options, Transactions
from ledger.core.people import NewPerson
from ledger.core.permissions import Role
from ledger.core.person_changes import PersonChange, change_person
from ledger.core.sites import NewSite

KIND = "people"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    sha256: str
    new: Sequence[Listed]
    changed: Sequence[Listed]
    unchanged: int
    missing_sites: Sequence[str]
    notices: tuple[tuple[str, str], ...]
    is_known: bool
    preview: Preview | None


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
        preview=plan.preview,
    )


def _planned(session: Session, stream: BinaryIO, options: Options, *, now: datetime) -> _Plan:
    problems = Problems()
    file = CsvFile(stream, people_rows.LAYOUT, problems)
    notices: list[tuple[str, str]] = []
    rows = list(people_rows.listed(file, problems, notices))
    staff = people_rows.staff_of(session, on=_today(session, now))
    missing_sites = sorted(
        {ref for row in rows for ref in row.location_refs} - staff.site_ids.keys()
    )
    if not options.create_missing:
        for row in rows:
            for ref in sorted(row.location_refs & set(missing_sites)):
                problems.add(row.line, "sites", ref, "unknown_location_ref")
    people_rows.check_emails(rows, staff, problems)
    people_rows.check_retired(rows, staff, problems)
    sha256 = runs.keyed_hash(session, file.sha256)
    is_known = not options.correct and (
        runs.known_file(session, KIND, options.feed, sha256) is not None
    )
    known = [row for row in rows if row.employee_id in staff.by_id]
    changed = [] if is_known else [row for row in known if people_rows.has_news(row, staff)]
    if not options.correct:
        for row in changed:
            for column, value in people_rows.contradictions(row, staff):
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
        preview=preview_people.of_people(session, rows, changed, staff)
        if options.dry_run
        else None,
    )


def _write(session: Session, plan: _Plan, options: Options, *, now: datetime) -> None:
    import_id = runs.begin_run_in(session, now=now)
    for ref in plan.missing_sites:
        new = NewSite(location_ref=ref, name=sites.name_of_ref(session, ref))
        sites.add_site(session, new, actor=options.actor, now=now)
    today = _today(session, now)
    staff = people_rows.staff_of(session, on=today)
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
    session: Session, row: Listed, staff: Staff, options: Options, *, now: datetime
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
