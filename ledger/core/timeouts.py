"""What nobody's answer lets an ask give: never against an answer, and no more than a budget."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, exists, func, or_, select
from sqlmodel import Session, col

from ledger.core import ask_rules, clock, leads
from ledger.core.ask_states import ANSWERS, ENDS, USED
from ledger.core.headroom import Asked, Headroom
from ledger.core.tables import Ask, AskAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked for: by whom, where and for whom, as of which version, and the room for it."""

    asked: Asked
    amount_minor: int
    room: Headroom
    thread_uid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answered:
    """An answer that gave less than was asked: `offered_minor` None is none of it."""

    asked_minor: int
    offered_minor: int | None

    def lets(self, amount_minor: int) -> bool:
        """Whether this much is not what was answered."""
        if self.offered_minor is None:
            return amount_minor < self.asked_minor
        return amount_minor <= self.offered_minor


def allows(session: Session, wanted: Wanted) -> bool:
    """Whether this may be given, and read afterwards, if nobody answers it in time.

    The site's rule says so, and up to which amount. It never says so

    - without a limit;
    - where nobody else leads the site, who could read it;
    - where somebody has declined as much, or offered less, in the same thread, or that business
      day for the same person, site, customer and remedy: waiting is not a second opinion;
    - past what time-outs allow in all, per person, site and period of the budget of the limit in
      force: the limit's budget, or the rule's amount in a business day where it sets none. What
      still waits counts as well as what was given; what was answered otherwise, taken back,
      replaced or left to lapse does not.

    Needs the person's lock, with their overdue asks settled (`ask_steps.settle`).
    """
    rule = ask_rules.rule_of(session, wanted.asked.site_id)
    room, amount = wanted.room, wanted.amount_minor
    if room.limit_id is None or not rule.allows_at_timeout(amount):
        return False
    asked = wanted.asked
    if not leads.has_reader(
        session,
        site_id=asked.site_id,
        person_id=asked.person_id,
        on=asked.business_date,
        now=asked.at,
    ):
        return False
    if not all(one.lets(amount) for one in _answers(session, wanted)):
        return False
    most = rule.allow_up_to_minor if room.budget_minor is None else room.budget_minor
    return _promised(session, wanted) + amount <= most


def _answers(session: Session, wanted: Wanted) -> Sequence[_Answered]:
    """Return the answers to the same thing, that day or in the thread, that did not approve it."""
    asked = wanted.asked
    is_same = and_(
        col(Ask.business_date) == asked.business_date,
        col(Ask.customer_id).is_not_distinct_from(asked.customer_id),
        col(Ask.remedy_id) == asked.remedy_id,
    )
    query = (
        select(col(Ask.amount_minor), col(AskAnswer.amount_minor))
        .join(AskAnswer, col(AskAnswer.ask_id) == col(Ask.id))
        .where(
            col(Ask.person_id) == asked.person_id,
            col(Ask.site_id) == asked.site_id,
            col(AskAnswer.step) == ANSWERS,
            col(AskAnswer.kind).in_(("declined", "countered")),
            or_(col(Ask.thread_uid) == wanted.thread_uid, is_same),
        )
    )
    return [_Answered(asked_minor=row[0], offered_minor=row[1]) for row in session.execute(query)]


def _promised(session: Session, wanted: Wanted) -> int:
    """Return what time-outs of the budget's period have given or may still, in minor units."""
    asked = wanted.asked
    period = clock.period_of(asked.business_date, wanted.room.budget_period or "day")
    came_otherwise = (
        exists()
        .where(
            col(AskAnswer.ask_id) == col(Ask.id),
            or_(
                and_(col(AskAnswer.step) == ANSWERS, col(AskAnswer.kind) != "allowed"),
                and_(col(AskAnswer.step) == ENDS, col(AskAnswer.kind).not_in(USED)),
            ),
        )
        .correlate(Ask)
    )
    query = select(func.coalesce(func.sum(col(Ask.amount_minor)), 0)).where(
        col(Ask.person_id) == asked.person_id,
        col(Ask.site_id) == asked.site_id,
        col(Ask.currency) == asked.currency,
        col(Ask.timeout_allows) == 1,
        col(Ask.business_date) >= period.start,
        col(Ask.business_date) <= period.end,
        ~came_otherwise,
    )
    return int(session.scalars(query).one())
