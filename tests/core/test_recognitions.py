"""Giving a recognition: by whom, to whom, for what, and in which words."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from ledger.core import recognitions
from ledger.core.errors import BadValueError, NotFoundError, NotPermittedError
from ledger.core.recognitions import DecisionVoidedError
from ledger.core.reports import recognition_list
from ledger.core.reports.recognition_list import Wanted
from ledger.core.submissions import SubmissionReusedError
from ledger.core.tables import CustomerDetail, Journal, Recognition, Words
from tests import thanks
from tests.counter import MONDAY, Shop
from tests.thanks import thank

UID = "6e9a9c0e-6f0b-4f0e-8f0a-1f3a1c1d2e3f"
TODAY = date(2026, 3, 2)


def test_a_recognition_is_a_row_of_the_journal_without_its_words(shop: Shop) -> None:
    given = thank(shop, "ana", words="Called her back before she was asked to.")

    row = shop.session.get_one(Journal, given.journal_seq)
    assert row.kind == "recognition.given"
    assert row.actor == f"person:{shop.people['sam'].uid}"
    assert row.subject == f"person:{shop.people['ana'].uid}"
    assert "Called" not in row.content
    kept = shop.session.get_one(Words, f"recognition:{given.uid}")
    assert kept.body == "Called her back before she was asked to."


def test_the_same_form_again_gives_the_first_recognition_again(shop: Shop) -> None:
    first = thank(shop, "ana", uid=UID)

    again = thank(shop, "ana", uid=UID)

    assert again.id == first.id
    assert shop.session.scalar(select(func.count(col(Recognition.id)))) == 1


def test_the_same_form_with_other_words_is_refused(shop: Shop) -> None:
    thank(shop, "ana", uid=UID)

    with pytest.raises(SubmissionReusedError):
        thank(shop, "ana", uid=UID, words="Something else.")


def test_nobody_thanks_themselves(shop: Shop) -> None:
    with pytest.raises(NotPermittedError):
        thank(shop, "sam", by="sam")


@pytest.mark.parametrize("name", ["ana", "hana", "otto", "vera", "ada"])
def test_only_supervisors_give_recognitions(shop: Shop, name: str) -> None:
    with pytest.raises(NotPermittedError):
        thank(shop, "ben", by=name)


def test_a_supervisor_thanks_only_at_their_own_sites(shop: Shop) -> None:
    with pytest.raises(NotFoundError):
        thank(shop, "chidi", by="dana", site="harbour")

    assert thank(shop, "chidi", by="sam", site="harbour").site_id == shop.sites["harbour"].id


def test_a_story_is_of_a_day_on_which_the_person_worked_there(shop: Shop) -> None:
    for day in (date(2026, 1, 4), date(2026, 3, 3)):
        with pytest.raises(BadValueError) as refused:
            thank(shop, "ana", on=day)
        assert refused.value.field == "event_date"
    with pytest.raises(BadValueError):
        thank(shop, "ana", site="harbour")

    assert thank(shop, "ana", on=date(2026, 1, 5)).event_date == date(2026, 1, 5)
    assert thank(shop, "ana", on=TODAY).event_date == TODAY


def test_a_recognition_for_a_decision_is_for_who_decided_on_that_day(shop: Shop) -> None:
    shop.limit(5_000)
    decision = shop.give("ana", 1_200)

    with pytest.raises(NotFoundError):
        thank(shop, "ben", decision=decision)
    with pytest.raises(BadValueError):
        thank(shop, "ana", decision=decision, on=date(2026, 3, 1))

    assert thank(shop, "ana", decision=decision).decision_id == decision.id


def test_a_voided_decision_is_not_recognised(shop: Shop) -> None:
    shop.limit(5_000)
    decision = shop.give("ana", 1_200)
    shop.void("dana", decision)

    with pytest.raises(DecisionVoidedError):
        thank(shop, "ana", decision=decision)


def test_an_outcome_is_added_to_a_judgement_and_is_never_the_ground(shop: Shop) -> None:
    shop.limit(5_000)
    decision = shop.give("ana", 1_200)
    with pytest.raises(BadValueError):
        thank(shop, "ana", decision=decision, event_type="outcome")

    thank(shop, "ana", decision=decision)

    added = thank(shop, "ana", decision=decision, event_type="outcome", words="She came back.")
    assert added.event_type == "outcome"


def test_judgement_is_of_a_decision(shop: Shop) -> None:
    with pytest.raises(BadValueError) as refused:
        thank(shop, "ana", event_type="judgement")

    assert refused.value.field == "decision_id"


@pytest.mark.parametrize(
    "words,why",
    [
        ("", "empty"),
        ("   ", "empty"),
        ("x" * 141, "too_long"),
        ("Card 4111 1111 1111 1111", "card"),
        ("Ring her at 0664 123 45 67", "phone"),
    ],
)
def test_words_that_cannot_be_read_aloud_are_refused(shop: Shop, words: str, why: str) -> None:
    with pytest.raises(BadValueError) as refused:
        thank(shop, "ana", words=words)

    assert (refused.value.field, refused.value.why) == ("words", why)


def test_140_characters_fit(shop: Shop) -> None:
    assert thank(shop, "ana", words="x" * 140).id


@pytest.mark.parametrize(
    "words",
    [
        "Listened to José Álvarez for ten minutes.",
        "listened to jose for ten minutes",
        "She knew alvarez, and what he likes.",
        "Looked up C-17 at once.",
        "Wrote to j@example.com the same day.",
        "Found him by 4567.",
    ],
)
def test_words_that_name_the_customer_are_refused(shop: Shop, words: str) -> None:
    shop.limit(5_000)
    customer_id = shop.customer("212 555 4567")
    detail = shop.session.get_one(CustomerDetail, customer_id)
    detail.name, detail.reference, detail.email = "José Álvarez", "C-17", "j@example.com"
    shop.session.flush()
    decision = shop.give("ana", 1_200, customer_id=customer_id)

    with pytest.raises(BadValueError) as refused:
        thank(shop, "ana", decision=decision, words=words)

    assert refused.value.why == "customer"
    assert thank(shop, "ana", decision=decision, words="Josefine said it well.").id


def test_somebody_reads_what_they_were_thanked_for(shop: Shop) -> None:
    shop.limit(5_000)
    decision, voided = shop.give("ana", 1_200), shop.give("ana", 700)
    thank(shop, "ana", decision=decision, words="Listened first.")
    thank(shop, "ana", decision=voided, words="This one was voided later.")
    thank(shop, "ana", on=date(2026, 2, 3), words="Stayed with the family.")
    thank(shop, "ben", words="For Ben.")
    shop.void("dana", voided)

    found = recognitions.recognitions_of(shop.session, shop.people["ana"])

    assert [(thanked.words, thanked.decision_uid) for thanked in found] == [
        ("Listened first.", decision.uid),
        ("Stayed with the family.", None),
    ]
    assert {thanked.given_by for thanked in found} == {"Sam"}


def test_supervisors_see_their_own_sites_and_hr_sees_all(shop: Shop) -> None:
    thank(shop, "ana")
    thank(shop, "chidi", site="harbour")
    wanted = Wanted(start=date(2026, 3, 1), end=date(2026, 3, 31))

    seen = {
        name: {
            one.person_name
            for one in recognition_list.recognitions_visible_to(
                shop.session, shop.people[name], wanted, on=TODAY
            )
        }
        for name in ("dana", "sam", "hana")
    }

    assert seen == {"dana": {"Ana"}, "sam": {"Ana", "Chidi"}, "hana": {"Ana", "Chidi"}}


def test_the_list_is_of_a_period_and_a_site(shop: Shop) -> None:
    for day in (1, 2, 27, 28):
        thank(shop, "ana", on=date(2026, 2, day))
    thank(shop, "chidi", site="harbour", on=date(2026, 2, 27))
    wanted = Wanted(
        start=date(2026, 2, 2), end=date(2026, 2, 27), site_id=shop.sites["elm_street"].id
    )

    found = recognition_list.recognitions_visible_to(
        shop.session, shop.people["hana"], wanted, on=TODAY
    )

    assert [one.event_date.day for one in found] == [27, 2]


def test_a_supervisor_is_offered_the_people_who_decide_at_their_sites(shop: Shop) -> None:
    offered = recognition_list.colleagues_to_thank(shop.session, shop.people["dana"], on=TODAY)

    assert [(one.name, one.site_name) for one in offered] == [
        ("Ana", "Elm Street"),
        ("Ben", "Elm Street"),
        ("Sam", "Elm Street"),
    ]


def test_the_day_of_a_story_is_the_sites_own(shop: Shop) -> None:
    # Three in the morning of Tuesday in New York: Elm Street still counts Monday.
    night = datetime(2026, 3, 3, 8, tzinfo=UTC)

    with pytest.raises(BadValueError):
        thank(shop, "ana", on=date(2026, 3, 3), now=night)

    assert thank(shop, "ana", on=TODAY, now=night).event_date == TODAY


def test_a_decision_of_another_site_is_not_there_to_thank_for(shop: Shop) -> None:
    shop.limit(5_000)
    decision = shop.give("chidi", 1_200, site="harbour")
    own = shop.give("dana", 900)

    with pytest.raises(NotFoundError):
        recognitions.decision_to_thank_for(
            shop.session, shop.people["dana"], decision.uid, on=TODAY
        )
    with pytest.raises(NotPermittedError):
        recognitions.decision_to_thank_for(shop.session, shop.people["dana"], own.uid, on=TODAY)

    found = recognitions.decision_to_thank_for(
        shop.session, shop.people["sam"], decision.uid, on=TODAY
    )
    shown = recognition_list.decision_shown(shop.session, found)
    assert (shown.person_name, shown.site_name, shown.business_date) == ("Chidi", "Harbour", TODAY)
    assert thanks.draft(shop, "chidi", decision=found).event_date == MONDAY.date()
