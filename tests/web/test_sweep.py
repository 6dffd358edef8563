"""Every route as every member of the cast, and as nobody: the guard is on all of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask, url_for

from ledger.core.permissions import Action, Role, may
from ledger.ledgers import Ledger
from tests import cast
from tests.source import listed, modules
from tests.web.conftest import ClientFor
from tests.web.examples import EXAMPLES, Arguments

MATRIX = Path(__file__).with_name("matrix.txt")
ONE_OF_EACH = {
    Role.STAFF: "ana",
    Role.SUPERVISOR: "dana",
    Role.HR: "hana",
    Role.AUDITOR: "otto",
    Role.EXECUTIVE: "vera",
    Role.ADMINISTRATOR: "ada",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One way into the application: a method on an address."""

    method: str
    address: str
    endpoint: str
    arguments: frozenset[str]
    requires: Action | None

    @property
    def words(self) -> str:
        """Return the route as people read it."""
        return f"{self.method} {self.address}"


def routes(app: Flask) -> Iterator[Route]:
    """Yield every route; HEAD is GET without the page."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint)):
        view = app.view_functions[rule.endpoint]
        for method in sorted((rule.methods or set()) - {"HEAD"}):
            yield Route(
                method=method,
                address=rule.rule,
                endpoint=rule.endpoint,
                arguments=frozenset(rule.arguments),
                requires=getattr(view, "requires"),  # noqa: B009  # set by the guard, unknown to types
            )


def address_of(app: Flask, route: Route, arguments: Arguments) -> str:
    with app.test_request_context():
        return url_for(route.endpoint, **{name: arguments[name] for name in route.arguments})


def examples(app: Flask, ledger: Ledger) -> Mapping[str, Arguments]:
    """Make what the pages with arguments show; the others need nothing."""
    wanted = {route.endpoint for route in routes(app) if route.arguments}
    made = {name: make(ledger) for name, make in EXAMPLES.items() if name in wanted}
    return {**made, "static": {"filename": "mark.svg"}}


def test_every_page_with_arguments_has_an_example(app: Flask) -> None:
    lacking = {route.endpoint for route in routes(app) if route.arguments} - {"static"}

    assert not lacking - EXAMPLES.keys(), "Write one for each in tests/web/examples.py."


def test_the_matrix_of_roles_and_routes_is_the_one_that_was_reviewed(
    app: Flask, request: pytest.FixtureRequest
) -> None:
    lines = [f"{'':44} {' '.join(f'{role:13}' for role in Role)}".rstrip()]
    for route in routes(app):
        if route.requires is None:
            marks = ["public"]
        else:
            marks = ["yes" if may(role, route.requires) else "-" for role in Role]
        lines.append(f"{route.words:44} {' '.join(f'{mark:13}' for mark in marks)}".rstrip())
    found = "\n".join(lines) + "\n"
    if request.config.getoption("--update-snapshots"):
        MATRIX.write_text(found, encoding="utf-8")

    assert MATRIX.read_text(encoding="utf-8") == found, (
        "Who may open what has changed. If that is meant: pytest tests/web --update-snapshots"
    )


def test_only_these_pages_are_there_for_everybody(app: Flask) -> None:
    public = {route.endpoint for route in routes(app) if route.requires is None}

    assert public == {
        "static",
        "help.index",
        "help.show",
        "health.alive",
        "health.ready",
        "sign_in.show",
        "sign_in.submit",
        "sign_in.code",
        "sign_in.code_submit",
    }


def test_nobody_is_asked_to_sign_in_everywhere(app: Flask, ledger: Ledger) -> None:
    given = examples(app, ledger)
    wrong = []
    for route in routes(app):
        if route.requires is None:
            continue
        address = address_of(app, route, given.get(route.endpoint, {}))
        answer = app.test_client().open(address, method=route.method)
        if answer.status_code != 303 or not answer.location.startswith("/sign-in"):
            wrong.append(f"{route.words}: {answer.status}")

    assert not wrong, listed(wrong, "Put @requires(Action.…) right above the view:")


@pytest.mark.parametrize("role", Role)
def test_g11_what_a_role_may_not_do_is_not_there_for_it(
    app: Flask, ledger: Ledger, client_for: ClientFor, role: Role
) -> None:
    given, browser, wrong = examples(app, ledger), client_for(ONE_OF_EACH[role]), []
    for route in routes(app):
        if route.requires is None or may(role, route.requires):
            continue
        address = address_of(app, route, given.get(route.endpoint, {}))
        for method in (route.method, "HEAD") if route.method == "GET" else (route.method,):
            answer = browser.open(address, method=method)
            if answer.status_code != 404:
                wrong.append(f"{method} {route.address}: {answer.status}")

    assert not wrong, listed(wrong, f"{role} may not, and must find nothing there:")


@pytest.mark.parametrize("role", Role)
def test_what_a_role_may_do_is_there_for_it(app: Flask, role: Role, client_for: ClientFor) -> None:
    missing = []
    for route in routes(app):
        if route.arguments or route.requires is None or not may(role, route.requires):
            continue
        # A browser each time: some of them sign out.
        answer = client_for(ONE_OF_EACH[role]).open(route.address, method=route.method)
        if answer.status_code == 404 or answer.status_code >= 500:
            missing.append(f"{route.words}: {answer.status}")

    assert not missing, listed(missing, f"{role} may, and found nothing or a page of ours:")


def test_a_changed_role_holds_from_the_next_request(ledger: Ledger, client_for: ClientFor) -> None:
    browser = client_for("dana")
    assert browser.get("/team").status_code == 200

    with ledger.database.writing() as session:
        cast.person(session, "dana").role = Role.STAFF

    assert browser.get("/team").status_code == 404


def test_g11_a_method_that_is_written_in_a_header_is_not_heard(client_for: ClientFor) -> None:
    browser = client_for("ada")
    override = {"X-HTTP-Method-Override": "POST", "X-Method-Override": "POST"}

    assert browser.get("/account/sign-ins", headers=override).status_code == 405
    assert browser.open("/team", method="OPTIONS").status_code == 405


def test_credentials_are_looked_at_in_one_place_behind_the_limiter() -> None:
    where = {
        "passwords.matches": {"ledger.web.credentials"},
        "signing_in.holder_of_code": {"ledger.web.sign_in"},
        "signing_in.start": {"ledger.web.sign_in"},
    }
    found: dict[str, set[str]] = {name: set() for name in where}
    for module in modules():
        for _call, name in module.calls():
            if name in found:
                found[name].add(module.name)

    assert found == where
