"""The forms of the inbox: an answer to an ask, and that exceptions were read."""

import uuid
from typing import Literal, cast

from flask import request
from wtforms import HiddenField, StringField
from wtforms.validators import ValidationError

from ledger.core import answers, money, notes
from ledger.core.answers import AnswerDraft
from ledger.core.errors import BadValueError
from ledger.core.reports.inbox import InboxAsk
from ledger.web.forms import Form
from ledger.web.limit_fixes import note_fix
from ledger.web.typed_values import minor_of, note_of
from ledger.web.words import _

LONGEST_VERSION = 9

Kind = Literal["approved", "countered", "declined"]


class AnswerForm(Form):
    """An answer to one ask, as it was shown: yes, less, or no with a reason.

    A page may hold several of them: the ids of the fields carry the ask's.
    """

    uid = HiddenField()
    # Not drawn: each of the three answers brings its own.
    kind = StringField()
    version = HiddenField()
    content_hash = HiddenField()
    amount = StringField(
        _("Offer instead"), render_kw={"inputmode": "decimal", "autocomplete": "off"}
    )
    words = StringField(
        _("Why not?"), render_kw={"maxlength": notes.LONGEST, "autocomplete": "off"}
    )

    def __init__(self, shown: InboxAsk, *, fresh: bool = False) -> None:
        """Take what was sent, or offer what fits; `fresh`: whatever was sent."""
        super().__init__(**({"formdata": None} if fresh else {}))
        self.shown = shown
        ask = shown.card.ask
        self.uid.data = self.uid.data or str(uuid.uuid4())
        self.version.data = self.version.data or str(ask.version)
        self.content_hash.data = self.content_hash.data or ask.content_hash
        if fresh or request.method == "GET":
            self.amount.data = self._offer()
        for field in self:
            field.id = f"{field.name}-{ask.uid}"
            field.label.field_id = field.id

    @property
    def currency(self) -> str:
        """Return the currency of the ask."""
        return self.shown.card.ask.currency

    @property
    def symbol(self) -> str:
        """Return what stands before an amount of that currency."""
        return money.symbol(self.currency)

    def validate_kind(self, field: StringField) -> None:
        """Refuse an answer that there is none of."""
        if field.data not in answers.KINDS:
            raise ValidationError(_("Choose an answer"))

    def validate_version(self, field: HiddenField) -> None:
        """Refuse what is no version."""
        typed = field.data or ""
        if not (typed.isascii() and typed.isdecimal() and len(typed) <= LONGEST_VERSION):
            raise ValidationError(_("Open the page again and answer once more."))

    def validate_amount(self, _field: StringField) -> None:
        """Read the amount of a counter-offer, within what is asked and what may be approved."""
        if self.kind.data != "countered":
            return
        minor = minor_of(self.amount.data, self.currency)
        if not 0 < minor <= self.shown.most_minor:
            raise ValidationError(self.most_words())

    def validate_words(self, field: StringField) -> None:
        """Ask for a reason with a no, and hold words to the rules of a note."""
        typed = (field.data or "").strip()
        if self.kind.data == "declined" and not typed:
            raise ValidationError(_("Say why: it is what can be told to the customer."))
        note_of(typed)

    def most_words(self) -> str:
        """Return what a counter-offer may be."""
        return _(
            "From %(least)s to %(most)s",
            least=money.show(1, self.currency),
            most=money.show(self.shown.most_minor, self.currency),
        )

    def say(self, problem: BadValueError) -> None:
        """Put what core cannot use at its field."""
        field = self.amount if problem.field == "amount" else self.words
        words = self.most_words() if field is self.amount else note_fix(problem)
        field.errors = [*field.errors, words]

    def draft(self) -> AnswerDraft:
        """Return the answer as it was given."""
        kind = cast("Kind", self.kind.data)
        return AnswerDraft(
            uid=self.uid.data or "",
            kind=kind,
            amount_minor=self._amount_minor() if kind == "countered" else None,
            words=(self.words.data or "").strip() or None,
            version=int(self.version.data or 0),
            content_hash=self.content_hash.data or "",
        )

    def _amount_minor(self) -> int:
        return money.parse((self.amount.data or "").strip(), self.currency)

    def _offer(self) -> str:
        """Return what is offered first: what the asker may give, else the most one may approve."""
        ask, most = self.shown.card.ask, self.shown.most_minor
        limit = ask.limit_per_decision_minor or 0
        if not self.shown.may_approve:
            return money.plain(most, ask.currency) if most > 0 else ""
        return money.plain(limit, ask.currency) if 0 < limit <= most else ""


class ReadForm(Form):
    """That an exception was read, with words if there is something to say."""

    uid = HiddenField()
    words = StringField(
        _("A word about it, if you like"),
        render_kw={"maxlength": notes.LONGEST, "autocomplete": "off"},
    )

    def __init__(self) -> None:
        """Take what was sent, or begin with a new id."""
        super().__init__()
        self.uid.data = self.uid.data or str(uuid.uuid4())

    def validate_words(self, field: StringField) -> None:
        """Hold words to the rules of a note."""
        try:
            notes.check_note((field.data or "").strip())
        except BadValueError as problem:
            raise ValidationError(note_fix(problem)) from problem

    def typed(self) -> str | None:
        """Return the words, if there are any."""
        return (self.words.data or "").strip() or None
