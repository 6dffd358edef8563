"""Remedies are rows that an administrator edits, and no edit reaches what was given before."""

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import decisions, remedies
from ledger.core.errors import BadValueError, NotFoundError
from ledger.core.ordering import Step
from ledger.core.remedies import NewRemedy, RemedyChange, Written
from ledger.core.tables import Journal
from ledger.core.verification import verify
from ledger.database import Database
from tests.counter import MONDAY, Shop

AS_IT_IS = RemedyChange(
    name="Free item",
    icon="gift",
    cost_share_bp=5_000,
    needs_visit=False,
    till_step="Ring the item up at no charge as {code}.",
)
FLOWERS = NewRemedy(kind="flowers", name="Flowers", icon="ribbon", till_step="Hand them over.")


def change(session: Session, remedy_id: int, **values: object) -> bool:
    fields = {name: getattr(AS_IT_IS, name) for name in AS_IT_IS.__dataclass_fields__}
    wanted = RemedyChange(**{**fields, **values})
    return remedies.change_remedy(session, remedy_id, wanted, actor="system", now=MONDAY)


def offered(session: Session) -> list[str]:
    return [remedy.kind for remedy in decisions.remedies_offered(session)]


def test_a_new_cost_share_holds_for_what_is_given_from_now_on(shop: Shop) -> None:
    shop.limit(5_000)
    free_item = shop.remedies["free_item"]
    before = shop.give("ana", 1_000, remedy="free_item")

    assert change(shop.session, free_item, cost_share_bp=2_000)
    after = shop.give("ana", 1_000, remedy="free_item")

    assert (before.cost_minor, after.cost_minor) == (500, 200)
    assert remedies.written_with(shop.session, free_item) == [
        Written(currency="USD", decisions=2, cost_minor=700)
    ]


def test_a_remedy_is_changed_only_where_it_differs_and_never_in_its_kind(
    database: Database,
) -> None:
    with database.writing() as session:
        key = next(one.id for one in remedies.all_remedies(session) if one.kind == "free_item")
        assert not change(session, key)
        assert change(session, key, name="  A  free\nitem ", icon="basket", needs_visit=True)
        row = remedies.remedy(session, key)
        assert (row.kind, row.name, row.icon, row.needs_visit) == (
            *("free_item", "A free item", "basket"),
            True,
        )

    with database.reading() as session:
        verify(session)
        query = select(col(Journal.kind)).where(col(Journal.subject) == f"remedy:{key}")
        assert session.scalars(query).all() == ["remedy.changed"]


def test_an_apology_costs_nothing_whatever_is_typed(session: Session) -> None:
    apology = next(one for one in remedies.all_remedies(session) if one.worthless)

    change(session, apology.id, cost_share_bp=10_000)

    assert apology.cost_share_bp == 0


def test_the_order_is_changed_one_place_at_a_time_past_what_is_retired(session: Session) -> None:
    by_kind = {one.kind: one.id for one in remedies.all_remedies(session)}

    def move(kind: str, step: Step) -> bool:
        return remedies.move_remedy(session, by_kind[kind], step, actor="system", now=MONDAY)

    remedies.retire_remedy(session, by_kind["credit"], retired=True, actor="system", now=MONDAY)

    assert not move("refund", "up")
    assert not move("apology", "down")
    assert move("free_item", "up")
    assert move("waived_fee", "down")
    assert offered(session) == [
        *("free_item", "refund", "upgrade", "waived_fee", "replacement", "apology")
    ]


def test_a_retired_remedy_is_offered_no_more_stays_readable_and_comes_back(
    session: Session,
) -> None:
    credit = next(one for one in remedies.all_remedies(session) if one.kind == "credit")

    def retire(*, retired: bool = True) -> bool:
        return remedies.retire_remedy(
            session, credit.id, retired=retired, actor="system", now=MONDAY
        )

    assert retire()
    assert not retire()
    assert "credit" not in offered(session)
    assert credit in remedies.all_remedies(session)
    assert retire(retired=False)
    assert offered(session)[1] == "credit"


def test_the_last_remedy_is_not_retired(session: Session) -> None:
    *others, last = remedies.all_remedies(session)
    for one in others:
        remedies.retire_remedy(session, one.id, retired=True, actor="system", now=MONDAY)

    with pytest.raises(BadValueError) as caught:
        remedies.retire_remedy(session, last.id, retired=True, actor="system", now=MONDAY)

    assert caught.value.why == "last"


def test_a_remedy_that_was_added_is_offered_last(session: Session) -> None:
    remedies.add_remedy(session, remedies.checked(FLOWERS), actor="system", now=MONDAY)

    assert offered(session)[-1] == "flowers"
    with pytest.raises(BadValueError) as caught:
        remedies.add_remedy(session, FLOWERS, actor="system", now=MONDAY)
    assert (caught.value.field, caught.value.why) == ("kind", "taken")


@pytest.mark.parametrize("kind", ["", "Flowers", "two words", "1st", "a-b", "x" * 41, "blümen"])
def test_a_kind_that_files_could_not_carry_is_refused(kind: str) -> None:
    with pytest.raises(BadValueError) as caught:
        remedies.checked(NewRemedy(kind=kind, name="Flowers"))

    assert (caught.value.field, caught.value.why) == ("kind", "letters")


@pytest.mark.parametrize(
    "values,field",
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 41}, "name"),
        ({"icon": "skull"}, "icon"),
        ({"cost_share_bp": -1}, "cost_share_bp"),
        ({"cost_share_bp": 1_000_001}, "cost_share_bp"),
        ({"till_step": " "}, "till_step"),
        ({"till_step": "Refund {ammount} as {code}."}, "till_step"),
    ],
)
def test_what_a_remedy_cannot_be_is_refused_by_name(
    session: Session, values: dict[str, object], field: str
) -> None:
    key = remedies.all_remedies(session)[2].id

    with pytest.raises(BadValueError) as caught:
        change(session, key, **values)

    assert caught.value.field == field


def test_a_remedy_that_is_not_there_cannot_be_changed(session: Session) -> None:
    with pytest.raises(NotFoundError):
        change(session, 999)


@pytest.mark.parametrize(
    "typed,share_bp,shown",
    [
        ("0", 0, "0"),
        ("100", 10_000, "100"),
        ("12.5 %", 1_250, "12.5"),
        ("33.33", 3_333, "33.33"),
        ("33.05", 3_305, "33.05"),
        ("10000", 1_000_000, "10000"),
    ],
)
def test_a_share_is_typed_and_shown_in_percent(typed: str, share_bp: int, shown: str) -> None:
    assert remedies.parse_percent(typed) == share_bp
    assert remedies.percent_text(share_bp) == shown


@pytest.mark.parametrize("typed", ["", "half", "-5", "1e2", "12,5", "12.345", "10001", ".5"])
def test_what_is_no_share_is_refused(typed: str) -> None:
    with pytest.raises(BadValueError):
        remedies.parse_percent(typed)
