"""The executive's one page: what it costs, what came of it, what is not known; the sponsor card."""

import re
import uuid
from datetime import UTC, date, datetime, timedelta

import pytest

from ledger.core import sites, voids
from ledger.core.imports.runs import Options
from ledger.core.imports.till import import_till
from ledger.core.sites import NewSite
from ledger.core.tables import Person
from ledger.core.voids import VoidDraft
from ledger.ledgers import Ledger
from tests.core.files import csv
from tests.counter import MONDAY
from tests.web.conftest import ClientFor, Clock
from tests.web.opened import opened
from tests.web.outcome_year import NOW, decided, take_decisions
from tests.web.said import words_of

TILL = "external_id,occurred_at,location_ref,kind,amount,currency,reference"
CARD = {
    "figure": "came_back",
    "target": "75",
    "judged_on": "2026-09-01",
    "stop": "It costs more than it brings",
}
# Nothing on the page may say that a gift did something.
CLAIMS = re.compile(r"\b(kept|retained|thanks to|led to|effect|lift|return on|because of it)\b")


@pytest.fixture
def company(ledger: Ledger, clock: Clock) -> Ledger:
    """Let Ana give twice, once to a walk-in; one of them is in the till, and one entry is alone."""
    with opened(ledger) as shop:
        shop.limit(2_000)
        given = shop.give("ana", 2_000, customer_id=shop.customer("212 555 0100"))
        shop.give("ana", 500)
    rows = (
        f"t1,2026-03-02T15:10:00Z,S1,refund,20.00,USD,D-{given.id:06d}",
        "t2,2026-03-02T15:30:00Z,S1,refund,31.00,USD,",
    )
    options = Options(through=date(2026, 3, 2))
    import_till(ledger.database, csv(TILL, *rows), options, now=clock.now)
    return ledger


