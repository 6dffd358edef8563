"""What is pressed before a picture about asks: the fork, an ask that waits, a limit replayed."""

from playwright.sync_api import Page, expect


def wide(page: Page) -> None:
    """Make the page so wide that nothing of the log lies below what is pinned to the edge."""
    page.set_viewport_size({"width": 1024, "height": 768})


def forked(page: Page, url: str) -> None:
    """Want to give $40.00 for a wrong item, which is above the limit."""
    wide(page)
    page.goto(f"{url}/log")
    page.get_by_text("Walk-in", exact=True).first.click(force=True)
    expect(page.get_by_text("What comes of it cannot be known")).to_be_visible()
    for words in ("Refund", "Wrong item"):
        page.get_by_text(words, exact=True).first.click(force=True)
    page.get_by_label("Amount in USD").fill("40")
    page.get_by_role("button", name="Give $40.00").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.mouse.move(0, 0)


def asked(page: Page, url: str) -> None:
    """Ask for it, or open the ask that waits already."""
    page.goto(f"{url}/my-decisions/asks")
    waiting = page.locator("li.mine-item", has_text="$40.00").filter(has_text="Waiting")
    if waiting.count():
        waiting.first.get_by_role("link").click()
    else:
        forked(page, url)
        page.get_by_label("Why?").fill("The name on the cake is wrong, the party is at three")
        page.get_by_role("button", name="Ask Dana").click()
    page.wait_for_url("**/asks/*")


def asked_again(page: Page, url: str) -> None:
    """Open the form of its next version."""
    asked(page, url)
    page.get_by_role("link", name="Change the amount or why").click()
    page.wait_for_url("**/again")


def answered_here(page: Page, url: str) -> None:
    """Open the page on which an approver answers beside the asker."""
    asked(page, url)
    page.get_by_role("link", name="answer on this screen").click()
    page.wait_for_url("**/here")


def replayed(page: Page, url: str) -> None:
    """Replay $35.00 for the associates of Elm Street."""
    page.goto(f"{url}/limits/new")
    page.get_by_role("radio", name="A grade at a site").check(force=True)
    page.get_by_label("Site", exact=True).select_option("Elm Street")
    page.get_by_label("Grade", exact=True).select_option("Associate")
    page.get_by_role("button", name="Go on to the amount").click()
    page.get_by_label("New limit, a decision").fill("35")
    page.get_by_role("button", name="Replay it, save nothing").click()
    expect(page.get_by_text("What the replay changes")).to_be_visible()
