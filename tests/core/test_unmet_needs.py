"""Unmet needs: "wanted to, could not", kept once."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from ledger.core import unmet_needs
from ledger.core.errors import BadValueError, NotFoundError
from ledger.core.money import MAX_MINOR
from ledger.core.submissions import SubmissionReusedError
from ledger.core.tables import Journal, Reason, UnmetNeed
from ledger.core.unmet_needs import UnmetNeedDraft
from tests.counter import MONDAY, Shop


def test_an_unmet_need_is_kept_with_the_refusal_it_came_from(shop: Shop) -> None:
    shop.limit(2_500)
    refusal = shop.refused("ana", 4_000)

    need = record(shop, replace(a_need(shop), refusal_uid=refusal.uid))

    assert (need.amount_minor, need.currency, need.customer_id) == (4_000, "USD", None)
    assert (need.business_date, need.zone) == (date(2026, 3, 2), "America/New_York")
    assert need.refusal_uid == refusal.uid
    assert shop.session.get_one(Journal, need.journal_seq).kind == "unmet_need.recorded"


def test_the_same_form_again_is_one_unmet_need_also_weeks_later(shop: Shop) -> None:
    form = a_need(shop)
    first = record(shop, form)
    shop.session.get_one(Reason, form.reason_id).retired = True
    shop.session.flush()

    again = unmet_needs.record_unmet_need(
        shop.session, shop.people["ana"], form, now=MONDAY + timedelta(weeks=8)
    )

    assert again == first
    assert len(shop.session.scalars(select(UnmetNeed)).all()) == 1
    with pytest.raises(SubmissionReusedError):
        record(shop, replace(form, amount_minor=4_001))
    with pytest.raises(SubmissionReusedError):
        shop.send("ana", shop.draft(4_000, uid=form.uid))


def test_what_cannot_be_an_unmet_need_is_refused(shop: Shop) -> None:
    shop.limit(2_500)
    form = a_need(shop)

    for changed, field in (
        (replace(form, amount_minor=0), "amount"),
        (replace(form, amount_minor=MAX_MINOR + 1), "amount"),
        (replace(form, reason_id=999), "reason_id"),
        (replace(form, uid="first"), "uid"),
    ):
        with shop.session.begin_nested() as tried:
            with pytest.raises(BadValueError) as refused:
                record(shop, changed)
            assert refused.value.field == field
            tried.rollback()


def test_an_unmet_need_names_only_what_is_there_and_ones_own(shop: Shop) -> None:
    shop.limit(2_500)
    bens = shop.refused("ben", 4_000)
    form = a_need(shop)

    for changed, kind in (
        (replace(form, site_id=shop.sites["harbour"].id), "site"),
        (replace(form, customer_id=999), "customer"),
        (replace(form, refusal_uid=bens.uid), "refusal"),
        (replace(form, refusal_uid="none"), "refusal"),
    ):
        with shop.session.begin_nested() as tried:
            with pytest.raises(NotFoundError, match=kind):
                record(shop, changed)
            tried.rollback()


def test_one_refusal_is_one_unmet_need_under_whatever_form(shop: Shop) -> None:
    shop.limit(2_500)
    refusal, other = shop.refused("ana", 4_000), shop.refused("ana", 4_000)
    first = record(shop, replace(a_need(shop), refusal_uid=refusal.uid))
    second_form = replace(a_need(shop), refusal_uid=refusal.uid)

    for _ in range(2):
        assert record(shop, second_form).id == first.id
    assert record(shop, replace(a_need(shop), refusal_uid=other.uid)).id != first.id
    assert record(shop, a_need(shop)).id != record(shop, a_need(shop)).id
    assert len(shop.session.scalars(select(UnmetNeed)).all()) == 4


def a_need(shop: Shop) -> UnmetNeedDraft:
    """Return a form of Ana's under a new id."""
    return UnmetNeedDraft(
        uid=str(uuid4()),
        site_id=shop.sites["elm_street"].id,
        reason_id=shop.reasons["quality"],
        amount_minor=4_000,
    )


def record(shop: Shop, form: UnmetNeedDraft) -> UnmetNeed:
    """Hand Ana's form in."""
    return unmet_needs.record_unmet_need(shop.session, shop.people["ana"], form, now=MONDAY)
