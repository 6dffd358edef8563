"""Parts of the inbox that pages fetch by themselves: nothing at all where they have it already."""

from collections.abc import Callable

from flask import current_app, make_response, request
from flask.typing import ResponseReturnValue

from ledger.core.reports import inbox_news
from ledger.web.access import is_ending, signed_in
from ledger.web.moment import utc_now
from ledger.web.transactions import reading

# What an answer is marked with, and what js/live.js sends with its next look.
MARK_HEADER = "X-Latitude-Mark"
# What tells the page that its sign-in is about to run out.
ENDING_HEADER = "X-Latitude-Ending"
NOTHING_NEW = 204


def news(draw: Callable[[], str], *, by_minute: bool) -> ResponseReturnValue:
    """Return a part of a page; or that nothing is new to a page with this mark.

    Args:
        draw: makes the part. It is called only where there may be news.
        by_minute: whether the part tells the time, so that each minute is news.

    """
    now = utc_now()
    # Read before the part: what comes between the two is news the next time.
    mark = inbox_news.mark(reading(), signed_in(), now=now)
    if by_minute:
        mark = f"{mark}-{int(now.timestamp()) // 60}"
    is_same = request.headers.get(MARK_HEADER) == mark
    answer = make_response(("", NOTHING_NEW) if is_same else draw())
    answer.headers[MARK_HEADER] = mark
    if is_ending():
        answer.headers[ENDING_HEADER] = "1"
    return answer


def part(name: str, **context: object) -> str:
    """Return a part of a page, without what the layout around it would have to know."""
    drawn: str = current_app.jinja_env.get_template(name).render(**context)
    return drawn
