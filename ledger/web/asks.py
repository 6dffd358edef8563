"""Asks, for those who make them: made from the refusal, watched, changed, given or left."""

import uuid
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ledger import notifying
from ledger.core import answers, asks, giving, instead, money, unmet_needs
from ledger.core.ask_steps import AskMovedOnError
from ledger.core.asks import AskDraft, WithinHeadroomError
from ledger.core.decisions import Recorded
from ledger.core.drafts import DecisionDraft
from ledger.core.errors import AmountError, BadValueError, NotFoundError, NotPermittedError
from ledger.core.instead import StillAboveError
from ledger.core.permissions import Action
from ledger.core.reports import own_ask
from ledger.core.reports.own_ask import OwnAsk
from ledger.core.sites import SiteChangedError
from ledger.core.submissions import SubmissionReusedError
from ledger.core.tables import Ask
from ledger.core.unmet_needs import UnmetNeedDraft
from ledger.web import ask_page, ask_words, log_closed, log_screen
from ledger.web.access import requires, signed_in
from ledger.web.ask_forms import NextVersionForm
from ledger.web.log_forms import LogForm
from ledger.web.moment import utc_now
from ledger.web.notices import notice
from ledger.web.transactions import reading, the_ledger, writing
from ledger.web.words import _

bp: Blueprint = Blueprint("asks", __name__)


@bp.post("/asks")
@requires(Action.RECORD_DECISION)
def make() -> ResponseReturnValue:
    """Ask for what was refused at the log, in one tap."""
    site = log_screen.the_site(request.form.get("site"))
    if site is None:
        return _nowhere()
    form = log_screen.form_at(site)
    if not form.is_sent_and_fine():
        return log_screen.page_to_mend(form), 422
    wanted = form.sent().draft
    if isinstance(wanted, UnmetNeedDraft):
        return log_screen.page(form), 422
    return _asked(form, wanted)


@bp.get("/asks/<uuid:uid>")
@requires(Action.RECORD_DECISION)
def show(uid: UUID) -> ResponseReturnValue:
    """Show how an ask of one's own stands, and the ways on."""
    return _shown(uid)


@bp.get("/asks/<uuid:uid>/now")
@requires(Action.RECORD_DECISION)
def now(uid: UUID) -> ResponseReturnValue:
    """Return what of that page changes by itself, for the page that is open."""
    return render_template("asks/_state.html", ask=_page(_found(uid)))


@bp.post("/asks/<uuid:uid>/give")
@requires(Action.RECORD_DECISION)
def give(uid: UUID) -> ResponseReturnValue:
    """Give what was allowed: only that makes the decision."""
    found = _found(uid)
    try:
        with writing() as session:
            made = giving.give(session, signed_in(), found.ask, uid=_sent_uid(), now=utc_now())
    except AskMovedOnError as moved:
        return _moved(found.ask, moved)
    except NotFoundError:
        return _not_here(found)
    except (BadValueError, NotPermittedError, SiteChangedError, SubmissionReusedError):
        return _not_offered(found.ask)
    return _receipt(made)


@bp.post("/asks/<uuid:uid>/instead")
@requires(Action.RECORD_DECISION)
def give_instead(uid: UUID) -> ResponseReturnValue:
    """Take the ask back and give what one may give alone, in one step."""
    found = _found(uid)
    try:
        minor = money.parse(request.form.get("amount", ""), found.ask.currency)
        with writing() as session:
            made = instead.give_instead(
                session, signed_in(), found.ask, minor, uid=_sent_uid(), now=utc_now()
            )
    except AskMovedOnError as moved:
        return _moved(found.ask, moved)
    except StillAboveError as above:
        left = money.show(above.headroom_minor, above.currency)
        notice("care", _("Nothing was given."), _("%(left)s is left for you now.", left=left))
        return redirect(url_for(".show", uid=uid), code=303)
    except NotFoundError:
        return _not_here(found)
    except (
        AmountError,
        BadValueError,
        NotPermittedError,
        SiteChangedError,
        SubmissionReusedError,
    ):
        return _not_offered(found.ask)
    return _receipt(made)


@bp.post("/asks/<uuid:uid>/withdraw")
@requires(Action.RECORD_DECISION)
def withdraw(uid: UUID) -> ResponseReturnValue:
    """Take an ask back, or leave what was allowed unused."""
    found = _found(uid)
    try:
        with writing() as session:
            answers.withdraw(session, signed_in(), found.ask, uid=_sent_uid(), now=utc_now())
    except AskMovedOnError as moved:
        return _moved(found.ask, moved)
    except (BadValueError, SubmissionReusedError):
        return _not_offered(found.ask)
    return redirect(url_for(".show", uid=uid), code=303)


@bp.get("/asks/<uuid:uid>/again")
@requires(Action.RECORD_DECISION)
def again(uid: UUID) -> ResponseReturnValue:
    """Show the form of the next version: more or less, and why."""
    found = _found(uid)
    if found.not_offered:
        return redirect(url_for(".show", uid=uid), code=303)
    return _again_page(found, NextVersionForm(found.ask, why=found.version.why or ""))


