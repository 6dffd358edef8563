"""The form of a limit: what it sets, for a scope that is known."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from wtforms import Field, HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, NumberRange, Optional, ValidationError

from ledger.core import limit_changes, limit_setting, money
from ledger.core.errors import LedgerError
from ledger.core.limit_changes import ScopeNow, taken_away
from ledger.core.limit_setting import LARGEST_COUNT, LONGEST_WINDOW_DAYS, NewLimit
from ledger.core.tables import Person
from ledger.web.limit_copying import CopyForm
from ledger.web.limit_fixes import field_fix
from ledger.web.limit_words import taken_words
from ledger.web.moment import today
from ledger.web.picks import ChipsField, DayField, chips
from ledger.web.transactions import reading
from ledger.web.typed_values import minor_of
from ledger.web.words import _

LONGEST_REASON = 500
_GESTURES_FIX = _(
    "Type a whole number up to %(most)s, or leave it empty", most=f"{LARGEST_COUNT:,}"
)
# How long a temporary limit lasts unless somebody chooses another day.
TEMPORARY = timedelta(weeks=4)
# The bounds beside the amount: what is wrong with one of them hides whether it was left out.
_BOUNDS = ("budget", "customer_count", "customer_total", "customer_days")


class LimitForm(CopyForm):
    """A new limit for a scope that is known; one that gives more asks for the password again."""

    # The button that only replays sends "replay".
    do = HiddenField()
    seen = HiddenField()
    agreed = HiddenField()
    amount = StringField(
        _("New limit, a decision"),
        [DataRequired(_("Type the new limit"))],
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )
    lasts = ChipsField(
        _("For how long"),
        choices=chips(("temporary", _("Until a date")), ("always", _("No end date"))),
    )
    ends_on = DayField(_("Until"))
    begins = ChipsField(
        _("From"), choices=chips(("now", _("Now")), ("day", _("A later day"))), default="now"
    )
    starts_on = DayField(_("First day"))
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
        [Optional(), NumberRange(0, LARGEST_COUNT, _GESTURES_FIX)],
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
        if self.ends_on.raw_data is None and self.lasts.data == "temporary":
            self.ends_on.data = today() + TEMPORARY
        self.now = now
        self.losses: Sequence[str] = ()

    def is_only_replayed(self) -> bool:
        """Whether nothing is to be set yet; says what is wrong with the amounts, and only that."""
        if self.do.data != "replay":
            return False
        for name in ("amount", *_BOUNDS):
            own = getattr(type(self), f"validate_{name}", None)
            self[name].validate(self, [] if own is None else [own])
        return True

    def proposal(self) -> NewLimit | None:
        """Return the limit for a replay; None while an amount is not typed or cannot be read."""
        if not (self.amount.data or "").strip() or any(
            self[name].errors for name in ("amount", *_BOUNDS)
        ):
            return None
        return self.new_limit()

    def validate_amount(self, field: StringField) -> None:
        """Read the amount."""
        self._check_amount(field)

    def validate_budget(self, field: StringField) -> None:
        """Read the budget."""
        self._check_amount(field)

    def validate_customer_total(self, field: StringField) -> None:
        """Read what one customer may get in all."""
        self._check_amount(field)

    def validate_starts_on(self, field: DayField) -> None:
        """Ask for the first day, unless it is now."""
        if self.begins.data == "day" and field.data is None and not field.errors:
            raise ValidationError(_("Choose the first day, or Now"))

    def validate_ends_on(self, field: DayField) -> None:
        """Ask for the last day of a temporary limit."""
        if self.lasts.data == "temporary" and field.data is None and not field.errors:
            raise ValidationError(_("Choose the last day, or No end date"))

    def new_limit(self) -> NewLimit:
        """Return the limit as far as it was typed: what cannot be read is nothing."""
        scope = self.now.scope
        budget_minor, total = self._minor(self.budget), self._minor(self.customer_total)
        count = self._fine(self.customer_count)
        has_cap = count is not None or total is not None
        return NewLimit(
            person_id=scope.person_id,
            site_id=scope.site_id,
            grade=scope.grade,
            remedy_id=scope.remedy_id,
            currency=scope.currency,
            per_decision_minor=self._minor(self.amount) or 0,
            budget_minor=budget_minor,
            budget_period=None if budget_minor is None else self.period.data,
            customer_count=count,
            customer_total_minor=total,
            customer_days=self._fine(self.customer_days) if has_cap else None,
            starts_on=self._fine(self.starts_on) if self.begins.data == "day" else None,
            ends_on=self._fine(self.ends_on) if self.lasts.data == "temporary" else None,
            reason=(self.reason.data or "").strip(),
        )

    def may_be_set(self, setter: Person, *, now: datetime) -> bool:
        """Whether all of it can be used and set by this person; else says everything at once.

        Who lets more be given than what is in force proves who they are. What takes a budget or a
        cap away is also shown once before, in `losses`; so are copies, with what they replace.
        """
        is_fine = self.is_sent_and_fine()
        new = self.new_limit()
        gives_more = self._gives_more(new)
        changed = limit_changes.changed_meanwhile(reading(), new, seen_uid=self.seen_uid())
        found = [*limit_setting.problems(reading(), setter, new, now=now)]
        for problem in found if changed is None else [changed, *found]:
            is_fine = False
            self.say(problem)
        is_fine &= self.look_at_copies(setter, new, now=now)
        gives_more |= any(limit_changes.is_raise(copy.now, copy.new) for copy in self.copies)
        is_proven = not gives_more or self.is_proven()
        return self._is_agreed(new) and is_fine and is_proven

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
        # What is wrong with what was typed comes first, and is enough to mend.
        self[name].errors = self[name].errors or [words]

    def _gives_more(self, new: NewLimit) -> bool:
        """Whether more may be given than now; of an amount that cannot be read, if nothing may."""
        if self.amount.errors:
            return (self.now.in_force or self.now.applies) is None
        return limit_changes.is_raise(self.now, new)

    def _is_agreed(self, new: NewLimit) -> bool:
        """Whether whoever takes a bound away has seen that; else it is told, and seen from now."""
        if any(self[name].errors for name in _BOUNDS):
            return False
        replaced = [
            *self.now.replaced,
            *(held for copy in self.copies for held in copy.now.replaced),
        ]
        taken = {str(term) for held in replaced for term in taken_away(held, new)}
        needed = taken | self.copy_tokens()
        is_seen = needed <= set((self.agreed.data or "").split())
        self.losses = taken_words(replaced, new)
        self.agreed.data = " ".join(sorted(needed))
        return is_seen

    def _fine(self, field: Field) -> Any:  # noqa: ANN401  # whatever the field holds
        return None if field.errors else field.data

    def _check_amount(self, field: StringField) -> None:
        if (field.data or "").strip():
            minor_of(field.data, self.now.scope.currency)

    def _minor(self, field: StringField) -> int | None:
        typed = (field.data or "").strip()
        return money.parse(typed, self.now.scope.currency) if typed and not field.errors else None


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
