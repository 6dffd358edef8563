"""The inbox: which asks somebody may answer, in which order, and what each card says."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import event
from sqlmodel import select

from ledger.core import ask_rules, delegations
from ledger.core.ask_rules import Rule
from ledger.core.delegations import NewDelegation
from ledger.core.reports import inbox as inboxes
from ledger.core.reports import inbox_news
from ledger.core.reports.ask_card import cards
from ledger.core.reports.inbox import Inbox, InboxAsk
from ledger.core.tables import Person
from tests.counter import MONDAY, Shop


def after(minutes: float) -> datetime:
    return MONDAY + timedelta(minutes=minutes)


def inbox_of(shop: Shop, name: str, *, minutes: float = 1) -> Inbox:
    return inboxes.inbox(shop.session, shop.people[name], now=after(minutes))


def askers(found: Sequence[InboxAsk]) -> list[str]:
    return [one.card.person.name for one in found]


def test_the_customer_who_has_waited_longest_comes_first(shop: Shop) -> None:
    shop.limit(2_500)
    first = shop.ask("ana", 4_000)
    shop.ask("ben", 4_000, now=after(2))
    shop.ask("ana", 4_200, previous=first, now=after(3))

    found = inbox_of(shop, "dana", minutes=4)

    assert askers(found.mine) == ["Ana", "Ben"]
    assert [one.card.since for one in found.mine] == [MONDAY, after(2)]
    assert [one.card.ask.version for one in found.mine] == [2, 1]


def test_what_expired_meanwhile_is_not_there(shop: Shop) -> None:
    shop.limit(2_500)
    shop.ask("ana", 4_000)

    assert len(inbox_of(shop, "dana", minutes=14).mine) == 1
    assert inbox_of(shop, "dana", minutes=15).all == []
    assert inboxes.asked_count(shop.session, shop.people["dana"], now=after(15)) == 0


def test_what_was_answered_or_taken_back_is_not_there(shop: Shop) -> None:
    shop.limit(2_500)
    shop.answer("sam", shop.ask("ana", 4_000))
    shop.withdraw("ben", shop.ask("ben", 4_000))

    assert inbox_of(shop, "dana").all == []


def test_g2_an_ask_of_another_site_is_not_there(shop: Shop) -> None:
    shop.limit(2_500)
    theirs = shop.ask("chidi", 4_000, site="harbour")

    dana = shop.people["dana"]
    assert inbox_of(shop, "dana").all == []
    assert inboxes.inbox_ask(shop.session, dana, theirs, now=after(1)) is None
    assert inboxes.asked_count(shop.session, dana, now=after(1)) == 0
    assert askers(inbox_of(shop, "sam").mine) == ["Chidi"]


def test_one_s_own_ask_is_not_there(shop: Shop) -> None:
    shop.limit(2_500)
    own = shop.ask("dana", 4_000)

    assert inbox_of(shop, "dana").all == []
    assert inboxes.inbox_ask(shop.session, shop.people["dana"], own, now=after(1)) is None
    assert askers(inbox_of(shop, "sam").mine) == ["Dana"]


def test_nor_is_one_that_was_asked_under_another_record_of_the_same_human(shop: Shop) -> None:
    shop.limit(2_500)
    ana = shop.session.exec(select(Person).where(Person.id == shop.people["ana"].id)).one()
    ana.same_as_id = shop.people["dana"].id
    shop.session.flush()
    own = shop.ask("ana", 4_000)

    assert inbox_of(shop, "dana").all == []
    assert inboxes.inbox_ask(shop.session, shop.people["dana"], own, now=after(1)) is None


def test_who_comes_later_in_line_sees_from_when_they_are_asked(shop: Shop) -> None:
    shop.limit(2_500)
    turns(shop, sam=2)
    shop.ask("ana", 4_000)

    before, later = inbox_of(shop, "sam", minutes=4), inbox_of(shop, "sam", minutes=5)

    assert before.mine == []
    (waiting,) = before.others
    assert (waiting.mine_at, waiting.others) == (after(5), ["Dana"])
    assert inboxes.asked_count(shop.session, shop.people["sam"], now=after(4)) == 0
    assert (len(later.mine), later.others) == (1, [])
    assert inboxes.asked_count(shop.session, shop.people["sam"], now=after(5)) == 1


def test_above_one_s_ceiling_others_are_asked_and_a_counter_offer_is_open(shop: Shop) -> None:
    shop.limit(2_500)
    shop.ask("ana", 12_000)

    found = inbox_of(shop, "dana")

    assert found.mine == []
    (above,) = found.others
    assert (above.may_approve, above.most_minor, above.mine_at) == (False, 10_000, None)
    assert above.others == ["Sam"]


def test_what_nobody_could_approve_is_asked_of_all(shop: Shop) -> None:
    shop.limit(2_500)
    shop.ask("ana", 90_000)

    assert [one.may_approve for one in inbox_of(shop, "dana").mine] == [False]
    assert [one.may_approve for one in inbox_of(shop, "sam").mine] == [False]


def test_a_counter_offer_is_less_than_what_is_asked(shop: Shop) -> None:
    shop.limit(2_500)
    shop.ask("ana", 4_000)

    (found,) = inbox_of(shop, "dana").mine

    assert (found.may_approve, found.most_minor) == (True, 3_999)


def test_what_was_handed_over_is_there_for_who_stands_in(shop: Shop) -> None:
    shop.limit(2_500)
    shop.ask("chidi", 4_000, site="harbour")
    hand_over(shop, "sam", "dana")

    (found,) = inbox_of(shop, "dana").mine

    assert (found.card.person.name, found.for_person) == ("Chidi", "Sam")
    assert inbox_of(shop, "sam").mine == []
    assert askers(inbox_of(shop, "sam").others) == ["Chidi"]


def test_a_card_has_everything_that_was_said(shop: Shop) -> None:
    shop.limit(2_500)
    customer = shop.customer("212 555 0100")
    shop.give("ben", 900, customer_id=customer, now=MONDAY - timedelta(days=3))
    first = shop.ask("ana", 6_000, customer_id=customer, note="The cake had another name")
    shop.answer("dana", first, "declined", words="Too much for a cake", now=after(1))
    second = shop.ask(
        "ana", 4_000, previous=first, customer_id=customer, note="Party at three", now=after(2)
    )

    (card,) = cards(shop.session, [second], now=after(3))

    assert (card.site, card.remedy, card.reason) == ("Elm Street", "Refund", "Quality")
    assert card.why == "Party at three"
    assert card.customer is not None
    assert card.customer.found is not None
    assert card.customer.found.phone_last4 == "0100"
    assert [one.amount_minor for one in card.customer.gestures] == [900]
    assert [(one.ask.amount_minor, one.state.name) for one in card.versions] == [
        (6_000, "declined"),
        (4_000, "waiting"),
    ]
    declined = card.versions[0].answer
    assert declined is not None
    assert (declined.by, declined.words) == ("Dana", "Too much for a cake")
    assert card.versions[0].why == "The cake had another name"


def test_a_walk_in_has_no_history(shop: Shop) -> None:
    shop.limit(2_500)

    (card,) = cards(shop.session, [shop.ask("ana", 4_000)], now=after(1))

    assert card.customer is None
    assert not card.similar.is_enough


def test_the_statements_do_not_grow_with_the_asks(shop: Shop) -> None:
    shop.limit(2_500)
    for number in range(2):
        shop.ask("ana", 4_000 + number, customer_id=shop.customer(f"212 555 01{number:02}"))
    few = statements(shop, "dana")
    for number in range(2, 12):
        customer = shop.customer(f"212 555 01{number:02}")
        shop.ask("ben", 4_000 + number, customer_id=customer, note="The box was wet")
    many = statements(shop, "dana")

    assert len(inbox_of(shop, "dana").mine) == 12
    assert many <= few + 1


def test_a_quiet_inbox_is_counted_with_a_handful_of_statements(shop: Shop) -> None:
    with counted(shop) as ran:
        assert inboxes.asked_count(shop.session, shop.people["dana"], now=MONDAY) == 0

    assert len(ran) <= 6


def test_the_mark_of_an_inbox_changes_with_what_waits_and_whose_turn_it_is(shop: Shop) -> None:
    shop.limit(2_500)
    marks = [mark(shop, "dana")]
    ask = shop.ask("ana", 4_000)
    marks.append(mark(shop, "dana"))
    marks.append(mark(shop, "dana", now=after(5)))
    shop.answer("sam", ask, "approved")
    shop.give("ana", 3_000, already_given=True, note="Bus leaving")
    marks.append(mark(shop, "dana"))
    marks.append(mark(shop, "dana", now=after(24 * 60)))
    hand_over(shop, "sam", "dana")
    marks.append(mark(shop, "dana"))

    assert len(set(marks)) == len(marks)
    assert mark(shop, "dana") == marks[-1]


def test_the_mark_of_an_inbox_stays_where_others_are_at_work(shop: Shop) -> None:
    shop.limit(2_500)
    before = mark(shop, "dana")

    shop.ask("chidi", 4_000, site="harbour")
    shop.give("ana", 500)
    shop.give("chidi", 3_000, site="harbour", already_given=True, note="Bus leaving")

    assert mark(shop, "dana") == before
    assert mark(shop, "sam") != before


def mark(shop: Shop, name: str, *, now: datetime = MONDAY) -> str:
    return inbox_news.mark(shop.session, shop.people[name], now=now)


def statements(shop: Shop, name: str) -> int:
    with counted(shop) as ran:
        inbox_of(shop, name)
    return len(ran)


class counted:  # noqa: N801 - reads as a word in `with`
    """Keeps the statements that run meanwhile."""

    def __init__(self, shop: Shop) -> None:
        self.engine = shop.session.get_bind()
        self.ran: list[str] = []

    def __enter__(self) -> list[str]:
        event.listen(self.engine, "before_cursor_execute", self._keep)
        return self.ran

    def __exit__(self, *_problem: object) -> None:
        event.remove(self.engine, "before_cursor_execute", self._keep)

    def _keep(self, *told: object) -> None:
        self.ran.append(str(told[2]))


def turns(shop: Shop, *, next_after_minutes: int = 5, **said: int) -> None:
    site = shop.sites["elm_street"]
    rule = Rule(next_after_minutes=next_after_minutes)
    ask_rules.set_rule(shop.session, site, rule, actor="system", now=MONDAY)
    by_id = {shop.people[name].id: turn for name, turn in said.items()}
    ask_rules.set_turns(shop.session, site, by_id, actor="system", now=MONDAY)


def hand_over(shop: Shop, name: str, to: str) -> None:
    on = MONDAY.date()
    new = NewDelegation(uid=str(uuid.uuid4()), to=shop.people[to], starts_on=on, ends_on=on)
    person = shop.people[name]
    delegations.hand_over(shop.session, person, new, by=person, now=MONDAY)
