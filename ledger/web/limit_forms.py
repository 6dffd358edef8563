"""The form of a limit: what it sets, for a scope that is known."""

from collections.abc import Sequence
from datetime import date

from wtforms import HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, NumberRange, Optional, ValidationError

from ledger.core import limit_changes, money
from ledger.core.clock import PeriodKind
from ledger.core.errors import AmountError, LedgerError
from ledger.core.limit_changes import ScopeNow, taken_away
from ledger.core.limit_setting import LONGEST_WINDOW_DAYS, NewLimit
from ledger.web.limit_fixes import amount_fix, field_fix
from ledger.web.limit_words import taken_words
from ledger.web.picks import ChipsField, DayField, chips
from ledger.web.step_up import StepUpForm
from ledger.web.words import _

LONGEST_REASON = 500
MOST_GESTURES = 10_000


class LimitForm(StepUpForm):
    """A new limit for a scope that is known; one that gives more asks for the password again."""

    seen = HiddenField()
    agreed = HiddenField()
    amount = StringField(
        _("New limit, a decision"),
        [DataRequired(_("Type the new limit"))],
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )
    budget = StringField(
        _("Budget"),
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
        description=_("The most one person gives in a period. Empty: no budget."),
    )
    period = ChipsField(
        _("Budget for each"),
        choices=chips(("day", _("Day")), ("week", _("Week")), ("month", _("Month"))),
        default="day",
    )
    customer_count = IntegerField(
        _("Gestures for one customer"),
        [Optional(), NumberRange(0, MOST_GESTURES, _("Type a whole number, or leave it empty"))],
        render_kw={"inputmode": "numeric"},
        description=_("At most so many, by all staff together. Empty: no such cap."),
    )
    customer_total = StringField(
        _("Total for one customer"),
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )
    customer_days = IntegerField(
        _("Within days"),
        [
            Optional(),
            NumberRange(
                1,
                LONGEST_WINDOW_DAYS,
                _("Type a number of days, 1 to %(most)s", most=LONGEST_WINDOW_DAYS),
            ),
        ],
        render_kw={"inputmode": "numeric"},
    )
    lasts = ChipsField(
        _("For how long"),
        choices=chips(("temporary", _("Until a date")), ("always", _("No end date"))),
    )
    begins = ChipsField(
        _("From"), choices=chips(("now", _("Now")), ("day", _("A later day"))), default="now"
    )
    starts_on = DayField(_("First day"))
    ends_on = DayField(_("Until"))
    reason = TextAreaField(
        _("Reason, and what it will teach us"),
        [
            DataRequired(_("Say why, and what it will teach us")),
            Length(max=LONGEST_REASON, message=_("Keep it under 500 characters")),
        ],
        render_kw={"rows": 3},
    )

    def __init__(self, now: ScopeNow) -> None:
        values: dict[str, object] = {
            **_bounds(now),
            "seen": "" if now.newest is None else now.newest.uid,
            # A raise over what is in force reverts by itself, unless somebody says otherwise.
            "lasts": "always" if now.applies is None and not now.differs else "temporary",
        }
        super().__init__(**values)
        self.now = now
        self.losses: Sequence[str] = ()

    def validate_amount(self, field: StringField) -> None:
        """Read the amount."""
        self._check_amount(field)

    def validate_budget(self, field: StringField) -> None:
        """Read the budget."""
        self._check_amount(field)

    def validate_customer_total(self, field: StringField) -> None:
        """Read what one customer may get in all."""
        self._check_amount(field)

    def validate_customer_days(self, field: IntegerField) -> None:
        """Ask for the days when there is a cap."""
        has_cap = self.customer_count.data is not None or (self.customer_total.data or "").strip()
        if has_cap and field.data is None:
            raise ValidationError(_("Say within how many days"))

    def validate_starts_on(self, field: DayField) -> None:
        """Ask for the first day, unless it is now."""
        if self.begins.data == "day" and field.data is None and not field.errors:
            raise ValidationError(_("Choose the first day, or Now"))

    def validate_ends_on(self, field: DayField) -> None:
        """Ask for the last day of a temporary limit."""
        if self.lasts.data == "temporary" and field.data is None and not field.errors:
            raise ValidationError(_("Choose the last day, or No end date"))

    def new_limit(self) -> NewLimit:
        """Return the limit as it was typed."""
        scope = self.now.scope
        budget_minor = self._minor(self.budget)
        count, total = self.customer_count.data, self._minor(self.customer_total)
        period: PeriodKind = self.period.data
        return NewLimit(
            person_id=scope.person_id,
            site_id=scope.site_id,
            grade=scope.grade,
            remedy_id=scope.remedy_id,
            currency=scope.currency,
            per_decision_minor=self._minor(self.amount) or 0,
            budget_minor=budget_minor,
            budget_period=None if budget_minor is None else period,
            customer_count=count,
            customer_total_minor=total,
            customer_days=None if count is None and total is None else self.customer_days.data,
            starts_on=self._first_day(),
            ends_on=self.ends_on.data if self.lasts.data == "temporary" else None,
            reason=(self.reason.data or "").strip(),
        )

    def may_be_set(self) -> bool:
        """Whether this gives no more than what is in force, or it is proven who asks for more.

        What takes a budget or a cap away is also shown once before, in `losses`.
        """
        new = self.new_limit()
        is_proven = not limit_changes.is_raise(self.now, new) or self.is_proven()
        taken = {term for held in self.now.replaced for term in taken_away(held, new)}
        is_seen = taken <= set((self.agreed.data or "").split())
        self.losses = taken_words(self.now.replaced, new)
        self.agreed.data = " ".join(sorted(taken))
        return is_proven and is_seen

    def seen_uid(self) -> str | None:
        """Return which limit was the last of its scope when the form was shown."""
        return self.seen.data or None

    def say(self, problem: LedgerError) -> None:
        """Put what a rule said at the field that it is about, or over the form."""
        name, words = field_fix(problem)
        if name is None:
            self.form_errors.append(words)
            # The next try is made in sight of what is in force now.
            self.seen.data = "" if self.now.newest is None else self.now.newest.uid
            return
        self[name].errors = [*self[name].errors, words]

    def _first_day(self) -> date | None:
        found: date | None = self.starts_on.data if self.begins.data == "day" else None
        return found

    def _check_amount(self, field: StringField) -> None:
        try:
            self._minor(field)
        except AmountError as problem:
            raise ValidationError(amount_fix(problem)) from problem

    def _minor(self, field: StringField) -> int | None:
        typed = (field.data or "").strip()
        return money.parse(typed, self.now.scope.currency) if typed else None


def _bounds(now: ScopeNow) -> dict[str, object]:
    """Return the budget and the cap that the form starts with.

    A limit for fewer takes over with its budget and cap too, so it starts with what applies; where
    that is not the same at all of its sites, with the budget, and the cap, that all of them have.
    """
    model, currency = now.in_force or now.applies, now.scope.currency
    held = [model] if model is not None else now.replaced
    budgets = {(one.budget_minor, one.budget_period) for one in held}
    caps = {(one.customer_count, one.customer_total_minor, one.customer_days) for one in held}
    found: dict[str, object] = {}
    if len(budgets) == 1:
        ((minor, period),) = budgets
        found |= {"budget": _typed(minor, currency), "period": period or "day"}
    if len(caps) == 1:
        ((count, total_minor, days),) = caps
        found |= {
            "customer_count": count,
            "customer_total": _typed(total_minor, currency),
            "customer_days": days,
        }
    return found


def _typed(minor: int | None, currency: str) -> str:
    return "" if minor is None else money.plain(minor, currency)
