"""The form of a decision: what may be answered, what is checked, and the draft that leaves it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import ValidationError

from ledger.core import clock, money, notes
from ledger.core.customers import NewCustomer, phone_key
from ledger.core.drafts import ASKED_FOR_NOTHING, DecisionDraft
from ledger.core.errors import AmountError, BadValueError
from ledger.core.reports.at_the_counter import Offer
from ledger.core.unmet_needs import UnmetNeedDraft
from ledger.core.voids import VoidDraft
from ledger.web.forms import Form
from ledger.web.limit_fixes import amount_fix
from ledger.web.log_fields import AnswerField, QuickField, TicksField
from ledger.web.log_words import forecast_labels, note_fix, void_reasons
from ledger.web.picks import PickField, chips
from ledger.web.when import time_words
from ledger.web.words import _

UNMET = "unmet"
WALK_IN = "walk-in"
NOW = ""
PHONE_DIGITS = 6
LOYALTY_MARKS = 4
LONGEST_KEY = 15
AMOUNT_KEYS = {"autocomplete": "off", "inputmode": "decimal", "maxlength": 14}


def key_of(text: str | None) -> int | None:
    """Return the row that a text names, if it can be one."""
    is_key = text is not None and text.isascii() and text.isdecimal() and len(text) <= LONGEST_KEY
    return int(text) if is_key and text else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What was sent: a decision or an unmet need; with `void`, in place of the one it voids."""

    draft: DecisionDraft | UnmetNeedDraft
    replaces: str | None = None
    void: VoidDraft | None = None


