"""Asks: a request to give more than the headroom, made at once and waiting for somebody else.

A second try, and a change while it waits, is the next version of the same thread: the version
before is replaced, or had ended. An ask keeps what is left of its person's budget until it ends.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import (
    ask_states,
    ask_steps,
    ask_versions,
    commitments,
    customer_finder,
    decisions,
    drafts,
    headroom,
    journal,
    posting,
    submissions,
)
from ledger.core.ask_states import ANSWERS, ENDS, USED
from ledger.core.ask_steps import AskMovedOnError, Step
from ledger.core.drafts import DecisionDraft
from ledger.core.driver import Driver
from ledger.core.errors import BadValueError, LedgerError, NotFoundError
from ledger.core.people import subject_of
from ledger.core.posting import Posting
from ledger.core.tables import Ask, Person


@dataclass(frozen=True, slots=True, kw_only=True)
class AskDraft:
    """An ask as the form hands it over.

    `uid` is its idempotency key. `wanted` is the decision that is asked for; its note is the why,
    its own uid is not used. `previous_uid` names the version that this one takes the place of.
    """

    uid: str
    wanted: DecisionDraft
    refusal_uid: str | None = None
    previous_uid: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A draft that is well formed, ready for the transaction."""

    draft: AskDraft
    ready: drafts.Prepared


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The ask stands; `is_replay` when this form had already been answered."""

    ask: Ask
    is_replay: bool


class WithinHeadroomError(LedgerError):
    """Nobody has to be asked: `headroom_minor` in `currency` can be given at once."""

    def __init__(self, *, headroom_minor: int, currency: str) -> None:
        super().__init__(headroom_minor, currency)
        self.headroom_minor = headroom_minor
        self.currency = currency


def prepare(session: Session, person: Person, draft: AskDraft, *, now: datetime) -> Prepared:
    """Check everything that needs no lock; run it in a reading transaction, before the queue.

    An ask is about now, whatever the form said of "earlier today".

    Raises:
        BadValueError: if a value cannot be used; the field is named.
        NotFoundError: if the person does not work at the site today, or a row is not there.

    """
    wanted = replace(
        draft.wanted, uid=draft.uid, claimed_at=None, already_given=False, act_now=False
    )
    ready = drafts.prepare(session, person, wanted, now=now)
    content = {"ask": ready.claim.fingerprint, "previous": draft.previous_uid}
    claim = replace(ready.claim, fingerprint=submissions.fingerprint(session, content))
    return Prepared(draft=draft, ready=replace(ready, claim=claim))


def make(session: Session, person: Person, prepared: Prepared, *, now: datetime) -> Made:
    """Write an ask and keep what is left of the budget for it, all or nothing.

    It is made at the ledger's time, also where this machine's clock is behind it. The same form
    again gives the first ask again.

    Raises:
        WithinHeadroomError: if it can be given without anybody.
        AskMovedOnError: if something was given for the version before, or a later one is there.
        SubmissionReusedError: if the form's id was used before for something else.
        NotPermittedError: if the person is no longer active.
        NotFoundError: if there is no such version before, or no such refusal of theirs there.
        BadValueError: if the version before was at another site, for another customer or remedy,
            or in another currency: `why` is "changed".

    """
    driver, ready = Driver(session), prepared.ready
    before = submissions.claim(driver, ready.claim, became="ask", now=now)
    wanted = ready.posting
    if before is not None or wanted is None:
        return Made(ask=_first_answer(session, ready.claim.uid), is_replay=True)
    posting.lock_person(driver, person.id)
    now = ask_steps.ledgers_time(session, now)
    wanted = _made_at(wanted, now)
    _check_refusal(session, person, prepared.draft, wanted)
    previous = _previous(session, person, prepared.draft, wanted, now=now)
    ask_steps.settle(session, person.id, now=now)
    room = headroom.left(driver, wanted.asked, headroom.standing(driver, wanted.asked))
    is_own = bool(wanted.row["declared_own"])
    if wanted.amount_minor <= room.headroom_minor and not is_own:
        raise WithinHeadroomError(headroom_minor=room.headroom_minor, currency=room.currency)
    ask = ask_versions.new(
        session, wanted, room, draft=prepared.draft.wanted, previous=previous, now=now
    )
    ask.refusal_uid = prepared.draft.refusal_uid
    ask_steps.reserve(driver, ask)
    if ready.note is not None:
        ask.why_commitment = commitments.keep_words(
            session, words_subject(ask.uid), ready.note, now=now
        )
    ask.content_hash = ask_versions.content_hash(person, ask)
    ask = journal.add_to_book(
        session,
        ask,
        kind="ask.made",
        actor=subject_of(person),
        subject=f"ask:{ask.uid}",
        now=now,
    )
    return Made(ask=ask, is_replay=False)


def make_ask(session: Session, person: Person, draft: AskDraft, *, now: datetime) -> Made:
    """Prepare and make an ask in one write transaction."""
    return make(session, person, prepare(session, person, draft, now=now), now=now)


def ask_by_uid(session: Session, uid: str) -> Ask | None:
    """Return the ask with this id."""
    return session.scalars(select(Ask).where(col(Ask.uid) == uid)).one_or_none()


def own_ask(session: Session, person: Person, uid: str) -> Ask:
    """Return an ask that this person made.

    Raises:
        NotFoundError: if there is none.

    """
    found = ask_by_uid(session, uid)
    if found is None or found.person_id != person.id:
        raise NotFoundError("ask", uid)
    return found


def open_of(session: Session, person: Person, *, now: datetime) -> Sequence[Ask]:
    """Return a person's asks of which something can still come, the newest first."""
    found = ask_steps.not_ended_of(session, person.id)
    states = ask_states.states_of(session, found, now=now)
    return [ask for ask in reversed(found) if states[ask.id].is_open]


