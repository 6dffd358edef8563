"""Who may do what: the whole table, on one screen.

Which rows somebody may see is not here but in queries that take the person.
"""

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """What somebody is here."""

    STAFF = "staff"
    SUPERVISOR = "supervisor"
    HR = "hr"
    AUDITOR = "auditor"
    EXECUTIVE = "executive"
    ADMINISTRATOR = "administrator"


class Action(StrEnum):
    """What can be done on a page."""

    USE_OWN_ACCOUNT = "use own account"
    RECORD_DECISION = "record a decision"
    SEE_OWN_DECISIONS = "see one's own decisions"
    SEE_DECISIONS = "see the decisions of one's sites"
    VOID_DECISION = "void somebody's decision"
    SEE_LIMITS = "see limits"
    SET_LIMIT = "set a limit"
    SEE_OUTCOMES = "see outcomes"
    SEE_TEAM = "see the people of one's sites"
    GIVE_RECOGNITION = "give a recognition"
    SEE_RECOGNITIONS = "see recognitions"
    EXPORT_RECOGNITIONS = "export recognitions"
    SEE_JOURNAL = "see the journal"
    SEE_SUMMARY = "see the company's summary"
    ADD_PERSON = "add people and give one-time codes"
    MANAGE_SITES = "add and change sites"
    MANAGE_SETTINGS = "change how the company works"
    BRING_FILES = "bring files in and take them back"
    SEE_CUSTOMERS = "see customers"
    JOIN_CUSTOMERS = "join customers and part them again"
    SEE_COMPLETENESS = "compare the till with what was written"
    TAKE_LISTS_OUT = "take lists of decisions and limits out"
    CHECK_LEDGER = "verify the ledger and sign a checkpoint"
    AGREE_AS_SPONSOR = "write the sponsor card"
    ANSWER_ASKS = "answer asks and hand them over"
    SEE_ASKS = "see asks, exceptions and flags of one's sites"
    READ_EXCEPTIONS = "acknowledge exceptions and read flags"


_EVERYBODY = frozenset({Action.USE_OWN_ACCOUNT})

_MAY: Mapping[Role, frozenset[Action]] = {
    Role.STAFF: _EVERYBODY | {Action.RECORD_DECISION, Action.SEE_OWN_DECISIONS},
    Role.SUPERVISOR: _EVERYBODY
    | {
        Action.RECORD_DECISION,
        Action.SEE_OWN_DECISIONS,
        Action.SEE_DECISIONS,
        Action.VOID_DECISION,
        Action.SEE_LIMITS,
        Action.SET_LIMIT,
        Action.SEE_OUTCOMES,
        Action.SEE_TEAM,
        Action.GIVE_RECOGNITION,
        Action.SEE_RECOGNITIONS,
        Action.BRING_FILES,
        Action.SEE_CUSTOMERS,
        Action.JOIN_CUSTOMERS,
        Action.SEE_COMPLETENESS,
        Action.TAKE_LISTS_OUT,
        Action.ANSWER_ASKS,
        Action.SEE_ASKS,
        Action.READ_EXCEPTIONS,
    },
    Role.HR: _EVERYBODY | {Action.SEE_RECOGNITIONS, Action.EXPORT_RECOGNITIONS},
    Role.AUDITOR: _EVERYBODY
    | {
        Action.SEE_DECISIONS,
        Action.SEE_LIMITS,
        Action.SEE_OUTCOMES,
        Action.SEE_JOURNAL,
        Action.SEE_COMPLETENESS,
        Action.TAKE_LISTS_OUT,
        Action.CHECK_LEDGER,
        Action.SEE_ASKS,
    },
    Role.EXECUTIVE: _EVERYBODY
    | {
        Action.SEE_OUTCOMES,
        Action.SEE_LIMITS,
        Action.SEE_SUMMARY,
        Action.SEE_COMPLETENESS,
        Action.AGREE_AS_SPONSOR,
    },
    Role.ADMINISTRATOR: _EVERYBODY
    | {
        Action.SEE_TEAM,
        Action.SEE_LIMITS,
        Action.SET_LIMIT,
        Action.ADD_PERSON,
        Action.MANAGE_SITES,
        Action.MANAGE_SETTINGS,
        Action.BRING_FILES,
    },
}


def may(role: str, action: Action) -> bool:
    """Whether somebody with this role may do this."""
    return action in _MAY[Role(role)]
