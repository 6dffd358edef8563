"""My decisions: what I gave, what came of each, and what I expected. Nobody is compared."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from ledger.core import money, recognitions, sites, till
from ledger.core.permissions import Action
from ledger.core.reports import own_decisions
from ledger.core.reports.own_decisions import OwnDecision, OwnNeed
from ledger.web import log_words
from ledger.web.access import requires, signed_in
from ledger.web.moment import today
from ledger.web.transactions import reading
from ledger.web.way_words import way_words
from ledger.web.when import day_words, moment_words
from ledger.web.words import _

bp: Blueprint = Blueprint("my_decisions", __name__)

LONGEST_PAGE = 6
# Thank-yous that are read at a glance; the others are one press away.
AT_A_GLANCE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A decision or an unmet need as the list shows it; `state` is empty for a need.

    `past_limit` says how it went past the limit, and is empty for what is within it.
    """

    uid: str
    amount: str
    title: str
    words: str
    state: str
    outcome: str
    is_imported: bool = False
    past_limit: str = ""


@bp.get("/my-decisions")
@requires(Action.SEE_OWN_DECISIONS)
def index() -> ResponseReturnValue:
    """List my decisions, or those that are maturing, a page at a time."""
    session, person, on = reading(), signed_in(), today()
    show = "maturing" if request.args.get("show") == "maturing" else "all"
    found = own_decisions.own_decisions(
        session, person, maturing_only=show == "maturing", page=_page()
    )
    watch = sites.company(session).watch
    counts = own_decisions.own_counts(session, person, on=on)
    is_start = show == "all" and found.page == 1
    thanks = recognitions.recognitions_of(session, person) if is_start else ()
    return render_template(
        "my_decisions/index.html",
        show=show,
        thanks=thanks[:AT_A_GLANCE],
        more_thanks=thanks[AT_A_GLANCE:],
        found=found,
        lines=[_line(row, watch=watch, on=on) for row in found.rows],
        counts=counts,
        next_one=_next_words(counts.next_on, on=on),
        day=lambda day: day_words(day, today=on),
    )


@bp.get("/my-decisions/unmet-needs")
@requires(Action.SEE_OWN_DECISIONS)
def needs() -> ResponseReturnValue:
    """List what I wanted to give and could not."""
    session, person, on = reading(), signed_in(), today()
    return render_template(
        "my_decisions/needs.html",
        show="unmet",
        lines=[_need_line(row, on=on) for row in own_decisions.own_needs(session, person)],
    )


def _page() -> int:
    typed = request.args.get("page", "1")
    is_number = typed.isascii() and typed.isdecimal() and len(typed) <= LONGEST_PAGE
    return int(typed) if is_number else 1


def _next_words(next_on: date | None, *, on: date) -> str:
    """Return when the next of the maturing is known, or what it waits for."""
    if next_on is None:
        return _("nothing is waiting")
    day = day_words(next_on, today=on)
    if next_on < on:
        return _("the next one waits for a feed that reaches %(day)s", day=day)
    return _("the next one is known by %(day)s", day=day)


def _line(row: OwnDecision, *, watch: str, on: date) -> Line:
    who = _("Walk-in") if row.is_walk_in else row.customer or _("Customer")
    guess = log_words.forecast_labels().get(row.forecast or "")
    facts = [
        who,
        moment_words(row.decided_at, row.zone, today=on),
        "" if guess is None else _("You expected: %(guess)s", guess=guess.lower()),
        *_other_side(row),
    ]
    return Line(
        uid=row.uid,
        amount=money.show(row.amount_minor, row.currency),
        title=f"{row.remedy}, {row.reason}",
        words=" · ".join(fact for fact in facts if fact),
        state=row.state,
        outcome=log_words.outcome_words(
            row.state, row.event_on, row.known_on, watch=watch, today=on
        ),
        is_imported=row.is_imported,
        past_limit=way_words(row.way),
    )


def _other_side(row: OwnDecision) -> Iterator[str]:
    """Yield in whose place a decision came, and what came in its place."""
    if row.replaces_id is not None:
        yield _("In place of %(code)s", code=till.reference_of(row.replaces_id))
    if row.replaced_by_id is not None:
        code = till.reference_of(row.replaced_by_id)
        yield _("%(code)s came in its place", code=code)


def _need_line(row: OwnNeed, *, on: date) -> Line:
    facts = [row.customer or "", moment_words(row.made_at, row.zone, today=on)]
    return Line(
        uid=row.uid,
        amount=money.show(row.amount_minor, row.currency),
        title=_("Wanted to, could not: %(reason)s", reason=row.reason),
        words=" · ".join(fact for fact in facts if fact),
        state="",
        outcome="",
    )
