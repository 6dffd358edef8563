"""Lines of the outcomes page's tables as values: the page writes them in words, its file too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ledger.core.exports.cells import guarded
from ledger.core.reports.retention import AtHorizon
from ledger.web.charts import ENOUGH, count_words, percent, percent_range
from ledger.web.words import _


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A share of 1 and the limits of its range, None where it has none."""

    rate: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a table: just what the page shows of it, so its file cannot hold more.

    `part` and `key` are for programs, `name` is what people read. `counts` maps the columns of the
    file to counts, in the order of the page. Without a share there is "not enough yet".
    """

    part: str
    key: str
    name: str
    counts: Mapping[str, int]
    share: Share | None

    def cells(self, *, with_sign: bool = False) -> Sequence[str]:
        """Return the cells of the page: name, counts, rate in per cent, its range."""
        return [self.name, *map(count_words, self.counts.values()), *self._share_cells(with_sign)]

    def _share_cells(self, with_sign: bool) -> Sequence[str]:  # noqa: FBT001  # one caller, above
        share = self.share
        if share is None:
            return [_("not enough yet"), ""]
        rate = percent(share.rate) if with_sign else f"{share.rate * 100:.1f}"
        if share.low is None or share.high is None:
            return [rate, ""]
        return [rate, percent_range(share.low, share.high)]

    def filed(self, table: str) -> Mapping[str, str]:
        """Return the cells of the file by column, under the title that the table has."""
        return {
            "part": self.part,
            "table": table,
            "key": guarded(self.key),
            "name": guarded(self.name),
            **{column: str(count) for column, count in self.counts.items()},
            **shares(self.share),
        }


def shares(share: Share | None) -> Mapping[str, str]:
    """Return a share by column of a file, as the page has it: per cent with one digit."""
    if share is None:
        return {"note": _("not enough yet")}
    named = {"percent": share.rate, "low": share.low, "high": share.high}
    return {name: f"{one * 100:.1f}" for name, one in named.items() if one is not None}


def share_of(at: AtHorizon) -> Share | None:
    """Return the rate of a group with its limits; None while there are not enough."""
    limits = at.interval
    if at.known < ENOUGH or at.rate is None or limits is None:
        return None
    return Share(rate=at.rate, low=limits.low, high=limits.high)
