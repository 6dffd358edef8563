"""Flags: each with its two readings, for a supervisor to say which; and how others were read."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ledger.core import flags
from ledger.core.errors import LedgerError
from ledger.core.flag_readings import AlreadyReadError
from ledger.core.flags import OwnFlagError
from ledger.core.permissions import Action
from ledger.web import flag_words
from ledger.web.access import requires, signed_in
from ledger.web.flag_forms import FlagForm, change_address
from ledger.web.moment import today, utc_now
from ledger.web.notices import notice
from ledger.web.transactions import reading, writing
from ledger.web.words import _

bp: Blueprint = Blueprint("flags", __name__)


@bp.get("/flags")
@requires(Action.SEE_ASKS)
def index() -> ResponseReturnValue:
    """Show the flags that wait to be read, and how earlier ones were read."""
    return _page(FlagForm())


@bp.post("/flags")
@requires(Action.READ_EXCEPTIONS)
def read_submit() -> ResponseReturnValue:
    """Keep how a flag is read, and go on to where that leads."""
    form = FlagForm()
    if not form.is_sent_and_fine():
        return _page(form), 422
    said = form.said()
    onward = _onward(said.flag) if said.reading == "limit" else url_for(".index")
    try:
        with writing() as session:
            flags.read_flag(
                session,
                signed_in(),
                said.flag,
                reading=said.reading,
                words=said.words,
                uid=said.uid,
                now=utc_now(),
            )
    except (AlreadyReadError, OwnFlagError) as problem:
        _say(problem)
        return redirect(url_for(".index"), code=303)
    notice("good", _("Kept with your name."), _("Staff do not see it."))
    return redirect(onward, code=303)


def _page(form: FlagForm) -> str:
    session, person, now = reading(), signed_in(), utc_now()
    found = flags.open_flags(session, person, now=now)
    return render_template(
        "flags/index.html",
        form=form,
        flag_cards=flag_words.flag_cards(found, today=today(), sent=form),
        read=[
            flag_words.read_line(one, today=today())
            for one in flags.flags_read(session, person, now=now)
        ],
    )


def _onward(key: str) -> str:
    """Return the address of the page that changes the limit of a flag."""
    found = flags.open_flags(reading(), signed_in(), now=utc_now())
    flag = next((one for one in found if one.key == key), None)
    if flag is None:
        return url_for(".index")
    address: Mapping[str, Any] = change_address(flag)
    return url_for("limits.change", **address)


def _say(problem: LedgerError) -> None:
    """Say why a reading was not kept."""
    if isinstance(problem, AlreadyReadError):
        how = flag_words.reading_words(problem.how)
        notice("care", _("It was read already: %(how)s.", how=how), _("Nothing was changed."))
        return
    notice(
        "care",
        _("These are your own decisions."),
        _("Somebody else who answers for the site reads this flag."),
    )
