"""How the company works, as one card for each thing that an administrator can set."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from ledger.core import bands, criteria, feeds, reasons, remedies, sites
from ledger.core.permissions import Action
from ledger.web.access import requires
from ledger.web.moment import today
from ledger.web.transactions import reading
from ledger.web.words import _, ngettext

bp: Blueprint = Blueprint("settings", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One thing to set: where, what it is called, and how it is set now."""

    url: str
    icon: str
    title: str
    words: str


@bp.get("/settings")
@requires(Action.MANAGE_SETTINGS)
def index() -> ResponseReturnValue:
    """Show what can be set, each with what holds now."""
    return render_template("settings/index.html", cards=_cards())


def _cards() -> Sequence[Card]:
    return [
        Card(
            url=url_for("settings_company.show"),
            icon="page",
            title=_("The company"),
            words=_company_words(),
        ),
        Card(
            url=url_for("settings_remedies.index"),
            icon="gift",
            title=_("Remedies"),
            words=_offered_words([one.retired for one in remedies.all_remedies(reading())]),
        ),
        Card(
            url=url_for("settings_reasons.index"),
            icon="talk",
            title=_("Reasons"),
            words=_offered_words([one.retired for one in reasons.all_reasons(reading())]),
        ),
        Card(
            url=url_for("settings_criteria.show"),
            icon="scale",
            title=_("How we decide here"),
            words=_card_words(),
        ),
        Card(
            url=url_for("settings_bands.show"),
            icon="outcomes",
            title=_("Bands of amounts"),
            words=_("How reports group amounts: %(codes)s", codes=_currencies()),
        ),
        Card(
            url=url_for("settings_feeds.index"),
            icon="repeat",
            title=_("Feeds"),
            words=_feed_words(),
        ),
    ]


def _company_words() -> str:
    row = sites.company(reading())
    watched = _("who stays") if row.watch == "stays" else _("who comes back")
    return _("We watch %(watched)s, %(days)s days", watched=watched, days=row.horizon_days)


def _offered_words(retired: Sequence[bool]) -> str:
    offered = _("%(count)s offered", count=sum(not one for one in retired))
    away = sum(bool(one) for one in retired)
    return _("%(offered)s, %(away)s retired", offered=offered, away=away) if away else offered


def _card_words() -> str:
    card = criteria.card_in_force(reading())
    if card is None:
        return _("No card yet")
    lines = ngettext("%(count)s line", "%(count)s lines", len(card.lines))
    return _("Version %(version)s, %(lines)s", version=card.version, lines=lines)


def _currencies() -> str:
    return ", ".join(bands.currencies(reading())) or sites.company(reading()).currency


def _feed_words() -> str:
    found = [feed for feed in feeds.all_feeds(reading()) if not feed.retired]
    if not found:
        return _("None has brought anything yet")
    words = ngettext("%(count)s feed", "%(count)s feeds", len(found))
    late = len(feeds.late(reading(), on=today()))
    stopped = ngettext("%(count)s has stopped", "%(count)s have stopped", late)
    return f"{words}, {stopped}" if late else _("%(words)s, all in time", words=words)
