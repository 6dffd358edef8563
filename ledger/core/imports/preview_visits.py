"""The previews of files of activity and of a till: what happened where, and for how much."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import clock, sites
from ledger.core.imports import activity_known, preview, preview_names, till_rows
from ledger.core.imports.activity_rows import Came
from ledger.core.imports.preview import Preview, Value
from ledger.core.imports.preview_names import amount, instant
from ledger.core.imports.till_rows import Rung
from ledger.core.tables import Person


def of_activity(
    session: Session, checked: activity_known.Checked, changed: Sequence[Came]
) -> Preview:
    """Return what is in a file of activity, and what the `changed` rows of it change.

    Rows that name no customer are left out: they are nobody's return.
    """
    names, differ = _site_names(session), changed[: preview.DIFFERING]
    customer_ids = [checked.known[row.external_id].customer_id for row in differ]
    references = preview_names.references(session, customer_ids)
    by_site = preview.parts(
        "site", ((names.get(r.site_id, ""), r.currency, r.amount_minor) for r in checked.rows)
    )
    first, last = _days(session, checked.rows)
    return Preview(
        columns=("external_id", "at", "customer", "site", "kind", "amount"),
        first=[
            (
                row.external_id,
                instant(row.occurred_at),
                row.customer_ref,
                names.get(row.site_id, ""),
                row.kind,
                amount(row.amount_minor, row.currency),
            )
            for row in islice(checked.rows, preview.FIRST)
        ],
        first_day=first,
        last_day=last,
        sums=preview.total(by_site),
        parts=[*by_site, *_by_kind(checked.rows)],
        changes=preview.changes(
            (row.line, row.external_id, _came_otherwise(row, checked, references, names))
            for row in differ
        ),
        differing=len(changed),
    )


def of_till(session: Session, checked: till_rows.Checked, changed: Sequence[Rung]) -> Preview:
    """Return what is in a till's file, and what the `changed` rows of it change."""
    rows, names, differ = checked.rows, _site_names(session), changed[: preview.DIFFERING]
    staff = _staff_names(session, checked, differ)
    at = {ref: names[site_id] for ref, site_id in checked.site_ids.items()}
    by_site = preview.parts(
        "site",
        ((at.get(r.location_ref, r.location_ref), r.currency, r.amount_minor) for r in rows),
    )
    days = [row.business_date for row in rows]
    return Preview(
        columns=("external_id", "at", "site", "kind", "amount", "reference"),
        first=[
            (
                row.external_id,
                instant(row.occurred_at),
                at.get(row.location_ref, row.location_ref),
                row.kind,
                amount(row.amount_minor, row.currency),
                row.reference or "",
            )
            for row in rows[: preview.FIRST]
        ],
        first_day=date.fromisoformat(min(days)) if days else None,
        last_day=date.fromisoformat(max(days)) if days else None,
        sums=preview.total(by_site),
        parts=[*by_site, *_by_kind(rows)],
        changes=preview.changes(
            (row.line, row.external_id, _rung_otherwise(row, checked, names, staff))
            for row in differ
        ),
        differing=len(changed),
    )


def _came_otherwise(
    row: Came,
    checked: activity_known.Checked,
    references: Mapping[int, str],
    names: Mapping[int | None, str],
) -> Iterator[Value]:
    was = checked.known[row.external_id]
    yield "at", instant(was.occurred_at), instant(row.occurred_at)
    if checked.customer_ids.get(row.customer_ref) != was.customer_id:
        yield "customer", references.get(was.customer_id, ""), row.customer_ref
    yield "site", names.get(was.site_id, ""), names.get(row.site_id, "")
    yield "kind", was.kind, row.kind
    worth = amount(was.amount_minor, was.currency)
    yield "amount", worth, amount(row.amount_minor, row.currency)


def _rung_otherwise(
    row: Rung,
    checked: till_rows.Checked,
    names: Mapping[int | None, str],
    staff: Mapping[int | None, str],
) -> Iterator[Value]:
    known = checked.known[row.external_id]
    site_id, at, kind, minor, currency, reference = known.says
    yield "at", instant(at), instant(row.occurred_at)
    now = names.get(checked.site_ids.get(row.location_ref), row.location_ref)
    yield "site", names.get(site_id, ""), now
    yield "kind", kind, row.kind
    yield "amount", amount(minor, currency), amount(row.amount_minor, row.currency)
    yield "reference", reference or "", row.reference or ""
    if None not in {known.person_id, row.person_id}:
        yield "person", staff.get(known.person_id, ""), staff.get(row.person_id, "")


def _by_kind(rows: Iterable[Came] | Iterable[Rung]) -> Sequence[preview.Part]:
    return preview.parts("kind", ((row.kind, row.currency, row.amount_minor) for row in rows))


def _site_names(session: Session) -> Mapping[int | None, str]:
    return {site.id: site.name for site in sites.all_sites(session)}


def _staff_names(
    session: Session, checked: till_rows.Checked, differ: Sequence[Rung]
) -> Mapping[int | None, str]:
    ids = {row.person_id for row in differ}
    ids |= {checked.known[row.external_id].person_id for row in differ}
    found = session.scalars(select(Person).where(col(Person.id).in_(ids - {None})))
    return {person.id: preview_names.person_name(person) for person in found}


def _days(session: Session, rows: Iterable[Came]) -> tuple[date | None, date | None]:
    """Return the first and the last day of activity, in the company's calendar."""
    first = last = None
    for row in rows:
        first = min(row.occurred_at, first or row.occurred_at)
        last = max(row.occurred_at, last or row.occurred_at)
    calendar = sites.company_calendar(session)
    return (
        calendar.business_date(clock.from_text(first)) if first else None,
        calendar.business_date(clock.from_text(last)) if last else None,
    )
