"""Asks, their answers, and who read what cannot be changed behind the program's back."""

import pytest

from ledger.database import Database
from tests.core.test_verification import change, first_bad

RULE_TOLD = "UPDATE ask_rule SET waits_minutes = 60"
TURN_TOLD = "UPDATE answer_turn SET turn = 3"


@pytest.fixture
def ledger(filled: Database) -> Database:
    """Return a ledger with one of everything, on each database by turns."""
    return filled


@pytest.mark.parametrize(
    "statement, bad",
    [
        ("UPDATE ask SET amount_minor = 9999 WHERE id = 2", ("ask", 2, "differs", "amount_minor")),
        (
            "UPDATE ask_answer SET kind = 'accepted' WHERE id = 2",
            ("ask_answer", 2, "differs", "kind"),
        ),
        ("UPDATE delegation SET to_id = 9 WHERE id = 1", ("delegation", 1, "differs", "to_id")),
        (
            "UPDATE delegation_end SET delegation_id = 2 WHERE id = 1",
            ("delegation_end", 1, "differs", "delegation_id"),
        ),
        ("UPDATE review SET decision_id = 1 WHERE id = 1", ("review", 1, "differs", "decision_id")),
        (
            "UPDATE flag_reading SET reading = 'misuse' WHERE id = 1",
            ("flag_reading", 1, "differs", "reading"),
        ),
        ("UPDATE budget SET reserved = reserved + 1", ("budget", 1, "wrong", "reserved")),
        ("UPDATE budget SET exceptions = 0 WHERE id = 1", ("budget", 1, "wrong", "exceptions")),
        (
            "UPDATE words SET body = 'Lost' WHERE subject LIKE 'ask:%'",
            ("ask", 1, "changed", "words"),
        ),
        (
            "UPDATE words SET body = 'Lost' WHERE subject LIKE 'ask_answer:%'",
            ("ask_answer", 1, "changed", "words"),
        ),
        (
            "UPDATE words SET body = 'Lost' WHERE subject LIKE 'review:%'",
            ("review", 1, "changed", "words"),
        ),
        (
            "UPDATE words SET body = 'Lost' WHERE subject LIKE 'flag_reading:%'",
            ("flag_reading", 1, "changed", "words"),
        ),
        (RULE_TOLD, ("ask_rule", 1, "differs", "waits_minutes")),
        ("DELETE FROM ask_rule", ("ask_rule", 1, "missing", "journal 53")),
        (TURN_TOLD, ("answer_turn", 1, "differs", "turn")),
        (
            "UPDATE person SET same_as_id = NULL",
            ("person", 4, "changed", "same_as_id"),
        ),
        (
            "UPDATE person SET approval_ceiling_minor = 99999 WHERE id = 1",
            ("person", 1, "changed", "approval_ceiling_minor"),
        ),
    ],
)
def test_a_change_past_the_journal_is_named(
    ledger: Database, statement: str, bad: tuple[object, ...]
) -> None:
    change(ledger, statement)

    assert first_bad(ledger) == bad
