"""What is pressed before a picture: the pages and states that no link leads to.

Each step is named by its page's endpoint, and after `~` by what is different; it leaves the page
open. The steps of one person follow each other in the order given.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from playwright.sync_api import Page, expect

from ledger.demo.cast import PASSWORD
from tests.pictures_asks import answered_here, asked, asked_again, replayed, wide

Step = Callable[[Page, str], None]

# Patient with a busy machine, in milliseconds.
expect.set_options(timeout=30_000)

HEAD = "external_id,customer_ref,occurred_at,kind,amount,currency,location_ref"
FINDER = "form[role=search] input:not([type=hidden])"
GOOD = "K-1,C00001,2026-03-02T15:00:00Z,purchase,12.00,USD,elm-street"
BAD = (
    "K-2,C00001,yesterday,purchase,12.00,USD,elm-street\nK-3,,2026-03-02T15:00:00Z,visit,,USD,moon"
)


def filled_log(page: Page, url: str) -> None:
    """Choose everything at the log, as for the picture of the help."""
    wide(page)
    page.goto(f"{url}/log")
    page.get_by_text("Walk-in", exact=True).first.click(force=True)
    expect(page.get_by_text("What comes of it cannot be known")).to_be_visible()
    for words in ("Free item", "Quality", "Not sure", "$5"):
        page.get_by_text(words, exact=True).first.click(force=True)
    expect(page.get_by_role("button", name="Give $5.00")).to_be_visible()
    page.mouse.move(0, 0)


def above_the_limit(page: Page, url: str) -> None:
    """Want to give more than the limit lets."""
    filled_log(page, url)
    page.get_by_label("Amount in USD").fill("900")
    page.get_by_role("button", name="Give").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def unfilled_log(page: Page, url: str) -> None:
    """Press the button with nothing chosen."""
    page.goto(f"{url}/log")
    page.get_by_role("button", name="Give").click()
    expect(page.locator(".field-fix, .fix-summary, .fix").first).to_be_visible()


def given(page: Page, url: str) -> None:
    """Give something."""
    filled_log(page, url)
    page.get_by_role("button", name="Give").click()
    page.wait_for_url("**/receipts/*")


def finding(page: Page, url: str) -> None:
    """Look for a customer at the log."""
    page.goto(f"{url}/log")
    page.get_by_label("Find a customer").fill("aisha")
    expect(page.locator(".found-one").first).to_be_visible()


def undoing(page: Page, _url: str) -> None:
    """Open the page on which it is undone."""
    page.get_by_role("link", name="Undo").click()
    page.wait_for_url("**/undo")


def undone(page: Page, _url: str) -> None:
    """Undo it."""
    _say_why(page)
    page.get_by_role("button", name="Undo $").click()
    page.wait_for_url(lambda address: not address.endswith("/undo"))


def correcting(page: Page, url: str) -> None:
    """Give once more, and go back to the log to write it again."""
    given(page, url)
    undoing(page, url)
    _say_why(page)
    page.get_by_role("button", name="write it again").click()
    page.wait_for_url("**/log/correct/*")


def found_customers(page: Page, url: str) -> None:
    """Find customers by how their names begin."""
    page.goto(f"{url}/customers")
    page.locator(FINDER).fill("a")
    page.get_by_role("button", name="Find").click()
    expect(page.locator(".found-one").first).to_be_visible()


def found_other(page: Page, _url: str) -> None:
    """Find whom a customer is the same as."""
    page.locator(".found-one").first.click()
    page.get_by_role("link", name="Join with another").click()
    page.locator(FINDER).fill("b")
    page.get_by_role("button", name="Find").click()
    expect(page.locator(".found-one").first).to_be_visible()


def comparing(page: Page, _url: str) -> None:
    """Open the two side by side."""
    page.locator(".found-one").first.click()
    expect(page.get_by_role("button", name="Join them")).to_be_visible()


def joined(page: Page, _url: str) -> None:
    """Join them."""
    page.locator("main [name=reason]").fill("Told us so at the counter")
    page.get_by_role("button", name="Join them").click()
    expect(page.get_by_role("link", name="Part again").first).to_be_visible()


def amount_of_limit(page: Page, url: str) -> None:
    """Say for whom, and go on to the amount."""
    page.goto(f"{url}/limits/new")
    page.get_by_role("radio", name="A site", exact=True).check(force=True)
    page.get_by_label("Site", exact=True).select_option("Elm Street")
    page.get_by_role("button", name="Go on to the amount").click()
    expect(page.get_by_role("button", name="Set limit")).to_be_visible()


def tried_file(page: Page, url: str) -> None:
    """Look at what a file would do."""
    _bring(page, url, "till-monday.csv", f"{HEAD}\n{GOOD}\n")
    expect(page.get_by_role("heading", name="What it would do")).to_be_visible()


def file_to_mend(page: Page, url: str) -> None:
    """Look at a file that has problems."""
    _bring(page, url, "till-tuesday.csv", f"{HEAD}\n{BAD}\n")
    expect(page.get_by_role("heading", name="What to mend")).to_be_visible()


def mistyped_export(page: Page, url: str) -> None:
    """Export with a password that is not one's own."""
    page.goto(f"{url}/exports")
    page.get_by_label("Your password, once more").fill("not this one at all")
    page.get_by_role("button", name=re.compile(r"Export \d")).click()
    expect(page.get_by_role("alert")).to_be_visible()


