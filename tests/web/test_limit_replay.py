"""Before a limit is saved: what it would have meant, and its copies; then what is told of it."""

from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from ledger.core.tables import Limit, Words
from ledger.ledgers import Ledger
from tests import cast
from tests.cast import MONDAY
from tests.web.conftest import ClientFor
from tests.web.opened import opened
from tests.web.said import words_of
from tests.web.test_limits_pages import PLAIN

MINUTE = timedelta(minutes=1)
EARLIER = MONDAY - timedelta(hours=2)


def a_morning(ledger: Ledger) -> dict[str, str]:
    """Let Ana ask twice under the limit of Elm Street; return the scope of that limit."""
    with opened(ledger) as shop:
        elm = shop.sites["elm_street"].id
        shop.limit(2_500, site_id=elm)
        shop.give("ana", 2_000, now=EARLIER)
        ask = shop.ask("ana", 3_000, now=EARLIER + MINUTE)
        shop.answer("dana", ask, now=EARLIER + 7 * MINUTE)
        shop.hand_in("ana", ask, now=EARLIER + 8 * MINUTE)
        shop.ask("ana", 4_000, now=EARLIER + 9 * MINUTE)
    return {"level": "site", "site": str(elm)}


def limits_count(ledger: Ledger) -> int:
    with ledger.database.reading() as session:
        return session.scalars(select(func.count()).select_from(Limit)).one()


def newest(ledger: Ledger) -> str:
    with ledger.database.reading() as session:
        return session.scalars(select(Limit.uid).order_by(Limit.id.desc())).first() or ""  # type: ignore[attr-defined, call-overload]  # columns of the table


def send(
    browser: FlaskClient, ledger: Ledger, scope: dict[str, str], **typed: str | list[str]
) -> TestResponse:
    form = {**scope, **PLAIN, "password": cast.PASSWORD, "seen": newest(ledger), **typed}
    return browser.post("/limits/new", data=form)


def test_the_replay_is_shown_before_anything_is_saved_and_without_a_reason(
    ledger: Ledger, client_for: ClientFor
) -> None:
    scope = a_morning(ledger)

    answer = send(client_for("dana"), ledger, scope, do="replay", reason="", password="")

    said = words_of(answer)
    assert answer.status_code == 200
    assert "Replay: the last 90 days at $35" in said
    assert "Of 2 asks, 1 would have needed nobody." in said
    assert "Asks that need nobody 1 of 2 Customers' waiting saved 6 min" in said
    assert "Was approved anyway $30.00 of $30.00" in said
    assert "where nobody answered, until the ask ran out" in said
    assert "limit now $25" in answer.text
    assert "proposed $35" in answer.text
    assert "to fix" not in said
    assert limits_count(ledger) == 1


def test_an_amount_that_cannot_be_read_is_said_instead_of_a_replay(
    ledger: Ledger, client_for: ClientFor
) -> None:
    scope = a_morning(ledger)

    said = words_of(send(client_for("dana"), ledger, scope, do="replay", amount="1,000"))

    assert "One thing to fix" in said
    assert "Replay: the last" not in said


def test_the_replay_stands_beside_whatever_is_to_be_mended(
    ledger: Ledger, client_for: ClientFor
) -> None:
    scope = a_morning(ledger)

    answer = send(client_for("dana"), ledger, scope, reason="")

    assert answer.status_code == 422
    assert "Replay: the last 90 days at $35" in words_of(answer)


def test_a_lower_limit_says_who_would_have_had_to_ask(
    ledger: Ledger, client_for: ClientFor
) -> None:
    scope = a_morning(ledger)

    said = words_of(send(client_for("dana"), ledger, scope, do="replay", amount="10"))

    assert "1 of 1 decisions would have had to ask." in said
    assert "an ask at $10" in said


