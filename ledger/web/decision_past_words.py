"""How a decision came about, in words: what was asked and answered, and who read an exception."""

from collections.abc import Sequence
from datetime import date

from ledger.core import money, ways
from ledger.core.reports.decision_facts import DecisionFacts
from ledger.core.reports.decision_past import AskPast, ReadingPast
from ledger.web.way_words import way_words
from ledger.web.when import moment_words
from ledger.web.words import _, ngettext

Pairs = Sequence[tuple[str, str]]


def came_about_pairs(facts: DecisionFacts, *, today: date) -> Pairs:
    """Return how a decision came about; nothing for one made alone within the latitude."""
    said: list[tuple[str, str]] = []
    if facts.ask is not None:
        said += _ask_pairs(facts.ask, facts, today=today)
    if facts.way in ways.EXCEPTIONS:
        said.append((_("How"), exception_words(facts.way)))
    if facts.reading is not None:
        said += _reading_pairs(facts.reading, facts.decision.zone, today=today)
    return said


def exception_words(way: str) -> str:
    """Return what an exception of this code means."""
    return {
        "already_given": _("Above the limit, and already given when it was told"),
        "act_now": _("Above the limit, within what the site lets people give at once"),
        "late": _("Above the limit, and told later"),
    }.get(way, way_words(way))


def _ask_pairs(ask: AskPast, facts: DecisionFacts, *, today: date) -> Pairs:
    said = [
        (
            _("Asked for"),
            _(
                "%(amount)s on %(when)s",
                amount=money.show(ask.amount_minor, ask.currency),
                when=moment_words(ask.asked_at, facts.decision.zone, today=today),
            ),
        )
    ]
    # As a rule it became the decision's note, which stands beside this.
    if ask.why and ask.why != facts.note:
        said.append((_("Why they asked"), ask.why))
    if ask.versions > 1:
        said.append((_("Tries"), ngettext("%(count)s version", "%(count)s versions", ask.versions)))
    said.append((_("Answer"), _answer_words(ask)))
    if ask.words:
        said.append((_("Their words"), ask.words))
    waited = ngettext("%(count)s minute", "%(count)s minutes", ask.minutes)
    said.append((_("The customer waited"), waited if ask.minutes else _("under a minute")))
    return said


def _answer_words(ask: AskPast) -> str:
    """Return who answered, what and how: "Approved by Dana, on the asker's screen"."""
    if ask.approver is None:
        return _("Nobody answered in time: the site's rule allowed it, and somebody reads it")
    where = _("on the asker's screen") if ask.in_place else _("from the inbox")
    who = ask.approver
    if ask.for_person is not None:
        who = _("%(who)s for %(other)s", who=who, other=ask.for_person)
    if ask.kind == "countered":
        offered = money.show(ask.answer_minor or 0, ask.currency)
        return _(
            "Counter-offer of %(amount)s by %(who)s, %(where)s, which was accepted",
            amount=offered,
            who=who,
            where=where,
        )
    return _("Approved by %(who)s, %(where)s", who=who, where=where)


def _reading_pairs(read: ReadingPast, zone: str, *, today: date) -> Pairs:
    if read.reader is not None and read.read_at is not None:
        when = moment_words(read.read_at, zone, today=today)
        said = [(_("Read by"), _("%(who)s, %(when)s", who=read.reader, when=when))]
        return [*said, (_("Their words"), read.words)] if read.words else said
    if read.is_needless:
        return [(_("Read by"), _("Nobody, and nobody needs to: the void settled it"))]
    due = moment_words(read.due_at, zone, today=today)
    words = (
        _("Nobody, and it was due by %(due)s") if read.is_late else _("Nobody yet, due by %(due)s")
    )
    return [(_("Read by"), words % {"due": due})]
