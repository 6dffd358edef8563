"""The people of one's sites; administrators also give them one-time codes."""

from uuid import UUID

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from ledger.core import signing_in, team
from ledger.core.people import subject_of
from ledger.core.permissions import Action
from ledger.web.access import requires, signed_in
from ledger.web.moment import today, utc_now
from ledger.web.transactions import reading, writing
from ledger.web.words import role_words

bp: Blueprint = Blueprint("team", __name__)


@bp.get("/team")
@requires(Action.SEE_TEAM)
def index() -> ResponseReturnValue:
    """List the people whom one may see, by name."""
    people = team.people_visible_to(reading(), signed_in(), on=today())
    return render_template("team/index.html", people=people, role_words=role_words)


@bp.post("/team/<uuid:uid>/code")
@requires(Action.ADD_PERSON)
def code_submit(uid: UUID) -> ResponseReturnValue:
    """Make a one-time code for somebody and show it, this once."""
    with writing() as session:
        person = team.person_to_give_a_code(session, str(uid))
        code = signing_in.make_code(session, person, now=utc_now(), actor=subject_of(signed_in()))
    return render_template(
        "team/code.html",
        person=person,
        code=code,
        hours=int(signing_in.CODE_LASTS.total_seconds() // 3600),
    )
