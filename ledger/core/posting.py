"""The one hot transaction: a decision is judged and written, or refused, or recognised again.

Everything that needs no lock happened before (see `decisions.prepare`). Here a handful of
statements run on the driver's own cursor, in the one order of locks: idempotency key, the
person (whose budgets they are), the customer, the chain.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import bindparam, func, insert, select
from sqlmodel import Session, col

from ledger.core import (
    act_now,
    ask_steps,
    budgets,
    clock,
    customer_joins,
    headroom,
    journal,
    leads,
)
from ledger.core.driver import Driver, Prepared, Stored
from ledger.core.errors import NotPermittedError
from ledger.core.headroom import Asked, Headroom, Standing
from ledger.core.loaded import Made
from ledger.core.permissions import Action
from ledger.core.sites import SiteChangedError
from ledger.core.submissions import Claim
from ledger.core.tables import AskRule, Decision, Person, Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """A decision that is well formed, with what judging and writing it needs.

    `row` has the stored value of every column that is known before the locks are taken.

    Past the limit it is recorded if it was `already_given`, or if the site's band lets somebody
    `act_now`.
    """

    claim: Claim
    asked: Asked
    actor: str
    row: Mapping[str, Stored]
    amount_minor: int
    remedy_id: int
    reason_id: int
    already_given: bool = False
    act_now: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Whether the decision is within the headroom, and what the headroom was.

    `exception_reason`: why it is recorded although it is not; `is_allowed`: so is what somebody
    else allowed.
    """

    is_within: bool
    headroom: Headroom
    judge: Standing | None
    exception_reason: str | None = None
    is_allowed: bool = False

    @property
    def is_refused(self) -> bool:
        """Whether nothing may be recorded."""
        return not (self.is_within or self.is_allowed) and self.exception_reason is None


ALREADY_GIVEN, ACT_NOW = "already_given", "act_now"

_DECISIONS = Made(Decision)
# NO KEY UPDATE: every row that names a person holds a share of that row's key, so two who have
# each claimed a form's id would wait for each other for ever to take the key away.
_LOCK_PERSON = Prepared(
    select(col(Person.active))
    .where(col(Person.id) == bindparam("id"))
    .with_for_update(key_share=True)
)
# Where the chain ends, the last number, and the site's currency as it is now: none if the site was
# retired meanwhile.
_BEFORE = journal.head_and(
    select(func.coalesce(func.max(col(Decision.id)), 0)).scalar_subquery(),
    select(col(Site.currency))
    .where(col(Site.id) == bindparam("site_id"), col(Site.retired) == 0)
    .scalar_subquery(),
)
_INSERT_DECISION = Prepared(insert(Decision))
_BAND = Prepared(
    select(col(AskRule.act_now_up_to_minor)).where(col(AskRule.site_id) == bindparam("site_id"))
)


def lock_person(driver: Driver, person_id: int, *, even_if_left: bool = False) -> None:
    """Take the person's lock, under which their budgets change; refuse who has left.

    A decision of somebody who has left can still be voided: `even_if_left`.

    Raises:
        NotPermittedError: if the person is no longer active.

    """
    (active,) = _LOCK_PERSON.one(driver, id=person_id)
    if not active and not even_if_left:
        raise NotPermittedError(Action.RECORD_DECISION)


def judge(session: Session, posting: Posting, *, now: datetime) -> Judgement:
    """Weigh the decision against the limit in force, and spend the budget if it is within.

    What is past it and recorded all the same is counted apart, and never refused for a budget.
    Needs the person's lock; takes the customer's if the limit has a customer cap, and the chain's
    if asks of theirs have ended by time alone.
    """
    driver = Driver(session)
    asked, amount = by_the_ledgers_clock(driver, posting), posting.amount_minor
    limit = headroom.standing(driver, asked)
    if limit is not None and limit.customer_days is not None and asked.customer_id is not None:
        customer_joins.lock(driver, [asked.customer_id])
    held = headroom.held(driver, asked, limit)
    if held is not None and held.overdue_minor:
        ask_steps.settle(session, asked.person_id, now=now)
        held = headroom.held(driver, asked, limit)
    room = headroom.weighed(driver, asked, limit, held)
    if amount and posting.row["declared_own"]:
        return _past(session, posting, limit, headroom.for_ones_own(room))
    if amount > room.headroom_minor:
        return _past(session, posting, limit, room)
    spent_row = 0
    # An apology spends nothing, also where a lower budget is already overspent.
    if amount and held is not None and limit is not None and limit.budget_minor is not None:
        spent_row = budgets.open_row(driver, held.key, held.used)
        if not budgets.spend(
            driver,
            spent_row,
            amount_minor=amount,
            budget_minor=limit.budget_minor,
            others=held.others,
        ):
            return _past(session, posting, limit, room)
    budgets.count_elsewhere(
        driver,
        person_id=asked.person_id,
        site_id=asked.site_id,
        remedy_id=asked.remedy_id or budgets.ALL_REMEDIES,
        on=asked.business_date,
        amount_minor=amount,
        spent_row_id=spent_row,
    )
    return Judgement(is_within=True, headroom=room, judge=limit)


