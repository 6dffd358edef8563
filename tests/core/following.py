"""A plain model of decisions and activity, and the steps that it takes beside the ledger."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import activity, commitments, journal, outcomes, reasons, remedies, sites, voids
from ledger.core.imports import undo
from ledger.core.imports.problems import ImportRefusedError
from ledger.core.imports.runs import Options
from ledger.core.people import everybody
from ledger.core.tables import Activity, CustomerDetail, Decision, Outcome, Void
from ledger.core.verification import tallies
from ledger.database import Database
from tests.core.files import NOW, take_activity, take_decisions

ZONES = {"S1": "America/New_York", "S2": "Asia/Tokyo"}
CORRECT = Options(create_missing=True, correct=True)


# Who came, when, and for what.
Came = tuple[str, datetime, str]


@dataclass(slots=True)
class Made:
    """A decision as a plain model keeps it; `import_id` is None for one of the log."""

    order: tuple[datetime, str, int]
    customer: str
    site: str
    import_id: int | None = None
    voided: bool = False


@dataclass(slots=True)
class Model:
    """The books, as simply as can be: by id, all that was said, each with its import."""

    activity: dict[str, list[tuple[int, Came]]] = field(default_factory=dict)
    decisions: dict[str, list[Made]] = field(default_factory=dict)
    # The imports in order, with the last day seen in a file of activity.
    imports: dict[int, date | None] = field(default_factory=dict)
    undone: set[int] = field(default_factory=set)

    def came(self, key: str) -> Came | None:
        """Return the last that was said and not taken back."""
        said = [row for number, row in self.activity.get(key, []) if number not in self.undone]
        return said[-1] if said else None

    def decided(self, key: str) -> Made | None:
        """Return the last that was said and not taken back; a void is never taken back."""
        said = [
            made
            for made in self.decisions.get(key, [])
            if made.voided or made.import_id not in self.undone
        ]
        return said[-1] if said else None

    def in_force(self) -> list[Made]:
        current = [self.decided(key) for key in self.decisions]
        return [made for made in current if made is not None and not made.voided]

    def through(self) -> date | None:
        seen = [day for number, day in self.imports.items() if number not in self.undone and day]
        return max(seen, default=None)

    def outcome(self, made: Made) -> tuple[bool, date | None, date | None]:
        same = [other.order for other in self.in_force() if other.customer == made.customer]
        is_first = bool(made.customer) and min(same, default=None) == made.order
        return is_first, self.first_day(made, returns=True), self.first_day(made, returns=False)

    def first_day(self, made: Made, *, returns: bool) -> date | None:
        counted = [row for key in self.activity if (row := self.came(key)) is not None]
        days = [
            business_date(at, made.site)
            for customer, at, kind in counted
            if made.customer and customer == made.customer and (kind != "cancellation") == returns
        ]
        decided_on = business_date(made.order[0], made.site)
        return min((day for day in days if day > decided_on), default=None)


def business_date(at: datetime, site: str) -> date:
    """No clock changes in June: the day is that of four hours before."""
    return (at.astimezone(ZoneInfo(ZONES[site])) - timedelta(hours=4)).date()


def follow(database: Database, steps: list[tuple[str, object]]) -> None:
    """Take each step in the ledger and in the model, and compare them after each."""
    model = Model()
    for kind, content in steps:
        STEPS[kind](database, model, content)
        compare(database, model)


def compare(database: Database, model: Model) -> None:
    with database.reading() as session:
        assert list(outcomes.differences(session)) == []
        tallies.check_feeds(session)
        assert activity.through(session).on == model.through()
        found = {
            (decision.external_id or decision.uid, decision.revision): outcome
            for decision, outcome in session.execute(
                select(Decision, Outcome).join(
                    Outcome, col(Outcome.decision_id) == col(Decision.id)
                )
            )
        }
        counted = session.scalars(select(Activity).where(activity.counts())).all()
    assert {row.external_id for row in counted} == {
        key for key in model.activity if model.came(key) is not None
    }
    told = {
        (key, revision): made
        for key, revisions in model.decisions.items()
        for revision, made in enumerate(revisions, 1)
    }
    assert found.keys() == told.keys()
    in_force = model.in_force()
    for key, made in told.items():
        counts = any(made is other for other in in_force)
        assert found[key].in_force == counts
        is_first, returned_on, left_on = model.outcome(made)
        assert found[key].is_first == (is_first and counts)
        assert found[key].returned_on == (returned_on and returned_on.toordinal())
        assert found[key].left_on == (left_on and left_on.toordinal())


def step_activity(database: Database, model: Model, rows: dict[str, Came]) -> None:
    lines = [
        f"{key},{customer},{at.isoformat()},{kind},1.00,USD"
        for key, (customer, at, kind) in rows.items()
    ]
    dry = take_activity(database, *lines, options=replace(CORRECT, dry_run=True))
    came = take_activity(database, *lines, options=CORRECT)
    assert dry.outcomes == came.outcomes
    if came.import_id is None:
        return
    with database.reading() as session:
        calendar = sites.company_calendar(session)
    model.imports[came.import_id] = calendar.business_date(max(row[1] for row in rows.values()))
    for key, row in rows.items():
        if model.came(key) != row:
            model.activity.setdefault(key, []).append((came.import_id, row))


def step_undo(database: Database, model: Model, place: int) -> None:
    numbers = sorted(model.imports.keys() - model.undone)
    if not numbers:
        return
    number = numbers[place % len(numbers)]
    with database.writing() as session:
        foreseen = undo.foresee(session, number)
        done = undo.undo_import(session, number, "Wrong file", person=None, now=NOW)
    assert replace(done, outcomes=None) == foreseen
    assert done.through_before == (model.through() if done.kind == "activity" else None)
    model.undone.add(number)
    assert done.through_after == (model.through() if done.kind == "activity" else None)


def step_decisions(
    database: Database, model: Model, rows: dict[str, tuple[str, datetime, str]]
) -> None:
    changed = {key: row for key, row in rows.items() if is_change(model.decided(key), row)}
    voided = {key for key in changed if (made := model.decided(key)) is not None and made.voided}
    if voided:
        with pytest.raises(ImportRefusedError):
            take_decisions(database, *decision_lines(rows), options=CORRECT)
        rows = {key: row for key, row in rows.items() if key not in voided}
    if not rows:
        return
    came = take_decisions(database, *decision_lines(rows), options=CORRECT)
    if came.import_id is None:
        return
    model.imports[came.import_id] = None
    for key, (customer, at, site) in rows.items():
        if key in changed:
            made = Made((at, key, 0), customer, site, came.import_id)
            model.decisions.setdefault(key, []).append(made)


def decision_lines(rows: dict[str, tuple[str, datetime, str]]) -> list[str]:
    return [
        f"{key},{at.isoformat()},{customer},T1,{site},refund,5.00,USD,late,"
        for key, (customer, at, site) in rows.items()
    ]


def is_change(before: Made | None, row: tuple[str, datetime, str]) -> bool:
    customer, at, site = row
    return before is None or (before.customer, before.order[0], before.site) != (customer, at, site)


def step_void(database: Database, model: Model, place: int) -> None:
    current = {key: model.decided(key) for key in sorted(model.decisions)}
    in_force = [(key, made) for key, made in current.items() if made and not made.voided]
    if not in_force:
        return
    key, made = in_force[place % len(in_force)]
    revision = model.decisions[key].index(made) + 1
    with database.writing() as session:
        decision = session.scalars(
            select(Decision)
            .where((col(Decision.external_id) == key) | (col(Decision.uid) == key))
            .where(col(Decision.revision) == revision)
        ).one()
        uid = str(uuid.uuid4())
        row = Void(
            uid=uid,
            decision_id=decision.id,
            person_id=decision.person_id,
            reason_commitment=commitments.keep_words(
                session, voids.words_subject(uid), "Wrong customer", now=NOW
            ),
            taken_back=True,
            business_date=decision.business_date,
            made_at=NOW,
        )
        journal.add_to_book(
            session, row, kind="decision.voided", actor="system", subject="x", now=NOW
        )
        outcomes.note_void(session, decision.id)
    made.voided = True


def step_log(database: Database, model: Model, wanted: tuple[str, datetime, str]) -> None:
    reference, at, site_ref = wanted
    with database.writing() as session:
        customer_id = session.scalar(
            select(col(CustomerDetail.customer_id)).where(
                col(CustomerDetail.reference) == reference
            )
        )
        staff = everybody(session)
        if customer_id is None or not staff:
            return
        decision = logged(session, staff[0].id, customer_id, at, site_ref)
        outcomes.note_decision(session, decision)
        key, number = decision.uid, decision.id
    model.decisions[key] = [Made((at, "", number), reference, site_ref)]


def logged(
    session: Session, person_id: int, customer_id: int, at: datetime, site_ref: str
) -> Decision:
    site = next(one for one in sites.all_sites(session) if one.location_ref == site_ref)
    calendar = sites.calendar_of(session, site.id)
    decision = Decision(
        uid=str(uuid.uuid4()),
        person_id=person_id,
        site_id=site.id,
        customer_id=customer_id,
        remedy_id=remedies.all_remedies(session)[0].id,
        reason_id=reasons.all_reasons(session)[0].id,
        amount_minor=500,
        cost_minor=500,
        currency="USD",
        claimed_at=at,
        decided_at=at,
        received_at=NOW,
        business_date=calendar.business_date(at),
        zone=calendar.zone_on(calendar.business_date(at)),
        source="late",
    )
    return journal.add_to_book(
        session, decision, kind="decision.recorded", actor="system", subject="x", now=NOW
    )


STEPS: dict[str, Callable[..., None]] = {
    "activity": step_activity,
    "decisions": step_decisions,
    "void": step_void,
    "undo": step_undo,
    "log": step_log,
}
