"""My asks: what I asked for, and what became of each."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from ledger.core import money
from ledger.core.permissions import Action
from ledger.core.reports import own_ask
from ledger.core.reports.own_ask import OwnAskLine
from ledger.web.access import requires, signed_in
from ledger.web.inbox_thread_words import became_words, state_key, state_words
from ledger.web.moment import today, utc_now
from ledger.web.transactions import reading
from ledger.web.when import moment_words
from ledger.web.words import _

bp: Blueprint = Blueprint("my_asks", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An ask as the list shows it."""

    uid: str
    amount: str
    title: str
    words: str
    state: str
    is_open: bool


@bp.get("/my-decisions/asks")
@requires(Action.SEE_OWN_DECISIONS)
def index() -> ResponseReturnValue:
    """List what I asked for, the newest first."""
    found = own_ask.own_asks(reading(), signed_in(), now=utc_now())
    lines = [_line(row, on=today()) for row in found]
    return render_template("my_decisions/asks.html", show="asks", lines=lines)


def _line(row: OwnAskLine, *, on: date) -> Line:
    version = row.version
    ask, state = version.ask, version.state
    became = "" if version.answer is None else became_words(version, today=on)
    facts = [row.customer or "", moment_words(ask.made_at, ask.zone, today=on), became]
    return Line(
        uid=ask.uid,
        amount=money.show(ask.amount_minor, ask.currency),
        title=_("%(remedy)s, %(reason)s", remedy=row.remedy, reason=row.reason),
        words=" · ".join(fact for fact in facts if fact),
        state=state_words()[state_key(state)],
        is_open=state.is_open,
    )
