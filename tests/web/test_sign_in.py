"""Signing in and out at a desk."""

from flask.testing import FlaskClient

from tests import cast
from tests.web.conftest import ClientFor


def test_somebody_who_is_not_signed_in_is_asked_to(nobody: FlaskClient) -> None:
    answer = nobody.get("/team")

    assert answer.status_code == 303
    assert answer.location == "/sign-in?next=team.index"


def test_email_and_password_sign_in_and_lead_on(nobody: FlaskClient) -> None:
    typed = {"email": cast.email_of("dana"), "password": cast.PASSWORD, "next": "team.index"}

    answer = nobody.post("/sign-in", data=typed)

    assert answer.status_code == 303
    assert answer.location == "/team"
    assert "Dana" in nobody.get("/team").text


def test_pages(client_for: ClientFor) -> None:
    for path in ("/", "/team", "/account"):
        answer = client_for("ada").get(path)
        assert answer.status_code in {200, 302}, path
    assert client_for("ana").get("/team").status_code == 404
    assert client_for("ada").get("/nothing").status_code == 404
