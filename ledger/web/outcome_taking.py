"""Taking the figures of an outcomes page out: the password first, then a file of just those."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from ledger.core import activity, journal
from ledger.core.driver import Driver
from ledger.core.exports.cells import guarded
from ledger.core.exports.lines import lines
from ledger.core.exports.shapes import Piece
from ledger.core.outcomes import DEFINITION
from ledger.core.reports.overview import Choice, Outlook
from ledger.sessions import Session
from ledger.web.access import signed_in
from ledger.web.downloading import Listing, attached
from ledger.web.outcome_filters import UNIT_WORDS, OutcomesForm
from ledger.web.step_up import StepUpForm
from ledger.web.words import _


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a file holds: the sentences of the page, and the lines of its tables by column."""

    said: Sequence[str]
    rows: Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The figures of one page, as they can be taken out.

    `blueprint` has the page as `show` and this as `take` and `take_submit`. `columns` map each
    name to what it says. `read` is called once the download is in the journal.
    """

    subject: str
    blueprint: str
    title: str
    back_words: str
    columns: Mapping[str, str]
    read: Callable[[Session, Outlook, Choice], Found]


def taking_page(figures: Figures, seen: Outlook, form: OutcomesForm, proof: StepUpForm) -> str:
    """Return the page that says what the file would hold, and asks before it leaves."""
    address: dict[str, Any] = {**form.address()}
    choice = form.choice()
    return render_template(
        "exports/list.html",
        form=proof,
        title=figures.title,
        back=url_for(f"{figures.blueprint}.show", **address),
        back_words=figures.back_words,
        address=url_for(f"{figures.blueprint}.take_submit", **address),
        facts=[
            (_("Chosen"), _chosen(form, seen) or _("What the page usually shows")),
            (form.within.label.text, _("%(days)s days", days=choice.horizon_days)),
            (_("Count"), UNIT_WORDS[choice.unit]),
            (_("Figures"), _("those of the page, and no more")),
        ],
        count=None,
        unusable=[
            (label, _("“%(value)s” is not known here.", value=value))
            for label, value in form.unknown
        ],
        columns=figures.columns,
    )


def taken(figures: Figures, seen: Outlook, form: OutcomesForm) -> ResponseReturnValue:
    """Give the figures as a CSV, once the password has shown who asks."""
    proof = StepUpForm()
    if form.unknown or not proof.is_sent_and_fine() or not proof.is_proven():
        return taking_page(figures, seen, form, proof), 422
    choice = form.choice()

    def pieces(session: Session, _head_seq: int) -> Iterator[Piece]:
        yield _piece(session, figures, seen, choice)

    listing = Listing(
        subject=figures.subject,
        format="csv",
        choice=form.said(),
        file_name=f"latitude-{figures.subject}-{seen.on.isoformat()}.csv",
        media_type="text/csv; charset=utf-8",
        header=lines(_asked(seen, form).items()),
        pieces=pieces,
    )
    return attached(listing, signed_in())


def _chosen(form: OutcomesForm, seen: Outlook) -> str:
    return "; ".join(one.words for one in form.active(today=seen.on))


def _asked(seen: Outlook, form: OutcomesForm) -> Mapping[str, str]:
    """Return the first lines of the file: of which decisions it is, and how they are counted."""
    choice = form.choice()
    scope = choice.scope
    return {
        "definition": str(DEFINITION),
        "unit": UNIT_WORDS[choice.unit],
        "horizon_days": str(choice.horizon_days),
        "watch": seen.watch,
        "since": scope.since.isoformat() if scope.since else "",
        "until": scope.until.isoformat() if scope.until else "",
        "filter": guarded(_chosen(form, seen) or _("none")),
        "made_on": seen.on.isoformat(),
    }


def _piece(session: Session, figures: Figures, seen: Outlook, choice: Choice) -> Piece:
    """Return the rest of the file: up to what it is known, what the page says, the table.

    `journal_row` is the head of the journal in the very snapshot that the figures are read from.
    """
    head, through = journal.read_head(Driver(session)), activity.through(session)
    found = figures.read(session, seen, choice)
    facts = [
        ("journal_row", str(head.seq)),
        ("through", through.on.isoformat() if through.on else ""),
        ("through_stated", "yes" if through.is_stated else "no"),
        ("late_feeds", guarded(", ".join(through.late))),
        *(("says", guarded(sentence)) for sentence in found.said),
    ]
    rows = [[row.get(column, "") for column in figures.columns] for row in found.rows]
    return Piece(text=lines([*facts, [], list(figures.columns), *rows]), rows=len(rows))
