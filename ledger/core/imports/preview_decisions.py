"""The preview of a file of decisions: who gave what where, for how much, and what it corrects."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from ledger.core.imports import preview, preview_names
from ledger.core.imports.decision_rows import Checked, Decided, Ledgers
from ledger.core.imports.preview import Preview, Value
from ledger.core.imports.preview_names import amount, instant


@dataclass(frozen=True, slots=True, kw_only=True)
class _Names:
    """What is called how: by the words that files use, and those words by id."""

    staff: Mapping[str, str]
    sites: Mapping[str, str]
    kinds: Mapping[str, str]
    staff_refs: Mapping[int, str]
    location_refs: Mapping[int, str]
    kinds_by_id: Mapping[int, str]
    codes: Mapping[int, str]
    customer_refs: Mapping[int, str]


def of_decisions(
    session: Session, checked: Checked, changed: Sequence[Decided], known: Ledgers
) -> Preview:
    """Return what is in a file of decisions, and what the `changed` rows of it change."""
    rows, differ = checked.rows, changed[: preview.DIFFERING]
    names = _names(session, checked, differ, known)
    by_site = preview.parts(
        "site", ((_called(names.sites, r.location_ref), r.currency, r.amount_minor) for r in rows)
    )
    by_kind = preview.parts(
        "kind", ((_called(names.kinds, r.kind), r.currency, r.amount_minor) for r in rows)
    )
    return Preview(
        columns=("external_id", "at", "person", "site", "kind", "amount", "customer"),
        first=[
            (
                row.external_id,
                instant(row.decided_at),
                _called(names.staff, row.staff_ref),
                _called(names.sites, row.location_ref),
                _called(names.kinds, row.kind),
                amount(row.amount_minor, row.currency),
                row.customer_ref,
            )
            for row in rows[: preview.FIRST]
        ],
        first_day=min((row.business_date for row in rows), default=None),
        last_day=max((row.business_date for row in rows), default=None),
        sums=preview.total(by_site),
        parts=[*by_site, *by_kind],
        changes=preview.changes(
            (row.line, row.external_id, _values(row, checked, names)) for row in differ
        ),
        differing=len(changed),
    )


def _values(row: Decided, checked: Checked, names: _Names) -> Iterator[Value]:
    was = checked.known[row.external_id]
    staff, site = names.staff_refs[was.person_id], names.location_refs[was.site_id]
    kind = names.kinds_by_id[was.remedy_id]
    yield "at", instant(was.decided_at), instant(row.decided_at)
    yield "person", _called(names.staff, staff), _called(names.staff, row.staff_ref)
    yield "site", _called(names.sites, site), _called(names.sites, row.location_ref)
    yield "kind", _called(names.kinds, kind), _called(names.kinds, row.kind)
    worth = amount(was.amount_minor, was.currency)
    yield "amount", worth, amount(row.amount_minor, row.currency)
    yield "reason", names.codes[was.reason_id], row.reason
    customer_id = checked.customer_ids.get(row.customer_ref, 0) if row.customer_ref else None
    if customer_id != was.customer_id:
        yield "customer", names.customer_refs.get(was.customer_id or 0, ""), row.customer_ref
    if was.note not in {None, row.note}:
        # Those who may bring a file may not all read what others noted.
        yield "note", None if was.note else "", row.note


def _names(session: Session, checked: Checked, differ: Sequence[Decided], known: Ledgers) -> _Names:
    customers = {checked.known[row.external_id].customer_id for row in differ} - {None}
    return _Names(
        staff={ref: preview_names.person_name(one) for ref, one in known.people.items()},
        sites={ref: site.name for ref, site in known.sites.items()},
        kinds={kind: remedy.name for kind, remedy in known.remedies.items()},
        staff_refs={person.id: ref for ref, person in known.people.items()},
        location_refs={site.id: ref for ref, site in known.sites.items()},
        kinds_by_id={remedy.id: kind for kind, remedy in known.remedies.items()},
        codes={reason.id: code for code, reason in known.reasons.items()},
        customer_refs=preview_names.references(session, [one for one in customers if one]),
    )


def _called(names: Mapping[str, str], word: str) -> str:
    """Return the name of what a file names by this word; the word itself if nobody knows it."""
    return names.get(word, word)
