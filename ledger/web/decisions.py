"""The decisions of one's sites: the list with its filter, one decision, its void, unmet needs."""

from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ledger.core import people, voids, ways
from ledger.core.errors import NotPermittedError
from ledger.core.permissions import Action, may
from ledger.core.reports import (
    decision_facts,
    decision_list,
    named_limits,
    unmet_list,
)
from ledger.core.reports.decision_facts import DecisionFacts
from ledger.core.voids import AlreadyReplacedError, AlreadyVoidedError
from ledger.web import (
    decision_past_words,
    decision_story,
    decision_words,
    limit_words,
    log_ways,
    need_words,
    way_words,
)
from ledger.web.access import requires, signed_in
from ledger.web.decision_forms import NumberForm, VoidForm
from ledger.web.filter_forms import filter_form, needs_form
from ledger.web.moment import today, utc_now
from ledger.web.notices import notice
from ledger.web.transactions import reading, writing
from ledger.web.words import _

bp: Blueprint = Blueprint("decisions", __name__)


@bp.get("/decisions")
@requires(Action.SEE_DECISIONS)
def index() -> ResponseReturnValue:
    """List the decisions that the filter in the address leaves, newest first."""
    form = filter_form()
    if form.is_elsewhere():
        abort(404)
    form.validate()
    found = decision_list.decisions_visible_to(
        reading(), signed_in(), form.wanted(), page=_page(), now=utc_now()
    )
    return render_template(
        "decisions/index.html",
        form=form,
        number=NumberForm(),
        found=found,
        lines=[
            decision_words.decision_line(row, found.horizon, today=today()) for row in found.rows
        ],
        totals=decision_words.totals_words(found),
    )


@bp.get("/decisions/at-till")
@requires(Action.SEE_DECISIONS)
def at_till() -> ResponseReturnValue:
    """Go to the decision whose number stands on a slip of the till."""
    typed = (NumberForm().number.data or "").strip()
    uid = decision_facts.uid_at_till(reading(), signed_in(), typed, now=utc_now())
    if uid is not None:
        return redirect(url_for(".show", uid=uid))
    notice(
        "care",
        _("No decision of your sites has that number."),
        _("It is on the receipt and on the till's slip, such as D-000123."),
    )
    return redirect(url_for(".index"))


@bp.get("/decisions/unmet-needs")
@requires(Action.SEE_DECISIONS)
def unmet_needs() -> ResponseReturnValue:
    """List what people wanted to give and could not, newest first, and count it."""
    form = needs_form()
    if form.is_elsewhere():
        abort(404)
    form.validate()
    found = unmet_list.unmet_needs_visible_to(
        reading(), signed_in(), form.wanted(), page=_page(), now=utc_now()
    )
    return render_template(
        "decisions/unmet_needs.html",
        form=form,
        found=found,
        lines=[need_words.need_line(row, today=today()) for row in found.rows],
        tables=need_words.need_tables(found),
        totals=need_words.need_totals_words(found),
    )


@bp.get("/decisions/<uuid:uid>")
@requires(Action.SEE_DECISIONS)
def show(uid: UUID) -> ResponseReturnValue:
    """Show everything about one decision."""
    facts = decision_facts.decision_facts(reading(), signed_in(), str(uid), now=utc_now())
    return _decision_page(facts, VoidForm())


@bp.post("/decisions/<uuid:uid>/void")
@requires(Action.VOID_DECISION)
def void_submit(uid: UUID) -> ResponseReturnValue:
    """Void a decision and go back to it."""
    facts = decision_facts.decision_facts(reading(), signed_in(), str(uid), now=utc_now())
    form = VoidForm()
    if not form.is_sent_and_fine():
        return _decision_page(facts, form), 422
    try:
        with writing() as session:
            voids.void_decision(session, signed_in(), facts.decision, form.draft(), now=utc_now())
    except AlreadyVoidedError:
        notice("care", _("It was voided already."), _("Nothing was changed."))
    except AlreadyReplacedError:
        notice(
            "care",
            _("A later import corrected it."),
            _("Nothing was changed. Void the decision that replaced it."),
        )
    except NotPermittedError:
        notice("care", _("Nothing was changed."), _who_voids(facts))
    else:
        notice("good", _("Voided."), _("The decision stays in the ledger, struck through."))
    return redirect(url_for(".show", uid=uid), code=303)


def _page() -> int:
    return request.args.get("page", 1, type=int)


def _who_voids(facts: DecisionFacts) -> str:
    """Return who can void what the person who is signed in gave; nothing for somebody else's."""
    session, decision, one = reading(), facts.decision, signed_in()
    if not may(one.role, Action.VOID_DECISION):
        return ""
    if not people.is_same_human(session, one.id, decision.person_id):
        return ""
    names = log_ways.readers_at(decision.site_id, one.id, now=utc_now())
    if not names:
        return _("Another supervisor must void it, and none works here now.")
    return _("Nobody voids their own after two minutes: ask %(names)s.", names=", ".join(names))


def _decision_page(facts: DecisionFacts, form: VoidForm) -> str:
    session, on = reading(), today()
    counts = facts.void is None and facts.replaced_by is None and not facts.is_undone
    is_open = counts and voids.may_void(session, signed_in(), facts.decision, now=utc_now())
    judged = named_limits.named(session, [facts.limit] if facts.limit else [])
    return render_template(
        "decisions/show.html",
        form=form,
        facts=facts,
        kind=decision_words.KINDS[facts.state],
        state=decision_words.state_words(facts.state, facts.horizon),
        what=decision_story.what_words(facts),
        decided=decision_story.decision_pairs(facts, today=on),
        came=decision_past_words.came_about_pairs(facts, today=on),
        way=way_words.way_words(facts.way),
        is_exception=facts.way in ways.EXCEPTIONS,
        judged=decision_story.judged_pairs(
            facts, limit_words.who_words(judged[0]) if judged else None
        ),
        outcome=decision_story.outcome_words(facts, today=on),
        void=decision_story.void_pairs(facts, today=on),
        customer_uid=facts.customer_uid,
        may_void=is_open,
        who_voids=_who_voids(facts) if counts and not is_open else "",
    )
