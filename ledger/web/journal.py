"""The journal: everything that happened, row by row; who took what out; and one row's proof."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from ledger.core import checkpoint, people, sites
from ledger.core.permissions import Action
from ledger.core.reports import exports_made, journal_list, journal_row, journal_taken
from ledger.core.reports.journal_list import JournalFilter
from ledger.core.reports.journal_names import Names, Said, names_for, said_in
from ledger.web import journal_looks, journal_taken_words, journal_words, trust_words
from ledger.web.access import requires
from ledger.web.journal_forms import JournalForm
from ledger.web.journal_told import Told, who_words
from ledger.web.moment import today
from ledger.web.numbers import LARGEST
from ledger.web.transactions import reading
from ledger.web.when import day_of_words, zone_words
from ledger.web.words import _, ngettext

bp: Blueprint = Blueprint("journal", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row of the journal in the list, all of it words."""

    seq: int
    when: str
    tag: str
    group: str
    words: str
    url: str | None
    hash: str


@bp.get("/journal")
@requires(Action.SEE_JOURNAL)
def index() -> ResponseReturnValue:
    """Show the rows that the filter in the address leaves, newest first."""
    session = reading()
    form = JournalForm(people.everybody(session), sites.all_sites(session))
    form.validate()
    wanted = form.wanted()
    found = journal_list.journal_page(
        session, wanted, before=_place("before"), after=_place("after")
    )
    said, zone = said_in(found.rows), _zone()
    names = names_for(session, said)
    return render_template(
        "journal/index.html",
        form=form,
        found=found,
        rows=_rows_words(wanted, found.size),
        lines=[_line(one, names, zone=zone) for one in said],
        anchored=trust_words.anchored_words(
            checkpoint.last_signed(session), found.size, zone=zone, today=today()
        ),
        clock=zone_words(zone),
    )


@bp.get("/journal/<int:seq>")
@requires(Action.SEE_JOURNAL)
def show(seq: int) -> ResponseReturnValue:
    """Show one row: the exact bytes, its hash worked out anew, and the row of its book."""
    session, zone = reading(), _zone()
    found = journal_row.journal_row(session, seq)
    return render_template(
        "journal/show.html",
        found=found,
        row=found.said.row,
        line=_line(found.said, found.names, zone=zone),
        who=who_words(found.said.row.actor, found.names),
        size=journal_list.size_of(session),
        clock=zone_words(zone),
    )


@bp.get("/journal/exports")
@requires(Action.SEE_JOURNAL)
def exports() -> ResponseReturnValue:
    """Show who took what out: the lists, and the numbered exports of HR."""
    session, zone, on = reading(), _zone(), today()
    most = journal_list.ON_A_PAGE
    found = journal_taken.taken_lists(session, before=_place("before"), count=most + 1)
    shown = found[:most]
    numbers = exports_made.made_page(session, page=request.args.get("page", 1, type=int))
    return render_template(
        "journal/exports.html",
        lists=[journal_taken_words.list_line(one, zone=zone, today=on) for one in shown],
        older=shown[-1].taken.download.id if len(found) > len(shown) else None,
        before=_place("before"),
        numbers=[journal_taken_words.export_line(one, zone=zone, today=on) for one in numbers.rows],
        found=numbers,
        clock=zone_words(zone),
    )


def _rows_words(wanted: JournalFilter, size: int) -> str:
    """Return how many rows there are, and how many of them the filter leaves if there is one."""
    if wanted == JournalFilter():
        return _("%(size)s rows in all", size=f"{size:,}")
    fitting = journal_list.fitting(reading(), wanted)
    facts = {"rows": f"{fitting.rows:,}", "size": f"{size:,}"}
    if not fitting.is_whole:
        return _("at least %(rows)s of %(size)s rows fit", **facts)
    return ngettext(
        "%(rows)s of %(size)s rows fits", "%(rows)s of %(size)s rows fit", fitting.rows, **facts
    )


def _line(said: Said, names: Names, *, zone: str) -> Line:
    row = said.row
    told = Told(said=said, names=names, today=today())
    return Line(
        seq=row.seq,
        when=_when(row.moment, zone) or row.at,
        tag=journal_looks.tag_kind(row.kind),
        group=journal_looks.group_words(journal_list.group_of(row.kind)),
        words=journal_words.sentence(told),
        url=journal_looks.link_of(said, names),
        hash=row.hash[:8],
    )


def _when(moment: datetime | None, zone: str) -> str | None:
    """Return the day and the time to the second; None for no instant."""
    if moment is None:
        return None
    day = day_of_words(moment, zone, today=today())
    return f"{day}, {moment.astimezone(ZoneInfo(zone)):%H:%M:%S}"


def _zone() -> str:
    return sites.company(reading()).zone


def _place(name: str) -> int | None:
    found = request.args.get(name, type=int)
    return found if found is not None and 0 <= found <= LARGEST else None