def test_alone_approved_exceptions_and_unmet_needs_are_four_figures(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        shop.limit(2_000, budget_minor=4_000, budget_period="day")
        shop.give("ana", 1_000)
        ask = shop.ask("ana", 6_000, note="The whole cake")
        shop.answer("dana", ask)
        shop.hand_in("ana", ask)
        shop.give("ben", 7_000, already_given=True, note="Bus was leaving")

    words = words_of(client_for("vera").get("/summary")).replace("\xa0", " ")

    assert "Decisions in force 3 all of them logged here" in words
    assert "Given alone $10 1 decision, within the limits, asking nobody" in words
    assert "Approved $60 1 decision, after somebody answered an ask" in words
    assert "Exceptions $70 1 decision, above a limit, read afterwards" in words
    assert "Unmet needs 0 none was recorded yet" in words
    # The limit: given alone, the median, at the limit, budget used, approved above, exceptions.
    assert "Everyone $20.00 1 50 % 0 % 25 % 1 1" in words


@pytest.mark.usefixtures("company")
def test_the_page_says_what_it_cost_and_what_is_not_known(client_for: ClientFor) -> None:
    words = words_of(client_for("vera").get("/summary")).replace("\xa0", " ")

    assert "We spent $25 on 2 decisions in the last 12 months." in words
    assert "What came of them is not known yet." in words
    assert "worth $25 to customers; 50.0 % of the decisions were for walk-ins" in words
    assert "Whether it pays. No comparison has been made." in words
    assert "In the till and not here $31.00, 1 entry" in words
    assert "Unexplained, together $" in words
    assert "Of 2 entries of the till 50.0 % are written here." in words
    assert not CLAIMS.search(words.lower())


@pytest.mark.usefixtures("company")
def test_a_limit_is_shown_with_how_much_of_it_is_used(client_for: ClientFor) -> None:
    words = words_of(client_for("vera").get("/summary")).replace("\xa0", " ")

    assert "$20.00 2 25 % 50 %" in words


def test_a_limit_that_judged_nothing_is_shown_with_none(
    client_for: ClientFor, ledger: Ledger
) -> None:
    with opened(ledger) as shop:
        shop.limit(2_000)

    words = words_of(client_for("vera").get("/summary")).replace("\xa0", " ")

    assert "$20.00 0 – – " in words  # noqa: RUF001 - the dash of the page


def test_what_one_person_uses_of_an_own_limit_is_not_told(
    client_for: ClientFor, ledger: Ledger
) -> None:
    with opened(ledger) as shop:
        shop.limit(2_000, person_id=shop.people["ana"].id)
        shop.give("ana", 500)

    words = words_of(client_for("vera").get("/summary"))

    assert "1 decision more was judged by a limit that is not shown: of one person" in words
    assert "Median" not in words


def test_a_void_that_was_not_taken_back_costs_the_same_in_the_headline_and_by_reason(
    client_for: ClientFor, company: Ledger
) -> None:
    draft = VoidDraft(uid=str(uuid.uuid4()), reason="Wrong customer", taken_back=False)
    with opened(company) as shop:
        shop.void("ana", shop.give("ana", 700))
        stayed = shop.give("ana", 300)
        voids.void_decision(shop.session, shop.people["ana"], stayed, draft, now=MONDAY)

    words = words_of(client_for("vera").get("/summary")).replace("\xa0", " ")

    assert "We spent $28 on 3 decisions in the last 12 months." in words
    costs = words.partition("What it was for")[2].partition("Was everything")[0]
    assert re.search(r"\$28.00 3 Given includes 1 voided decision that was not taken back.", costs)


def test_figures_of_two_currencies_stand_each_under_its_own_heading(
    client_for: ClientFor, company: Ledger
) -> None:
    with company.database.writing() as session:
        new = NewSite(location_ref="S5", name="Kehl", currency="EUR")
        sites.add_site(session, new, actor="system", now=NOW)
    row = decided("E1", NOW - timedelta(days=9), "C9999", currency="EUR").replace(",S1,", ",S5,")
    take_decisions(company.database, row)

    words = words_of(client_for("vera").get("/summary")).replace("\xa0", " ")

    assert "Cost to us, 12 months €3 worth €3 to customers; 0.0 % of" in words
    assert "for walk-ins $25 worth $25 to customers; 50.0 % of" in words
    costs = words.partition("What it was for")[2].partition("Was everything")[0]
    assert re.search(r"In EUR [^$]*€3.00 1 In USD [^€]*\$25.00 2", costs)
    assert "In EUR" not in words.partition("Was everything")[2]


def test_an_empty_company_is_told_what_is_missing(client_for: ClientFor) -> None:
    words = words_of(client_for("vera").get("/summary"))

    assert "Nothing was decided in the last 12 months, so there is nothing to tell yet." in words
    assert "Cost to us, 12 months 0 no decisions yet" in words
    assert "Exceptions 0 none in these months" in words
    assert "What came of anything. No file of visits has come in" in words
    assert "A supervisor or an administrator brings one under Files." in words
    assert "not enough yet nothing" not in words
    assert "nobody can say what was never written" in words
    assert "by which figure this will be judged" in words


def test_a_card_stands_beside_todays_figure(
    client_for: ClientFor, people: dict[str, Person]
) -> None:
    vera = client_for("vera")

    answer = vera.post("/summary/sponsor", data=CARD | {"agreed_by": str(people["vera"].id)})

    assert answer.status_code == 303
    words = words_of(vera.get("/summary")).replace("\xa0", " ")
    assert "Share that came back at least 75.0 %" in words
    assert "Today not enough yet, 0 matured" in words
    assert "We stop when It costs more than it brings" in words
    assert "In force" in words_of(vera.get("/summary/sponsor"))


def test_a_card_of_the_evening_bears_the_companys_own_date(
    client_for: ClientFor, people: dict[str, Person], clock: Clock
) -> None:
    # Half past eight in the evening in New York is the next day in UTC.
    clock.now = datetime(2026, 3, 3, 1, 30, tzinfo=UTC)
    vera = client_for("vera")

    vera.post("/summary/sponsor", data=CARD | {"agreed_by": str(people["vera"].id)})

    assert "Vera, on 2 Mar" in words_of(vera.get("/summary"))


def test_the_last_12_months_begin_12_months_back_and_the_page_says_on_which_day(
    client_for: ClientFor, ledger: Ledger
) -> None:
    # Days begin at four in the morning in New York.
    first = datetime(2025, 3, 3, 9, tzinfo=UTC)
    rows = [
        decided(f"L{hours}", first - timedelta(hours=hours), "C1", number=1) for hours in (0, 1)
    ]
    take_decisions(ledger.database, *rows)

    words = words_of(client_for("vera").get("/summary")).replace("\xa0", " ")

    assert "We spent $8 on 1 decision in the last 12 months." in words
    assert "Decided from 3 Mar 2025 to 2 Mar. Counts 0 of 1 decisions in force." in words


@pytest.mark.parametrize(
    "field, typed, said",
    [
        ("target", "110", "Type a share from 0 to 100, such as 75"),
        ("target", "lots", "Type a share from 0 to 100, such as 75"),
        ("target", "NaN", "Type a share from 0 to 100, such as 75"),
        ("judged_on", "2026-03-02", "Choose a day after today"),
        ("stop", "", "Say what would make you stop"),
        ("stop", "Ring 212 555 0100 100", "This looks like a phone number"),
        ("agreed_by", "", "Choose who agreed"),
    ],
)
def test_what_cannot_be_used_is_said_at_its_field(
    client_for: ClientFor, field: str, typed: str, said: str
) -> None:
    answer = client_for("vera").post("/summary/sponsor", data=CARD | {field: typed})

    assert answer.status_code == 422
    assert said in words_of(answer)
