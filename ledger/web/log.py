"""The log: what was given to the customer in front of the counter, on one screen."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ledger.core import customers, decisions, drafts, unmet_needs, voids
from ledger.core.decisions import Recorded, Refused
from ledger.core.errors import BadValueError, NotFoundError, NotPermittedError
from ledger.core.permissions import Action
from ledger.core.reports.own_receipt import own_receipt
from ledger.core.sites import SiteChangedError
from ledger.core.submissions import SubmissionReusedError
from ledger.core.tables import UnmetNeed
from ledger.core.unmet_needs import UnmetNeedDraft
from ledger.core.voids import AlreadyReplacedError, AlreadyVoidedError, VoidDraft
from ledger.web import log_closed, log_screen, receipt_page
from ledger.web.access import requires, signed_in
from ledger.web.log_forms import UNMET, WALK_IN, LogForm, Sent
from ledger.web.moment import utc_now
from ledger.web.notices import notice
from ledger.web.transactions import reading, writing
from ledger.web.words import _

bp: Blueprint = Blueprint("log", __name__)

PICK = "pick:"
SEARCHING = ("find", "stay")


@bp.get("/log")
@requires(Action.RECORD_DECISION)
def show() -> ResponseReturnValue:
    """Show an empty log, at the person's only site or at the one that was chosen."""
    site = log_screen.the_site(request.args.get("site"))
    if site is None:
        return log_closed.choose_site()
    # From a page that says that nothing can be given: then only this is left to be written.
    wants_unmet = request.args.get("remedy") == UNMET
    return log_screen.page(log_screen.form_at(site, **({"remedy": UNMET} if wants_unmet else {})))


@bp.post("/log")
@requires(Action.RECORD_DECISION)
def submit() -> ResponseReturnValue:
    """Record what was decided; above the headroom, show the fork."""
    site = log_screen.the_site(request.form.get("site"))
    if site is None:
        return _nowhere()
    form = log_screen.form_at(site)
    if not form.is_sent_and_fine():
        return log_screen.page_to_mend(form), 422
    try:
        return _answer(form, form.sent())
    except BadValueError as problem:
        form.explain(problem)
        return log_screen.page_to_mend(form), 422
    except SubmissionReusedError:
        return render_template("log/used.html"), 422
    except (NotFoundError, SiteChangedError):
        lost = log_closed.sent_to_a_lost_site()
        if lost is None:
            raise
        return lost, 409


@bp.post("/log/customer")
@requires(Action.RECORD_DECISION)
def customer_submit() -> ResponseReturnValue:
    """Find, choose, change or add the customer; what was answered so far stays."""
    site = log_screen.the_site(request.form.get("site"))
    if site is None:
        return _nowhere()
    form, step = log_screen.form_at(site), request.form.get("step", "find")
    if step == "add":
        return _add(form)
    if step == WALK_IN or step.startswith(PICK):
        form.customer.data = step.removeprefix(PICK)
    elif step == "change":
        form.customer.data = ""
    # Enter in the search is sent by the form's first button, which is not Find.
    return log_screen.page(form, is_searched=step in SEARCHING and bool(form.find.data))


@bp.get("/log/correct/<uuid:uid>")
@requires(Action.RECORD_DECISION)
def correct(uid: UUID) -> ResponseReturnValue:
    """Show the log as a decision was written, to undo it and write another in its place."""
    found = own_receipt(reading(), signed_in(), str(uid))
    decision = found.decision
    form = log_screen.form_at(
        found.site,
        replaces=decision.uid,
        why=request.args.get("why", ""),
        taken_back=request.args.get("taken_back", ""),
        remedy=str(decision.remedy_id),
        reason=str(decision.reason_id),
        customer=WALK_IN if decision.customer_id is None else str(decision.customer_id),
        forecast=decision.forecast or "",
        apologised=bool(decision.apologised),
        noticed_first=bool(decision.noticed_first),
        asked_for=decision.asked_for or "",
        declared_own=decision.declared_own,
    )
    return log_screen.page(form)


def _nowhere() -> ResponseReturnValue:
    """Answer a form that was sent to a site where this person cannot write."""
    uid = request.form.get("uid", "")
    try:
        own_receipt(reading(), signed_in(), uid)
    except NotFoundError:
        lost = log_closed.sent_to_a_lost_site()
        if lost is not None:
            return lost, 409
        notice(
            "care",
            _("What you sent was not saved."),
            _("You do not work there now. Write it once more where you are."),
        )
        return redirect(url_for(".show"), code=303)
    # It was saved before the site was closed, and its answer did not arrive.
    return redirect(url_for("receipts.show", uid=uid, again=1), code=303)


def _add(form: LogForm) -> ResponseReturnValue:
    if not form.is_number_long_enough():
        form.number.errors = [
            _("A loyalty number has at least 4 characters, a phone number at least 6 digits")
        ]
        return log_screen.page(form, is_searched=True), 422
    try:
        with writing() as session:
            added = customers.add_customer(
                session,
                signed_in(),
                form.new_customer(),
                now=utc_now(),
                on=form.offer.business_date,
            )
    except BadValueError:
        form.number.errors = [_("Type a phone number with its area code, or a loyalty number")]
        return log_screen.page(form, is_searched=True), 422
    form.customer.data = str(added.id)
    return log_screen.page(form)


def _answer(form: LogForm, sent: Sent) -> ResponseReturnValue:
    """Record what was sent, and lead to its receipt or show the fork."""
    if isinstance(sent.draft, UnmetNeedDraft):
        need = _note_need(sent.draft)
        return redirect(url_for("unmet_needs.show", uid=need.uid), code=303)
    if sent.void is not None and sent.replaces is not None:
        return _replace(form, sent, sent.void, sent.replaces)
    now, person = utc_now(), signed_in()
    ready = drafts.prepare(reading(), person, sent.draft, now=now)
    with writing() as session:
        answer = decisions.record(session, ready, now=now)
    return _shown(form, sent, answer)


def _note_need(draft: UnmetNeedDraft) -> UnmetNeed:
    with writing() as session:
        return unmet_needs.record_unmet_need(session, signed_in(), draft, now=utc_now())


def _replace(form: LogForm, sent: Sent, void: VoidDraft, replaces: str) -> ResponseReturnValue:
    """Void one decision and record the other in its place: both, or neither."""
    if isinstance(sent.draft, UnmetNeedDraft):
        return redirect(url_for(".show"), code=303)
    first = own_receipt(reading(), signed_in(), replaces).decision
    try:
        with writing() as session:
            answer = voids.replace_decision(
                session, signed_in(), first, draft=void, instead=sent.draft, now=utc_now()
            )
    except (AlreadyVoidedError, AlreadyReplacedError, NotPermittedError):
        notice("care", _("Nothing was changed."), receipt_page.too_late_words(first))
        return redirect(url_for("receipts.show", uid=replaces), code=303)
    return _shown(form, sent, answer)


def _shown(form: LogForm, sent: Sent, answer: Recorded | Refused) -> ResponseReturnValue:
    if isinstance(answer, Refused):
        form.renew()
        return log_screen.page(form, fork=log_screen.fork_of(form, sent, answer.refusal)), 409
    again = 1 if answer.is_replay else None
    return redirect(url_for("receipts.show", uid=answer.decision.uid, again=again), code=303)