def verified(page: Page, url: str) -> None:
    """Verify the ledger, to the end."""
    page.goto(f"{url}/journal/trust")
    page.get_by_role("button", name="Verify now").click()
    expect(page.get_by_role("heading", name="Nothing was changed")).to_be_visible(timeout=60_000)


def printed(page: Page, url: str) -> None:
    """Show the summary as it is printed."""
    page.goto(f"{url}/summary")
    page.emulate_media(media="print")


def code_made(page: Page, url: str) -> None:
    """Make a one-time code for somebody."""
    page.goto(f"{url}/team")
    page.get_by_role("link", name="Make a one-time code").last.click()
    make = page.get_by_role("button", name="Make a one-time code")
    expect(make).to_be_visible()
    # Asked once, then not again for a while.
    password = page.get_by_label("Your password, once more")
    if password.is_visible():
        password.fill(PASSWORD)
    make.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("One-time code")


def handing_over(page: Page, url: str) -> None:
    """Open the page on which somebody's asks are handed over for them."""
    page.goto(f"{url}/team")
    page.get_by_role("link", name=re.compile("Dana")).first.click()
    page.get_by_role("link", name="Hand over …").click()
    page.wait_for_url("**/team/*/asks")


def opened(address: str, *, status: HTTPStatus = HTTPStatus.OK) -> Step:
    """Return the step that only opens a page, which answers with this status."""

    def step(page: Page, url: str) -> None:
        answer = page.goto(f"{url}{address}")
        assert answer is not None
        assert answer.status == status, f"{address} answers {answer.status}"

    return step


def voided(page: Page, url: str) -> None:
    """Open a decision that was voided."""
    page.goto(f"{url}/decisions?state=voided")
    page.locator("main table a").first.click()
    page.wait_for_url("**/decisions/*-*")


def unfilled(address: str) -> Step:
    """Return the step that presses a form's button with nothing filled in."""

    def step(page: Page, url: str) -> None:
        page.goto(f"{url}{address}")
        page.locator("main form[method=post] button[type=submit]").first.click()
        expect(page.locator(".field-fix, .fix-summary, .fix").first).to_be_visible()

    return step


def _say_why(page: Page) -> None:
    page.locator("label.choice", has_text="Wrong amount").click()
    page.locator("label.choice", has_text="never handed over").click()


def _bring(page: Page, url: str, name: str, text: str) -> None:
    page.goto(f"{url}/files")
    brought = page.get_by_role("link", name=name)
    if brought.count():
        # Once for all sizes: nobody keeps more than a few files waiting.
        brought.first.click()
        return
    page.get_by_role("radio", name="Activity").check(force=True)
    page.get_by_label("File", exact=True).set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": text.encode()}
    )
    # A feed of the own site, and no day earlier than all figures reach.
    page.get_by_label("Feed", exact=True).fill("elm-street")
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    page.get_by_label("Complete through").fill(yesterday.isoformat())
    page.get_by_role("button", name="Look at it").click()
    page.wait_for_url("**/files/*")


def opened_ask(page: Page, url: str) -> None:
    """Open the two longer answers to an ask."""
    page.goto(f"{url}/inbox")
    ask = page.get_by_role("article").first
    ask.get_by_text("Counter-offer…").click()
    ask.get_by_text("Decline…").click()


def declined_without_a_word(page: Page, url: str) -> None:
    """Decline an ask without saying why."""
    opened_ask(page, url)
    page.get_by_role("button", name="Decline $").first.click()
    page.wait_for_url("**/inbox/asks/*")
    expect(page.locator(".fix-summary")).to_be_visible()


STEPS: Mapping[str, Mapping[str, Step]] = {
    "Nobody": {
        "sign_in.show~to-fix": unfilled("/sign-in"),
        "sign_in.code~to-fix": unfilled("/sign-in/code"),
        "problems~not-here": opened("/nothing-here", status=HTTPStatus.NOT_FOUND),
    },
    "Ana": {
        "log.show~filled": filled_log,
        "log.show~above-the-limit": above_the_limit,
        "log.show~to-fix": unfilled_log,
        "log.show~finding": finding,
        "receipts.show~given": given,
        "receipts.undo~asked": undoing,
        "receipts.show~undone": undone,
        "log.correct": correcting,
        "asks.show~waiting": asked,
        "asks.again": asked_again,
        "asks_here.show": answered_here,
    },
    "Dana": {
        "limits.change~amount": amount_of_limit,
        "limits.change~replay": replayed,
        "inbox.index~opened": opened_ask,
        "inbox.ask~to-fix": declined_without_a_word,
        "decisions.index~to-fix": opened("/decisions?least=1,000"),
        "decisions.show~voided": voided,
        "customers.index~found": found_customers,
        "customers_joining.choose~found": found_other,
        "customers_joining.compare": comparing,
        "customers.show~joined": joined,
        "files.show~dry-run": tried_file,
        "files.show~to-mend": file_to_mend,
        "recognitions.new~to-fix": unfilled("/recognitions/new"),
    },
    "Hana": {"exports.index~to-fix": mistyped_export},
    "Otto": {"trust.index~verified": verified},
    "Vera": {"summary.show~print": printed, "sponsor.show~to-fix": unfilled("/summary/sponsor")},
    "Ada": {
        "team.code_submit": code_made,
        "people_asks.show": handing_over,
        "team.new~to-fix": unfilled("/team/new"),
        "settings_remedies.new~to-fix": unfilled("/settings/remedies/new"),
    },
}
