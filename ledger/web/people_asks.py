"""Handing somebody's asks over and taking them back, by an administrator."""

from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from ledger.core import delegations, people, team
from ledger.core.errors import LedgerError
from ledger.core.permissions import Action, may
from ledger.core.tables import Person
from ledger.web.access import requires, signed_in
from ledger.web.handing_over import HandOverForm, handed_over_line
from ledger.web.moment import today, utc_now
from ledger.web.notices import notice
from ledger.web.transactions import reading, writing
from ledger.web.words import _

bp: Blueprint = Blueprint("people_asks", __name__)


@bp.get("/team/<uuid:uid>/asks")
@requires(Action.ADD_PERSON)
def show(uid: UUID) -> ResponseReturnValue:
    """Show who answers in somebody's place, and ask for another."""
    person = _answering(uid)
    return _page(person, _form(person))


@bp.post("/team/<uuid:uid>/asks")
@requires(Action.ADD_PERSON)
def submit(uid: UUID) -> ResponseReturnValue:
    """Hand somebody's asks over."""
    person = _answering(uid)
    form = _form(person)
    if not form.is_sent_and_fine():
        return _page(person, form), 422
    new = form.new_delegation()
    try:
        with writing() as session:
            fresh = team.person_with(session, str(uid))
            delegations.hand_over(session, fresh, new, by=signed_in(), now=utc_now())
    except LedgerError as problem:
        form.say(problem)
        return _page(person, form), 422
    notice(
        "good",
        _("Handed over: %(to)s answers in %(name)s's place.", to=new.to.name, name=person.name),
        _("Asks that wait move too, and it ends by itself."),
    )
    return _to(uid)


@bp.post("/team/<uuid:uid>/asks/<uuid:delegation>/back")
@requires(Action.ADD_PERSON)
def back(uid: UUID, delegation: UUID) -> ResponseReturnValue:
    """Take asks back that were handed over."""
    with writing() as session:
        delegations.take_back(session, str(delegation), by=signed_in(), now=utc_now())
    notice("good", _("Taken back: asks go where they went before."))
    return _to(uid)


def _answering(uid: UUID) -> Person:
    """Return the person of the address, if they work here and answer asks."""
    person = team.person_with(reading(), str(uid))
    if not (people.works_here(person, now=utc_now()) and may(person.role, Action.ANSWER_ASKS)):
        abort(404)
    return person


def _form(person: Person) -> HandOverForm:
    session, now = reading(), utc_now()
    possible = delegations.could_stand_in(session, person, now=now)
    return HandOverForm(possible, today=delegations.first_today(session, person, now=now))


def _page(person: Person, form: HandOverForm) -> str:
    found = delegations.open_of(reading(), person, now=utc_now())
    return render_template(
        "team/asks.html",
        person=person,
        form=form,
        lines=[handed_over_line(one, today=today()) for one in found],
    )


def _to(uid: UUID) -> Response:
    return redirect(url_for("team.show", uid=uid, _anchor="asks"), code=303)