class LogForm(Form):
    """A decision at the counter. Nothing is preselected; what is unanswered is stored as none.

    `customer` is empty until it is answered, then "walk-in" or the customer's number. `find` and
    `number` belong to the finder, `replaces`, `why` and `taken_back` to a correction. `refused` is
    the refusal before it, `already_given` and `act_now` the ways on that its fork offers.
    """

    uid = HiddenField()
    site = HiddenField()
    customer = HiddenField()
    criteria_version = HiddenField()
    replaces = HiddenField()
    why = HiddenField()
    taken_back = HiddenField()
    refused = HiddenField()
    remedy = AnswerField(_("What did you decide?"))
    reason = AnswerField(_("Reason"))
    find = StringField(
        _("Find a customer"),
        render_kw={
            "autocomplete": "off",
            "placeholder": _("Last 4 of phone, name or number"),
            "maxlength": 80,
        },
    )
    number = StringField(
        _("Phone or loyalty number"), render_kw={"autocomplete": "off", "maxlength": 40}
    )
    forecast = AnswerField(_("What do you expect?"))
    apologised = BooleanField(_("I apologised"))
    noticed_first = BooleanField(_("I noticed first"))
    declared_own = BooleanField(_("This is for me, family or a friend"))
    already_given = BooleanField()
    act_now = BooleanField()
    asked_for = PickField(_("They asked for"))
    when = PickField(_("When"))
    criteria = TicksField(_("How we decide here"))
    note = StringField(
        _("Short note, 140 characters, no names or card numbers"),
        render_kw={
            "autocomplete": "off",
            "maxlength": notes.LONGEST,
            "placeholder": _("Short note, no names or card numbers"),
        },
    )
    amount = StringField(_("Amount"))
    quick = QuickField(_("Quick amounts"))

    class Meta(Form.Meta):
        """The token is checked in front of every view; the page asks for one where it shows one."""

        csrf = False

    PASSED_ON: ClassVar[Sequence[str]] = (
        *("site", "customer", "criteria_version", "replaces", "why", "taken_back"),
        *("remedy", "reason", "forecast", "apologised", "noticed_first", "asked_for"),
        *("declared_own", "when", "criteria", "note"),
    )

    def __init__(self, offer: Offer, **values: object) -> None:
        """Offer what a site has now; show these values unless the form was sent."""
        self.offer = offer
        super().__init__(**values)
        self.site.data = str(offer.site.id)
        self.uid.data = self.uid.data or str(uuid.uuid4())
        card = offer.criteria
        if card is not None and not self.criteria_version.data:
            self.criteria_version.data = str(card.version)
        remedies = [(str(one.id), one.name) for one in offer.remedies]
        self.remedy.offer(*remedies, (UNMET, _("Record an unmet need")))
        self.reason.offer(*((str(one.id), one.name) for one in offer.reasons))
        self.forecast.offer(*forecast_labels().items())
        kinds = [(one.kind, one.name) for one in offer.remedies]
        self.asked_for.offer([("", _("Not said")), (ASKED_FOR_NOTHING, _("Nothing")), *kinds])
        self.when.offer([(NOW, _("Now"))])
        if self.when.data:
            self.offer_times()
        lines = enumerate(card.lines if card else (), start=1)
        self.criteria.offer(*((str(place), line) for place, line in lines))
        currency = offer.site.currency
        self.quick.choices = []
        self.amount.render_kw = {**AMOUNT_KEYS, "placeholder": money.plain(0, currency)}

    @property
    def customer_id(self) -> int | None:
        """Return the customer who was chosen; None for a walk-in and as long as nobody is."""
        return key_of(self.customer.data)

    @property
    def is_walk_in(self) -> bool:
        """Whether it was for nobody in particular."""
        return bool(self.customer.data == WALK_IN)

    @property
    def is_unmet(self) -> bool:
        """Whether it is an unmet need."""
        return bool(self.remedy.data == UNMET)

    def validate_remedy(self, field: AnswerField) -> None:
        """Ask for the remedy."""
        if not field.data:
            raise ValidationError(_("Choose what you decided"))

    def validate_reason(self, field: AnswerField) -> None:
        """Ask for the reason."""
        if not field.data:
            raise ValidationError(_("Choose a reason"))

    def validate_find(self, _field: StringField) -> None:
        """Ask who it was for."""
        if not (self.is_unmet or self.is_walk_in or self.customer_id is not None):
            raise ValidationError(_("Say who it was for: find the customer, or tap Walk-in"))

    def validate_note(self, field: StringField) -> None:
        """Refuse what a note must not hold."""
        try:
            notes.check_note(field.data or "")
        except BadValueError as problem:
            raise ValidationError(note_fix(problem)) from problem

    def validate_amount(self, _field: StringField) -> None:
        """Read the amount; a remedy of no worth has none."""
        try:
            minor = self._minor()
        except AmountError as problem:
            raise ValidationError(amount_fix(problem)) from problem
        if self._is_worthless and minor:
            raise ValidationError(_("This gives nothing of value: leave the amount empty"))
        if not self._is_worthless and not minor:
            raise ValidationError(_("Type the amount"))

    def sent(self) -> Sent:
        """Return what was sent, after it was found well formed."""
        if self.is_unmet:
            return Sent(draft=self._need())
        if not self.replaces.data:
            return Sent(draft=self._decision())
        return Sent(
            draft=self._decision(),
            replaces=self.replaces.data,
            void=VoidDraft(
                # The one who replaces needs no key of its own: it follows from the draft's.
                uid=self.uid.data or "",
                reason=void_reasons().get(self.why.data or "", _("Corrected")),
                taken_back=self.taken_back.data == "yes",
            ),
        )

    def new_customer(self) -> NewCustomer:
        """Return who is to be added: a phone number if it looks like one, else a loyalty number."""
        typed = (self.number.data or "").strip()
        is_phone = not any(mark.isalpha() for mark in typed)
        if is_phone and len(phone_key(typed)) >= PHONE_DIGITS:
            return NewCustomer(phone=typed)
        return NewCustomer(loyalty=typed)

    def offer_number(self) -> None:
        """Offer to add the customer by the number that nobody was found by."""
        looked_for = (self.find.data or "").strip()
        if not self.number.data and any(mark.isdecimal() for mark in looked_for):
            self.number.data = looked_for

    def is_number_long_enough(self) -> bool:
        """Whether the number by which somebody is to be added tells them from others."""
        marks = sum(mark.isalnum() for mark in self.number.data or "")
        return not marks or marks >= LOYALTY_MARKS

    def passed_on(self) -> Sequence[tuple[str, str]]:
        """Return what was answered, without the amount, for another form of the same decision."""
        pairs = []
        for name in self.PASSED_ON:
            data = self[name].data
            answers = data if isinstance(data, list) else ["y" if data is True else data]
            pairs += [(name, str(answer)) for answer in answers if answer]
        return pairs

    def renew(self) -> None:
        """Give the form a new id: what it was sent with before has been answered."""
        self.uid.data = str(uuid.uuid4())

    def offer_times(self) -> None:
        """Offer the quarter hours of the open business day: a form sent for now needs none."""
        zone = self.offer.zone
        quarters = [(clock.as_text(at), time_words(at, zone)) for at in self.offer.quarters]
        self.when.offer([(NOW, _("Now")), *quarters])

    def offer_quick(self, amounts_minor: Sequence[int]) -> None:
        """Offer these amounts to be chosen by one tap."""
        currency = self.offer.site.currency
        self.quick.choices = chips(
            *(
                (money.plain(minor, currency), money.show_round(minor, currency))
                for minor in amounts_minor
            )
        )

    def explain(self, problem: BadValueError) -> None:
        """Put what core refused at the field where it can be mended."""
        if problem.field == "note":
            self.note.errors = [note_fix(problem)]
        elif problem.field == "claimed_at":
            self.when.errors = [_("A new business day has begun: choose the time again")]
        else:
            self.form_errors.append(
                _("Something that you chose is not offered any more. Look again, then save.")
            )

    @property
    def _is_worthless(self) -> bool:
        key = key_of(self.remedy.data)
        remedy = None if key is None else self.offer.remedy(key)
        return remedy is not None and remedy.worthless

    def _minor(self) -> int:
        typed = (self.amount.data or "").strip() or self.quick.data or "0"
        return money.parse(typed, self.offer.site.currency)

    def _need(self) -> UnmetNeedDraft:
        return UnmetNeedDraft(
            uid=self.uid.data or "",
            site_id=self.offer.site.id,
            reason_id=int(self.reason.data),
            amount_minor=self._minor(),
            customer_id=self.customer_id,
            refusal_uid=self.refused.data or None,
        )

    def _decision(self) -> DecisionDraft:
        card = self.offer.criteria
        version = key_of(self.criteria_version.data)
        is_known = version is not None and card is not None and version <= card.version
        return DecisionDraft(
            uid=self.uid.data or "",
            site_id=self.offer.site.id,
            remedy_id=int(self.remedy.data),
            reason_id=int(self.reason.data),
            amount_minor=self._minor(),
            customer_id=self.customer_id,
            note=(self.note.data or "").strip() or None,
            forecast=self.forecast.data or None,
            apologised=True if self.apologised.data else None,
            noticed_first=True if self.noticed_first.data else None,
            asked_for=self.asked_for.data or None,
            claimed_at=clock.from_text(self.when.data) if self.when.data else None,
            criteria_version=version if is_known else None,
            criteria_ticks=",".join(self.criteria.data or []) or None if is_known else None,
            declared_own=bool(self.declared_own.data),
            already_given=bool(self.already_given.data),
            act_now=bool(self.act_now.data),
        )
