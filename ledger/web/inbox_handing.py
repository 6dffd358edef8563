"""Handing one's asks over for some days, and taking them back."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ledger.core import delegations
from ledger.core.errors import LedgerError, NotFoundError
from ledger.core.permissions import Action
from ledger.web.access import requires, signed_in
from ledger.web.forms import Form
from ledger.web.handing_over import HandOverForm, handed_over_line
from ledger.web.moment import today, utc_now
from ledger.web.notices import notice
from ledger.web.transactions import reading, writing
from ledger.web.words import _

bp: Blueprint = Blueprint("inbox_handing", __name__)


@bp.get("/inbox/hand-over")
@requires(Action.ANSWER_ASKS)
def show() -> ResponseReturnValue:
    """Ask who answers instead, and when."""
    return _page(_form())


@bp.post("/inbox/hand-over")
@requires(Action.ANSWER_ASKS)
def submit() -> ResponseReturnValue:
    """Hand one's asks over; those that wait move with them."""
    form = _form()
    if not form.is_sent_and_fine():
        return _page(form), 422
    new = form.new_delegation()
    try:
        with writing() as session:
            person = signed_in()
            delegations.hand_over(session, person, new, by=person, now=utc_now())
    except LedgerError as problem:
        form.say(problem)
        return _page(form), 422
    notice(
        "good",
        _("Handed over to %(name)s.", name=new.to.name),
        _("It ends by itself; you can take it back before."),
    )
    return redirect(url_for("inbox.index"), code=303)


@bp.post("/inbox/hand-over/<uuid:uid>/back")
@requires(Action.ANSWER_ASKS)
def back_submit(uid: UUID) -> ResponseReturnValue:
    """Take back what one has handed over."""
    if not Form().is_sent_and_fine():
        return redirect(url_for("inbox.index"), code=303)
    handed = delegations.open_of(reading(), signed_in(), now=utc_now())
    if all(one.row.uid != str(uid) or one.person.id != signed_in().id for one in handed):
        raise NotFoundError("delegation")
    with writing() as session:
        delegations.take_back(session, str(uid), by=signed_in(), now=utc_now())
    notice("good", _("Taken back."), _("Your asks come to you again."))
    return redirect(url_for("inbox.index"), code=303)


def _form() -> HandOverForm:
    possible = delegations.could_stand_in(reading(), signed_in(), now=utc_now())
    return HandOverForm(possible, today=today())


def _page(form: HandOverForm) -> str:
    person = signed_in()
    handed = delegations.open_of(reading(), person, now=utc_now())
    return render_template(
        "inbox/hand_over.html",
        form=form,
        given_over=[
            handed_over_line(one, today=today()) for one in handed if one.person.id == person.id
        ],
    )
