"""Exports for HR: try one, make it, and get a number's file again."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, IntegerField, StringField
from wtforms.validators import AnyOf, InputRequired, NumberRange, ValidationError
from wtforms.widgets import HiddenInput

from ledger.core import sites
from ledger.core.exports import EXPORTS, handing_out, making, trying
from ledger.core.exports.handing_out import Document, What
from ledger.core.exports.shapes import Choice, ExportChangedError, NothingToExportError
from ledger.core.exports.trying import DryRun, Waiting
from ledger.core.permissions import Action
from ledger.core.reports import exports_made
from ledger.core.reports.exports_made import MadeRow
from ledger.web.access import requires, signed_in
from ledger.web.export_words import exactness_words, format_words, got_words
from ledger.web.moment import today, utc_now
from ledger.web.notices import notice
from ledger.web.numbers import LARGEST
from ledger.web.periods import DAYS, PeriodForm, day_in, month_before, period_words
from ledger.web.picks import DayField, PickField
from ledger.web.step_up import StepUpForm
from ledger.web.transactions import reading, writing
from ledger.web.when import day_words, moment_words
from ledger.web.words import _, ngettext

bp: Blueprint = Blueprint("exports", __name__)

# Why a row waits, and what to do about it.
_LEFT_OUT = {
    "no_employee_id": (_("No employee id"), _("Ask an administrator to write it down")),
    "no_email": (
        _("No work e-mail"),
        _("Ask an administrator to write it down, or tick “People without a work e-mail”"),
    ),
    "no_words": (_("The words were erased"), _("Nothing: it stays out")),
}


class ChoiceForm(PeriodForm):
    """What to export; reading this page is the dry run."""

    format = PickField(_("Format"))
    without_email = BooleanField(_("People without a work e-mail too"))

    def __init__(self, given: MultiDict[str, str], *, today: date) -> None:
        """Offer the formats; by itself the last whole month."""
        super().__init__(given, today=today, usual=month_before(today))
        self.format.offer([(name, format_words(name)) for name in EXPORTS])
        self.format.data = self.format.data or next(iter(EXPORTS))

    def validate_end(self, field: DayField) -> None:
        """Ask for a last day that makes a period, and none longer than an export may have."""
        super().validate_end(field)
        start, end = self.start.data, field.data
        if not self.asks_for_days or start is None or end is None:
            return
        if (end - start).days > trying.LONGEST_PERIOD_DAYS:
            raise ValidationError(_("Choose a day within ten years of the first one"))

    def choice(self) -> Choice:
        """Return what is to be tried."""
        start, end = self.days()
        return Choice(
            start=start,
            end=end,
            format=self.format.data,
            needs_email=not self.without_email.data,
        )


class ExportForm(StepUpForm):
    """The one press that exports what the dry run showed."""

    start = DayField(widget=HiddenInput(), validators=[InputRequired(_("Run it dry again"))])
    end = DayField(widget=HiddenInput(), validators=[InputRequired(_("Run it dry again"))])
    format = HiddenField(validators=[AnyOf(EXPORTS, _("Run it dry again"))])
    needs_email = IntegerField(
        widget=HiddenInput(), validators=[NumberRange(0, 1, _("Run it dry again"))]
    )
    head_seq = IntegerField(
        widget=HiddenInput(), validators=[NumberRange(1, LARGEST, _("Run it dry again"))]
    )

    def choice(self) -> Choice:
        """Return what is exported: what the dry run showed, and nothing that came after it."""
        return Choice(
            start=day_in(self.start),
            end=day_in(self.end),
            format=self.format.data or "",
            needs_email=bool(self.needs_email.data),
            head_seq=self.head_seq.data,
        )


class DownloadForm(StepUpForm):
    """Which document of a number."""

    what = StringField(validators=[AnyOf(["file", "manifest"], _("Choose one of the two"))])

    def document(self) -> What:
        """Return which of the two is wanted."""
        return "manifest" if self.what.data == "manifest" else "file"


@bp.get("/exports")
@requires(Action.EXPORT_RECOGNITIONS)
def index() -> ResponseReturnValue:
    """Show what an export would hold now, and the exports that were made."""
    chooser = ChoiceForm(request.args, today=today())
    if not chooser.validate():
        return _page(chooser, None), 422
    return _page(chooser, chooser.choice())


@bp.post("/exports")
@requires(Action.EXPORT_RECOGNITIONS)
def index_submit() -> ResponseReturnValue:
    """Make an export and show its number."""
    form = ExportForm()
    if not form.is_sent_and_fine():
        notice("care", _("Nothing was exported."), _("Choose again, and look at the dry run."))
        return redirect(url_for(".index"), code=303)
    if not form.is_proven():
        return _page(_chooser_of(form.choice()), form.choice(), form), 422
    try:
        with writing() as session:
            made = making.make_export(session, signed_in(), form.choice(), now=utc_now())
    except NothingToExportError:
        notice("note", _("Nothing new to export."), _("Every row has gone out under a number."))
        return redirect(url_for(".index"), code=303)
    rows = ngettext("%(count)s row.", "%(count)s rows.", made.rows)
    notice("good", _("Number %(number)s is made.", number=made.id), rows)
    return redirect(url_for(".show", number=made.id), code=303)


@bp.get("/exports/<int:number>")
@requires(Action.EXPORT_RECOGNITIONS)
def show(number: int) -> ResponseReturnValue:
    """Show one export: its manifest, and the way to its file."""
    return _number_page(number, DownloadForm())


@bp.post("/exports/<int:number>/download")
@requires(Action.EXPORT_RECOGNITIONS)
def download(number: int) -> ResponseReturnValue:
    """Give the file or the manifest of a number, once that is written in the journal."""
    form = DownloadForm()
    if not form.is_sent_and_fine() or not form.is_proven():
        return _number_page(number, form), 422
    try:
        with writing() as session:
            document = handing_out.hand_out(
                session, signed_in(), number, form.document(), now=utc_now()
            )
    except ExportChangedError:
        return _number_page(number, form), 409
    return _attached(document)


def _attached(document: Document) -> Response:
    answer = Response(document.content, content_type=document.media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{document.name}"'
    return answer


def _page(chooser: ChoiceForm, choice: Choice | None, form: ExportForm | None = None) -> str:
    found = exports_made.made_page(reading(), page=request.args.get("page", 1, type=int))
    dry = None if choice is None else trying.try_export(reading(), choice)
    if choice is not None and dry is not None and form is None:
        form = _export_form(choice, dry)
    return render_template(
        "exports/index.html",
        form=chooser if choice is None else form,
        chooser=chooser,
        choice=choice,
        dry=dry,
        period=period_words(choice.start, choice.end) if choice else "",
        exactness=exactness_words(choice.format) if choice else "",
        facts=_dry_facts(dry) if dry else [],
        waiting=_waiting(dry) if dry else [],
        left_out=_LEFT_OUT,
        history=[(row.made, _facts(row)) for row in found.rows],
        found=found,
        address={name: one for name, one in request.args.items() if name in chooser},
        day=_day,
    )


def _dry_facts(dry: DryRun) -> list[tuple[str, str]]:
    """Return what the dry run found, as terms and facts."""
    rows = _("%(count)s new", count=dry.added)
    if dry.reversals:
        rows += ", " + _("%(count)s taken back", count=dry.reversals)
    facts = [
        (_("Number"), str(dry.number)),
        (_("File"), dry.file_name),
        (_("Rows"), rows),
        (_("Columns"), str(len(dry.format.columns))),
    ]
    if dry.leavers:
        left = ngettext(
            "%(count)s row, marked “left”", "%(count)s rows, marked “left”", len(dry.leavers)
        )
        facts.append((_("People who have left"), left))
    return facts


def _export_form(choice: Choice, dry: DryRun) -> ExportForm:
    return ExportForm(
        start=choice.start,
        end=choice.end,
        format=choice.format,
        needs_email=int(choice.needs_email),
        head_seq=dry.head_seq,
    )


def _chooser_of(choice: Choice) -> ChoiceForm:
    """Return the form in which this choice is made."""
    given = {
        "period": DAYS,
        "start": choice.start.isoformat(),
        "end": choice.end.isoformat(),
        "format": choice.format,
    }
    if not choice.needs_email:
        given["without_email"] = "y"
    return ChoiceForm(MultiDict(given), today=today())


def _waiting(dry: DryRun) -> list[tuple[str, str]]:
    """Return what waits outside the period: words, and the address that chooses it."""
    return [
        (_waiting_words(one), url_for(".index", period=DAYS, start=one.first, end=one.last))
        for one in (dry.before, dry.after)
        if one is not None
    ]


def _waiting_words(one: Waiting) -> str:
    days = period_words(one.first, one.last) if one.first != one.last else _day(one.first)
    return ngettext(
        "%(count)s row of %(days)s has not gone out yet",
        "%(count)s rows of %(days)s have not gone out yet",
        one.rows,
        days=days,
    )


def _number_page(number: int, form: DownloadForm) -> str:
    row = exports_made.made_row(reading(), number)
    try:
        making.file_of(reading(), row.made.export)
    except ExportChangedError:
        is_same = False
    else:
        is_same = True
    return render_template(
        "exports/show.html", made=row.made, form=form, is_same=is_same, **_facts(row)
    )


def _facts(row: MadeRow) -> Mapping[str, Any]:
    """Return the period of an export, when it was made, and who got it, by the company's clock."""
    export, zone = row.made.export, sites.company(reading()).zone
    return {
        "period": period_words(export.period_start, export.period_end),
        "when": moment_words(export.made_at, zone, today=today()),
        "got": got_words(row, zone=zone, today=today()),
    }


def _day(day: date) -> str:
    return day_words(day, today=today())
