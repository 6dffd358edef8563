"""The form of how asks go at a site, with a turn for everybody who answers there."""

from collections.abc import Mapping, Sequence

from wtforms import StringField
from wtforms.validators import ValidationError

from ledger.core import money
from ledger.core.ask_rules import ALLOW, EXPIRE, FIRST_TURN, LONGEST_MINUTES, Rule
from ledger.core.errors import BadValueError, LedgerError
from ledger.core.tables import Person
from ledger.web.forms import Form
from ledger.web.picks import ChipsField, PickField, chips
from ledger.web.sites_asks_words import turn_words
from ledger.web.step_up import StepUpForm
from ledger.web.team_forms import check_amount
from ledger.web.words import _

_MINUTES = {"inputmode": "numeric", "autocomplete": "off", "maxlength": "4", "size": "4"}
_AMOUNT = {"inputmode": "decimal", "autocomplete": "off"}


class AsksForm(StepUpForm):
    """How asks go at a site; what lets more be given without an answer asks for the password."""

    waits_minutes = StringField(
        _("Minutes that an ask waits"),
        description=_("The customer stands there as long. The usual is 15."),
        render_kw=_MINUTES,
    )
    on_timeout = ChipsField(
        _("When nobody answers in time"),
        choices=chips(
            (EXPIRE, _("Nothing is given")), (ALLOW, _("It may be given, up to an amount"))
        ),
    )
    allow_up_to_minor = StringField(
        _("Up to"),
        description=_(
            "A supervisor reads it afterwards. What is above still expires, and so does what was "
            "declined before, or is more in all than one budget of the person."
        ),
        render_kw=_AMOUNT,
    )
    act_now_up_to_minor = StringField(
        _("Act at once above the limit, up to"),
        description=_(
            "Empty: off. Else nobody is asked up to this amount, and a supervisor reads it within "
            "a day. Only where a limit has a budget, which still holds."
        ),
        render_kw=_AMOUNT,
    )
    next_after_minutes = StringField(
        _("Minutes until the next are asked too"),
        description=_("Counts where somebody is asked second or later. The usual is 5."),
        render_kw=_MINUTES,
    )

    def __init__(self, rule: Rule, currency: str) -> None:
        """Take what was sent; else show the rule there is."""
        super().__init__(
            waits_minutes=str(rule.waits_minutes),
            next_after_minutes=str(rule.next_after_minutes),
            on_timeout=rule.on_timeout,
            allow_up_to_minor=_typed(rule.allow_up_to_minor, currency),
            act_now_up_to_minor=_typed(rule.act_now_up_to_minor, currency),
        )
        self.before = rule
        self.currency = currency

    def validate_waits_minutes(self, field: StringField) -> None:
        """Read the minutes."""
        _check_minutes(field)

    def validate_next_after_minutes(self, field: StringField) -> None:
        """Read the minutes."""
        _check_minutes(field)

    def validate_allow_up_to_minor(self, field: StringField) -> None:
        """Read the amount; it is needed where something may be given."""
        check_amount(field, self.currency)
        if self.on_timeout.data == ALLOW and not self._amount(field):
            raise ValidationError(_("Type up to which amount, or let nothing be given"))

    def validate_act_now_up_to_minor(self, field: StringField) -> None:
        """Read the amount, if there is one."""
        check_amount(field, self.currency)

    def may_be_saved(self, turns: Sequence["TurnForm"]) -> bool:
        """Whether all of it can be used, and it is proven who does it where that is needed."""
        is_fine = self.is_sent_and_fine() and all(form.validate() for form in turns)
        if is_fine and any(form.number > FIRST_TURN for form in turns):
            rule = self.rule()
            if rule.next_after_minutes >= rule.waits_minutes:
                self.next_after_minutes.errors = [
                    _("Type fewer minutes than an ask waits: else the next are never asked")
                ]
                is_fine = False
        is_proven = not is_fine or not self._gives_more() or self.is_proven()
        return is_fine and is_proven

    def rule(self) -> Rule:
        """Return the rule as it was typed."""
        is_allowed = self.on_timeout.data == ALLOW
        return Rule(
            waits_minutes=int(self.waits_minutes.data or 0),
            next_after_minutes=int(self.next_after_minutes.data or 0),
            on_timeout=self.on_timeout.data,
            allow_up_to_minor=self._amount(self.allow_up_to_minor) if is_allowed else 0,
            act_now_up_to_minor=self._amount(self.act_now_up_to_minor),
        )

    def say(self, problem: LedgerError) -> None:
        """Put what a rule said at the field that it is about.

        Raises:
            LedgerError: the problem itself, if it is of none of the fields.

        """
        if not isinstance(problem, BadValueError) or problem.field not in self:
            raise problem
        self[problem.field].errors = [_("That is more or less than can be kept")]

    def _gives_more(self) -> bool:
        new, old = self.rule(), self.before
        return (
            new.act_now_up_to_minor > old.act_now_up_to_minor
            or new.allow_up_to_minor > old.allow_up_to_minor
        )

    def _amount(self, field: StringField) -> int:
        typed = (field.data or "").strip()
        return money.parse(typed, self.currency) if typed else 0


class TurnForm(Form):
    """In which turn one person is asked; it is part of a form that has the token."""

    turn = PickField()

    def __init__(self, person: Person, turn: int) -> None:
        """Take what was sent; else show the turn there is."""
        super().__init__(prefix=f"{person.uid}-", meta={"csrf": False}, turn=str(turn))
        self.person = person
        self.turn.label.text = _("%(name)s is asked", name=person.name)
        self.turn.offer(turn_words())
        self.turn.data = self.turn.data or str(turn)

    @property
    def number(self) -> int:
        """Return the turn that was chosen."""
        return int(self.turn.data)


def turns_typed(forms: Sequence[TurnForm]) -> Mapping[int, int]:
    """Return the turns as they were chosen, by person id."""
    return {form.person.id: form.number for form in forms}


def _check_minutes(field: StringField) -> None:
    typed = (field.data or "").strip()
    is_whole = typed.isascii() and typed.isdecimal() and len(typed) <= len(str(LONGEST_MINUTES))
    if not is_whole or not 1 <= int(typed) <= LONGEST_MINUTES:
        raise ValidationError(
            _("Type whole minutes, from 1 to %(most)s", most=f"{LONGEST_MINUTES:,}")
        )


def _typed(minor: int, currency: str) -> str:
    return money.plain(minor, currency) if minor else ""