@bp.post("/asks/<uuid:uid>/again")
@requires(Action.RECORD_DECISION)
def again_submit(uid: UUID) -> ResponseReturnValue:
    """Ask again, or otherwise: the next version, linked to the one before."""
    found = _found(uid)
    form = NextVersionForm(found.ask, why=found.version.why or "")
    if not form.is_sent_and_fine():
        return _again_page(found, form), 422
    try:
        made = _make(form.draft())
    except AskMovedOnError as moved:
        return _moved(found.ask, moved)
    except WithinHeadroomError as within:
        _say_within(within)
        return redirect(url_for(".show", uid=uid), code=303)
    except NotFoundError:
        return _not_here(found)
    except (BadValueError, SubmissionReusedError):
        return _not_offered(found.ask)
    return redirect(url_for(".show", uid=made.uid), code=303)


@bp.post("/asks/<uuid:uid>/need")
@requires(Action.RECORD_DECISION)
def need(uid: UUID) -> ResponseReturnValue:
    """Record what was asked for and not given as an unmet need, in one tap and once."""
    found = _found(uid)
    if found.need_uid is not None:
        return redirect(url_for("unmet_needs.show", uid=found.need_uid), code=303)
    ask = found.ask
    draft = UnmetNeedDraft(
        uid=asks.need_uid(ask),
        site_id=ask.site_id,
        reason_id=ask.reason_id,
        amount_minor=ask.amount_minor,
        customer_id=ask.customer_id,
        refusal_uid=ask.refusal_uid,
    )
    try:
        with writing() as session:
            made = unmet_needs.record_unmet_need(session, signed_in(), draft, now=utc_now())
    except NotFoundError:
        return _not_here(found)
    except (BadValueError, SubmissionReusedError):
        return _not_offered(ask)
    return redirect(url_for("unmet_needs.show", uid=made.uid), code=303)


def _asked(form: LogForm, wanted: DecisionDraft) -> ResponseReturnValue:
    """Make the ask and lead to its page; else say at the log why there is none."""
    draft = AskDraft(uid=wanted.uid, wanted=wanted, refusal_uid=form.refused.data or None)
    try:
        made = _make(draft)
    except BadValueError as problem:
        form.explain(problem)
        return log_screen.page_to_mend(form), 422
    except WithinHeadroomError as within:
        form.renew()
        _say_within(within)
        return log_screen.page(form), 409
    except SubmissionReusedError:
        return render_template("log/used.html"), 422
    except (NotFoundError, SiteChangedError):
        return _nowhere()
    return redirect(url_for(".show", uid=made.uid), code=303)


def _nowhere() -> ResponseReturnValue:
    """Answer a tap at a site where this person can ask no more: what was typed stays in sight."""
    sent = asks.ask_by_uid(reading(), _sent_uid())
    if sent is not None and sent.person_id == signed_in().id:
        # It was made before the site was closed, and its answer did not arrive.
        return redirect(url_for(".show", uid=sent.uid), code=303)
    lost = log_closed.sent_to_a_lost_site()
    if lost is not None:
        return lost, 409
    notice("care", _("Nobody was asked."), _("Write it once more where you are."))
    return redirect(url_for("log.show"), code=303)


def _found(uid: UUID) -> OwnAsk:
    return own_ask.own_ask(reading(), signed_in(), str(uid), now=utc_now())


def _shown(uid: UUID) -> str:
    return render_template("asks/show.html", ask=_page(_found(uid)))


def _page(found: OwnAsk) -> ask_page.AskPage:
    return ask_page.ask_page(found, form_uid=str(uuid.uuid4()), now=utc_now())


def _again_page(found: OwnAsk, form: NextVersionForm) -> str:
    return render_template("asks/again.html", form=form, ask=_page(found))


def _make(draft: AskDraft) -> Ask:
    """Make an ask, and let the company's own command tell of it once it is committed."""
    moment, person = utc_now(), signed_in()
    ready = asks.prepare(reading(), person, draft, now=moment)
    with writing() as session:
        made = asks.make(session, person, ready, now=moment)
    if not made.is_replay:
        found = own_ask.own_ask(reading(), person, made.ask.uid, now=moment)
        notifying.tell_of(the_ledger().settings, made.ask.uid, found.site.location_ref)
    return made.ask


def _sent_uid() -> str:
    return request.form.get("uid", "")


def _say_within(within: WithinHeadroomError) -> None:
    left = money.show(within.headroom_minor, within.currency)
    notice(
        "good",
        _("Nobody has to be asked."),
        _("You may give up to %(left)s yourself now.", left=left),
    )


def _moved(ask: Ask, moved: AskMovedOnError) -> ResponseReturnValue:
    """Show the ask as it stands now: somebody, or the clock, was first."""
    notice("care", *ask_words.moved_words(moved.state.name))
    return _shown(UUID(ask.uid)), 409


def _not_offered(ask: Ask) -> ResponseReturnValue:
    notice(
        "care",
        _("Nothing was changed."),
        _("Something of it is not offered any more, or this was sent before. Look again."),
    )
    return _shown(UUID(ask.uid)), 422


def _not_here(found: OwnAsk) -> ResponseReturnValue:
    """Say that nothing can be done from an ask at a site where its asker does not work now."""
    site = found.site.name
    notice(
        "care",
        _("Nothing was changed."),
        _("%(site)s is closed.", site=site)
        if found.site.retired
        else _("You do not work at %(site)s today. Ask a supervisor there.", site=site),
    )
    return _shown(UUID(found.ask.uid)), 409


def _receipt(made: Recorded) -> ResponseReturnValue:
    again = 1 if made.is_replay else None
    return redirect(url_for("receipts.show", uid=made.decision.uid, again=again), code=303)
