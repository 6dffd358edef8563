"""Handing over, taking back and leaving at one instant: nothing goes round, nothing ends twice."""

import uuid
from collections.abc import Callable
from datetime import date
from functools import partial
from threading import Barrier, Thread

from sqlalchemy import select

from ledger.core import delegations, leaving
from ledger.core.delegations import NewDelegation
from ledger.core.tables import DelegationEnd, Person
from ledger.core.verification import verify
from ledger.database import Database
from tests import cast
from tests.core.test_answerers import hire
from tests.core.test_delegations import DAY, TODAY, hand_over
from tests.counter import MONDAY, open_shop
from tests.patience import PATIENCE_SECONDS


def at_once(*acts: Callable[[], object]) -> list[Exception]:
    """Do these things at one instant, each in a thread, and return what they raised."""
    raised: list[Exception] = []
    gate = Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        gate.wait(PATIENCE_SECONDS)
        try:
            act()
        except Exception as problem:  # noqa: BLE001  # whatever it is, the test names it
            raised.append(problem)

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    return raised


def test_two_who_hand_over_to_each_other_at_once_do_not_go_round(database: Database) -> None:
    with database.writing() as session:
        cast.hire(session)

    def hand(name: str, to: str, day: date) -> None:
        with database.writing() as session:
            people = cast.found(session).people
            new = NewDelegation(uid=str(uuid.uuid4()), to=people[to], starts_on=day, ends_on=day)
            delegations.hand_over(session, people[name], new, by=people[name], now=MONDAY)

    for turn in range(5):
        day = TODAY + turn * DAY
        raised = at_once(
            partial(hand, "dana", "sam", day),
            partial(hand, "sam", "dana", day),
        )
        assert [str(problem) for problem in raised] == ["to: goes round"]


def test_what_is_taken_back_while_one_of_the_two_leaves_ends_once(database: Database) -> None:
    with database.writing() as session:
        shop = open_shop(session, cast.hire(session))
        hired = [hire(shop, f"Stand-in {number}", site="harbour").id for number in range(4)]

    def take_back(uid: str) -> None:
        with database.writing() as session:
            dana = cast.person(session, "dana")
            delegations.take_back(session, uid, by=dana, now=MONDAY)

    def leave(person_id: int) -> None:
        with database.writing() as session:
            person = session.get_one(Person, person_id)
            leaving.leave(session, person, last_day=None, actor="system", now=MONDAY)

    for person_id in hired:
        with database.writing() as session:
            shop = open_shop(session, cast.found(session))
            uid = hand_over(shop, shop.people["dana"], session.get_one(Person, person_id)).uid
        assert at_once(partial(take_back, uid), partial(leave, person_id)) == []
    with database.reading() as session:
        verify(session)
        assert len(session.scalars(select(DelegationEnd)).all()) == len(hired)
