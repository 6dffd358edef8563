"""Earlier asks: what was asked, how it was answered, and how long that took. Only to be read."""

from uuid import UUID

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from wtforms.validators import ValidationError

from ledger.core.permissions import Action
from ledger.core.reports import inbox_history
from ledger.core.reports.inbox_history import AskChoices, AskFilter
from ledger.web.access import requires, signed_in
from ledger.web.forms import Form
from ledger.web.inbox_history_words import thread_line, thread_steps
from ledger.web.inbox_thread_words import state_words
from ledger.web.moment import today, utc_now
from ledger.web.picks import DayField, PickField, whole
from ledger.web.transactions import reading
from ledger.web.words import _, ngettext

bp: Blueprint = Blueprint("inbox_history", __name__)


class AskFilterForm(Form):
    """Which asks are shown. What cannot be used is said at its field and left out."""

    site = PickField(_("Site"))
    person = PickField(_("Who asked"))
    state = PickField(_("What became of it"))
    since = DayField(_("From"))
    until = DayField(_("To"))

    def __init__(self, choices: AskChoices) -> None:
        super().__init__(formdata=request.args, meta={"csrf": False})
        everything = ("", _("All"))
        self.site.offer([everything, *((str(site.id), site.name) for site in choices.sites)])
        self.person.offer([everything, *((str(key), name) for key, name in choices.people)])
        # A version that was changed is never the last of its thread.
        states = [(key, words) for key, words in state_words().items() if key != "replaced"]
        self.state.offer([everything, *states])

    def validate_until(self, field: DayField) -> None:
        """Ask for days in their order."""
        if self.since.data and field.data and field.data < self.since.data:
            raise ValidationError(_("This is before the first day. Choose a later one."))

    def is_elsewhere(self) -> bool:
        """Whether a site was asked for that is not one of those to choose from."""
        return bool(self.site.data) and self.site.data not in self.site.names

    def wanted(self) -> AskFilter:
        """Return the filter; a field with something to fix leaves everything in."""
        fine = {field.name: field.data for field in self if not field.errors and field.data}
        return AskFilter(
            site_id=whole(fine.get("site")),
            person_id=whole(fine.get("person")),
            state=fine.get("state"),
            since=fine.get("since"),
            until=fine.get("until"),
        )

    def address(self) -> dict[str, str]:
        """Return the filter as the arguments of an address."""
        return {field.name: request.args[field.name] for field in self if field.data}


@bp.get("/decisions/asks")
@requires(Action.SEE_ASKS)
def index() -> ResponseReturnValue:
    """List the asks that the filter in the address leaves, newest first."""
    session, now = reading(), utc_now()
    form = AskFilterForm(inbox_history.choices(session, signed_in(), now=now))
    if form.is_elsewhere():
        abort(404)
    form.validate()
    page = request.args.get("page", 1, type=int)
    found = inbox_history.asks_visible_to(session, signed_in(), form.wanted(), page=page, now=now)
    return render_template(
        "inbox/history.html",
        form=form,
        found=found,
        total=ngettext("%(count)s ask", "%(count)s asks", found.count),
        lines=[thread_line(row, today=today()) for row in found.rows],
    )


@bp.get("/decisions/asks/<uuid:uid>")
@requires(Action.SEE_ASKS)
def show(uid: UUID) -> ResponseReturnValue:
    """Show one ask with all of its versions."""
    found = inbox_history.thread_visible_to(reading(), signed_in(), str(uid), now=utc_now())
    return render_template(
        "inbox/thread.html",
        line=thread_line(found, today=today()),
        steps=thread_steps(found, today=today()),
    )
