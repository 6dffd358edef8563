"""Reasons: what they are called, in which order, and which of them each site shows."""

from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import FieldList, StringField
from wtforms.validators import DataRequired

from ledger.core import reasons, sites
from ledger.core.errors import BadValueError, NotFoundError
from ledger.core.people import subject_of
from ledger.core.permissions import Action
from ledger.core.tables import Reason, Site
from ledger.web import settings_rows
from ledger.web.access import requires, signed_in
from ledger.web.forms import Form
from ledger.web.moment import utc_now
from ledger.web.notices import notice
from ledger.web.picks import PickField, whole
from ledger.web.settings_words import say
from ledger.web.transactions import reading, writing
from ledger.web.words import _

bp: Blueprint = Blueprint("settings_reasons", __name__)

NAME_KEYS = {"maxlength": reasons.LONGEST_NAME, "autocomplete": "off"}


class ReasonForm(Form):
    """What a reason is called."""

    name = StringField(
        _("Name"), [DataRequired(_("Type what people call it"))], render_kw=NAME_KEYS
    )


class NewReasonForm(ReasonForm):
    """A reason that is not there yet."""

    code = StringField(
        _("Short name for files"),
        [DataRequired(_("Type a short name"))],
        render_kw={"maxlength": reasons.LONGEST_CODE, "autocomplete": "off"},
        description=_("Small letters, digits and _, such as wrong_item. It never changes."),
    )


class ShownForm(Form):
    """The seven places of a site's log, each with a reason or empty."""

    places = FieldList(PickField(), min_entries=reasons.MOST_SHOWN, max_entries=reasons.MOST_SHOWN)

    def __init__(self, offered: Sequence[Reason], shown: Sequence[Reason]) -> None:
        """Offer these reasons; show these unless the form was sent."""
        keys = [str(one.id) for one in shown]
        super().__init__(places=[*keys, *[""] * (reasons.MOST_SHOWN - len(keys))])
        choices = [("", _("Nothing")), *((str(one.id), one.name) for one in offered)]
        for number, place in enumerate(self.places, start=1):
            place.label.text = _("Place %(number)s", number=number)
            place.offer(choices)

    def reason_ids(self) -> Sequence[int]:
        """Return the reasons in their places, the empty ones left out."""
        return [key for place in self.places if (key := whole(place.data)) is not None]


@bp.get("/settings/reasons")
@requires(Action.MANAGE_SETTINGS)
def index() -> ResponseReturnValue:
    """List the reasons in their order, and what each site shows of them."""
    return _list(NewReasonForm())


@bp.post("/settings/reasons")
@requires(Action.MANAGE_SETTINGS)
def add_submit() -> ResponseReturnValue:
    """Add a reason, in the last place."""
    form = NewReasonForm()
    if not form.is_sent_and_fine():
        return _list(form), 422
    try:
        code, name = reasons.checked((form.code.data or "").strip(), form.name.data or "")
        with writing() as session:
            reasons.add_reason(session, code, name, actor=subject_of(signed_in()), now=utc_now())
    except BadValueError as problem:
        say(form, problem)
        return _list(form), 422
    notice("good", _("Added."), _where_words(name))
    return redirect(url_for(".index"), code=303)


@bp.get("/settings/reasons/<int:key>")
@requires(Action.MANAGE_SETTINGS)
def show(key: int) -> ResponseReturnValue:
    """Show one reason, as it can be renamed."""
    row = reasons.reason(reading(), key)
    return render_template("settings/reason.html", reason=row, form=ReasonForm(name=row.name))


@bp.post("/settings/reasons/<int:key>")
@requires(Action.MANAGE_SETTINGS)
def submit(key: int) -> ResponseReturnValue:
    """Call a reason by another name."""
    row, form = reasons.reason(reading(), key), ReasonForm()
    if not form.is_sent_and_fine():
        return render_template("settings/reason.html", reason=row, form=form), 422
    try:
        with writing() as session:
            reasons.rename_reason(
                session,
                key,
                form.name.data or "",
                actor=subject_of(signed_in()),
                now=utc_now(),
            )
    except BadValueError as problem:
        say(form, problem)
        return render_template("settings/reason.html", reason=row, form=form), 422
    notice("good", _("Saved."), _("It is called so on every page, for past decisions too."))
    return redirect(url_for(".index"), code=303)


