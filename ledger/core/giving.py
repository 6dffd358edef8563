"""Giving what an ask was allowed: only that makes the decision, and only the asker does it."""

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from ledger.core import (
    ask_steps,
    asks,
    decisions,
    drafts,
    posting,
    submissions,
)
from ledger.core.ask_states import ENDS
from ledger.core.ask_steps import AskMovedOnError, Step
from ledger.core.ask_versions import CARRIED
from ledger.core.decisions import Recorded
from ledger.core.drafts import DecisionDraft
from ledger.core.driver import Driver
from ledger.core.errors import NotFoundError
from ledger.core.posting import Posting
from ledger.core.sites import SiteChangedError
from ledger.core.tables import Ask, Decision, Person


def give(session: Session, person: Person, ask: Ask, *, uid: str, now: datetime) -> Recorded:
    """Make the decision that an ask was allowed, and end the ask with it, in one step.

    It counts among what was approved, and what the ask kept of the budget is free again. `uid`
    is the decision's own; the same form again gives the same decision again.

    Raises:
        NotFoundError: if the ask is not theirs, or they do not work at its site today.
        AskMovedOnError: if nothing may be given for it (any more).
        BadValueError: if what it was for is not offered any more.
        NotPermittedError: if the person is no longer active.
        SiteChangedError: if the site was retired, or got another currency, meanwhile.
        SubmissionReusedError: if the form's id was used before for something else.

    """
    if ask.person_id != person.id:
        raise NotFoundError("ask", ask.uid)
    # Not yet under the lock: only to know for how much the form is; it is looked at again below.
    amount = ask_steps.state_now(session, ask, now=now).may_give_minor
    ready = drafts.prepare(session, person, _draft(session, ask, uid, amount), now=now)
    driver = Driver(session)
    claim = replace(ready.claim, fingerprint=_fingerprint(session, person, ask))
    before = submissions.claim(driver, claim, became="decision", now=now)
    wanted = ready.posting
    if before is not None or wanted is None:
        return _first_answer(session, uid)
    if wanted.asked.currency != ask.currency:
        raise SiteChangedError
    posting.lock_person(driver, person.id)
    state = ask_steps.state_now(session, ask, now=now)
    if state.may_give_minor is None or state.may_give_minor != wanted.amount_minor:
        raise AskMovedOnError(state)
    ask_steps.write_due(session, ask, state, now=now)
    made = _write(session, ask, wanted, note=ready.note, now=now)
    step = Step(
        kind="accepted" if state.name == "countered" else "given",
        number=ENDS,
        person=person,
        amount_minor=made.amount_minor,
        decision_uid=made.uid,
    )
    ask_steps.take(session, ask, step, now=now)
    return Recorded(decision=made, is_replay=False)


def _draft(session: Session, ask: Ask, uid: str, amount_minor: int | None) -> DecisionDraft:
    return DecisionDraft(
        uid=uid,
        site_id=ask.site_id,
        remedy_id=ask.remedy_id,
        reason_id=ask.reason_id,
        amount_minor=ask.amount_minor if amount_minor is None else amount_minor,
        customer_id=ask.customer_id,
        note=asks.why_of(session, [ask]).get(ask.uid),
        declared_own=ask.declared_own,
        **{name: getattr(ask, name) for name in CARRIED},
    )


def _fingerprint(session: Session, person: Person, ask: Ask) -> str:
    """Return what the form is known by: whose, and for which ask; the rest stands there."""
    return submissions.fingerprint(session, {"give": ask.uid, "by": person.id})


def _first_answer(session: Session, uid: str) -> Recorded:
    found = decisions.decision_by_uid(session, uid)
    if found is None:
        raise submissions.SubmissionReusedError
    return Recorded(decision=found, is_replay=True)


def _write(
    session: Session, ask: Ask, wanted: Posting, *, note: str | None, now: datetime
) -> Decision:
    """Write the decision beside the limit that is in force, and count it as approved."""
    judged = posting.judge_allowed(session, wanted)
    wanted = replace(wanted, row={**wanted.row, "ask_id": ask.id})
    return decisions.write_judged(session, wanted, judged, note=note, now=now)
