"""The criteria card has versions, and a decision keeps the one it was written under."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session

from ledger.core import criteria, decisions
from ledger.core.criteria import Criteria
from ledger.core.decisions import Recorded
from ledger.core.errors import BadValueError
from ledger.core.reports import at_the_counter
from ledger.core.reports.at_the_counter import Opened
from ledger.core.verification import verify
from ledger.database import Database
from tests.counter import MONDAY, Shop

LINES = ("Be fair.", "Be quick.")


def add(session: Session, *lines: str) -> Criteria | None:
    return criteria.add_version(session, lines, actor="system", now=MONDAY)


def test_a_new_version_takes_over_and_the_old_one_stays_readable(session: Session) -> None:
    first = criteria.card_in_force(session)

    made = add(session, " Be  fair. ", "", "Be quick.")

    assert made == Criteria(version=2, lines=list(LINES))
    assert criteria.card_in_force(session) == made
    assert [version.card for version in criteria.versions(session)] == [made, first]
    assert criteria.card(session, 1) == first
    assert criteria.card(session, 3) is None


def test_the_same_lines_again_are_no_new_version(session: Session) -> None:
    add(session, *LINES)

    assert add(session, *LINES) is None


def test_a_decision_keeps_the_version_that_its_form_showed(shop: Shop) -> None:
    shop.limit(5_000)
    draft = replace(shop.draft(500), criteria_version=1, criteria_ticks="3")
    add(shop.session, *LINES)

    answer = decisions.record_decision(shop.session, shop.people["ana"], draft, now=MONDAY)

    assert isinstance(answer, Recorded)
    kept = answer.decision
    assert (kept.criteria_version, kept.criteria_ticks) == (1, "3")
    counts = {one.card.version: one.decisions for one in criteria.versions(shop.session)}
    assert counts == {1: 1, 2: 0}


def test_an_open_form_shows_the_card_that_it_was_opened_with(shop: Shop) -> None:
    add(shop.session, *LINES)

    def shown(opened: Opened) -> int | None:
        offer = at_the_counter.offer_at(
            shop.session, shop.sites["elm_street"], opened=opened, now=MONDAY + timedelta(hours=1)
        )
        return offer.criteria.version if offer.criteria else None

    assert shown(Opened()) == 2
    assert shown(Opened(criteria_version=1)) == 1
    assert shown(Opened(criteria_version=77)) == 2


def test_a_new_version_is_in_the_journal_and_verified(database: Database) -> None:
    with database.writing() as session:
        add(session, *LINES)

    with database.reading() as session:
        verify(session)


@pytest.mark.parametrize(
    "lines,why",
    [
        ([], "empty"),
        (["", "  "], "empty"),
        ([f"Line {number}" for number in range(8)], "too_many"),
        (["x" * 81], "too_long"),
        (["Be fair.", "be FAIR."], "twice"),
        (["Be\u200bfair."], "control"),
    ],
)
def test_a_card_that_cannot_be_shown_is_refused(
    session: Session, lines: list[str], why: str
) -> None:
    with pytest.raises(BadValueError) as caught:
        add(session, *lines)

    assert (caught.value.field, caught.value.why) == ("lines", why)