def judge_allowed(session: Session, posting: Posting) -> Judgement:
    """Weigh what somebody else allowed beside the limit in force, and count it as approved.

    Needs the person's lock.
    """
    driver = Driver(session)
    asked = by_the_ledgers_clock(driver, posting)
    limit = headroom.standing(driver, asked)
    room = headroom.left(driver, asked, limit)
    _count_apart(driver, posting, "approved")
    return Judgement(is_within=False, headroom=room, judge=limit, is_allowed=True)


def _past(session: Session, posting: Posting, limit: Standing | None, room: Headroom) -> Judgement:
    """Judge what is past the headroom: an exception, counted apart, or refused."""
    driver = Driver(session)
    reason, amount = None, posting.amount_minor
    if posting.already_given:
        reason = ALREADY_GIVEN
    elif posting.act_now:
        band = _band_at(driver, posting.asked.site_id)
        is_read = leads.has_reader(
            session,
            site_id=posting.asked.site_id,
            person_id=posting.asked.person_id,
            on=posting.asked.business_date,
            now=posting.asked.at,
        )
        if is_read and act_now.fits(session, room, amount_minor=amount, band_minor=band):
            reason = ACT_NOW
    if reason is not None:
        _count_apart(driver, posting, "exceptions")
    return Judgement(is_within=False, headroom=room, judge=limit, exception_reason=reason)


def _count_apart(driver: Driver, posting: Posting, column: budgets.Apart) -> None:
    asked = posting.asked
    budgets.count_apart(
        driver,
        person_id=asked.person_id,
        site_id=asked.site_id,
        remedy_id=posting.remedy_id,
        on=asked.business_date,
        column=column,
        amount_minor=posting.amount_minor,
    )


def _band_at(driver: Driver, site_id: int) -> int:
    found = _BAND.run(driver, site_id=site_id).fetchone()
    return 0 if found is None else int(found[0])


def by_the_ledgers_clock(driver: Driver, posting: Posting) -> Asked:
    """Judge at the journal's last instant if this machine's clock is behind it.

    Otherwise a limit that another machine has set and told of would not bind here yet. What was
    decided earlier and written later is judged by its own time.
    """
    last = clock.from_text(journal.read_head(driver).at)
    if posting.row["written_later"] or last <= posting.asked.at:
        return posting.asked
    return replace(posting.asked, at=last)


def write(session: Session, posting: Posting, judged: Judgement, *, now: datetime) -> Decision:
    """Write the decision and its journal row; takes the chain lock. Returns the decision.

    Raises:
        SiteChangedError: if the site was retired, or got another currency, since it was prepared.

    """
    driver = Driver(session)
    site_id = posting.asked.site_id
    head, (last_id, currency) = journal.lock_chain_and(driver, _BEFORE, site_id=site_id)
    if currency != posting.asked.currency:
        raise SiteChangedError
    received_at = journal.monotone(head, now)
    limit, room = judged.judge, judged.headroom
    left = room.budget_left_minor
    row: dict[str, Stored] = {
        **posting.row,
        "id": last_id + 1,
        "journal_seq": head.seq + 1,
        "received_at": received_at,
        "limit_id": None if limit is None else limit.limit_id,
        "limit_per_decision_minor": None if limit is None else limit.per_decision_minor,
        "limit_budget_minor": None if limit is None else limit.budget_minor,
        "limit_budget_period": None if limit is None else limit.budget_period,
        # What is past the limit is counted apart, and leaves the budget as it was.
        "budget_left_minor": left - posting.amount_minor if left and judged.is_within else left,
        "exception_reason": judged.exception_reason,
    }
    entry = journal.Entry(
        kind="decision.recorded",
        actor=posting.actor,
        subject=f"decision:{posting.claim.uid}",
        content=journal.book_content(row),
    )
    journal.append_after(driver, head, [entry], at=received_at)
    _INSERT_DECISION.run(driver, **row)
    # Reading it back would cost as much as writing it did, while others wait.
    return _DECISIONS.from_names(row)
