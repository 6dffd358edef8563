"""A plain model of decisions and activity, and the steps that it takes beside the ledger."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import commitments, journal, outcomes, reasons, remedies, sites, voids
from ledger.core.imports.problems import ImportRefusedError
from ledger.core.imports.runs import Options
from ledger.core.people import everybody
from ledger.core.tables import CustomerDetail, Decision, Outcome, Void
from ledger.database import Database
from tests.core.files import NOW, take_activity, take_decisions

ZONES = {"S1": "America/New_York", "S2": "Asia/Tokyo"}
CORRECT = Options(create_missing=True, correct=True)


@dataclass(slots=True)
class Made:
    """A decision as a plain model keeps it."""

    order: tuple[datetime, str, int]
    customer: str
    site: str
    voided: bool = False


@dataclass(slots=True)
class Model:
    """The books, as simply as can be: by id, the last that was said."""

    activity: dict[str, tuple[str, datetime, str]] = field(default_factory=dict)
    decisions: dict[str, Made] = field(default_factory=dict)

    def outcome(self, made: Made) -> tuple[bool, date | None, date | None]:
        same = [
            other.order
            for other in self.decisions.values()
            if other.customer == made.customer and not other.voided
        ]
        is_first = bool(made.customer) and min(same, default=None) == made.order
        return is_first, self.first_day(made, returns=True), self.first_day(made, returns=False)

    def first_day(self, made: Made, *, returns: bool) -> date | None:
        days = [
            business_date(at, made.site)
            for customer, at, kind in self.activity.values()
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
        latest = {
            decision.external_id or decision.uid: (decision, outcome)
            for decision, outcome in session.execute(
                select(Decision, Outcome)
                .join(Outcome, col(Outcome.decision_id) == col(Decision.id))
                .order_by(col(Decision.revision))
            )
        }
    assert latest.keys() == model.decisions.keys()
    for key, made in model.decisions.items():
        outcome = latest[key][1]
        assert outcome.in_force == (not made.voided)
        is_first, returned_on, left_on = model.outcome(made)
        assert outcome.is_first == (is_first and not made.voided)
        assert outcome.returned_on == (returned_on and returned_on.toordinal())
        assert outcome.left_on == (left_on and left_on.toordinal())


def step_activity(
    database: Database, model: Model, rows: dict[str, tuple[str, datetime, str]]
) -> None:
    lines = [
        f"{key},{customer},{at.isoformat()},{kind},1.00,USD"
        for key, (customer, at, kind) in rows.items()
    ]
    take_activity(database, *lines, options=CORRECT)
    model.activity |= rows


def step_decisions(
    database: Database, model: Model, rows: dict[str, tuple[str, datetime, str]]
) -> None:
    changed = {key: row for key, row in rows.items() if is_change(model.decisions.get(key), row)}
    voided = {key for key in changed if key in model.decisions and model.decisions[key].voided}
    if voided:
        with pytest.raises(ImportRefusedError):
            take_decisions(database, *decision_lines(rows), options=CORRECT)
        rows = {key: row for key, row in rows.items() if key not in voided}
    if not rows:
        return
    take_decisions(database, *decision_lines(rows), options=CORRECT)
    for key, (customer, at, site) in rows.items():
        if key in changed:
            model.decisions[key] = Made((at, key, 0), customer, site)


def decision_lines(rows: dict[str, tuple[str, datetime, str]]) -> list[str]:
    return [
        f"{key},{at.isoformat()},{customer},T1,{site},refund,5.00,USD,late,"
        for key, (customer, at, site) in rows.items()
    ]


def is_change(before: Made | None, row: tuple[str, datetime, str]) -> bool:
    customer, at, site = row
    return before is None or (before.customer, before.order[0], before.site) != (customer, at, site)


def step_void(database: Database, model: Model, place: int) -> None:
    in_force = sorted(key for key, made in model.decisions.items() if not made.voided)
    if not in_force:
        return
    key = in_force[place % len(in_force)]
    with database.writing() as session:
        decision = session.scalars(
            select(Decision)
            .where((col(Decision.external_id) == key) | (col(Decision.uid) == key))
            .order_by(col(Decision.revision).desc())
        ).first()
        assert decision is not None
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
    model.decisions[key].voided = True


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
    model.decisions[key] = Made((at, "", number), reference, site_ref)


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
    "log": step_log,
}
