"""Reasons: seven at most are shown, each site may show its own, and no decision is lost by it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import decisions, reasons, unmet_needs
from ledger.core.decisions import Recorded
from ledger.core.errors import BadValueError
from ledger.core.reports import at_the_counter
from ledger.core.reports.at_the_counter import Opened
from ledger.core.tables import Journal, Site
from ledger.core.unmet_needs import UnmetNeedDraft
from ledger.core.verification import verify
from ledger.database import Database
from tests.cast import hire
from tests.counter import MONDAY, TUESDAY, Shop

USUAL = [
    *("wrong_item", "quality", "late", "out_of_stock", "till_mistake", "treatment", "other"),
]


def shown(session: Session, site: Site) -> list[str]:
    return [reason.code for reason in reasons.shown_at(session, site.id)]


def ids(session: Session, *codes: str) -> list[int]:
    by_code = {one.code: one.id for one in reasons.all_reasons(session)}
    return [by_code[code] for code in codes]


def show(session: Session, site: Site, *codes: str) -> bool:
    return reasons.show_at(session, site, ids(session, *codes), actor="system", now=MONDAY)


def retire(session: Session, code: str, *, retired: bool = True) -> bool:
    (key,) = ids(session, code)
    return reasons.retire_reason(session, key, retired=retired, actor="system", now=MONDAY)


def test_a_site_shows_the_first_seven_of_the_company(shop: Shop) -> None:
    session, elm_street = shop.session, shop.sites["elm_street"]
    added = reasons.add_reason(session, "rain", "Rain", actor="system", now=MONDAY)
    assert shown(session, elm_street) == USUAL

    retire(session, "late")
    assert shown(session, elm_street) == [*(code for code in USUAL if code != "late"), "rain"]

    reasons.move_reason(session, added.id, "up", actor="system", now=MONDAY)
    retire(session, "late", retired=False)
    assert shown(session, elm_street)[-1] == "rain"


def test_a_site_shows_its_own_in_its_own_order_and_the_others_as_before(shop: Shop) -> None:
    session, elm_street = shop.session, shop.sites["elm_street"]

    assert show(session, elm_street, "other", "late")
    assert not show(session, elm_street, "other", "late")

    assert shown(session, elm_street) == ["other", "late"]
    assert shown(session, shop.sites["harbour"]) == USUAL


def test_a_site_goes_back_to_what_the_company_shows(shop: Shop) -> None:
    session, elm_street = shop.session, shop.sites["elm_street"]
    show(session, elm_street, "other", "late")

    retire(session, "late")
    assert shown(session, elm_street) == ["other"]
    retire(session, "other")
    assert shown(session, elm_street) == [c for c in USUAL if c not in ("late", "other")]
    retire(session, "other", retired=False)
    assert shown(session, elm_street) == ["other"]

    assert show(session, elm_street)
    assert shown(session, elm_street) == [c for c in USUAL if c != "late"]


def test_what_a_site_shows_is_told_in_the_journal_and_verified(database: Database) -> None:
    with database.writing() as session:
        elm_street = hire(session).sites["elm_street"]
        for codes in (("other", "late"), ("late", "quality"), ()):
            assert show(session, elm_street, *codes)

    with database.reading() as session:
        verify(session)
        query = select(col(Journal.kind)).where(col(Journal.subject) == f"site:{elm_street.id}")
        assert session.scalars(query).all() == ["site.added", *["site.changed"] * 3]


def test_more_than_seven_or_what_is_not_offered_is_refused(shop: Shop) -> None:
    session, elm_street = shop.session, shop.sites["elm_street"]
    reasons.add_reason(session, "rain", "Rain", actor="system", now=MONDAY)
    retire(session, "quality")

    for codes, why in (
        ([*USUAL, "rain"], "too_many"),
        (["late", "late"], "twice"),
        (["quality"], "not offered"),
    ):
        with pytest.raises(BadValueError) as caught:
            show(session, elm_street, *codes)
        assert caught.value.why == why


def test_a_decision_whose_reason_was_retired_while_the_form_was_open_is_not_lost(
    shop: Shop,
) -> None:
    shop.limit(5_000)
    late = replace(shop.draft(500), reason_id=shop.reasons["late"])
    retire(shop.session, "late")

    answer = decisions.record_decision(shop.session, shop.people["ana"], late, now=MONDAY)

    assert isinstance(answer, Recorded)
    assert answer.decision.reason_id == shop.reasons["late"]


def test_g10_a_reason_that_was_retired_before_today_is_not_offered(shop: Shop) -> None:
    shop.limit(5_000)
    retire(shop.session, "late")
    tomorrow = replace(shop.draft(500), reason_id=shop.reasons["late"])

    with pytest.raises(BadValueError) as caught:
        decisions.record_decision(shop.session, shop.people["ana"], tomorrow, now=TUESDAY)

    assert (caught.value.field, caught.value.why) == ("reason_id", "not offered")


def test_an_unmet_need_keeps_its_reason_as_a_decision_does(shop: Shop) -> None:
    need = UnmetNeedDraft(
        uid="0b0e9c8e-1f0c-4c0a-9d2e-0d8f3f0a7c11",
        site_id=shop.sites["elm_street"].id,
        reason_id=shop.reasons["late"],
        amount_minor=9_000,
    )
    retire(shop.session, "late")

    made = unmet_needs.record_unmet_need(shop.session, shop.people["ben"], need, now=MONDAY)

    assert made.reason_id == shop.reasons["late"]
    with pytest.raises(BadValueError):
        unmet_needs.record_unmet_need(
            shop.session,
            shop.people["ben"],
            replace(need, uid="0b0e9c8e-1f0c-4c0a-9d2e-0d8f3f0a7c12"),
            now=TUESDAY,
        )


def test_an_open_form_is_offered_its_reason_after_those_that_are_shown_now(shop: Shop) -> None:
    session, elm_street = shop.session, shop.sites["elm_street"]
    show(session, elm_street, "other", "quality")
    opened = Opened(reason_id=shop.reasons["late"])

    def offered(opened: Opened, **later: float) -> list[str]:
        offer = at_the_counter.offer_at(
            session, elm_street, opened=opened, now=MONDAY + timedelta(**later)
        )
        return [reason.code for reason in offer.reasons]

    assert offered(opened) == ["other", "quality", "late"]
    retire(session, "late")
    assert offered(opened) == ["other", "quality", "late"]
    assert offered(opened, days=1) == ["other", "quality"]
    assert offered(Opened(reason_id=999)) == ["other", "quality"]
    assert offered(Opened(reason_id=shop.reasons["other"])) == ["other", "quality"]


def test_a_reason_is_renamed_and_its_code_stays(session: Session) -> None:
    (late,) = ids(session, "late")

    assert reasons.rename_reason(session, late, " Too late ", actor="system", now=MONDAY)
    assert not reasons.rename_reason(session, late, "Too late", actor="system", now=MONDAY)

    row = reasons.reason(session, late)
    assert (row.code, row.name) == ("late", "Too late")


def test_the_last_reason_is_not_retired(session: Session) -> None:
    for code in USUAL[1:]:
        retire(session, code)

    with pytest.raises(BadValueError) as caught:
        retire(session, USUAL[0])

    assert caught.value.why == "last"


@pytest.mark.parametrize("code,name", [("Late", "Late"), ("", "Late"), ("late", " ")])
def test_what_cannot_be_a_reason_is_refused(code: str, name: str) -> None:
    with pytest.raises(BadValueError):
        reasons.checked(code, name)
