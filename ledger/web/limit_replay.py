"""A replay as a card: its finding, its chart, its numbers, and what it assumes, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

from markupsafe import Markup

from ledger.core import money
from ledger.core.reports.replay import Replay
from ledger.web.charts import HistogramData, LimitLine, Numbers, count_words, histogram
from ledger.web.words import _, ngettext

# Bars: as few as tell something, as many as can be told apart.
MOST_BARS, USUAL_BARS = 16, 12


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayCard:
    """What the page shows of a replay; `chart` is None without anything in it.

    `is_proposed` is False where only what is in force now is shown: then there are no `facts`.
    """

    title: str
    how: str
    chart: Markup | None
    key: Sequence[tuple[str, str]]
    table: Numbers
    facts: Sequence[tuple[str, str]]
    assumes: str
    is_proposed: bool
    is_empty: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """How many amounts lie above the lower edge and up to the upper one (None: any), in minor."""

    above: int
    up_to: int | None
    count: int


def replay_card(found: Replay, *, now_minor: int | None, proposed_minor: int | None) -> ReplayCard:
    """Return a replay as the page shows it.

    Args:
        found: the replay of the proposed limit, or of the one in force if none is proposed.
        now_minor: the limit in force a decision, if it is one everywhere.
        proposed_minor: the proposed limit a decision, None if none is.

    """
    lines = [one for one in (now_minor, proposed_minor) if one]
    bars = bars_of(found, lines)
    at_minor = proposed_minor if proposed_minor is not None else now_minor or 0
    days = (found.until - found.since).days + 1
    facts = {"days": days, "amount": _round(found, at_minor)}
    title = _("Replay: the last %(days)s days at %(amount)s", **facts)
    if proposed_minor is None:
        title = _("The last %(days)s days at %(amount)s", **facts)
    return ReplayCard(
        title=title,
        how=_how(found) if proposed_minor is not None else _all_words(found),
        chart=_chart(found, bars, now_minor, proposed_minor),
        key=_key(now_minor, proposed_minor),
        table=_table(found, bars, now_minor, proposed_minor),
        facts=[] if proposed_minor is None else _facts(found),
        assumes=_assumes(found, bars, now_minor, is_proposed=proposed_minor is not None),
        is_proposed=proposed_minor is not None,
        is_empty=found.is_empty,
    )


def bars_of(found: Replay, lines: Sequence[int]) -> Sequence[Bar]:
    """Return the amounts in bars of one width, with edges at the limits where that can be.

    The last bar holds all amounts above the others, if there are any.
    """
    if not found.amounts:
        return []
    largest, reach = max(found.amounts), max(lines, default=0)
    top = max(reach + reach // 4, min(largest, 2 * reach)) if reach else largest
    width = _width(top, lines)
    number = -(-top // width)
    counts = [0] * (number + 1)
    for amount, times in found.amounts.items():
        counts[min((amount - 1) // width, number)] += times
    bars = [
        Bar(above=width * place, up_to=width * (place + 1), count=counts[place])
        for place in range(number)
    ]
    if counts[number]:
        bars.append(Bar(above=width * number, up_to=None, count=counts[number]))
    return bars


def _width(top: int, lines: Sequence[int]) -> int:
    """Return the width of a bar: round, and one that divides the limits where that can be."""
    powers = [int(f"1{'0' * zeros}") for zeros in range(12)]
    rounds = sorted({1, 2, 5, *(base * power for power in powers for base in (10, 20, 25, 50))})
    fitting = [one for one in rounds if all(line % one == 0 for line in lines)]
    return next(
        (one for one in fitting if 4 * one <= top <= MOST_BARS * one),
        next(one for one in rounds if top <= USUAL_BARS * one),
    )


def _how(found: Replay) -> str:
    said = [_("Nobody asked in these days.")]
    if found.asks.count:
        words = ngettext(
            "Of %(count)s ask, %(free)s would have needed nobody.",
            "Of %(count)s asks, %(free)s would have needed nobody.",
            found.asks.count,
            free=count_words(found.asks_free.count),
        )
        said = [words]
    if found.more_minor:
        said.append(_("At most %(amount)s more at risk.", amount=_money(found, found.more_minor)))
    if found.would_ask.count:
        words = _(
            "%(part)s of %(whole)s decisions would have had to ask.",
            part=count_words(found.would_ask.count),
            whole=count_words(found.given.count),
        )
        said.append(words)
    return " ".join(said)


def _facts(found: Replay) -> Sequence[tuple[str, str]]:
    def of(part: int, whole: int) -> str:
        return _("%(part)s of %(whole)s", part=count_words(part), whole=count_words(whole))

    facts = [(_("Asks that need nobody"), of(found.asks_free.count, found.asks.count))]
    if found.asks_free.count:
        anyway = _(
            "%(part)s of %(whole)s",
            part=_money(found, found.approved_anyway_minor),
            whole=_money(found, found.asks_free.minor),
        )
        facts += [
            (_("Customers' waiting saved"), _waited(found.waited)),
            (_("Of them nobody answered"), count_words(found.unanswered)),
            (_("Was approved anyway"), anyway),
        ]
    if found.unmet.count:
        facts.append(
            (_("Unmet needs it would meet"), of(found.unmet_free.count, found.unmet.count))
        )
    if found.exceptions.count:
        covered = of(found.exceptions_free.count, found.exceptions.count)
        facts.append((_("Exceptions it would cover"), covered))
    facts.append((_("More at risk"), _("up to %(amount)s", amount=_money(found, found.more_minor))))
    asking = of(found.would_ask.count, found.given.count)
    facts.append((_("Decisions that would ask"), asking))
    return facts


def _waited(waited: timedelta) -> str:
    """Return a duration as people say it: "about 4 h 10 min"."""
    minutes = round(waited.total_seconds() / 60)
    if minutes < 60:  # noqa: PLR2004 (minutes of an hour)
        return _("%(minutes)s min", minutes=minutes)
    return _("%(hours)s h %(minutes)s min", hours=minutes // 60, minutes=minutes % 60)


def _all_words(found: Replay) -> str:
    return ngettext(
        "%(count)s amount that was decided or asked for, and the limit as a line.",
        "%(count)s amounts that were decided or asked for, and the limit as a line.",
        sum(found.amounts.values()),
    )


def _assumes(
    found: Replay, bars: Sequence[Bar], now_minor: int | None, *, is_proposed: bool
) -> str:
    words = _(
        "A replay assumes that people would ask for and give the same amounts. With a higher limit "
        "they may give more."
    )
    if not is_proposed:
        words = ""
    at = next((place for place, bar in zip(count(), bars) if bar.up_to == now_minor), None)
    if now_minor is None or not at:
        return words
    near = _(
        "%(count)s amounts lie at %(range)s today, %(below)s one step lower: a pile just under a "
        "limit says that it binds, never what a gift does.",
        count=count_words(bars[at].count),
        range=_range(found, bars[at]),
        below=count_words(bars[at - 1].count),
    )
    return f"{words} {near}".strip()


def _chart(
    found: Replay, bars: Sequence[Bar], now_minor: int | None, proposed_minor: int | None
) -> Markup | None:
    if not bars:
        return None
    width = bars[0].up_to or 1
    edges = [bar.above for bar in bars] + [bars[-1].above + width]
    words = [_round(found, edge) for edge in edges]
    if bars[-1].up_to is None:
        words[-1] = _("more")
    limits = []
    if now_minor:
        now_words = _("limit now %(amount)s", amount=_round(found, now_minor))
        limits.append(LimitLine(at_minor=now_minor, words=now_words))
    if proposed_minor and proposed_minor != now_minor:
        next_words = _("proposed %(amount)s", amount=_round(found, proposed_minor))
        limits.append(LimitLine(at_minor=proposed_minor, words=next_words, is_proposed=True))
    data = HistogramData(
        slug="replay",
        title=_("Amounts decided and asked for, with the limits as lines"),
        desc=_how(found) if proposed_minor is not None else _all_words(found),
        edges_minor=edges,
        edge_words=words,
        counts=[bar.count for bar in bars],
        limits=limits,
    )
    return histogram(data)


def _key(now_minor: int | None, proposed_minor: int | None) -> Sequence[tuple[str, str]]:
    key = [("quiet", _("Decided or asked"))]
    if proposed_minor and proposed_minor > (now_minor or 0):
        key.append(("gain", _("Between the two")))
    if now_minor:
        key.append(("limit", _("Limit now")))
    if proposed_minor and proposed_minor != now_minor:
        key.append(("limit-next", _("Proposed")))
    return key


def _table(
    found: Replay, bars: Sequence[Bar], now_minor: int | None, proposed_minor: int | None
) -> Numbers:
    return Numbers(
        head=[_("Amount"), _("Decided or asked"), _("At these limits")],
        rows=[
            (
                _range(found, bar),
                count_words(bar.count),
                _group(bar, now_minor or 0, proposed_minor, found),
            )
            for bar in bars
        ],
    )


def _group(bar: Bar, now_minor: int, proposed_minor: int | None, found: Replay) -> str:
    def within(limit: int) -> bool:
        return bar.up_to is not None and bar.up_to <= limit

    if proposed_minor is None or within(now_minor) == within(proposed_minor):
        kept = within(now_minor if proposed_minor is None else proposed_minor)
        if kept:
            return _("within the limit")
        at = now_minor if proposed_minor is None else proposed_minor
        return _("partly above") if bar.above < at else _("above it: an ask")
    amount = _round(found, proposed_minor)
    if within(proposed_minor):
        return _("no ask at %(amount)s", amount=amount)
    return _("an ask at %(amount)s", amount=amount)


def _range(found: Replay, bar: Bar) -> str:
    if bar.up_to is None:
        return _("over %(amount)s", amount=_round(found, bar.above))
    low, high = _round(found, bar.above), _round(found, bar.up_to)
    return _("%(low)s to %(high)s", low=low, high=high)


def _round(found: Replay, minor: int) -> str:
    return money.show_round(minor, found.currency)


def _money(found: Replay, minor: int) -> str:
    return money.show(minor, found.currency)
