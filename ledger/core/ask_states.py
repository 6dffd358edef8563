"""What has become of an ask: its latest answer, and the time.

State is no column. Step 1 answers a waiting ask, step 2 ends the permission that this gave. When
time is up and nobody has written that down yet, the ask is "due": it reads as it will be written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Exists, exists, literal, or_, select
from sqlmodel import Session, col

from ledger.core.ask_rules import PERMISSION_LASTS
from ledger.core.batches import IDS_IN_A_QUERY, batched
from ledger.core.tables import Ask, AskAnswer

WAITING = "waiting"
# Step 1 that lets something be given; all others end the ask.
PERMISSIONS = ("approved", "countered", "allowed")
OPEN = (WAITING, *PERMISSIONS)
# The steps: one answers, the other ends the permission that this gave.
ANSWERS, ENDS = 1, 2
USED = ("given", "accepted")


@dataclass(frozen=True, slots=True, kw_only=True)
class AskState:
    """How an ask stands: waiting, or one of the kinds of an answer.

    `answer` is step 1 and `end` step 2, where they are written. `may_give_minor` is what may be
    given now, None where nothing may; `until` when the wait or the permission is over, None where
    neither goes on. `is_due`: time has changed it, and no row says so yet.
    """

    name: str
    answer: AskAnswer | None
    end: AskAnswer | None
    may_give_minor: int | None
    until: datetime | None
    is_due: bool

    @property
    def is_open(self) -> bool:
        """Whether something can still come of it."""
        return self.name in OPEN


def state_of(session: Session, ask: Ask, *, now: datetime) -> AskState:
    """Return how an ask stands at an instant."""
    return states_of(session, [ask], now=now)[ask.id]


def states_of(session: Session, asks: Sequence[Ask], *, now: datetime) -> Mapping[int, AskState]:
    """Return how asks stand at an instant, by their ids."""
    steps: dict[tuple[int, int], AskAnswer] = {}
    for ids in batched([ask.id for ask in asks], IDS_IN_A_QUERY):
        found = session.scalars(select(AskAnswer).where(col(AskAnswer.ask_id).in_(ids)))
        steps |= {(row.ask_id, row.step): row for row in found}
    return {
        ask.id: state(ask, steps.get((ask.id, ANSWERS)), steps.get((ask.id, ENDS)), now=now)
        for ask in asks
    }


def state(ask: Ask, answer: AskAnswer | None, end: AskAnswer | None, *, now: datetime) -> AskState:
    """Return how an ask with these steps stands at an instant."""
    if end is not None:
        return _ended(end.kind, answer, end)
    if answer is not None and answer.kind not in PERMISSIONS:
        return _ended(answer.kind, answer, None)
    if answer is not None:
        return _permitted(answer.kind, answer, answer.lapses_at, answer.amount_minor, now=now)
    if now < ask.expires_at:
        return AskState(
            name=WAITING,
            answer=None,
            end=None,
            may_give_minor=None,
            until=ask.expires_at,
            is_due=False,
        )
    if ask.timeout_allows:
        return _permitted("allowed", None, lapse_after_timeout(ask), ask.amount_minor, now=now)
    return _ended("expired", None, None, is_due=True)


def lapse_after_timeout(ask: Ask) -> datetime:
    """Return when the permission that a time-out gives is over."""
    return ask.expires_at + PERMISSION_LASTS


def is_not_ended() -> ColumnElement[bool]:
    """Return the condition that no row ends an ask: what it reserves is still kept for it."""
    # Literals, for a prepared statement holds no list that is only known when it runs.
    permissions = [literal(kind) for kind in PERMISSIONS]
    return ~_has_step(or_(col(AskAnswer.step) == ENDS, col(AskAnswer.kind).not_in(permissions)))


def is_unanswered() -> ColumnElement[bool]:
    """Return the condition that no row answers an ask; whether it still waits, the time says."""
    return ~_has_step(col(AskAnswer.step) == ANSWERS)


def _has_step(which: ColumnElement[bool]) -> Exists:
    return exists().where(col(AskAnswer.ask_id) == col(Ask.id), which).correlate(Ask)


def _permitted(
    name: str,
    answer: AskAnswer | None,
    lapses_at: datetime | None,
    amount_minor: int | None,
    *,
    now: datetime,
) -> AskState:
    if lapses_at is None or lapses_at <= now:
        return _ended("lapsed", answer, None, is_due=True)
    return AskState(
        name=name,
        answer=answer,
        end=None,
        may_give_minor=amount_minor,
        until=lapses_at,
        is_due=answer is None,
    )


def _ended(
    name: str, answer: AskAnswer | None, end: AskAnswer | None, *, is_due: bool = False
) -> AskState:
    return AskState(
        name=name, answer=answer, end=end, may_give_minor=None, until=None, is_due=is_due
    )