@bp.post("/settings/reasons/<int:key>/move")
@requires(Action.MANAGE_SETTINGS)
def move_submit(key: int) -> ResponseReturnValue:
    """Move a reason one place up or down."""
    return settings_rows.move(reasons.move_reason, key)


@bp.post("/settings/reasons/<int:key>/retire")
@requires(Action.MANAGE_SETTINGS)
def retire_submit(key: int) -> ResponseReturnValue:
    """Show a reason no more, or again."""
    row = reasons.reason(reading(), key)
    return settings_rows.retire(
        reasons.retire_reason,
        key,
        gone=_("“%(name)s” is shown no more. Decisions that have it keep it.", name=row.name),
        back=_("“%(name)s” can be shown again.", name=row.name),
    )


@bp.get("/settings/reasons/at/<int:site_id>")
@requires(Action.MANAGE_SETTINGS)
def site(site_id: int) -> ResponseReturnValue:
    """Show which reasons a site shows."""
    row = _site(site_id)
    return _site_page(row, _shown_form(row))


@bp.post("/settings/reasons/at/<int:site_id>")
@requires(Action.MANAGE_SETTINGS)
def site_submit(site_id: int) -> ResponseReturnValue:
    """Set which reasons a site shows, or let it show the company's first seven again."""
    row = _site(site_id)
    form, as_company = _shown_form(row), request.form.get("step") == "company"
    if not as_company and not form.is_sent_and_fine():
        return _site_page(row, form), 422
    wanted = [] if as_company else form.reason_ids()
    try:
        with writing() as session:
            reasons.show_at(session, row, wanted, actor=subject_of(signed_in()), now=utc_now())
    except BadValueError as problem:
        say(form, problem)
        return _site_page(row, form), 422
    words = (
        _("%(site)s shows these reasons from now on.", site=row.name)
        if wanted
        else _("%(site)s shows the company's first reasons.", site=row.name)
    )
    notice("good", _("Saved."), words)
    return redirect(url_for(".index", _anchor="sites"), code=303)


def _where_words(name: str) -> str:
    """Return where a reason that was added stands, and what is to be done if no log shows it."""
    offered = [one for one in reasons.all_reasons(reading()) if not one.retired]
    if len(offered) <= reasons.MOST_SHOWN:
        return _("“%(name)s” stands in the last place.", name=name)
    return _(
        "“%(name)s” is not shown yet: the log has room for %(most)s. Move it up, or choose it "
        "for a site.",
        name=name,
        most=reasons.MOST_SHOWN,
    )


def _list(form: NewReasonForm) -> str:
    session = reading()
    found = reasons.all_reasons(session)
    places = [one for one in sites.all_sites(session) if not one.retired]
    return render_template(
        "settings/reasons.html",
        form=form,
        offered=[one for one in found if not one.retired],
        retired=[one for one in found if one.retired],
        most=reasons.MOST_SHOWN,
        sites=[(one, reasons.own_reasons(session, one.id)) for one in places],
    )


def _site(site_id: int) -> Site:
    found = next((one for one in sites.all_sites(reading()) if one.id == site_id), None)
    if found is None:
        raise NotFoundError("site", str(site_id))
    return found


def _shown_form(row: Site) -> ShownForm:
    offered = [one for one in reasons.all_reasons(reading()) if not one.retired]
    return ShownForm(offered, reasons.shown_at(reading(), row.id))


def _site_page(row: Site, form: ShownForm) -> str:
    is_own = bool(reasons.own_reasons(reading(), row.id))
    return render_template("settings/site_reasons.html", site=row, form=form, is_own=is_own)