def versions_of(session: Session, ask: Ask) -> Sequence[Ask]:
    """Return every version of an ask's thread, the first one first."""
    query = select(Ask).where(col(Ask.thread_uid) == ask.thread_uid)
    return session.scalars(query.order_by(col(Ask.version))).all()


def why_of(session: Session, asks: Sequence[Ask]) -> Mapping[str, str]:
    """Return why it was asked, by the uid of the ask; none for what was not said, or was erased."""
    subjects = {words_subject(ask.uid): ask.uid for ask in asks if ask.why_commitment}
    found = commitments.words_of(session, subjects)
    return {subjects[subject]: words for subject, words in found.items()}


def end_for_leaver(session: Session, person: Person, *, site_id: int | None, now: datetime) -> int:
    """End the open asks of somebody who leaves, everywhere or one site; return how many ended.

    Needs the person's lock; takes the chain lock.
    """
    ended = 0
    at = ask_steps.ledgers_time(session, now)
    for ask in ask_steps.not_ended_of(session, person.id):
        if site_id not in (None, ask.site_id):
            continue
        state = ask_states.state_of(session, ask, now=at)
        ask_steps.write_due(session, ask, state, now=now)
        if state.is_open:
            number = ANSWERS if state.name == ask_states.WAITING else ENDS
            ask_steps.take(session, ask, Step(kind="withdrawn", number=number), now=now)
        ended += 1
    return ended


def need_uid(ask: Ask) -> str:
    """Return the id of the unmet need that an ask's thread may become: one for all its versions."""
    return str(uuid.uuid5(uuid.UUID(ask.thread_uid), "need"))


def words_subject(uid: str) -> str:
    """Return under which subject the why of an ask is kept."""
    return f"ask:{uid}"


def _first_answer(session: Session, uid: str) -> Ask:
    found = ask_by_uid(session, uid)
    if found is None:
        raise submissions.SubmissionReusedError
    return found


def _check_refusal(session: Session, person: Person, draft: AskDraft, wanted: Posting) -> None:
    if draft.refusal_uid is None:
        return
    found = decisions.refusal_by_uid(session, draft.refusal_uid)
    whose = None if found is None else (found.person_id, found.site_id)
    if whose != (person.id, wanted.asked.site_id):
        raise NotFoundError("refusal", draft.refusal_uid)


def _check_same(session: Session, previous: Ask, wanted: Posting) -> None:
    """Refuse a next version about something else: the thread tells of one thing."""
    before = None
    if previous.customer_id is not None:
        # Two customers may have been joined since.
        found = customer_finder.customer(session, previous.customer_id)
        before = previous.customer_id if found is None else found.id
    asked = wanted.asked
    for field, old, new in (
        ("site_id", previous.site_id, asked.site_id),
        ("customer_id", before, asked.customer_id),
        ("remedy_id", previous.remedy_id, wanted.remedy_id),
        ("currency", previous.currency, asked.currency),
    ):
        if old != new:
            raise BadValueError(field=field, value=str(new), why="changed")


def _previous(
    session: Session, person: Person, draft: AskDraft, wanted: Posting, *, now: datetime
) -> Ask | None:
    """Return the version before, which is replaced if something could still come of it."""
    if draft.previous_uid is None:
        return None
    previous = own_ask(session, person, draft.previous_uid)
    _check_same(session, previous, wanted)
    state = ask_steps.state_now(session, previous, now=now)
    last = session.scalars(select(Ask).where(col(Ask.previous_id) == previous.id)).one_or_none()
    if last is not None or state.name in USED:
        raise AskMovedOnError(state)
    ask_steps.write_due(session, previous, state, now=now)
    if state.is_open:
        number = ANSWERS if state.name == ask_states.WAITING else ENDS
        step = Step(kind="replaced", number=number, person=person)
        ask_steps.take(session, previous, step, now=now)
    return previous


def _made_at(wanted: Posting, at: datetime) -> Posting:
    """Return what is wanted as of an instant, on the business day that it falls in."""
    asked = wanted.asked
    day = asked.calendar.business_date(at)
    return replace(wanted, asked=replace(asked, at=at, business_date=day))
