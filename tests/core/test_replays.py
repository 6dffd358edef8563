"""A form sent again: the first answer for ever, and nothing for anybody else."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from ledger.core.decisions import Recorded, Refused
from ledger.core.drafts import DecisionDraft
from ledger.core.errors import BadValueError
from ledger.core.submissions import SubmissionReusedError
from ledger.core.tables import Decision, Journal, PersonSite, Reason
from tests.counter import MONDAY, Shop, budget_rows, recounted_rows

EIGHT_WEEKS = timedelta(weeks=8)


def test_the_same_form_again_gives_the_first_receipt(shop: Shop) -> None:
    shop.limit(2_500, budget_minor=2_500, budget_period="day")
    form = shop.draft(2_000, note="Wrong cake", customer_id=shop.customer("2125550100"))
    first = shop.send("ana", form)
    rows = journal_rows(shop)

    again = shop.send("ana", form)

    assert isinstance(first, Recorded)
    assert again == Recorded(decision=first.decision, is_replay=True)
    assert not first.is_replay
    assert journal_rows(shop) == rows
    assert budget_rows(shop.session) == recounted_rows(shop.session)


def test_a_note_written_with_other_spaces_is_the_same_form(shop: Shop) -> None:
    shop.limit(2_500)
    form = shop.draft(2_000, note="Wrong cake")
    shop.send("ana", form)

    assert is_replayed(shop, replace(form, note=" Wrong \n cake "))


def test_the_same_id_with_other_content_is_refused_and_told_nothing(shop: Shop) -> None:
    shop.limit(2_500)
    customer_id = shop.customer("2125550100")
    form = shop.draft(2_000, note="Wrong cake", device_id="tablet-1", customer_id=customer_id)
    shop.send("ana", form)
    others = (
        replace(form, amount_minor=2_001),
        replace(form, customer_id=None),
        replace(form, remedy_id=shop.remedies["credit"]),
        replace(form, reason_id=shop.reasons["late"]),
        replace(form, site_id=shop.sites["harbour"].id),
        replace(form, site_id=999),
        replace(form, note="Wrong tart"),
        replace(form, note=None),
        replace(form, claimed_at=MONDAY - timedelta(minutes=15)),
        replace(form, device_id="tablet-2"),
        replace(form, device_id=None),
    )

    for other in others:
        with pytest.raises(SubmissionReusedError) as refused:
            shop.send("ana", other)
        assert not refused.value.args
    with pytest.raises(SubmissionReusedError):
        shop.send("ben", form)
    assert shop.session.scalars(select(func.count(col(Decision.id)))).one() == 1


def test_an_id_is_recognised_weeks_later_whatever_has_changed(shop: Shop) -> None:
    shop.limit(2_500)
    form = shop.draft(2_000, claimed_at=MONDAY - timedelta(minutes=15))
    shop.send("ana", form)
    shop.session.get_one(Reason, form.reason_id).retired = True
    shop.people["ana"].active = False
    workplace = select(PersonSite).where(col(PersonSite.person_id) == shop.people["ana"].id)
    shop.session.delete(shop.session.scalars(workplace).one())
    shop.session.flush()
    shop.limit(0, now=MONDAY + EIGHT_WEEKS)

    again = shop.send("ana", form, now=MONDAY + EIGHT_WEEKS)

    assert isinstance(again, Recorded)
    assert again.is_replay


def test_a_refusal_stays_a_refusal_also_when_the_limit_was_raised(shop: Shop) -> None:
    shop.limit(2_500)
    form = shop.draft(2_501)
    first = shop.send("ana", form)
    shop.limit(9_000, now=MONDAY)

    again = shop.send("ana", form)

    assert isinstance(first, Refused)
    assert again == Refused(refusal=first.refusal, is_replay=True)
    assert shop.give("ana", 2_501).amount_minor == 2_501


def test_a_refused_id_is_taken_too(shop: Shop) -> None:
    shop.limit(2_500)
    form = shop.draft(2_501)
    shop.send("ana", form)

    with pytest.raises(SubmissionReusedError):
        shop.send("ana", replace(form, amount_minor=2_500))


def test_a_malformed_form_does_not_use_its_id_up(shop: Shop) -> None:
    shop.limit(2_500)
    form = shop.draft(2_000)
    with pytest.raises(BadValueError):
        shop.send("ana", replace(form, amount_minor=0))

    answer = shop.send("ana", form)

    assert isinstance(answer, Recorded)
    assert not answer.is_replay


def is_replayed(shop: Shop, form: DecisionDraft) -> bool:
    """Whether Ana's form is recognised."""
    return shop.send("ana", form).is_replay


def journal_rows(shop: Shop) -> int:
    """Return how long the journal is."""
    return shop.session.scalars(select(func.count(col(Journal.seq)))).one()
