"""Answering an ask in place: on the asker's screen, for this ask alone, once, within five minutes.

The approver picks their name and types their password; whoever is signed in there stays so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ledger.core import (
    answerers,
    answers,
    ask_states,
    asks,
    in_place,
    money,
    people,
    signing_in,
    throttle,
)
from ledger.core.answerers import Answerer
from ledger.core.answers import (
    AboveCeilingError,
    AlreadyAnsweredError,
    AskChangedError,
    OwnAskError,
)
from ledger.core.errors import BadValueError, LedgerError, NotFoundError, NotPermittedError
from ledger.core.permissions import Action
from ledger.core.reports import inbox as inboxes
from ledger.core.reports import own_ask
from ledger.core.reports.inbox import InboxAsk
from ledger.core.submissions import SubmissionReusedError
from ledger.core.tables import Ask, InPlace, Person
from ledger.web import ask_page, credentials, inbox_words
from ledger.web import asks_here_words as words
from ledger.web.access import requires, sign_in_row, signed_in
from ledger.web.asks_here_form import HereForm
from ledger.web.inbox_forms import AnswerForm
from ledger.web.inbox_words import AskLine
from ledger.web.moment import today, utc_now
from ledger.web.notices import notice
from ledger.web.transactions import reading, writing
from ledger.web.when import time_words

bp: Blueprint = Blueprint("asks_here", __name__)

LONGEST_UID = 36


@dataclass(frozen=True, slots=True, kw_only=True)
class HereAsk:
    """The ask as its card says it, with the form that answers it."""

    line: AskLine
    form: AnswerForm


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """An ask in front of somebody who has proved who they are, and until when that counts."""

    shown: InboxAsk
    approver: Person
    proof: InPlace


@bp.get("/asks/<uuid:uid>/here")
@requires(Action.RECORD_DECISION)
def show(uid: UUID) -> ResponseReturnValue:
    """Ask who answers; once they have proved it, show them the ask and its three answers."""
    ask = _own(uid)
    if not _waits(ask):
        return _to_ask(ask)
    here = _here(ask)
    if here is None:
        return _names_page(ask)
    return _card_page(here, AnswerForm(here.shown, fresh=True))


@bp.get("/asks/<uuid:uid>/here/now")
@requires(Action.RECORD_DECISION)
def now(uid: UUID) -> ResponseReturnValue:
    """Return until when an answer counts; elsewhere once it does not, or somebody was first."""
    ask = _own(uid)
    here = _here(ask) if _waits(ask) else None
    if here is None:
        return redirect(url_for(".show", uid=uid), code=303)
    return render_template("asks/here_until.html", until=_until(here))


@bp.post("/asks/<uuid:uid>/here")
@requires(Action.RECORD_DECISION)
def prove(uid: UUID) -> ResponseReturnValue:
    """Take an approver's password, for this ask alone; nobody is signed in by it."""
    ask = _own(uid)
    if not _waits(ask):
        return _to_ask(ask)
    form = HereForm()
    if not form.is_sent_and_fine():
        return _names_page(ask, form), 422
    approver = _approver(ask, form)
    if approver is None:
        form.password.errors = [words.no_match_words()]
        return _names_page(ask, form), 422
    with writing() as session:
        moment = utc_now()
        throttle.forget(session, _try_at(ask, approver.uid).keys(), now=moment)
        in_place.prove(session, ask, approver, sign_in_row(), now=moment)
    return redirect(url_for(".show", uid=uid), code=303)


@bp.post("/asks/<uuid:uid>/here/leave")
@requires(Action.RECORD_DECISION)
def leave(uid: UUID) -> ResponseReturnValue:
    """Forget what was proved, and go back to the asker's page."""
    ask = _own(uid)
    with writing() as session:
        in_place.forget(session, ask, sign_in_row(), now=utc_now())
    return _to_ask(ask)


@bp.post("/asks/<uuid:uid>/here/answer")
@requires(Action.RECORD_DECISION)
def answer_submit(uid: UUID) -> ResponseReturnValue:
    """Answer the ask as the one who proved who they are; then it is the asker's screen again."""
    ask = _own(uid)
    state = ask_states.state_of(reading(), ask, now=utc_now())
    if state.name != ask_states.WAITING:
        # The same tap once more: it was saved.
        is_same = state.answer is not None and state.answer.uid == request.form.get("uid")
        return _to_ask(ask) if is_same else _moved_page(ask)
    here = _here(ask)
    if here is None:
        return _names_page(ask), 409
    form = AnswerForm(here.shown)
    if not form.is_sent_and_fine():
        return _card_page(here, form), 422
    try:
        with writing() as session:
            answers.answer(
                session, here.approver, ask, form.draft(), now=utc_now(), proof=here.proof
            )
    except BadValueError as problem:
        form.say(problem)
        return _card_page(here, form), 422
    except LedgerError as problem:
        return _not_saved(ask, here, problem)
    return _to_ask(ask)


