"""Lists that are taken out: known before the first byte, and again after the last."""

import json

import pytest
from sqlalchemy import select
from sqlmodel import col

from ledger.core import downloads
from ledger.core.errors import BadValueError, NotPermittedError
from ledger.core.permissions import Role
from ledger.core.tables import Download, Journal
from tests.counter import MONDAY, Shop

EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def begun_by(shop: Shop, name: str, subject: str = "decisions") -> Download:
    choice = {"site": shop.sites["elm_street"].id, "person": None}
    return downloads.begin(
        shop.session, shop.people[name], subject=subject, format="csv", choice=choice, now=MONDAY
    )


def test_a_download_is_in_the_journal_before_its_first_byte_and_after_its_last(shop: Shop) -> None:
    begun = begun_by(shop, "otto")
    end = downloads.finish(shop.session, begun, rows=0, sha256=EMPTY, now=MONDAY)

    rows = shop.session.scalars(
        select(Journal)
        .where(col(Journal.subject) == f"download:{begun.id}")
        .order_by(col(Journal.seq))
    ).all()
    assert [row.kind for row in rows] == ["download.begun", "download.finished"]
    assert [row.seq for row in rows] == [begun.journal_seq, end.journal_seq]
    assert begun.head_seq == begun.journal_seq - 1
    assert json.loads(begun.choice) == {"site": shop.sites["elm_street"].id}


def test_one_that_broke_off_has_no_end(shop: Shop) -> None:
    whole = begun_by(shop, "otto")
    begun_by(shop, "dana")
    downloads.finish(shop.session, whole, rows=0, sha256=EMPTY, now=MONDAY)

    last, first = downloads.taken(shop.session)

    assert (last.taken_by, last.end) == ("Dana", None)
    assert first.taken_by == "Otto"
    assert first.end is not None
    assert downloads.taken(shop.session, before=last.download.id) == [first]


def test_who_lost_the_right_since_the_page_was_opened_gets_nothing(shop: Shop) -> None:
    shop.people["dana"].role = Role.STAFF
    shop.session.flush()

    with pytest.raises(NotPermittedError):
        begun_by(shop, "dana")
    with pytest.raises(NotPermittedError):
        begun_by(shop, "hana")


def test_outcomes_may_be_taken_out_by_whoever_may_see_them(shop: Shop) -> None:
    assert begun_by(shop, "vera", "outcomes").subject == "outcomes"
    with pytest.raises(NotPermittedError):
        begun_by(shop, "vera", "decisions")
    with pytest.raises(BadValueError):
        begun_by(shop, "otto", "customers")
