"""Reading what went past a limit: one decision, with words if need be, or all of a list."""

import uuid

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from ledger.core import reviews
from ledger.core.errors import BadValueError, NotFoundError
from ledger.core.permissions import Action
from ledger.core.reports import inbox_exceptions
from ledger.core.reports.inbox_exceptions import ToRead
from ledger.core.reviews import AlreadyReviewedError
from ledger.web.access import requires, signed_in
from ledger.web.forms import Form
from ledger.web.inbox_forms import ReadForm
from ledger.web.inbox_reading_words import read_line
from ledger.web.limit_fixes import note_fix
from ledger.web.moment import today, utc_now
from ledger.web.notices import notice
from ledger.web.transactions import reading, writing
from ledger.web.words import _, ngettext

bp: Blueprint = Blueprint("inbox_reading", __name__)


@bp.get("/inbox/exceptions/<uuid:uid>")
@requires(Action.READ_EXCEPTIONS)
def show(uid: uuid.UUID) -> ResponseReturnValue:
    """Show one decision to be read, to say something with it."""
    return _page(_to_read(uid), ReadForm())


@bp.post("/inbox/exceptions/<uuid:uid>")
@requires(Action.READ_EXCEPTIONS)
def submit(uid: uuid.UUID) -> ResponseReturnValue:
    """Keep that one was read, perhaps with words."""
    form, found = ReadForm(), _to_read(uid)
    if not form.is_sent_and_fine():
        return _page(found, form), 422
    try:
        with writing() as session:
            reviews.review(
                session,
                signed_in(),
                found.decision,
                uid=form.uid.data or "",
                words=form.typed(),
                now=utc_now(),
            )
    except AlreadyReviewedError:
        notice("care", _("Somebody has read it already."), _("Nothing was changed."))
        return _back()
    except BadValueError as problem:
        form.words.errors = [note_fix(problem)]
        return _page(found, form), 422
    notice("good", _("Read."), _("It is kept with your name."))
    return _back()


@bp.post("/inbox/exceptions")
@requires(Action.READ_EXCEPTIONS)
def all_submit() -> ResponseReturnValue:
    """Keep that all of a list were read: those that it showed, and none that stands alone."""
    if not Form().is_sent_and_fine():
        return _back()
    waiting = inbox_exceptions.to_read(reading(), signed_in(), now=utc_now())
    shown = _shown(request.form)
    found = [one for one in waiting if one.decision.uid in shown]
    chosen = [one.decision for one in found if not one.stands_alone]
    read = 0
    with writing() as session:
        for decision in chosen:
            try:
                reviews.review(
                    session, signed_in(), decision, uid=shown[decision.uid], now=utc_now()
                )
            except AlreadyReviewedError:
                continue
            read += 1
    if read:
        notice("good", ngettext("%(count)s read.", "%(count)s read.", read), _("With your name."))
    elif found:
        notice("care", _("Nothing was changed."), _("Read each of these by itself."))
    else:
        notice("care", _("Somebody has read them already."), _("Nothing was changed."))
    return _back()


def _to_read(uid: uuid.UUID) -> ToRead:
    """Return what this person is to read.

    Raises:
        NotFoundError: if it is not theirs to read, or was read.

    """
    found = inbox_exceptions.to_read(reading(), signed_in(), now=utc_now())
    one = next((one for one in found if one.decision.uid == str(uid)), None)
    if one is None:
        raise NotFoundError("decision")
    return one


def _shown(sent: MultiDict[str, str]) -> dict[str, str]:
    """Return the decisions that a list showed, each with the id of its reading."""
    return dict(zip(sent.getlist("decision"), sent.getlist("reading"), strict=False))


def _page(found: ToRead, form: ReadForm) -> str:
    line = read_line(found, today=today())
    return render_template("inbox/exception.html", line=line, form=form)


def _back() -> ResponseReturnValue:
    return redirect(url_for("inbox.index", _anchor="exceptions"), code=303)
