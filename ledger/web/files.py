"""Files: bring one, look at what it would do, take it in by one press, and take it back again."""

import csv
import hashlib
import io
from typing import IO

from flask import Blueprint, Response, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from ledger.core import old_uploads, sites, uploads
from ledger.core.errors import BadValueError
from ledger.core.exports.cells import guarded
from ledger.core.imports import history, kinds, people, told, undo
from ledger.core.imports.history import TakenIn
from ledger.core.imports.undo import UndoRefusedError
from ledger.core.permissions import Action
from ledger.core.tables import Upload
from ledger.turns import TurnTakenError, turn
from ledger.web import files_work
from ledger.web.access import may, requires, signed_in
from ledger.web.files_forms import BringForm, PressForm, TakeBackForm, add_fix
from ledger.web.files_page import (
    MOST,
    bring_page,
    import_page,
    is_old,
    problem_rows,
    upload_page,
)
from ledger.web.files_undo_words import undone_words
from ledger.web.files_words import room_words
from ledger.web.moment import today, utc_now
from ledger.web.notices import notice
from ledger.web.step_up import StepUpForm
from ledger.web.transactions import reading, the_ledger, writing
from ledger.web.words import _

bp: Blueprint = Blueprint("files", __name__)

# What a form is larger than the file in it.
AROUND = 64 * 1024


@bp.url_value_preprocessor
def let_files_in(endpoint: str | None, _values: object) -> None:
    """Let those who may bring files send more than other forms hold, before anything is read."""
    if endpoint == "files.index_submit" and may(Action.BRING_FILES):
        request.max_content_length = uploads.MOST_BYTES + AROUND


@bp.teardown_request
def close_files(_problem: BaseException | None) -> None:
    """Give back the file on the disk into which what was sent was spooled."""
    request.close()


@bp.errorhandler(RequestEntityTooLarge)
def too_large(problem: RequestEntityTooLarge) -> ResponseReturnValue:
    """Say what to do with a file that is too large."""
    if not may(Action.BRING_FILES):
        return problem.get_response()
    form = _bring_form(is_readable=False)
    form.file.errors = [MOST]
    return bring_page(form), 413


@bp.get("/files")
@requires(Action.BRING_FILES)
def index() -> ResponseReturnValue:
    """Show the form, what waits, and what was taken in."""
    # The one page that writes when it is read: files are promised to be gone after a day.
    old_uploads.clear(the_ledger().database, now=utc_now())
    return bring_page(_bring_form(), page=request.args.get("page", 1, type=int))


@bp.post("/files")
@requires(Action.BRING_FILES)
def index_submit() -> ResponseReturnValue:
    """Keep a file and begin to check it; nothing is taken in yet."""
    form = _bring_form()
    if not form.is_sent_and_fine() or not _may_state_through(form):
        return bring_page(form), 422
    file = form.file.data
    size = file.stream.seek(0, io.SEEK_END)
    file.stream.seek(0)
    old_uploads.clear(the_ledger().database, now=utc_now())
    try:
        upload = _begun(form, size)
    except BadValueError as full:
        add_fix(form, "file", room_words(full.why))
        return bring_page(form), 422
    _keep(upload.uid, file.stream)
    files_work.start(upload.uid)
    return redirect(url_for(".show", uid=upload.uid), code=303)


@bp.get("/files/<uuid:uid>")
@requires(Action.BRING_FILES)
def show(uid: object) -> ResponseReturnValue:
    """Show what a file would do, what is wrong with it, how far it is, or what it did."""
    upload = _upload(uid)
    return upload_page(upload, _press_form(upload))


@bp.get("/files/<uuid:uid>/progress")
@requires(Action.BRING_FILES)
def progress(uid: object) -> ResponseReturnValue:
    """Tell a script how far it is."""
    upload = _upload(uid)
    is_stopped = uploads.is_stopped(upload, now=utc_now())
    working = upload.state in uploads.WORKING and not is_stopped
    return jsonify(working=working, done=upload.done, total=upload.total)


