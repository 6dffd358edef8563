"""Answers: somebody else approves an ask, makes a counter-offer, or declines; the first one wins.

An answer is for one version and content of an ask. It is permission, not a decision: see `giving`.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import answerers, ask_steps, asks, in_place, notes, people, posting
from ledger.core import submissions as forms
from ledger.core.answerers import Standing
from ledger.core.ask_rules import PERMISSION_LASTS
from ledger.core.ask_states import ANSWERS, ENDS, WAITING, AskState
from ledger.core.ask_steps import AskMovedOnError, Step
from ledger.core.driver import Driver, Stored
from ledger.core.errors import BadValueError, LedgerError, NotFoundError, NotPermittedError
from ledger.core.permissions import Action
from ledger.core.submissions import Claim
from ledger.core.tables import Ask, AskAnswer, InPlace, Person

Kind = Literal["approved", "countered", "declined"]
KINDS: tuple[Kind, ...] = ("approved", "countered", "declined")


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerDraft:
    """An answer as the form hands it over; `version` and `content_hash` are of what was shown.

    `amount_minor` is for a counter-offer alone. `words` are needed where it is declined.
    """

    uid: str
    kind: Kind
    amount_minor: int | None = None
    words: str | None = None
    version: int
    content_hash: str


class AlreadyAnsweredError(LedgerError):
    """Somebody, or the clock, was first: `state` is how the ask stands."""

    def __init__(self, state: AskState) -> None:
        super().__init__(state.name)
        self.state = state


class AskChangedError(LedgerError):
    """The asker has changed the ask meanwhile: `ask` is what they ask now."""

    def __init__(self, ask: Ask) -> None:
        super().__init__(ask.uid)
        self.ask = ask


class OwnAskError(LedgerError):
    """Nobody answers their own ask, under whatever record."""


class AboveCeilingError(LedgerError):
    """It is more than this person may approve: `ceiling_minor` in `currency`."""

    def __init__(self, *, ceiling_minor: int, currency: str) -> None:
        super().__init__(ceiling_minor, currency)
        self.ceiling_minor = ceiling_minor
        self.currency = currency


def answer(  # who, to which ask, what, how, when
    session: Session,
    approver: Person,
    ask: Ask,
    draft: AnswerDraft,
    *,
    now: datetime,
    proof: InPlace | None = None,
) -> AskAnswer:
    """Answer an ask, once; the same form again gives the same answer again.

    `ask` is the version that they have read; `proof`, where they answer on the asker's screen, is
    that they proved there who they are.

    Raises:
        NotFoundError: if it is not theirs to answer.
        OwnAskError: if they asked it themselves.
        AlreadyAnsweredError: if it waits no more.
        AskChangedError: if there is a newer version, or the content is another.
        AboveCeilingError: if they may not give that much.
        NotPermittedError: if they have left, or the proof counts no more.
        BadValueError: if the words or the amount cannot be used.
        SubmissionReusedError: if the form's id was used before for something else.

    """
    _standing(session, approver, ask, now=now)
    draft = _checked(draft, ask)
    wanted = _claim(session, approver, ask, draft)
    if forms.claim(Driver(session), wanted, became="ask_answer", now=now) is not None:
        return _first(session, draft.uid)
    approver = _locked(session, approver, ask)
    # Once more under the locks: a role or a ceiling may have changed just now.
    standing = _standing(session, approver, ask, now=now)
    _check_waits(session, ask, draft, now=now)
    amount, at = _amount(ask, draft, standing), ask_steps.ledgers_time(session, now)
    if proof is not None:
        _use_up(session, proof, approver, ask, now=now)
    step = Step(
        kind=draft.kind,
        number=ANSWERS,
        uid=draft.uid,
        person=approver,
        for_person_id=standing.for_person_id,
        ceiling_minor=standing.ceiling_minor,
        in_place=proof is not None,
        amount_minor=amount,
        words=draft.words,
        lapses_at=None if amount is None else at + PERMISSION_LASTS,
    )
    return ask_steps.take(session, ask, step, now=now)


def withdraw(session: Session, person: Person, ask: Ask, *, uid: str, now: datetime) -> AskAnswer:
    """Let the asker take an ask back, or leave a permission unused; the same form again likewise.

    Raises:
        NotFoundError: if it is not theirs.
        AskMovedOnError: if it has ended, or something was given for it.
        SubmissionReusedError: if the form's id was used before for something else.

    """
    if ask.person_id != person.id:
        raise NotFoundError("ask", ask.uid)
    forms.check_uid(uid)
    driver = Driver(session)
    content: dict[str, Stored] = {"withdrawn": ask.uid, "by": person.id}
    wanted = Claim(
        uid=uid,
        person_id=person.id,
        device_id=None,
        fingerprint=forms.fingerprint(session, content),
    )
    if forms.claim(driver, wanted, became="ask_answer", now=now) is not None:
        return _first(session, uid)
    posting.lock_person(driver, person.id)
    state = ask_steps.state_now(session, ask, now=now)
    if not state.is_open:
        raise AskMovedOnError(state)
    ask_steps.write_due(session, ask, state, now=now)
    number = ANSWERS if state.name == WAITING else ENDS
    step = Step(kind="withdrawn", number=number, uid=uid, person=person)
    return ask_steps.take(session, ask, step, now=now)


def _standing(session: Session, approver: Person, ask: Ask, *, now: datetime) -> Standing:
    """Return as whom this person answers this ask, if it is theirs to answer."""
    if people.is_same_human(session, approver.id, ask.person_id):
        raise OwnAskError
    found = answerers.standing(
        session, approver, site_id=ask.site_id, asker_id=ask.person_id, now=now
    )
    if found is None:
        raise NotFoundError("ask", ask.uid)
    return found


def _checked(draft: AnswerDraft, ask: Ask) -> AnswerDraft:
    """Return the draft with its words as they are kept."""
    forms.check_uid(draft.uid)
    if draft.kind not in KINDS:
        raise BadValueError(field="kind", value=str(draft.kind)[:40], why="unknown")
    if draft.kind == "countered" and not 0 < (draft.amount_minor or 0) < ask.amount_minor:
        raise BadValueError(field="amount", value=str(draft.amount_minor), why="out of bounds")
    words = (draft.words or "").strip()
    if not words:
        if draft.kind == "declined":
            raise BadValueError(field="words", value="", why="empty")
        return replace(draft, words=None)
    try:
        return replace(draft, words=notes.check_note(words))
    except BadValueError as found:
        raise BadValueError(field="words", value=found.value, why=found.why) from found


def _claim(session: Session, approver: Person, ask: Ask, draft: AnswerDraft) -> Claim:
    content: dict[str, Stored] = {
        "answer_to": ask.uid,
        "version": draft.version,
        "hash": draft.content_hash,
        "by": approver.id,
        "kind": draft.kind,
        "amount": draft.amount_minor,
        "words": draft.words,
    }
    return Claim(
        uid=draft.uid,
        person_id=approver.id,
        device_id=None,
        fingerprint=forms.fingerprint(session, content),
    )


def _first(session: Session, uid: str) -> AskAnswer:
    return session.scalars(select(AskAnswer).where(col(AskAnswer.uid) == uid)).one()


def _locked(session: Session, approver: Person, ask: Ask) -> Person:
    """Lock asker and approver, in the order of their ids; return the approver as they are now.

    The approver must still be here.
    """
    driver = Driver(session)
    for person_id in sorted({approver.id, ask.person_id}):
        posting.lock_person(driver, person_id, even_if_left=person_id != approver.id)
    return session.get_one(Person, approver.id, populate_existing=True)


def _check_waits(session: Session, ask: Ask, draft: AnswerDraft, *, now: datetime) -> None:
    state = ask_steps.state_now(session, ask, now=now)
    if state.name == "replaced":
        raise AskChangedError(asks.versions_of(session, ask)[-1])
    if state.name != WAITING:
        raise AlreadyAnsweredError(state)
    if (draft.version, draft.content_hash) != (ask.version, ask.content_hash):
        raise AskChangedError(ask)


def _amount(ask: Ask, draft: AnswerDraft, standing: Standing) -> int | None:
    """Return what may be given now, within what the approver may approve."""
    if draft.kind == "declined":
        return None
    amount = draft.amount_minor if draft.kind == "countered" else ask.amount_minor
    if amount is None or amount > standing.ceiling_minor:
        raise AboveCeilingError(ceiling_minor=standing.ceiling_minor, currency=ask.currency)
    return amount


def _use_up(session: Session, proof: InPlace, approver: Person, ask: Ask, *, now: datetime) -> None:
    is_theirs = (proof.person_id, proof.ask_id) == (approver.id, ask.id)
    if not is_theirs or not in_place.use_up(session, proof, now=now):
        raise NotPermittedError(Action.ANSWER_ASKS)
