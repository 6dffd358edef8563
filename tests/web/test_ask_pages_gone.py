"""Where what an ask was for is not offered any more, or its asker works elsewhere now."""

import uuid
from collections.abc import Callable

import pytest
from sqlalchemy import select, update
from sqlmodel import Session, col

from ledger.core import reasons, remedies, site_changes
from ledger.core.reports.ask_card import cards
from ledger.core.tables import Ask, Decision, PersonSite, UnmetNeed
from ledger.ledgers import Ledger
from tests.cast import MONDAY
from tests.counter import TUESDAY
from tests.web.conftest import ClientFor, Clock
from tests.web.counter_form import form_with_button
from tests.web.html import parse
from tests.web.opened import opened
from tests.web.said import words_of


@pytest.fixture
def address(ledger: Ledger) -> str:
    """Let Dana approve $40 for Ana; return the address of the ask."""
    with opened(ledger) as shop:
        shop.limit(2_500)
        ask = shop.ask("ana", 4_000, now=MONDAY)
        shop.answer("dana", ask, words="Yes of course", now=MONDAY)
        return f"/asks/{ask.uid}"


def _remedy(session: Session, ask: Ask) -> None:
    remedies.retire_remedy(session, ask.remedy_id, retired=True, actor="system", now=MONDAY)


def _site(session: Session, ask: Ask) -> None:
    site_changes.retire_site(session, ask.site_id, actor="system", now=MONDAY)


def retired(ledger: Ledger, retire: Callable[[Session, Ask], None]) -> None:
    with ledger.database.writing() as session:
        retire(session, session.scalars(select(Ask)).one())


@pytest.mark.parametrize(
    "retire, said",
    [(_remedy, "“Refund” is not offered any more."), (_site, "Elm Street is closed.")],
)
def test_nothing_is_offered_that_cannot_be_given(
    ledger: Ledger,
    client_for: ClientFor,
    address: str,
    retire: Callable[[Session, Ask], None],
    said: str,
) -> None:
    retired(ledger, retire)

    page = client_for("ana").get(address)

    words = words_of(page)
    assert f"“Yes of course” {said} So nothing can be given for this ask." in words
    assert "Give $40.00" not in words
    assert "instead" not in words
    assert ("Record an unmet need" in words) == (retire is _remedy)
    assert "Ask for something else" in words
    assert "No thanks, give nothing" in words
    again = client_for("ana").get(f"{address}/again")
    assert (again.status_code, again.location) == (303, address)


def test_it_can_be_left_or_become_an_unmet_need(
    ledger: Ledger, client_for: ClientFor, address: str
) -> None:
    retired(ledger, _remedy)
    ana = client_for("ana")

    ana.post(f"{address}/need")
    page = ana.get(address)
    assert "Record an unmet need" not in words_of(page)
    ana.post(f"{address}/withdraw", data=form_with_button(page, "No thanks"))

    assert parse(ana.get(address).text).heading == "The ask was taken back"
    with ledger.database.reading() as session:
        assert session.scalars(select(UnmetNeed)).one().amount_minor == 4_000


def test_a_reason_that_was_retired_today_may_still_be_given(
    ledger: Ledger, client_for: ClientFor, clock: Clock
) -> None:
    with opened(ledger) as shop:
        shop.limit(2_500)
        ask = shop.ask("ana", 4_000, now=MONDAY)
        reasons.retire_reason(shop.session, ask.reason_id, retired=True, actor="system", now=MONDAY)
        (today,) = cards(shop.session, [ask], now=MONDAY)
        (tomorrow,) = cards(shop.session, [ask], now=TUESDAY)

    assert (today.not_offered, tomorrow.not_offered) == ([], ["reason"])
    assert "Waiting for" in parse(client_for("ana").get(f"/asks/{ask.uid}").text).heading
    clock.pass_by(minutes=24 * 60)
    assert "Ask again" not in words_of(client_for("ana").get(f"/asks/{ask.uid}"))


@pytest.mark.parametrize("step", ["give", "instead", "again"])
def test_who_works_elsewhere_now_is_told_so(
    ledger: Ledger, client_for: ClientFor, address: str, step: str
) -> None:
    ana = client_for("ana")
    form = form_with_button(ana.get(f"{address}/again"), "Ask for this")
    sent = form | {"uid": str(uuid.uuid4()), "amount": "10" if step == "instead" else "41"}
    with ledger.database.writing() as session:
        person_id = session.scalars(select(Ask)).one().person_id
        left = update(PersonSite).where(col(PersonSite.person_id) == person_id)
        session.execute(left.values(from_date=TUESDAY.date()))

    answer = ana.post(f"{address}/{step}", data=sent)

    assert answer.status_code == 409
    assert "You do not work at Elm Street today." in words_of(answer)
    with ledger.database.reading() as session:
        assert session.scalars(select(Decision)).all() == []
