"""The team: who works here, and for administrators who somebody is and what changed about them."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ledger.core import (
    changes_told,
    delegations,
    leaving,
    people,
    same_human,
    signing_in,
    sites,
    team,
    work_places,
)
from ledger.core.errors import LedgerError
from ledger.core.people import subject_of
from ledger.core.permissions import Action, Role, may
from ledger.core.reports import named_limits
from ledger.core.tables import Person
from ledger.web import team_change_words, team_words
from ledger.web.access import requires, signed_in
from ledger.web.handing_over import handed_over_line
from ledger.web.limit_words import limit_line
from ledger.web.moment import days, today, utc_now
from ledger.web.notices import notice
from ledger.web.step_up import StepUpForm
from ledger.web.team_forms import FindForm, NewPersonForm
from ledger.web.transactions import reading, writing
from ledger.web.when import day_words, moment_words
from ledger.web.words import _, ngettext, role_words

bp: Blueprint = Blueprint("team", __name__)


@bp.get("/team")
@requires(Action.SEE_TEAM)
def index() -> ResponseReturnValue:
    """List the people whom one may see, by name, as far as the address says."""
    form, now, on = FindForm(), utc_now(), today()
    found = team.people_visible_to(
        reading(),
        signed_in(),
        now=now,
        find=form.find.data or "",
        gone=form.wants_gone,
        page=request.args.get("page", 1, type=int),
    )
    last_days = {
        one.uid: day_words(one.last_day, today=on) for one in found.rows if one.last_day is not None
    }
    return render_template(
        "team/index.html", form=form, found=found, last_days=last_days, role_words=role_words
    )


@bp.get("/team/new")
@requires(Action.ADD_PERSON)
def new() -> ResponseReturnValue:
    """Ask who is added."""
    return _new_page(_new_form())


@bp.post("/team/new")
@requires(Action.ADD_PERSON)
def new_submit() -> ResponseReturnValue:
    """Add a person and show them."""
    form = _new_form()
    if not form.may_be_saved():
        return _new_page(form), 422
    try:
        with writing() as session:
            added = people.add_person(
                session, form.new_person(), actor=subject_of(signed_in()), now=utc_now()
            )
            uid, name, has_email = added.uid, added.name, added.email is not None
    except LedgerError as problem:
        form.say(problem)
        return _new_page(form), 422
    then = (
        _("Make a one-time code next: with it they set a password.")
        if has_email
        else _("Without an e-mail they cannot sign in.")
    )
    notice("good", _("%(name)s was added.", name=name), then)
    return redirect(url_for(".show", uid=uid), code=303)


@bp.get("/team/<uuid:uid>")
@requires(Action.ADD_PERSON)
def show(uid: UUID) -> ResponseReturnValue:
    """Show who somebody is, where they work, what is theirs, and what changed."""
    return _show_page(uid, StepUpForm())


@bp.post("/team/<uuid:uid>/code")
@requires(Action.ADD_PERSON)
def code_submit(uid: UUID) -> ResponseReturnValue:
    """Make a one-time code for somebody and show it, this once.

    Who holds it can sign in as them: so it is made only by whom it is proven to be.
    """
    form = StepUpForm()
    if not form.is_sent_and_fine() or not form.is_proven():
        return _show_page(uid, form), 422
    with writing() as session:
        person = team.person_to_give_a_code(session, str(uid), now=utc_now())
        code = signing_in.make_code(session, person, now=utc_now(), actor=subject_of(signed_in()))
    return render_template(
        "team/code.html",
        person=person,
        code=code,
        hours=int(signing_in.CODE_LASTS.total_seconds() // 3600),
    )


@bp.post("/team/<uuid:uid>/sign-ins")
@requires(Action.ADD_PERSON)
def sign_ins_end(uid: UUID) -> ResponseReturnValue:
    """Sign somebody out everywhere."""
    with writing() as session:
        person = team.person_with(session, str(uid))
        ended = signing_in.end_all(session, person, actor=subject_of(signed_in()), now=utc_now())
    notice(
        "good", ngettext("Signed out in %(count)s place.", "Signed out in %(count)s places.", ended)
    )
    return redirect(url_for(".show", uid=uid), code=303)


def _show_page(uid: UUID, form: StepUpForm) -> str:
    session, now, on = reading(), utc_now(), today()
    person = team.person_with(session, str(uid))
    currencies = team.currencies_of(session, person, on=on)
    zone = sites.company(session).zone
    is_here = people.works_here(person, now=now)
    code_until = signing_in.open_code_until(session, person, now=now)
    limits = named_limits.named(session, leaving.limits_of(session, person))
    return render_template(
        "team/show.html",
        form=form,
        person=person,
        is_here=is_here,
        standing=team_words.standing_words(person, now=now, today=on),
        role=role_words(person.role),
        sets_none=_sets_none(person),
        ceiling=team_words.ceiling_words(person.ceiling_minor, currencies),
        approves=team_words.approval_words(person, currencies),
        answers=may(person.role, Action.ANSWER_ASKS),
        others=same_human.others_of(session, person),
        handed_over=[
            handed_over_line(one, today=on) for one in delegations.open_of(session, person, now=now)
        ],
        places=[
            team_words.place_line(place, today=on, is_here=is_here)
            for place in work_places.places_of(session, person, now=now)
        ],
        sign_ins=len(signing_in.open_sign_ins(session, person, now=now)),
        code_until=None if code_until is None else moment_words(code_until, zone, today=on),
        limits=[limit_line(limit, today=on, zone=zone) for limit in limits],
        lines=_history(person),
        open_words=team_words.open_words,
    )


def _sets_none(person: Person) -> bool:
    """Whether somebody works here who is to set limits for others and may set none."""
    is_setter = person.role == Role.SUPERVISOR and not person.ceiling_minor
    return is_setter and people.works_here(person, now=utc_now())


def _new_form() -> NewPersonForm:
    session = reading()
    company = sites.company(session)
    return NewPersonForm(sites.open_sites(session), currency=company.currency, days=days())


def _new_page(form: NewPersonForm) -> str:
    session = reading()
    return render_template(
        "team/new.html",
        form=form,
        grades=team.grades(session),
        ceiling_hint=team_words.new_ceiling_hint(
            sites.company(session).currency, sites.open_sites(session)
        ),
    )


def _history(person: Person) -> list[team_change_words.ChangeLine]:
    session = reading()
    changes = changes_told.changes_of(session, person)
    records = changes_told.names_in(session, changes)
    names = {site.id: site.name for site in sites.all_sites(session)}
    company = sites.company(session)
    (currency, *_others) = team.currencies_of(session, person, on=today())
    return [
        team_change_words.change_line(
            change, names, records, currency=currency, zone=company.zone, today=today()
        )
        for change in changes
    ]
