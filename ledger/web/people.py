"""Changing one person: who they are, where they work, that they leave, and that they come back."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from ledger.core import (
    administrators,
    leaving,
    people,
    person_changes,
    sites,
    team,
    work_places,
)
from ledger.core.administrators import LastAdministratorError
from ledger.core.errors import LedgerError
from ledger.core.people import subject_of
from ledger.core.permissions import Action
from ledger.core.reports import named_limits
from ledger.core.tables import Person
from ledger.core.work_places import WorkPlace
from ledger.sessions import Session
from ledger.web import place_words, team_words
from ledger.web.access import requires, signed_in
from ledger.web.moment import days, today, utc_now
from ledger.web.notices import notice
from ledger.web.people_change_form import ChangePersonForm, change_form
from ledger.web.people_forms import EndForm, LeaveForm, PlaceForm
from ledger.web.transactions import reading, writing
from ledger.web.when import day_words
from ledger.web.words import _

bp: Blueprint = Blueprint("people", __name__)


@bp.get("/team/<uuid:uid>/change")
@requires(Action.ADD_PERSON)
def change(uid: UUID) -> ResponseReturnValue:
    """Ask what a person is to be."""
    person = _person(uid)
    return _change_page(person, change_form(person))


@bp.post("/team/<uuid:uid>/change")
@requires(Action.ADD_PERSON)
def change_submit(uid: UUID) -> ResponseReturnValue:
    """Change a person and show them."""
    person = _person(uid)
    form = change_form(person)
    if not form.may_be_saved():
        return _change_page(person, form), 422
    was = person.role
    try:
        with writing() as session:
            fresh = team.person_with(session, str(uid))
            is_other = person_changes.change_person(
                session,
                fresh,
                form.change(),
                actor=subject_of(signed_in()),
                now=utc_now(),
                seen=form.seen.data or "",
            )
            name, role = fresh.name, fresh.role
    except LedgerError as problem:
        form.say(problem)
        return _change_page(person, form), 422
    then = _("With another role they were signed out everywhere.") if role != was else ""
    happened = _("%(name)s was changed.", name=name) if is_other else _("Nothing was other.")
    notice("good", happened, then)
    return _to(uid)


@bp.get("/team/<uuid:uid>/places")
@requires(Action.ADD_PERSON)
def places(uid: UUID) -> ResponseReturnValue:
    """Ask where somebody is to work."""
    person = _person(uid, is_here=True)
    return _places_page(person, _place_form())


@bp.post("/team/<uuid:uid>/places")
@requires(Action.ADD_PERSON)
def places_submit(uid: UUID) -> ResponseReturnValue:
    """Let somebody work at a site, beside the others or instead of them."""
    person = _person(uid, is_here=True)
    form = _place_form()
    if not form.is_sent_and_fine():
        return _places_page(person, form), 422
    new = form.new_place()
    elsewhere = leaving.asks_elsewhere(reading(), person, new.site_id, now=utc_now())

    def add(session: Session, fresh: Person) -> None:
        actor = subject_of(signed_in())
        work_places.add_place(session, fresh, new, actor=actor, now=utc_now())

    try:
        _write(uid, add)
    except LedgerError as problem:
        form.say(problem)
        return _places_page(person, form), 422
    site = form.site.names[form.site.data]
    notice("good", *place_words.begins(person.name, site, new, asks=elsewhere, today=today()))
    return _to(uid)


@bp.get("/team/<uuid:uid>/places/<int:number>")
@requires(Action.ADD_PERSON)
def place_end(uid: UUID, number: int) -> ResponseReturnValue:
    """Ask for the last day at a site."""
    person, place = _person_and_place(uid, number)
    return _end_page(person, place, EndForm(today=today()))


@bp.post("/team/<uuid:uid>/places/<int:number>")
@requires(Action.ADD_PERSON)
def place_end_submit(uid: UUID, number: int) -> ResponseReturnValue:
    """Set the last day at a site, or take away what has not begun."""
    person, place = _person_and_place(uid, number)
    form = EndForm(today=today())
    if not place.is_coming and not form.is_sent_and_fine():
        return _end_page(person, place, form), 422
    last_day = None if place.is_coming else form.day()
    still = leaving.open_work_of(reading(), person, now=utc_now(), site=place.site).asks

    def end(session: Session, fresh: Person) -> None:
        work_places.end_place(
            session,
            fresh,
            number,
            last_day=last_day,
            actor=subject_of(signed_in()),
            now=utc_now(),
        )

    try:
        _write(uid, end)
    except LedgerError as problem:
        form.say(problem)
        return _end_page(person, place, form), 422
    notice("good", *place_words.ends(person.name, place, last_day, asks=still, today=today()))
    return _to(uid)


@bp.get("/team/<uuid:uid>/leave")
@requires(Action.ADD_PERSON)
def leave(uid: UUID) -> ResponseReturnValue:
    """Say what leaving ends, and ask when."""
    return _leave_page(_person(uid, is_here=True), LeaveForm())


@bp.post("/team/<uuid:uid>/leave")
@requires(Action.ADD_PERSON)
def leave_submit(uid: UUID) -> ResponseReturnValue:
    """Let somebody go, at once or after a last day."""
    person, form = _person(uid, is_here=True), LeaveForm()
    if not form.is_sent_and_fine():
        return _leave_page(person, form), 422
    last_day = form.day()

    def go(session: Session, fresh: Person) -> None:
        actor = subject_of(signed_in())
        leaving.leave(session, fresh, last_day=last_day, actor=actor, now=utc_now())

    try:
        _write(uid, go)
    except LedgerError as problem:
        form.say(problem)
        return _leave_page(person, form), 422
    happened = _("%(name)s has left and is signed out everywhere.", name=person.name)
    if last_day is not None:
        day = day_words(last_day, today=today())
        happened = _("%(name)s leaves: the last day is %(day)s.", name=person.name, day=day)
    notice("good", happened)
    return _to(uid)


@bp.post("/team/<uuid:uid>/return")
@requires(Action.ADD_PERSON)
def return_submit(uid: UUID) -> ResponseReturnValue:
    """Let somebody come back, or stay whose last day was set."""
    person = _person(uid)
    was_here = people.works_here(person, now=utc_now())

    def come(session: Session, fresh: Person) -> None:
        leaving.come_back(session, fresh, actor=subject_of(signed_in()), now=utc_now())

    _write(uid, come)
    if was_here:
        notice(
            "good",
            _("%(name)s stays.", name=person.name),
            _("Their work places still end on that day: add them anew."),
        )
        return redirect(url_for(".places", uid=uid), code=303)
    bind = leaving.limits_in_force(reading(), person, now=utc_now())
    if bind:
        notice(
            "care",
            _("Limits set for them alone are in force again."),
            team_words.limits_words(named_limits.named(reading(), bind)),
        )
    notice(
        "good",
        _("%(name)s works here again.", name=person.name),
        _("Say where they work, then make a one-time code: the old password counts no more."),
    )
    return redirect(url_for(".places", uid=uid), code=303)


def _person(uid: UUID, *, is_here: bool = False) -> Person:
    """Return the person of the address; with `is_here` only one who works here now."""
    person = team.person_with(reading(), str(uid))
    if is_here and not people.works_here(person, now=utc_now()):
        abort(404)
    return person


def _person_and_place(uid: UUID, number: int) -> tuple[Person, WorkPlace]:
    person = _person(uid)
    found = work_places.places_of(reading(), person, now=utc_now())
    place = next((one for one in found if one.row.id == number and not one.is_over), None)
    if place is None:
        abort(404)
    return person, place


def _write(uid: UUID, act: Callable[[Session, Person], None]) -> None:
    with writing() as session:
        act(session, team.person_with(session, str(uid)))


def _to(uid: UUID) -> Response:
    return redirect(url_for("team.show", uid=uid), code=303)


def _place_form() -> PlaceForm:
    return PlaceForm(sites.open_sites(reading()), days=days())


def _change_page(person: Person, form: ChangePersonForm) -> str:
    session = reading()
    currencies = team.currencies_of(session, person, on=today())
    return render_template(
        "team/change.html",
        person=person,
        form=form,
        grades=team.grades(session),
        ceiling_hint=team_words.ceiling_hint(currencies),
        approval_hint=team_words.approval_hint(currencies[0]),
        open_work=leaving.open_work_of(session, person, now=utc_now()),
    )


def _places_page(person: Person, form: PlaceForm) -> str:
    found = work_places.places_of(reading(), person, now=utc_now())
    lines = [team_words.place_line(place, today=today()) for place in found]
    return render_template(
        "team/places.html",
        person=person,
        form=form,
        places=lines,
        open_work=leaving.open_work_of(reading(), person, now=utc_now()),
    )


def _end_page(person: Person, place: WorkPlace, form: EndForm) -> str:
    line = team_words.place_line(place, today=today())
    return render_template(
        "team/place_end.html",
        person=person,
        place=line,
        is_coming=place.is_coming,
        form=form,
        open_work=leaving.open_work_of(reading(), person, now=utc_now(), site=place.site),
    )


def _leave_page(person: Person, form: LeaveForm) -> str:
    session = reading()
    try:
        administrators.check_another(session, person, now=utc_now())
        why_not = ""
    except LastAdministratorError as problem:
        why_not = team_words.last_administrator_words(problem.name)
    return render_template(
        "team/leave.html",
        person=person,
        form=form,
        open_work=leaving.open_work_of(session, person, now=utc_now()),
        open_words=team_words.open_words,
        why_not=why_not,
    )