def test_copies_are_shown_once_with_what_they_replace_and_then_all_are_set(
    ledger: Ledger, client_for: ClientFor
) -> None:
    scope = a_morning(ledger)
    with opened(ledger) as shop:
        harbour = str(shop.sites["harbour"].id)
        shop.limit(1_500, site_id=shop.sites["harbour"].id)
    with ledger.database.reading() as session:
        seen = session.scalars(select(Limit)).all()[0].uid
    sam = client_for("sam")

    first = send(sam, ledger, scope, copy_sites=[harbour], seen=seen)
    assert first.status_code == 422
    assert "These get the same limit in the same step" in words_of(first)
    assert "Harbour: now $15.00" in words_of(first)
    assert limits_count(ledger) == 2

    agreed = first.text.partition('name="agreed" value="')[2].partition('"')[0]
    second = send(sam, ledger, scope, copy_sites=[harbour], seen=seen, agreed=agreed)

    assert second.status_code == 303
    assert limits_count(ledger) == 4
    with ledger.database.reading() as session:
        made = session.scalars(select(Limit)).all()[-2:]
        assert [one.per_decision_minor for one in made] == [3_500, 3_500]
        reasons = {session.get_one(Words, f"limit:{one.uid}").body for one in made}
    assert reasons == {PLAIN["reason"]}


def test_what_cannot_be_copied_is_named_and_nothing_is_written(
    ledger: Ledger, client_for: ClientFor
) -> None:
    scope = a_morning(ledger)
    with opened(ledger) as shop:
        shop.sites["harbour"].currency = "EUR"
        harbour = str(shop.sites["harbour"].id)
    sam = client_for("sam")

    said = words_of(send(sam, ledger, scope, copy_sites=[harbour]))

    assert "what cannot be copied is named here" in said
    assert "Harbour: Its money is another" in said
    assert limits_count(ledger) == 1


def test_nobody_copies_to_a_site_that_is_not_theirs(ledger: Ledger, client_for: ClientFor) -> None:
    scope = a_morning(ledger)
    with opened(ledger) as shop:
        harbour = str(shop.sites["harbour"].id)

    answer = send(client_for("dana"), ledger, scope, copy_sites=[harbour])

    assert answer.status_code == 422
    assert "Choose among these" in words_of(answer)
    assert limits_count(ledger) == 1


def test_a_limits_page_tells_its_evidence_and_its_drift(
    ledger: Ledger, client_for: ClientFor
) -> None:
    a_morning(ledger)

    said = words_of(client_for("dana").get(f"/limits/{newest(ledger)}"))

    assert "Asks above it 2" in said
    assert "Approved, of those answered 1 of 1 Approval rate 100" in said
    assert "fewer than 5" in said
    assert "of all that was given, with what was approved or went past the limit" in said
    assert "A pile at a limit says that it binds, never what a gift does." in said


def test_a_supervisor_is_told_nothing_of_what_is_given_at_other_sites(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        shop.limit(2_500)
        shop.give("chidi", 2_000, site="harbour", now=EARLIER)

    dana = client_for("dana").get(f"/limits/{newest(ledger)}")
    otto = client_for("otto").get(f"/limits/{newest(ledger)}")

    assert "Given within it" not in words_of(dana)
    assert "Given within it 1" in words_of(otto)


def test_of_one_persons_limit_the_executive_is_told_no_figures(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        shop.limit(2_500, person_id=shop.people["ana"].id)

    vera = client_for("vera").get(f"/limits/{newest(ledger)}")
    dana = client_for("dana").get(f"/limits/{newest(ledger)}")

    assert "Given within it" not in words_of(vera)
    assert "Given within it 0" in words_of(dana)


def test_g7_a_pair_is_shown_to_those_who_watch_and_said_to_who_makes_one(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        shop.limit(1_000)
        shop.limit(3_000, by="sam", person_id=shop.people["dana"].id, now=EARLIER)
        elm = shop.sites["elm_street"].id
    form = words_of(client_for("dana").get(f"/limits/new?level=site&site={elm}"))
    with opened(ledger) as shop:
        shop.limit(4_000, by="dana", site_id=elm, now=EARLIER + MINUTE)

    assert "Sam raised yours to $30 on 2 Mar." in form
    for name, sees in (("ada", True), ("otto", True), ("dana", False), ("sam", False)):
        said = words_of(client_for(name).get("/limits"))
        assert ("Sam raised what Dana may give from $10 to $30 on 2 Mar" in said) is sees, name
