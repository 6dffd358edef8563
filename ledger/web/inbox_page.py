"""What the pages of the inbox show, as words and forms."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import render_template, url_for

from ledger.core import ask_states, delegations, flags, sites
from ledger.core.reports import ask_waiting, inbox_exceptions
from ledger.core.reports import inbox as inboxes
from ledger.core.reports.inbox import InboxAsk
from ledger.web import flag_words, inbox_thread_words, inbox_words
from ledger.web.access import signed_in
from ledger.web.flag_words import FlagCard
from ledger.web.handing_over import HandedOverLine, handed_over_line
from ledger.web.inbox_forms import AnswerForm, ReadForm
from ledger.web.inbox_reading_words import ReadLine, read_line
from ledger.web.inbox_waiting_words import WaitingWords, waiting_words
from ledger.web.inbox_words import AskLine
from ledger.web.moment import today, utc_now
from ledger.web.transactions import reading
from ledger.web.when import time_words

# Waiting is counted over so many days: a week has too few asks to speak of.
WINDOW_DAYS = 28
# The others are on the page of the flags.
FLAGS_SHOWN = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownAsk:
    """A waiting ask with the form that answers it."""

    line: AskLine
    form: AnswerForm


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What waits for somebody: asks of theirs, asks that others are asked, and what is to be read.

    `count` is what the menu says: the asks that are theirs, and what they are to read. `heading` is
    of the asks that are theirs, `elsewhere` of the others.
    """

    heading: str
    elsewhere: str
    updated: str
    mine: Sequence[ShownAsk]
    others: Sequence[ShownAsk]
    to_read: Sequence[ReadLine]
    late: int
    read_form: ReadForm
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What stands beside the asks: what waiting costs, who answers for whom, and the first flag."""

    days: int
    waiting: WaitingWords
    given_over: Sequence[HandedOverLine]
    taken_over: Sequence[HandedOverLine]
    flag_cards: Sequence[FlagCard]
    more_flags: int


def waiting() -> Waiting:
    """Return what waits for the person who is signed in."""
    session, person, now = reading(), signed_in(), utc_now()
    found = inboxes.inbox(session, person, now=now)
    unread = inbox_exceptions.to_read(session, person, now=now)
    return Waiting(
        heading=inbox_words.heading_words(len(found.mine), others=len(found.others)),
        elsewhere=inbox_words.elsewhere_words(len(found.mine), others=len(found.others)),
        updated=time_words(now, sites.zone_of(session, person, on=today())),
        mine=[_shown(one) for one in found.mine],
        others=[_shown(one) for one in found.others],
        to_read=[read_line(one, today=today()) for one in unread],
        late=sum(one.is_late for one in unread),
        read_form=ReadForm(),
        count=len(found.mine) + len(unread),
    )


def beside(*, is_calm: bool) -> Beside:
    """Return what stands beside the asks of the person who is signed in.

    Flags take time to find and to read: they are there only while no customer waits.
    """
    session, person, now = reading(), signed_in(), utc_now()
    own = [site.id for site in sites.sites_of(session, person, on=today())]
    since = today() - timedelta(days=WINDOW_DAYS - 1)
    waits = ask_waiting.ask_waits(session, own, since=since, until=today(), now=now)
    handed = delegations.open_of(session, person, now=now)
    raised = flags.open_flags(session, person, now=now) if is_calm else ()
    return Beside(
        days=WINDOW_DAYS,
        waiting=waiting_words(waits),
        given_over=[
            handed_over_line(one, today=today()) for one in handed if one.person.id == person.id
        ],
        taken_over=[
            handed_over_line(one, today=today()) for one in handed if one.person.id != person.id
        ],
        flag_cards=flag_words.flag_cards(raised[:FLAGS_SHOWN], today=today()),
        more_flags=max(0, len(raised) - FLAGS_SHOWN),
    )


def ask_page(shown: InboxAsk, form: AnswerForm | None) -> str:
    """Return the page of one ask: its card with the form, or what became of it.

    Without a form somebody's answer came too late: it says what happened first.
    """
    session, person, now = reading(), signed_in(), utc_now()
    newest = shown.card.versions[-1]
    if newest.ask.id != shown.card.ask.id:
        other = inboxes.inbox_ask(session, person, newest.ask, now=now)
        shown = shown if other is None else other
    state = newest.state
    is_waiting = state.name == ask_states.WAITING
    if form is None or form.shown.card.ask.id != shown.card.ask.id:
        was_late, form = form is None, AnswerForm(shown, fresh=True)
    else:
        was_late = False
    return render_template(
        "inbox/ask.html",
        shown=ShownAsk(line=_line(shown), form=form) if is_waiting else None,
        line=_line(shown),
        form=form,
        was_late=was_late,
        said=[inbox_thread_words.version_words(one, today=today()) for one in shown.card.versions],
        back=url_for("inbox.index"),
    )


def _shown(shown: InboxAsk) -> ShownAsk:
    return ShownAsk(line=_line(shown), form=AnswerForm(shown))


def _line(shown: InboxAsk) -> AskLine:
    return inbox_words.ask_line(shown, now=utc_now(), today=today())
