"""The sponsor card: writing one, and all that were written."""

import uuid
from datetime import timedelta
from decimal import Decimal, InvalidOperation

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import HiddenField, StringField
from wtforms.validators import ValidationError

from ledger.core import money, notes, sites, sponsor
from ledger.core.errors import AmountError, BadValueError
from ledger.core.permissions import Action
from ledger.core.sponsor import NewCard
from ledger.web.access import requires, signed_in
from ledger.web.forms import Form
from ledger.web.limit_fixes import amount_fix
from ledger.web.moment import today, utc_now
from ledger.web.notices import notice
from ledger.web.periods import day_in
from ledger.web.picks import DayField, PickField
from ledger.web.sponsor_words import card_words, figure_words
from ledger.web.transactions import reading, writing
from ledger.web.typed_values import note_of
from ledger.web.words import _

bp: Blueprint = Blueprint("sponsor", __name__)

HALF_A_YEAR = timedelta(days=182)
PER_CENT = 100


class SponsorForm(Form):
    """Who agreed, by which figure, how much, on which day, and when to stop."""

    uid = HiddenField()
    agreed_by = PickField(_("Who agreed"))
    figure = PickField(_("Judged by"))
    target = StringField(
        _("Target"),
        description=_("For a share in per cent, such as 75; it is the least. Else the most."),
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )
    judged_on = DayField(_("Judged on"))
    stop = StringField(
        _("We stop when"),
        description=_(
            "In words, at most %(count)s characters: what would make you end it.",
            count=notes.LONGEST,
        ),
        render_kw={"maxlength": notes.LONGEST, "autocomplete": "off"},
    )

    def __init__(self) -> None:
        """Offer who can agree, and the figures."""
        super().__init__(judged_on=today() + HALF_A_YEAR)
        self.uid.data = self.uid.data or str(uuid.uuid4())
        self._currency = sites.company(reading()).currency
        people = sponsor.may_agree(reading(), now=utc_now())
        self.agreed_by.offer(
            [("", _("Choose a person")), *((str(one.id), one.name) for one in people)]
        )
        self.figure.offer([(figure, figure_words(figure)) for figure in sponsor.FIGURES])

    def validate_agreed_by(self, field: PickField) -> None:
        """Ask for a person."""
        if not field.data:
            raise ValidationError(_("Choose who agreed"))

    def validate_target(self, field: StringField) -> None:
        """Read the target as the figure has it."""
        try:
            self._target(field.data or "")
        except AmountError as problem:
            raise ValidationError(amount_fix(problem)) from problem
        except BadValueError as problem:
            words = (
                _("Type a share from 0 to 100, such as 75")
                if self.figure.data in sponsor.SHARES
                else _("Type a whole number, such as 40")
            )
            raise ValidationError(words) from problem

    def validate_judged_on(self, field: DayField) -> None:
        """Ask for a day to come."""
        if field.data is None or field.data <= today():
            raise ValidationError(_("Choose a day after today"))

    def validate_stop(self, field: StringField) -> None:
        """Hold the words to the rules of a note: they are kept as one."""
        if not note_of(field.data):
            raise ValidationError(_("Say what would make you stop"))

    def card(self) -> NewCard:
        """Return the card as it was typed."""
        figure = self.figure.data
        return NewCard(
            uid=self.uid.data or "",
            agreed_by_id=int(self.agreed_by.data),
            figure=figure,
            target=self._target(self.target.data or ""),
            currency=self._currency if figure == sponsor.COST else None,
            judged_on=day_in(self.judged_on),
            stop=self.stop.data or "",
        )

    def _target(self, typed: str) -> int:
        typed = typed.strip().removesuffix("%").strip()
        if self.figure.data == sponsor.COST:
            return money.parse(typed, self._currency)
        try:
            number = Decimal(typed) * (PER_CENT if self.figure.data in sponsor.SHARES else 1)
        except InvalidOperation:
            raise BadValueError("target", typed, "not_a_number") from None
        most = sponsor.WHOLE_BP if self.figure.data in sponsor.SHARES else money.MAX_MINOR
        if not (typed.isascii() and number.is_finite() and 0 <= number <= most):
            raise BadValueError("target", typed, "out_of_range")
        if number != int(number):
            raise BadValueError("target", typed, "decimals")
        return int(number)


@bp.get("/summary/sponsor")
@requires(Action.AGREE_AS_SPONSOR)
def show() -> ResponseReturnValue:
    """Show the cards, and the form for a new one."""
    return _page(SponsorForm())


@bp.post("/summary/sponsor")
@requires(Action.AGREE_AS_SPONSOR)
def submit() -> ResponseReturnValue:
    """Write a card and go back to the summary."""
    form = SponsorForm()
    if not form.is_sent_and_fine():
        return _page(form), 422
    on, card = today(), form.card()
    with writing() as session:
        sponsor.agree(session, signed_in(), card, on=on, now=utc_now())
    notice("good", _("The card is written."), _("It stands on the summary from now on."))
    return redirect(url_for("summary.show"), code=303)


def _page(form: SponsorForm) -> str:
    cards = [card_words(card, None, today=today()) for card in sponsor.cards(reading())]
    return render_template("summary/sponsor.html", form=form, cards=cards)
