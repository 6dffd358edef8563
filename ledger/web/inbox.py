"""The inbox: asks by waiting time, each answered with one tap, and what is to be read."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ledger.core import answers, asks
from ledger.core.answers import AboveCeilingError, AlreadyAnsweredError, AskChangedError
from ledger.core.errors import BadValueError, NotFoundError
from ledger.core.permissions import Action
from ledger.core.reports import inbox as inboxes
from ledger.core.reports.inbox import InboxAsk
from ledger.web import inbox_news, inbox_page, inbox_words, menu
from ledger.web.access import requires, signed_in
from ledger.web.inbox_forms import AnswerForm
from ledger.web.moment import utc_now
from ledger.web.notices import notice
from ledger.web.transactions import reading, writing

bp: Blueprint = Blueprint("inbox", __name__)


@bp.get("/inbox")
@requires(Action.ANSWER_ASKS)
def index() -> ResponseReturnValue:
    """Show the asks that wait, the longest first, and everything else that waits for somebody."""
    waiting = inbox_page.waiting()
    beside = inbox_page.beside(is_calm=not waiting.mine)
    return render_template("inbox/index.html", inbox=waiting, beside=beside)


@bp.get("/inbox/live")
@requires(Action.ANSWER_ASKS)
def live() -> ResponseReturnValue:
    """Return what of the inbox changes by itself, for the page that is open."""
    return inbox_news.news(
        lambda: inbox_news.part("inbox/_live.html", inbox=inbox_page.waiting()), by_minute=True
    )


@bp.get("/inbox/count")
@requires(Action.ANSWER_ASKS)
def count() -> ResponseReturnValue:
    """Return how much waits, for the menu of a page that is open."""
    return inbox_news.news(
        lambda: inbox_news.part("inbox/_count.html", count=menu.waiting_count(signed_in())),
        by_minute=False,
    )


@bp.get("/inbox/asks/<uuid:uid>")
@requires(Action.ANSWER_ASKS)
def ask(uid: UUID) -> ResponseReturnValue:
    """Show one ask alone: to answer it, or what became of it."""
    shown = _shown(uid)
    return inbox_page.ask_page(shown, AnswerForm(shown))


@bp.post("/inbox/asks/<uuid:uid>")
@requires(Action.ANSWER_ASKS)
def answer_submit(uid: UUID) -> ResponseReturnValue:
    """Answer an ask, once: the first answer wins, and who comes second sees what happened."""
    shown = _shown(uid)
    form = AnswerForm(shown)
    if not form.is_sent_and_fine():
        return inbox_page.ask_page(shown, form), 422
    try:
        with writing() as session:
            made = answers.answer(session, signed_in(), shown.card.ask, form.draft(), now=utc_now())
    except BadValueError as problem:
        form.say(problem)
        return inbox_page.ask_page(shown, form), 422
    except (AlreadyAnsweredError, AskChangedError, AboveCeilingError):
        return inbox_page.ask_page(_shown(uid), None), 409
    notice("good", *inbox_words.answered_words(shown, made.kind, made.amount_minor))
    return redirect(url_for(".index"), code=303)


def _shown(uid: UUID) -> InboxAsk:
    """Return an ask that is this person's to answer, or was.

    Raises:
        NotFoundError: if there is none, or it is not theirs.

    """
    found = asks.ask_by_uid(reading(), str(uid))
    shown = None
    if found is not None:
        shown = inboxes.inbox_ask(reading(), signed_in(), found, now=utc_now())
    if shown is None:
        raise NotFoundError("ask")
    return shown