def _not_saved(ask: Ask, here: Here, problem: LedgerError) -> ResponseReturnValue:
    """Say why an answer does not count, where the next step is."""
    match problem:
        case AlreadyAnsweredError() | SubmissionReusedError():
            return _moved_page(ask)
        case AskChangedError(ask=newest) if newest.id != ask.id:
            return _moved_page(newest, words.changed_words())
        case AskChangedError():
            notice("care", *words.changed_words())
            return _card_page(here, AnswerForm(here.shown, fresh=True)), 409
        case AboveCeilingError():
            notice("care", *words.above_words(problem))
            return _card_page(here, AnswerForm(here.shown, fresh=True)), 409
        case NotPermittedError():
            return _names_page(ask), 409
        case OwnAskError() | NotFoundError():
            notice("care", *words.not_yours_words())
            return _names_page(ask), 409
        case _:
            raise problem


def _own(uid: UUID) -> Ask:
    """Return an ask of the one who is signed in.

    Raises:
        NotFoundError: if there is none.

    """
    return asks.own_ask(reading(), signed_in(), str(uid))


def _waits(ask: Ask) -> bool:
    return ask_states.state_of(reading(), ask, now=utc_now()).name == ask_states.WAITING


def _here(ask: Ask) -> Here | None:
    """Return the ask in front of whoever proved it here, if that counts and it is theirs still."""
    session, moment = reading(), utc_now()
    proof = in_place.proof_for(session, ask, sign_in_row(), now=moment)
    if proof is None:
        return None
    approver = in_place.approver_of(session, proof)
    shown = inboxes.inbox_ask(session, approver, ask, now=moment)
    return None if shown is None else Here(shown=shown, approver=approver, proof=proof)


def _line(ask: Ask) -> Sequence[Answerer]:
    """Return those who could answer, those near first, else in the order of the house."""
    asked = answerers.asked_of(ask)
    found = answerers.answerers(reading(), asked, now=utc_now())
    return sorted(found, key=lambda one: not one.is_near)


def _approver(ask: Ask, form: HereForm) -> Person | None:
    """Return whose password was typed, if they could answer; for all others it is a miss alike.

    Raises:
        PasswordsBusyError: if too many passwords are being looked at.

    """
    session, who = reading(), (form.who.data or "")[:LONGEST_UID]
    person = people.person_by_uid(session, who)
    could = {one.person.id for one in _line(ask)}
    email = who if person is None else _email(person)
    found = credentials.person_with_password(email, form.password.data or "", at=_try_at(ask, who))
    if found is None or found.id in could:
        return found
    with writing() as writes:
        signing_in.refuse(writes, found, what="password", now=utc_now(), at_ask=ask.uid)
    return None


def _try_at(ask: Ask, who: str) -> credentials.AtAsk:
    """Return a try at this ask, on the screen of who is signed in."""
    return credentials.AtAsk(ask_uid=ask.uid, asker_uid=signed_in().uid, who=who)


def _email(person: Person) -> str:
    return person.email or person.uid


def _to_ask(ask: Ask) -> ResponseReturnValue:
    return redirect(url_for("asks.show", uid=ask.uid), code=303)


def _moved_page(ask: Ask, said: tuple[str, str] | None = None) -> ResponseReturnValue:
    """Show the asker's page of an ask as it stands now: somebody, or the clock, was first."""
    notice("care", *(said or words.moved_words()))
    found, form_uid = own_ask.own_ask(reading(), signed_in(), ask.uid, now=utc_now()), str(uuid4())
    shown = ask_page.ask_page(found, form_uid=form_uid, now=utc_now())
    return render_template("asks/show.html", ask=shown), 409


def _until(here: Here) -> str:
    return time_words(here.proof.expires_at, here.shown.card.zone)


def _names_page(ask: Ask, form: HereForm | None = None) -> str:
    """Return the page of names, or of the one that was chosen and their password."""
    form = form or HereForm(formdata=None, who=request.args.get("who", ""))
    line = _line(ask)
    chosen = next((one.person for one in line if one.person.uid == form.who.data), None)
    is_late = in_place.is_over(reading(), ask, sign_in_row(), now=utc_now())
    return render_template(
        "asks/here.html",
        ask_uid=ask.uid,
        amount=money.show(ask.amount_minor, ask.currency),
        line=[(one.person, words.seen_words(one, ask)) for one in line],
        chosen=chosen,
        form=form,
        minutes=words.MINUTES,
        late=words.too_late_words() if is_late else None,
    )


def _card_page(here: Here, form: AnswerForm) -> str:
    line = inbox_words.ask_line(here.shown, now=utc_now(), today=today())
    return render_template(
        "asks/here_card.html",
        shown=HereAsk(line=line, form=form),
        form=form,
        approver=here.approver,
        asker=here.shown.card.person.name,
        until=_until(here),
    )
