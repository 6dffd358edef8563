"""What is said of unmet needs: each in a line, and counted by reason and by amount."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ledger.core import money
from ledger.core.reports.unmet_list import ListedNeed, NeedCell, NeedPage
from ledger.web.decision_words import customer_words
from ledger.web.when import moment_words
from ledger.web.words import _, ngettext


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedLine:
    """An unmet need in a list, all of it words."""

    when: str
    site: str
    person: str
    customer: str
    reason: str
    amount: str
    left: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedTable:
    """One currency's unmet needs: how many for each reason (the rows) in each band of amounts.

    A row is the reason, its counts in the order of `bands` (empty for none), all, and their sum.
    """

    currency: str
    bands: Sequence[str]
    rows: Sequence[tuple[str, Sequence[str], str, str]]


def need_line(row: ListedNeed, *, today: date) -> NeedLine:
    """Return an unmet need as a line of the list."""
    left = row.headroom_minor
    return NeedLine(
        when=moment_words(row.made_at, row.zone, today=today),
        site=row.site,
        person=row.person,
        customer=customer_words(row.customer, is_walk_in=row.is_walk_in),
        reason=row.reason,
        amount=money.show(row.amount_minor, row.currency),
        left="" if left is None else money.show(left, row.currency),
    )


def need_totals_words(page: NeedPage) -> Sequence[str]:
    """Return how many unmet needs there are and what they add up to."""
    return [
        ngettext(
            "%(count)s unmet need, %(amount)s",
            "%(count)s unmet needs, %(amount)s",
            total.count,
            amount=money.show(total.amount_minor, total.currency),
        )
        for total in page.totals
    ]


def need_tables(page: NeedPage) -> Sequence[NeedTable]:
    """Return the counts by reason and band, a table for each currency."""
    return [
        _table(total.currency, [cell for cell in page.cells if cell.currency == total.currency])
        for total in page.totals
    ]


def _table(currency: str, cells: Sequence[NeedCell]) -> NeedTable:
    # The cells of a reason stand in the order of their bands, but each has only its own.
    keys = sorted({cell.band for cell in cells}, key=_bound)
    return NeedTable(
        currency=currency,
        bands=[_band_words(key) for key in keys],
        rows=[
            _row(reason, keys, [cell for cell in cells if cell.reason == reason])
            for reason in dict.fromkeys(cell.reason for cell in cells)
        ],
    )


def _row(
    reason: str, keys: Sequence[str], cells: Sequence[NeedCell]
) -> tuple[str, Sequence[str], str, str]:
    counts = {cell.band: cell.count for cell in cells}
    return (
        reason,
        [f"{counts[key]:,}" if key in counts else "" for key in keys],
        f"{sum(counts.values()):,}",
        money.show(sum(cell.amount_minor for cell in cells), cells[0].currency),
    )


def _bound(key: str) -> int:
    return int(key.rstrip("+").partition("-")[0])


def _band_words(key: str) -> str:
    """Return a band with its bounds: from ten to 25, or "over 100"."""
    if key.endswith("+"):
        return _("over %(low)s", low=key.rstrip("+"))
    return key.replace("-", "\N{EN DASH}")
