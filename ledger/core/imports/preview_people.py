"""The preview of a file of people: who would work here, in which role and where."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from sqlmodel import Session

from ledger.core import sites
from ledger.core.imports import preview
from ledger.core.imports.people_rows import Listed, Staff
from ledger.core.imports.preview import Preview, Value
from ledger.core.permissions import Role


def of_people(
    session: Session, rows: Sequence[Listed], changed: Sequence[Listed], staff: Staff
) -> Preview:
    """Return who is in a file of people, and what the `changed` rows of it change.

    Where a row says nothing, what is known holds; somebody new is staff.
    """
    names = {site.location_ref: site.name for site in sites.all_sites(session)}
    by_role = preview.parts("role", ((_role(row, staff), "", 0) for row in rows))
    by_site = preview.parts(
        "site", ((names.get(ref, ref), "", 0) for row in rows for ref in _at(row, staff) or ("",))
    )
    return Preview(
        columns=("employee_id", "name", "role", "sites", "email", "grade"),
        first=[
            (
                row.employee_id,
                row.name,
                _role(row, staff),
                _called(_at(row, staff), names),
                row.email or "",
                row.grade or "",
            )
            for row in rows[: preview.FIRST]
        ],
        sums={},
        parts=[*by_role, *by_site],
        changes=preview.changes(
            (row.line, f"{row.name} ({row.employee_id})", _values(row, staff, names))
            for row in changed
        ),
        differing=len(changed),
    )


def _values(row: Listed, staff: Staff, names: Mapping[str, str]) -> Iterator[Value]:
    person = staff.by_id[row.employee_id]
    yield "name", person.name, row.name
    yield "role", person.role, row.role or person.role
    before = staff.location_refs.get(person.id, frozenset())
    yield "sites", _called(before, names), _called(_at(row, staff), names)
    yield "email", person.email or "", row.email or person.email or ""
    yield "grade", person.grade or "", row.grade or person.grade or ""


def _role(row: Listed, staff: Staff) -> str:
    known = staff.by_id.get(row.employee_id)
    return row.role or (known.role if known else Role.STAFF.value)


def _at(row: Listed, staff: Staff) -> Collection[str]:
    """Return where somebody works after a row: those sites if it names any, else as before."""
    known = staff.by_id.get(row.employee_id)
    before = frozenset[str]() if known is None else staff.location_refs.get(known.id, frozenset())
    return row.location_refs or before


def _called(refs: Collection[str], names: Mapping[str, str]) -> str:
    return ", ".join(sorted(names.get(ref, ref) for ref in refs))
