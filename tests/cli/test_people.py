"""`latitude person` adds people and gives them one-time codes."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import Latitude, SetUp

CODE = re.compile(r"One-time code for ada@example\.com: \S+")


@pytest.fixture
def founded(latitude: Latitude, set_up: SetUp) -> Latitude:
    """Run `latitude` with a ledger that is set up."""
    set_up(("init",))
    return latitude


def test_an_administrator_gets_a_one_time_code(founded: Latitude) -> None:
    result = founded(
        "person", "add", "--role", "administrator", "--name", "Ada", "--email", "Ada@example.com"
    )

    assert result.exit_code == 0
    assert "Ada was added as administrator." in result.output
    assert CODE.search(result.output)


def test_a_forgotten_password_is_another_code(founded: Latitude) -> None:
    first = founded("person", "add", "--name", "Ada", "--email", "ada@example.com").output

    second = founded("person", "code", "ada@example.com")

    found, again = CODE.search(first), CODE.search(second.output)
    assert found is not None
    assert again is not None
    assert found.group() != again.group()


def test_leading_zeros_of_an_employee_id_stay(founded: Latitude) -> None:
    founded("person", "add", "--name", "Ana", "--employee-id", "00412")

    assert founded("person", "list").output.startswith("00412  staff")


@pytest.mark.parametrize(
    "words,said",
    [
        (("--name", "Ana"), "Give --email, or --employee-id"),
        (("--name", "Ana", "--email", "ada@example.com"), "belongs to somebody else already"),
        (("--name", "Ana", "--employee-id", "1", "--site", "elm"), "There is no site elm."),
        (("--name", "Ana", "--employee-id", "1", "--ceiling", "1,5"), "is not an amount in USD"),
        (("--name", "Ana", "--employee-id", "1", "--role", "boss"), "'boss' is not one of"),
    ],
)
def test_a_person_who_cannot_be_added_is_not_half_added(
    founded: Latitude, words: tuple[str, ...], said: str
) -> None:
    founded("person", "add", "--name", "Ada", "--email", "ada@example.com")

    result = founded("person", "add", *words)

    assert result.exit_code in {1, 2}
    assert said in result.output
    assert founded("person", "list").output.count("\n") == 1


def test_nobody_gets_a_code_for_a_stranger(founded: Latitude) -> None:
    result = founded("person", "code", "who@example.com")

    assert result.exit_code == 1
    assert "Nobody has the e-mail or employee id who@example.com" in result.output


def test_a_person_gets_a_ceiling_another_site_and_leaves(founded: Latitude, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text("employee_id,name,email,role,sites,grade\n00101,Dana,,supervisor,elm;oak,\n")
    founded("import", "people", str(people), "--create-missing")

    raised = founded("person", "change", "00101", "--ceiling", "50", "--site", "oak")
    same = founded("person", "change", "00101", "--ceiling", "50")
    gone = founded("person", "change", "00101", "--inactive")

    # What began today is not undone: she works there until its end.
    so = re.compile(
        r"Dana works here as supervisor, without a grade, at elm \(until 20[0-9-]{8}\), oak, "
        r"and may set limits up to \$50\.00 for others\.( Nothing was changed\.)?\n"
    )
    assert so.fullmatch(raised.output)
    said_again = so.fullmatch(same.output)
    assert said_again is not None
    assert said_again[1]
    assert gone.output == "Dana does not work here any more and cannot sign in.\n"
    assert founded("person", "list").output == "00101  supervisor     Dana  (left)\n"
    assert founded("person", "change", "00101", "--active").exit_code == 0
    assert "(left)" not in founded("person", "list").output


def test_a_person_leaves_on_a_day_comes_back_and_is_called_otherwise(founded: Latitude) -> None:
    founded("person", "add", "--name", "Dana", "--employee-id", "00101", "--role", "supervisor")
    last_day = (datetime.now(UTC) + timedelta(days=300)).date().isoformat()

    far = founded("person", "leave", "00101", "--last-day", "9999-12-31")
    planned = founded("person", "leave", "00101", "--last-day", last_day)
    stays = founded("person", "return", "00101")
    same = founded("person", "return", "00101")
    gone = founded("person", "leave", "00101")
    founded("person", "return", "00101")
    renamed = founded("person", "change", "00101", "--employee-id", "0101", "--role", "hr")

    assert far.output == "9999-12-31 is too far ahead. Give a day within two years.\n"
    assert planned.output.endswith(f"Their last day is {last_day}.\n")
    assert "last day" not in stays.output
    assert same.output.endswith("Nothing was changed.\n")
    assert gone.output == "Dana does not work here any more and cannot sign in.\n"
    assert renamed.output.startswith("Dana works here as hr")
    assert founded("person", "list").output == "0101  hr             Dana\n"
    assert (
        "2020-01-01 is over."
        in founded("person", "leave", "0101", "--last-day", "2020-01-01").output
    )


@pytest.mark.parametrize(
    "words,said",
    [
        (("1", "--inactive"), "Ada is the last administrator who can sign in. Add another"),
        (("1", "--role", "staff"), "Ada is the last administrator who can sign in."),
        (("1",), "Say what is to be changed"),
        (("2", "--inactive"), "Nobody has the e-mail or employee id 2."),
        (("1", "--site", "elm"), "There is no site elm."),
        (("1", "--ceiling", "-5"), "is not an amount in USD"),
    ],
)
def test_what_cannot_be_changed_is_said(
    founded: Latitude, words: tuple[str, ...], said: str
) -> None:
    founded("person", "add", "--name", "Ada", "--employee-id", "1", "--role", "administrator")
    before = founded("person", "list").output

    result = founded("person", "change", *words)

    assert result.exit_code in {1, 2}
    assert said in result.output
    assert founded("person", "list").output == before
