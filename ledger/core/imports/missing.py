"""Sites, people, remedies and reasons that a file names and nobody has added yet."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from ledger.core import money, people, reasons, remedies, sites
from ledger.core.imports.decision_rows import Decided, Ledgers, worthless_kinds
from ledger.core.imports.lookalikes import lookalikes
from ledger.core.people import NewPerson
from ledger.core.remedies import NewRemedy
from ledger.core.sites import NewSite


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """What has to be added before the rows can be.

    `people` have the references of their sites and the first business date on which they decided;
    `remedies` say whether they give nothing of value.
    """

    sites: Sequence[str]
    people: Mapping[str, tuple[frozenset[str], date]]
    remedies: Mapping[str, bool]
    reasons: Sequence[str]

    def __bool__(self) -> bool:
        """Whether anything has to be added."""
        return bool(self.sites or self.people or self.remedies or self.reasons)

    @property
    def names(self) -> Mapping[str, Sequence[str]]:
        """Return the references, employee ids, kinds and codes."""
        return {
            "sites": tuple(self.sites),
            "people": tuple(self.people),
            "remedies": tuple(self.remedies),
            "reasons": tuple(self.reasons),
        }


def found(rows: Collection[Decided], known: Ledgers) -> Missing:
    """Return what these rows name and the ledger does not have."""
    staff: dict[str, tuple[frozenset[str], date]] = {}
    for row in rows:
        if row.staff_ref not in known.people:
            at, since = staff.get(row.staff_ref, (frozenset(), row.business_date))
            staff[row.staff_ref] = (at | {row.location_ref}, min(since, row.business_date))
    worthless = worthless_kinds(rows, known)
    return Missing(
        sites=sorted({row.location_ref for row in rows} - known.sites.keys()),
        people=dict(sorted(staff.items())),
        remedies={
            kind: kind in worthless
            for kind in sorted({row.kind for row in rows} - known.remedies.keys())
        },
        reasons=sorted({row.reason for row in rows} - known.reasons.keys()),
    )


def create(session: Session, wanted: Missing, *, actor: str, now: datetime) -> None:
    """Add what is missing, each with its journal row.

    A site gets the company's currency, zone and day start; a person is staff and cannot sign in
    until they are given an e-mail address.
    """
    for location_ref in wanted.sites:
        name = sites.name_of_ref(session, location_ref)
        site = NewSite(location_ref=location_ref, name=name)
        sites.add_site(session, site, actor=actor, now=now)
    site_ids = {site.location_ref: site.id for site in sites.all_sites(session)}
    for employee_id, (location_refs, since) in wanted.people.items():
        person = NewPerson(
            employee_id=employee_id,
            name=employee_id,
            site_ids=sorted(site_ids[location_ref] for location_ref in location_refs),
            from_date=since,
        )
        people.add_person(session, person, actor=actor, now=now)
    for kind, worthless in wanted.remedies.items():
        share = 0 if worthless else money.WHOLE_SHARE_BP
        remedy = NewRemedy(kind=kind, name=_words(kind), worthless=worthless, cost_share_bp=share)
        remedies.add_remedy(session, remedy, actor=actor, now=now)
    for code in wanted.reasons:
        reasons.add_reason(session, code, _words(code), actor=actor, now=now)


def notices(wanted: Missing, known: Ledgers) -> tuple[tuple[str, str], ...]:
    """Return what somebody should look at: new names that look like others."""
    pairs = (
        *lookalikes(wanted.people, known.people),
        *lookalikes(wanted.sites, known.sites),
        *lookalikes(wanted.remedies, known.remedies),
        *lookalikes(wanted.reasons, known.reasons),
    )
    return tuple(("lookalike", f"{new}, {other}") for new, other in pairs)


def _words(code: str) -> str:
    words = code.replace("_", " ").strip() or code
    return words[:1].upper() + words[1:]