@bp.get("/files/<uuid:uid>/problems.csv")
@requires(Action.BRING_FILES)
def problems(uid: object) -> ResponseReturnValue:
    """Give the list of problems as a file."""
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(["row", "column", "value", "what"])
    for row in problem_rows(told.read(_upload(uid).report).problems):
        writer.writerow([guarded(cell) for cell in row])
    answer = Response("\ufeff" + written.getvalue(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="problems.csv"'
    return answer


@bp.post("/files/<uuid:uid>/take-in")
@requires(Action.BRING_FILES)
def take_in(uid: object) -> ResponseReturnValue:
    """Take in a file that was looked at; look again first if another came since."""
    upload = _upload(uid)
    if is_old(upload):
        return _work_on(upload, "checking", since={"checked"})
    form = _press_form(upload)
    if isinstance(form, StepUpForm) and not form.is_proven():
        return upload_page(upload, form), 422
    return _work_on(upload, "taking_in", since={"checked"})


@bp.post("/files/<uuid:uid>/again")
@requires(Action.BRING_FILES)
def again(uid: object) -> ResponseReturnValue:
    """Check a file once more of which the work stopped, or whose look has grown old."""
    upload = _upload(uid)
    return _work_on(upload, "checking", since={"checked"} if is_old(upload) else ())


@bp.post("/files/<uuid:uid>/discard")
@requires(Action.BRING_FILES)
def discard(uid: object) -> ResponseReturnValue:
    """Put a file away that was not taken in."""
    upload = _upload(uid)
    with writing() as session:
        is_gone = uploads.discard(session, upload, now=utc_now())
    if not is_gone:
        notice("care", _("This file is being worked on."), _("Wait until that is done."))
        return redirect(url_for(".show", uid=upload.uid), code=303)
    notice("note", _("The file was put away."), _("Nothing of it was taken in."))
    return redirect(url_for(".index"), code=303)


@bp.get("/files/imports/<int:number>")
@requires(Action.BRING_FILES)
def taken_in(number: int) -> ResponseReturnValue:
    """Show one import, and what taking it back would do."""
    return import_page(_import(number), TakeBackForm())


@bp.post("/files/imports/<int:number>")
@requires(Action.BRING_FILES)
def taken_in_submit(number: int) -> ResponseReturnValue:
    """Take an import back."""
    found, form = _import(number), TakeBackForm()
    if not form.is_sent_and_fine():
        return import_page(found, form), 422
    reason = form.reason.data or ""
    try:
        with turn(the_ledger().database, "import"), writing() as session:
            done = undo.undo_import(session, number, reason, person=signed_in(), now=utc_now())
    except TurnTakenError:
        notice("care", _("Another file is being taken in."), _("Wait until it is done."))
        return redirect(url_for(".taken_in", number=number), code=303)
    except UndoRefusedError:
        return redirect(url_for(".taken_in", number=number), code=303)
    taken_back = _("Import %(number)s is taken back.", number=number)
    notice("good", taken_back, undone_words(done, today=today()))
    return redirect(url_for(".taken_in", number=number), code=303)


def _import(number: int) -> TakenIn:
    """Return an import at which this person may look; others are not theirs to see."""
    in_sight = history.in_sight_of(reading(), signed_in(), on=today())
    return history.one_import(reading(), number, in_sight)


def _upload(uid: object) -> Upload:
    return uploads.upload_of(reading(), signed_in(), str(uid))


def _begun(form: BringForm, size: int) -> Upload:
    named = (form.file.data.filename or "", size)
    with writing() as session:
        kind, wanted = form.kind.data or "", form.wanted()
        return uploads.begin(session, signed_in(), kind, named, wanted, now=utc_now())


def _keep(uid: str, stream: IO[bytes]) -> None:
    """Keep a file piece by piece, in short transactions, and how it looked whole."""
    number, digest = 0, hashlib.sha256()
    while piece := stream.read(uploads.PIECE_BYTES):
        digest.update(piece)
        with writing() as session:
            uploads.add_piece(session, uid, number, piece, now=utc_now())
        number += 1
    with writing() as session:
        uploads.complete(session, uid, number, digest.hexdigest(), now=utc_now())


def _press_form(upload: Upload) -> PressForm | StepUpForm:
    """Return what a press asks for: the password, where a file may give people other roles."""
    return StepUpForm() if upload.kind == people.KIND else PressForm()


def _work_on(upload: Upload, state: str, *, since: set[str] | tuple[()]) -> ResponseReturnValue:
    """Begin the work, unless it has begun: whoever presses twice sees the same page."""
    with writing() as session:
        is_ours = uploads.claim(session, upload, state, since=since, now=utc_now())
    if is_ours:
        files_work.start(upload.uid)
    return redirect(url_for(".show", uid=upload.uid), code=303)


def _bring_form(*, is_readable: bool = True) -> BringForm:
    person = signed_in()
    site_ids = kinds.sites_for(reading(), person, on=today())
    return BringForm(
        offered=kinds.kinds_for(person),
        feed=_usual_feed(site_ids),
        may_create=kinds.may_create(person),
        is_readable=is_readable,
    )


def _usual_feed(site_ids: frozenset[int] | None) -> str:
    """Return the feed that is proposed: one that is known; a new one only where there is none."""
    known = kinds.known_feeds(reading(), "activity")
    own = [feed for feed in known if kinds.is_own_feed(reading(), "activity", feed, site_ids)]
    usual = uploads.Wanted().feed
    if known:
        offered = own or known
        return usual if usual in offered else offered[0]
    if site_ids is None:
        return usual
    names = [site.location_ref for site in sites.all_sites(reading()) if site.id in site_ids]
    return names[0] if names else usual


def _may_state_through(form: BringForm) -> bool:
    """Whether this person may say how far the feed is complete, if they did; else says so there."""
    if form.through.data is None:
        return True
    site_ids = kinds.sites_for(reading(), signed_in(), on=today())
    if kinds.is_own_feed(reading(), form.kind.data or "", form.feed.data or "", site_ids):
        return True
    words = _(
        "This feed holds rows of other sites too: leave the day empty, or ask an administrator"
    )
    add_fix(form, "through", words)
    return False
