"""The forms of the pages of files: which file, how it is taken in, and why it is taken back."""

from collections.abc import Sequence
from datetime import date

from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, StringField
from wtforms.form import BaseForm
from wtforms.validators import ValidationError

from ledger.core import notes
from ledger.core.errors import BadValueError
from ledger.core.feeds import LONGEST_NAME
from ledger.core.imports import kinds
from ledger.core.uploads import MOST_BYTES, Wanted
from ledger.web.files_words import kind_words
from ledger.web.forms import Form
from ledger.web.limit_fixes import note_fix
from ledger.web.picks import ChipsField, DayField
from ledger.web.words import _

MEGABYTE = 1024 * 1024


class BringForm(Form):
    """A file, and how it is to be taken in."""

    kind = ChipsField(_("What is in it"))
    file = FileField(
        _("File"),
        description=_("A CSV file in UTF-8, at most %(most)s MB.", most=MOST_BYTES // MEGABYTE),
        render_kw={"accept": ".csv,text/csv"},
    )
    feed = StringField(
        _("Feed"),
        description=_(
            "Where its ids are unique: one till or system, one feed. Ids that came before in the "
            "same feed are known."
        ),
        render_kw={"list": "feeds", "autocomplete": "off", "maxlength": LONGEST_NAME},
    )
    through = DayField(
        _("Complete through"),
        description=_(
            "The last day that the file holds whole. Left out, it is the latest day in the file, "
            "and the pages say that this day may be incomplete."
        ),
    )
    correct = BooleanField(
        _("Rows that differ replace what was known"),
        description=_("Otherwise a known id with other content is named as a problem."),
    )
    create_missing = BooleanField(
        _("Add what is missing"),
        description=_("Sites, people, remedies and reasons that nobody has added yet."),
    )

    new_feed = BooleanField(
        _("A new feed that everybody waits for"),
        description=_("Figures stop at the last day of the feed or till that ends first."),
    )

    def __init__(
        self, *, offered: Sequence[str], feed: str, may_create: bool, is_readable: bool = True
    ) -> None:
        """Offer these kinds; propose this feed. What was sent may be too large to be read."""
        super().__init__(feed=feed, **({} if is_readable else {"formdata": None}))
        self.kind.offer([(name, kind_words(name)) for name in offered])
        self.may_create = may_create

    def validate_file(self, field: FileField) -> None:
        """Ask for a file."""
        if not isinstance(field.data, FileStorage) or not field.data.filename:
            raise ValidationError(_("Choose a file"))

    def validate_feed(self, field: StringField) -> None:
        """Ask for a name that can be read."""
        try:
            field.data = notes.one_line("feed", field.data or "", longest=LONGEST_NAME)
        except BadValueError as problem:
            if problem.why == "empty":
                raise ValidationError(
                    _("Name the feed, such as main")
                    if self.may_create
                    else _(
                        "Name a feed of your sites. If you do not know one, ask your administrator"
                    )
                ) from problem
            raise ValidationError(_("Keep the name of the feed short and plain")) from problem

    def validate_through(self, field: DayField) -> None:
        """Refuse a day where the kind of file has none."""
        kind = kinds.KINDS.get(self.kind.data or "")
        if field.data is not None and kind is not None and not kind.states_through:
            raise ValidationError(_("Only activity and the till have a last day: leave it empty"))

    def wanted(self) -> Wanted:
        """Return how the file is to be taken in."""
        through: date | None = self.through.data
        return Wanted(
            feed=self.feed.data or "",
            through=through,
            correct=bool(self.correct.data),
            create_missing=self.may_create and bool(self.create_missing.data),
            new_feed=self.may_create and bool(self.new_feed.data),
        )


class TakeBackForm(Form):
    """Why an import is taken back."""

    reason = StringField(
        _("Why it is taken back"),
        description=_("Kept with the import. No names and no numbers of customers."),
        render_kw={"maxlength": notes.LONGEST, "autocomplete": "off"},
    )

    def validate_reason(self, field: StringField) -> None:
        """Ask for words that may be kept."""
        typed = field.data or ""
        if not typed.strip():
            raise ValidationError(_("Say why"))
        try:
            notes.check_note(typed)
        except BadValueError as problem:
            raise ValidationError(note_fix(problem)) from problem


class PressForm(Form):
    """A press of a button, and nothing else."""


def add_fix(form: BaseForm, name: str, words: str) -> None:
    """Say at a field what is to fix there."""
    field = form[name]
    field.errors = [*field.errors, words]
