"""The figures of the outcomes page as lines of a file: those that it shows, and no others."""

from collections.abc import Mapping, Sequence
from itertools import chain

from ledger.core.exports.lines import amount
from ledger.core.reports.overview import Choice, Outlook, Overview, overview
from ledger.sessions import Session
from ledger.web.outcome_page import HEADLINE, OutcomesPage, Stat, page_of
from ledger.web.outcome_rows import share_of, shares
from ledger.web.outcome_taking import Figures, Found
from ledger.web.words import _

COLUMNS: Mapping[str, str] = {
    "part": _("all, maturing, walk_ins, decisions, given, curve, month, reason, amount, …"),
    "table": _("what the page calls the table"),
    "key": _("a key that stays the same in every file: refund, 2026-02, 10-25"),
    "name": _("what the page calls the group"),
    "counted": _("how many are counted"),
    "matured": _("those whose outcome is known"),
    "came_back": _("who came back; stayed, where that is watched"),
    "not_back": _("who did not; left, where that is watched"),
    "maturing": _("not known yet"),
    "watched": _("still being watched on that day"),
    "percent": _("the rate in per cent, with one digit"),
    "low": _("lower end of its 95 % range"),
    "high": _("upper end of its 95 % range"),
    "given": _("sum given, in the currency that is the key"),
    "cost": _("what it cost us"),
    "note": _("what the page says beside it, as “not enough yet”"),
}


def read(session: Session, seen: Outlook, choice: Choice) -> Found:
    """Return what the page shows for a choice, as one reading session finds it."""
    found = overview(session, seen, choice)
    page = page_of(found, today=seen.on)
    figures = chain(page.figures, *page.groups)
    rows = [row.filed(figure.title) for figure in figures for row in figure.rows]
    return Found(said=_said(page), rows=[*_headline(found, page), *rows])


def _said(page: OutcomesPage) -> Sequence[str]:
    empty = [] if page.empty is None else [f"{page.empty.title}. {page.empty.words}"]
    return [page.lede, *page.cautions, *page.notes, *empty]


def _headline(found: Overview, page: OutcomesPage) -> Sequence[Mapping[str, str]]:
    at = found.at
    rate, maturing, walk_ins, _given = page.stats
    counts = {
        "counted": found.units,
        "matured": at.known,
        "came_back": at.came_back,
        "not_back": at.not_back,
        "maturing": at.maturing,
    }
    share = share_of(at)
    note = {} if share else {"note": rate.range}
    whole = {column: str(count) for column, count in counts.items()}
    rows = [
        {"part": "all", "name": rate.label, **whole, **shares(share), **note},
        _counted("maturing", maturing, at.maturing),
        _counted("walk_ins", walk_ins, found.walk_ins),
        {"part": "decisions", "name": _("Decisions"), "counted": str(found.of_decisions)},
    ]
    rows += [
        {
            "part": "given",
            "key": spend.currency,
            "name": _("Given, %(currency)s", currency=spend.currency),
            "counted": str(spend.decisions),
            "given": amount(spend.given_minor, spend.currency),
            "cost": amount(spend.cost_minor, spend.currency),
        }
        for spend in found.spend
    ]
    return [{"table": HEADLINE, **row} for row in rows]


def _counted(part: str, stat: Stat, count: int) -> Mapping[str, str]:
    """Return a count of the headline with what is said under it."""
    ((_shown, under),) = stat.values
    return {"part": part, "name": stat.label, "counted": str(count), "note": under}


FIGURES = Figures(
    subject="outcomes",
    blueprint="outcomes",
    title=_("Take outcomes out"),
    back_words=_("Outcomes"),
    columns=COLUMNS,
    read=read,
)
