"""Whether anything was changed: verify while one watches, sign a checkpoint, check one."""

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField
from wtforms import TextAreaField

from ledger.config import SettingError
from ledger.core import checkpoint as checkpoints
from ledger.core import sites
from ledger.core.checkpoint import Checkpoint, CheckpointError
from ledger.core.permissions import Action
from ledger.core.reports import journal_list
from ledger.signing_key import signed_text
from ledger.web import trust_words, verifying
from ledger.web.access import requires, signed_in
from ledger.web.forms import Form
from ledger.web.moment import today, utc_now
from ledger.web.notices import notice
from ledger.web.transactions import reading, the_ledger, writing
from ledger.web.when import moment_words
from ledger.web.words import _

bp: Blueprint = Blueprint("trust", __name__)

MOST_TEXT = 4_000


class CheckForm(Form):
    """A checkpoint that somebody kept, pasted or as a file."""

    text = TextAreaField(_("The checkpoint, pasted"), render_kw={"rows": 6, "spellcheck": "false"})
    file = FileField(_("Or its file"))

    def written(self) -> str:
        """Return the text of the checkpoint; a file goes before what was pasted."""
        if self.file.data:
            content: bytes = self.file.data.read(MOST_TEXT + 1)
            return content.decode("utf-8", errors="replace")
        return (self.text.data or "")[: MOST_TEXT + 1]


@bp.get("/journal/trust")
@requires(Action.CHECK_LEDGER)
def index() -> ResponseReturnValue:
    """Show what can be done, and since when nothing is anchored."""
    return _page(CheckForm())


@bp.post("/journal/trust/verify")
@requires(Action.CHECK_LEDGER)
def verify_submit() -> ResponseReturnValue:
    """Verify the whole ledger in an answer that grows while it reads."""
    size = journal_list.size_of(reading())
    page = render_template("journal/verified.html", cut=verifying.CUT, size=f"{size:,}")
    return verifying.watched(page, size=size, address=url_for("journal.index"))


@bp.post("/journal/trust/sign")
@requires(Action.CHECK_LEDGER)
def sign_submit() -> ResponseReturnValue:
    """Sign a checkpoint of the journal as it is now, and show it."""
    try:
        _signed(checkpoints.checkpoint_now(reading()))
    except SettingError as missing:
        current_app.logger.warning("no checkpoint was signed: %s", missing)
        notice(
            "care",
            _("Nothing was signed: this server does not have the ledger's signing key."),
            _("Ask your administrator to restore the instance folder, with its keys."),
        )
        return redirect(url_for(".index"), code=303)
    with writing() as session:
        signed = checkpoints.note_signed(session, signed_in(), now=utc_now())
    return redirect(url_for(".show", seq=signed.seq), code=303)


@bp.get("/journal/trust/<int:seq>")
@requires(Action.CHECK_LEDGER)
def show(seq: int) -> ResponseReturnValue:
    """Show a checkpoint that was signed here: the text to copy, print or download."""
    signed = checkpoints.signed_in_row(reading(), seq)
    zone = sites.company(reading()).zone
    return render_template(
        "journal/checkpoint.html",
        signed=signed,
        text=_text_of(signed.checkpoint),
        when=moment_words(signed.at, zone, today=today()),
        rows=f"{signed.checkpoint.size:,}",
    )


@bp.get("/journal/trust/<int:seq>/file")
@requires(Action.CHECK_LEDGER)
def file(seq: int) -> ResponseReturnValue:
    """Give a checkpoint as a file."""
    stated = checkpoints.signed_in_row(reading(), seq).checkpoint
    text = _text_of(stated)
    if text is None:
        return redirect(url_for(".show", seq=seq), code=303)
    answer = Response(text, content_type="text/plain; charset=utf-8")
    name = f"latitude-checkpoint-{stated.size}.txt"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@bp.post("/journal/trust/check")
@requires(Action.CHECK_LEDGER)
def check_submit() -> ResponseReturnValue:
    """Check a checkpoint that somebody kept against the journal."""
    form = CheckForm()
    if not form.is_sent_and_fine():
        return _page(form), 422
    try:
        held = checkpoints.check(reading(), form.written())
    except CheckpointError as problem:
        return _page(form, problem=problem), 422
    return _page(form, held=held)


def _page(
    form: CheckForm, *, held: Checkpoint | None = None, problem: CheckpointError | None = None
) -> str:
    session = reading()
    last, zone = checkpoints.last_signed(session), sites.company(session).zone
    size = journal_list.size_of(session)
    return render_template(
        "journal/trust.html",
        form=form,
        last=last,
        size=f"{size:,}",
        anchored=trust_words.anchored_words(last, size, zone=zone, today=today()),
        held=None if held is None else f"{held.size:,}",
        problem=None if problem is None else trust_words.checkpoint_words(problem),
        was_asked=request.method == "POST",
    )


def _signed(checkpoint: Checkpoint) -> str:
    public_key = checkpoints.journal_key(reading())
    return signed_text(the_ledger().settings, checkpoint, public_key=public_key)


def _text_of(checkpoint: Checkpoint) -> str | None:
    """Return the signed text, or None where the key is not on this server any more."""
    try:
        return _signed(checkpoint)
    except SettingError as missing:
        current_app.logger.warning("no checkpoint was shown: %s", missing)
        return None
