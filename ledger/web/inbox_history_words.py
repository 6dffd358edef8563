"""What is said of earlier asks, in a list and one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ledger.core import money
from ledger.core.reports.ask_waiting import ANSWERS
from ledger.core.reports.inbox_history import ListedThread
from ledger.core.reports.inbox_threads import Version
from ledger.web.inbox_thread_words import (
    became_words,
    minutes_words,
    state_key,
    state_words,
)
from ledger.web.inbox_words import left_words, why_words
from ledger.web.when import moment_words
from ledger.web.words import _, ngettext

KINDS = {
    "given": "back",
    "given_unanswered": "back",
    "accepted": "back",
    "waiting": "maturing",
    "approved": "maturing",
    "countered": "maturing",
    "allowed": "maturing",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadLine:
    """A thread in the list, all of it words; `kind` is the kind of its tag."""

    uid: str
    when: str
    person: str
    site: str
    what: str
    amount: str
    versions: str
    state: str
    kind: str
    waited: str
    decision_uid: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadStep:
    """One version of a thread, all of it words; `facts` are pairs of term and fact."""

    number: int
    when: str
    why: str
    facts: Sequence[tuple[str, str]]


def thread_line(row: ListedThread, *, today: date) -> ThreadLine:
    """Return a thread as a line of the list."""
    last, count = row.last, len(row.versions)
    return ThreadLine(
        uid=row.uid,
        when=moment_words(last.ask.made_at, last.ask.zone, today=today),
        person=row.person,
        site=row.site,
        what=_("%(remedy)s, %(reason)s", remedy=row.remedy, reason=row.reason.lower()),
        amount=money.show(last.ask.amount_minor, last.ask.currency),
        versions=ngettext("%(count)s version", "%(count)s versions", count) if count > 1 else "",
        state=state_words()[state_key(last.state)],
        kind=KINDS.get(state_key(last.state), "plain"),
        waited=minutes_words(row.waited),
        decision_uid=row.decision_uid,
    )


def thread_steps(row: ListedThread, *, today: date) -> Sequence[ThreadStep]:
    """Return the versions of a thread, the first one first."""
    return [_step(one, row.person, today=today) for one in row.versions]


def _step(version: Version, name: str, *, today: date) -> ThreadStep:
    ask, answer = version.ask, version.answer
    became = became_words(version, today=today)
    ended = _ended(version, today=today)
    facts = [
        (_("Asked for"), money.show(ask.amount_minor, ask.currency)),
        (_("What held it back"), left_words(ask, name)),
        (_("Answer"), became[:1].upper() + became[1:]),
    ]
    if answer is not None and answer.row.kind in ANSWERS:
        where = _("where it was asked") if answer.row.in_place else _("from the inbox")
        facts.append((_("Answered"), where))
    facts.append((_("Waited"), minutes_words(version.waited)))
    if ended:
        facts.append((_("Then"), ended))
    return ThreadStep(
        number=ask.version,
        when=moment_words(ask.made_at, ask.zone, today=today),
        why=why_words(version.why, had_why=version.had_why),
        facts=facts,
    )


def _ended(version: Version, *, today: date) -> str:
    """Return what became of the permission, where there was one that has ended."""
    end = version.end
    if end is None:
        is_over = version.answer is not None and version.state.name == "lapsed"
        return state_words()["lapsed"] if is_over else ""
    when = moment_words(end.row.made_at, version.ask.zone, today=today)
    amount = end.row.amount_minor
    if end.row.kind in ("given", "accepted") and amount is not None:
        return _(
            "%(amount)s given, %(when)s", amount=money.show(amount, version.ask.currency), when=when
        )
    return _("%(state)s, %(when)s", state=state_words()[end.row.kind], when=when)
