"""How asks go at a site: how long they wait, who is asked next, and what nobody's answer means."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from ledger.core import journal, settings
from ledger.core.driver import Driver
from ledger.core.errors import BadValueError, NotFoundError
from ledger.core.loaded import SETTINGS_KEPT, Loaded
from ledger.core.money import MAX_MINOR
from ledger.core.permissions import Action, may
from ledger.core.tables import AnswerTurn, AskRule, Person, Site

# How long an approval may be used.
PERMISSION_LASTS = timedelta(minutes=15)

EXPIRE, ALLOW = "expire", "allow"
ON_TIMEOUT = (EXPIRE, ALLOW)
LONGEST_MINUTES = 1440
FIRST_TURN, LAST_TURN = 1, 9

_RULE_AT = Loaded(
    AskRule,
    select(AskRule).where(col(AskRule.site_id) == bindparam("site_id")),
    kept=SETTINGS_KEPT,
)
_TURNS_AT = Loaded(
    AnswerTurn,
    select(AnswerTurn)
    .where(col(AnswerTurn.site_id) == bindparam("site_id"))
    .order_by(col(AnswerTurn.id)),
    kept=SETTINGS_KEPT,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How asks go at a site; the amounts are minor units of its currency.

    `next_after_minutes`: when those whose turn is the next are asked too. `on_timeout`: "expire",
    or "allow" up to `allow_up_to_minor`, to be read afterwards. `act_now_up_to_minor`: the act-now
    band, up to which somebody may go above a limit at once, to be read afterwards; zero is off.
    """

    waits_minutes: int = 15
    next_after_minutes: int = 5
    on_timeout: str = EXPIRE
    allow_up_to_minor: int = 0
    act_now_up_to_minor: int = 0

    @property
    def waits(self) -> timedelta:
        """How long an ask waits."""
        return timedelta(minutes=self.waits_minutes)

    @property
    def next_after(self) -> timedelta:
        """After how long those whose turn is the next are asked."""
        return timedelta(minutes=self.next_after_minutes)

    def allows_at_timeout(self, amount_minor: int) -> bool:
        """Whether an ask for this much may be given when nobody has answered in time."""
        return self.on_timeout == ALLOW and amount_minor <= self.allow_up_to_minor


def rule_of(session: Session, site_id: int) -> Rule:
    """Return how asks go at a site: as was set, or as usual."""
    row = _RULE_AT.first(session, site_id=site_id)
    return Rule() if row is None else _as_rule(row)


def set_rule(session: Session, site: Site, new: Rule, *, actor: str, now: datetime) -> bool:
    """Let the asks of a site go by this rule from now on; say whether it is another than before.

    Asks that wait keep what was promised when they were made. Takes the chain lock.

    Raises:
        BadValueError: if a value cannot be used; the field is named.

    """
    _check_rule(new)
    # One after the other: there may be no row yet that could be locked.
    journal.lock_chain(Driver(session))
    row = session.scalars(
        select(AskRule)
        .where(col(AskRule.site_id) == site.id)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if (Rule() if row is None else _as_rule(row)) == new:
        return False
    if row is None:
        row = AskRule(site_id=site.id, **asdict(new))
    for name, value in asdict(new).items():
        setattr(row, name, value)
    session.add(row)
    settings.note(session, row, kind="ask_rule.changed", actor=actor, now=now)
    return True


def turns_at(session: Session, site_id: int) -> Mapping[int, int]:
    """Return the turns that were set at a site, by person id; who has none is asked first."""
    return {row.person_id: row.turn for row in _TURNS_AT.all(session, site_id=site_id)}


def set_turns(
    session: Session, site: Site, turns: Mapping[int, int], *, actor: str, now: datetime
) -> bool:
    """Say in which turn people are asked at a site, by person id; say whether that is news.

    Who is not named stays as they are. A turn is written over and never deleted: 1 is "asked
    first", as without one. Takes the chain lock.

    Raises:
        BadValueError: if a turn is not 1 to 9, or the person may not answer asks.
        NotFoundError: if there is no such person.

    """
    for person_id, turn in turns.items():
        _check_turn(session, person_id, turn)
    journal.lock_chain(Driver(session))
    query = select(AnswerTurn).where(col(AnswerTurn.site_id) == site.id)
    kept = {
        row.person_id: row
        for row in session.scalars(query.execution_options(populate_existing=True))
    }
    changed = []
    for person_id, turn in sorted(turns.items()):
        row = kept.get(person_id)
        if turn == (FIRST_TURN if row is None else row.turn):
            continue
        row = row or AnswerTurn(site_id=site.id, person_id=person_id, turn=turn)
        row.turn = turn
        session.add(row)
        changed.append(row)
    if changed:
        settings.note(session, *changed, kind="answer_turns.changed", actor=actor, now=now)
    return bool(changed)


def _as_rule(row: AskRule) -> Rule:
    return Rule(
        waits_minutes=row.waits_minutes,
        next_after_minutes=row.next_after_minutes,
        on_timeout=row.on_timeout,
        allow_up_to_minor=row.allow_up_to_minor,
        act_now_up_to_minor=row.act_now_up_to_minor,
    )


def _check_rule(new: Rule) -> None:
    for field in ("waits_minutes", "next_after_minutes"):
        minutes = getattr(new, field)
        if not 1 <= minutes <= LONGEST_MINUTES:
            raise BadValueError(field=field, value=str(minutes), why="out of bounds")
    if new.on_timeout not in ON_TIMEOUT:
        raise BadValueError(field="on_timeout", value=new.on_timeout, why="unknown")
    for field in ("allow_up_to_minor", "act_now_up_to_minor"):
        amount = getattr(new, field)
        if not 0 <= amount <= MAX_MINOR:
            raise BadValueError(field=field, value=str(amount), why="out of bounds")
    if new.on_timeout == ALLOW and new.allow_up_to_minor == 0:
        raise BadValueError(field="allow_up_to_minor", value="0", why="empty")


def _check_turn(session: Session, person_id: int, turn: int) -> None:
    if not FIRST_TURN <= turn <= LAST_TURN:
        raise BadValueError(field="turn", value=str(turn), why="out of bounds")
    person = session.get(Person, person_id)
    if person is None:
        raise NotFoundError("person", str(person_id))
    if not may(person.role, Action.ANSWER_ASKS):
        raise BadValueError(field="person_id", value=str(person_id), why="may not answer")
