"""The words of the sponsor card: the figure it will be judged by, and how that stands today."""

from dataclasses import dataclass
from datetime import date

from ledger.core import money, sponsor
from ledger.core.reports.summary import Summary
from ledger.core.sponsor import NamedCard
from ledger.core.tables import SponsorCard
from ledger.web.charts import ENOUGH, count_words, percent, percent_range
from ledger.web.when import day_words
from ledger.web.words import _, erased_words


@dataclass(frozen=True, slots=True, kw_only=True)
class CardWords:
    """A card in words: `today` is how its figure stands, empty for a card of before."""

    agreed: str
    figure: str
    target: str
    today: str
    judged: str
    stop: str


def card_words(named: NamedCard, found: Summary | None, *, today: date) -> CardWords:
    """Return a card in words, beside today's figure if there is one."""
    card = named.card
    agreed = _(
        "%(name)s, on %(day)s",
        name=named.agreed_by,
        day=day_words(named.made_on, today=today),
    )
    if named.set_by != named.agreed_by:
        agreed = _("%(agreed)s, written by %(name)s", agreed=agreed, name=named.set_by)
    return CardWords(
        agreed=agreed,
        figure=figure_words(card.figure),
        target=_target(card),
        today=_today(card, found) if found else "",
        judged=day_words(card.judged_on, today=today),
        stop=erased_words() if named.stop is None else named.stop,
    )


def figure_words(figure: str) -> str:
    """Return what a figure is called."""
    return {
        sponsor.CAME_BACK: _("Share that came back"),
        sponsor.COST: _("Cost to us, 12 months"),
        sponsor.UNMET_NEEDS: _("Unmet needs, 12 months"),
        sponsor.WRITTEN: _("Of the till, written here"),
    }[figure]


def _target(card: SponsorCard) -> str:
    if card.figure in sponsor.SHARES:
        return _("at least %(share)s", share=percent(card.target / sponsor.WHOLE_BP))
    if card.figure == sponsor.COST:
        return _("at most %(sum)s", sum=money.show(card.target, card.currency or ""))
    return _("at most %(count)s", count=count_words(card.target))


def _today(card: SponsorCard, found: Summary) -> str:
    """Return how the figure stands, with its range and of how many where it has them."""
    if card.figure == sponsor.CAME_BACK:
        rate, limits = found.at.rate, found.at.interval
        if rate is None or limits is None or found.at.known < ENOUGH:
            return _("not enough yet, %(known)s matured", known=found.at.known)
        return _(
            "%(rate)s (%(range)s), of %(known)s matured",
            rate=percent(rate),
            range=percent_range(limits.low, limits.high),
            known=count_words(found.at.known),
        )
    if card.figure == sponsor.COST:
        costs = {row.currency: row.cost_minor for row in found.spend}
        return money.show(costs.get(card.currency or "", 0), card.currency or "")
    if card.figure == sponsor.UNMET_NEEDS:
        return count_words(sum(row.count for row in found.needs))
    here = sum(tally.written[0] for tally in found.comparison.totals)
    entries = sum(tally.written[1] for tally in found.comparison.totals)
    if not entries:
        return _("not known: no till has been compared")
    return _(
        "%(share)s, of %(all)s entries", share=percent(here / entries), all=count_words(entries)
    )
