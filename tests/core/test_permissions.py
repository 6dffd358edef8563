"""Who may do what: the sentences that the table has to keep."""

import pytest

from ledger.core.permissions import Action, Role, may

READ_ONLY = {Role.AUDITOR, Role.EXECUTIVE}
WRITING = {
    Action.RECORD_DECISION,
    Action.VOID_DECISION,
    Action.SET_LIMIT,
    Action.GIVE_RECOGNITION,
    Action.EXPORT_RECOGNITIONS,
    Action.ADD_PERSON,
}


def actions_of(role: Role) -> set[Action]:
    return {action for action in Action if may(role, action)}


@pytest.mark.parametrize("role", Role)
def test_every_role_has_its_line_and_an_account_of_its_own(role: Role) -> None:
    assert may(role, Action.USE_OWN_ACCOUNT)


@pytest.mark.parametrize("role", sorted(READ_ONLY))
def test_auditors_and_executives_change_nothing(role: Role) -> None:
    assert not actions_of(role) & WRITING


def test_hr_sees_recognitions_and_neither_decisions_nor_customers() -> None:
    assert actions_of(Role.HR) == {
        Action.USE_OWN_ACCOUNT,
        Action.SEE_RECOGNITIONS,
        Action.EXPORT_RECOGNITIONS,
    }


def test_staff_see_their_own_decisions_and_nobody_elses() -> None:
    assert may(Role.STAFF, Action.SEE_OWN_DECISIONS)
    assert not may(Role.STAFF, Action.SEE_DECISIONS)
    assert not may(Role.STAFF, Action.SEE_TEAM)


def test_only_administrators_add_people_and_only_hr_exports() -> None:
    assert [role for role in Role if may(role, Action.ADD_PERSON)] == [Role.ADMINISTRATOR]
    assert [role for role in Role if may(role, Action.EXPORT_RECOGNITIONS)] == [Role.HR]


def test_every_action_is_somebodys() -> None:
    assert set().union(*(actions_of(role) for role in Role)) == set(Action)


def test_a_role_that_is_not_one_may_nothing() -> None:
    with pytest.raises(ValueError, match="owner"):
        may("owner", Action.USE_OWN_ACCOUNT)
