"""How the shop is set up cannot be changed behind the program's back, on either database."""

import pytest

from ledger.cli.sentences import sentence
from ledger.core import reasons, remedies
from ledger.core.person_changes import PersonChange, change_person
from ledger.core.remedies import NewRemedy
from ledger.core.verification import BadRowError, verify
from ledger.database import Database
from tests import cast
from tests.core.test_verification import change, first_bad, verified
from tests.counter import TUESDAY

ANOTHER_REMEDY = (
    "INSERT INTO remedy (id, kind, name, icon, cost_share_bp, worthless, needs_visit, till_step,"
    " position, retired) VALUES (99, 'flowers', 'Flowers', 'gift', 10000, 0, 0, '', 9, 0)"
)
ANOTHER_PLACE = "INSERT INTO person_site VALUES (99, 1, 3, '2026-01-05', NULL)"

NO_KEY = (
    "UPDATE subject_key SET key = 'zz'"
    " WHERE subject = (SELECT 'person:' || uid FROM person WHERE id = 2)"
)


@pytest.fixture
def ledger(filled: Database) -> Database:
    """Return a ledger with one of everything, on each database by turns."""
    return filled


@pytest.mark.parametrize(
    "statement,bad",
    [
        ("UPDATE company SET horizon_days = 30", ("company", 1, "differs", "horizon_days")),
        ("UPDATE company SET zone = 'Nowhere/At_all'", ("company", 1, "differs", "zone")),
        ("UPDATE site SET currency = 'EUR' WHERE id = 2", ("site", 2, "differs", "currency")),
        ("UPDATE site SET retired = 1 WHERE id = 1", ("site", 1, "differs", "retired")),
        (
            "UPDATE site_calendar SET zone = 'Nowhere/At_all' WHERE id = 1",
            ("site_calendar", 1, "differs", "zone"),
        ),
        ("DELETE FROM site_calendar WHERE id = 1", ("site_calendar", 1, "missing", "journal 2")),
        (
            "UPDATE remedy SET cost_share_bp = 1 WHERE id = 3",
            ("remedy", 3, "differs", "cost_share_bp"),
        ),
        ("DELETE FROM remedy WHERE kind = 'upgrade'", ("remedy", 5, "missing", "journal 1")),
        (ANOTHER_REMEDY, ("remedy", 99, "extra", "journal row")),
        ("UPDATE reason SET name = 'Late?' WHERE id = 3", ("reason", 3, "differs", "name")),
        (
            "UPDATE criteria_card SET body = 'Say no.'",
            ("criteria_card", 1, "differs", "body"),
        ),
        ("UPDATE person SET active = 0 WHERE id = 1", ("person", 1, "changed", "active")),
        (
            "UPDATE person_site SET until = '2026-02-01' WHERE id = 1",
            ("person_site", 1, "differs", "until"),
        ),
        (ANOTHER_PLACE, ("person_site", 99, "extra", "journal row")),
        (
            "UPDATE customer_detail SET since = '2020-01-01' WHERE customer_id = 1",
            ("customer", 1, "changed", "customer_detail"),
        ),
        (
            "UPDATE customer_detail SET phone_last4 = '0000' WHERE phone_last4 = '5310'",
            ("customer_detail", 5, "changed", "phone_last4"),
        ),
        (
            "UPDATE customer_detail SET name_key = 'somebody' WHERE customer_id = 1",
            ("customer_detail", 1, "changed", "name_key"),
        ),
        (
            NO_KEY,
            ("person", 2, "changed", "commitment"),
        ),
    ],
)
def test_a_changed_setting_is_named_by_its_row(
    ledger: Database, statement: str, bad: tuple[object, ...]
) -> None:
    change(ledger, statement)

    assert first_bad(ledger) == bad


def test_a_setting_that_is_gone_is_one_plain_sentence(ledger: Database) -> None:
    change(ledger, "DELETE FROM site_calendar WHERE id = 1")

    with pytest.raises(BadRowError) as caught, ledger.reading() as session:
        verify(session)

    assert sentence(caught.value) == (
        "site_calendar 1: the row is not there, and journal 2 says that it should be."
    )


def test_what_was_added_and_changed_by_the_rules_is_as_it_should_be(ledger: Database) -> None:
    with ledger.writing() as session:
        remedies.add_remedy(
            session, NewRemedy(kind="flowers", name="Flowers"), actor="system", now=TUESDAY
        )
        reasons.add_reason(session, "rain", "Rain", actor="system", now=TUESDAY)
        ana = cast.person(session, "ana")
        for wanted in (
            PersonChange(site_ids=[2, 3], grade="Lead"),
            PersonChange(site_ids=[1]),
            PersonChange(active=False),
        ):
            change_person(session, ana, wanted, actor="system", now=TUESDAY)

    assert verified(ledger).rows["person"] == 9

    change(ledger, "UPDATE person SET active = 1")

    assert first_bad(ledger) == ("person", 1, "changed", "active")
