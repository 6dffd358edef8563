"""The cards of before and after: what is said of each currency and of visits, and its numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ledger.core.exports.lines import amount
from ledger.core.reports.around import Around, Spent, Summary
from ledger.web.charts import ENOUGH, Numbers, count_words, percent
from ledger.web.outcome_words import exact_words, sum_words
from ledger.web.words import _, ngettext


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a card's numbers: sums in minor units of a currency; counts where it has none."""

    key: str
    name: str
    of: Summary
    currency: str | None = None

    def cells(self) -> Sequence[str]:
        """Return the line as the page writes it."""
        of, values = self.of, self._spread().values()
        if self.currency is None:
            return [self.name, count_words(of.n), *map(count_words, values)]
        sums = [_signed(value, self.currency) for value in values]
        return [self.name, *sums, count_words(of.outliers)]

    def filed(self, table: str) -> Mapping[str, str]:
        """Return the line by column of a file, under the title that its card has."""
        named = {"table": table, "key": self.key, "name": self.name, "counted": str(self.of.n)}
        spread, currency = self._spread(), self.currency
        if currency is None:
            return {**named, **{column: str(value) for column, value in spread.items()}}
        sums = {column: amount(value, currency) for column, value in spread.items()}
        return {**named, "currency": currency, **sums, "standing_out": str(self.of.outliers)}

    def _spread(self) -> Mapping[str, int]:
        of = self.of
        return {
            "median": of.median,
            "lower_quartile": of.lower,
            "upper_quartile": of.upper,
            "mean": of.mean,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One card: its title, what is said, and its numbers."""

    title: str
    said: Sequence[str]
    head: Sequence[str]
    rows: Sequence[Row]

    @property
    def numbers(self) -> Numbers:
        """Return the table, as the page writes it."""
        return Numbers(head=self.head, rows=[row.cells() for row in self.rows])


def blocks_of(found: Around, days: int) -> Sequence[Block]:
    """Return the cards of the page, with so many days before and after; none below enough."""
    if found.known < ENOUGH:
        return []
    return [*(_spent(one, days) for one in found.spent), *_visits(found, days)]


def _spent(found: Spent, days: int) -> Block:
    named = (
        ("before", _("%(days)s days before", days=days), found.before),
        ("after", _("%(days)s days after", days=days), found.after),
    )
    change = found.change
    if found.before.n < ENOUGH:
        said = [_("Not enough yet: %(n)s of %(enough)s.", n=count_words(change.n), enough=ENOUGH)]
        rows: Sequence[Row] = []
    else:
        said = [
            _(
                "Half of the %(n)s spent %(after)s or less in the time after, and %(before)s or "
                "less in the time before.",
                n=count_words(change.n),
                after=sum_words(found.after.median, found.currency),
                before=sum_words(found.before.median, found.currency),
            ),
            *(words for _key, name, one in named if (words := _outlier_words(name, one))),
        ]
        each = ("change", _("After less before, of each"), change)
        rows = [
            Row(key=key, name=name, of=one, currency=found.currency)
            for key, name, one in (*named, each)
        ]
    return Block(
        title=_("Spent, in %(currency)s", currency=found.currency),
        said=[*said, _same_day_words(found)],
        head=[_("Of each"), *_spread_words(), _("Standing out")],
        rows=rows,
    )


def _same_day_words(found: Spent) -> str:
    if not found.same_day:
        return _("On the very day nobody spent anything.")
    return ngettext(
        "On the very day %(count)s of them spent %(sum)s: part of neither.",
        "On the very day %(count)s of them together spent %(sum)s: part of neither.",
        found.same_day,
        sum=exact_words(found.same_day_minor, found.currency),
    )


def _spread_words() -> Sequence[str]:
    return [_("Median"), _("Lower quartile"), _("Upper quartile"), _("Mean")]


def _signed(minor: int, currency: str) -> str:
    return exact_words(minor, currency) if minor >= 0 else f"−{exact_words(-minor, currency)}"  # noqa: RUF001 (a minus sign)


def _outlier_words(name: str, one: Summary) -> str:
    """Return who stands out, and what they carry of the sum; empty for nobody."""
    share = one.outliers_share
    if not one.outliers or share is None:
        return ""
    return ngettext(
        "%(name)s: %(count)s stands out far above the others and carries %(share)s of the sum.",
        "%(name)s: %(count)s stand out far above the others and carry %(share)s of the sum.",
        one.outliers,
        name=name,
        share=percent(share),
    )


def _visits(found: Around, days: int) -> Sequence[Block]:
    one = found.visits
    if one is None or one.n < ENOUGH:
        return []
    said = _(
        "Days with a visit in the %(days)s days after, of the %(n)s: half had %(median)s or fewer, "
        "a quarter %(lower)s or fewer, a quarter %(upper)s or more.",
        n=count_words(one.n),
        median=one.median,
        days=days,
        lower=one.lower,
        upper=one.upper,
    )
    return [
        Block(
            title=_("How often they came"),
            said=[said],
            head=[_("Visits in the time after"), _("Counted"), *_spread_words()],
            rows=[Row(key="visits", name=_("Days with a visit, of each"), of=one)],
        )
    ]


def known_words(found: Around, days: int) -> str:
    """Return how many these figures are of, and who is left out of what was spent."""
    known = _(
        "Walk-ins are in none of it; %(known)s are past %(days)s days.",
        known=count_words(found.known),
        days=days,
    )
    return f"{known} {_uncovered_words(found, days)}".rstrip()


def _uncovered_words(found: Around, days: int) -> str:
    if not found.uncovered:
        return ""
    return ngettext(
        "%(shown)s more was decided less than %(days)s days after the first visit that is known, "
        "so the time before is not known whole: left out of what was spent.",
        "%(shown)s more were decided less than %(days)s days after the first visit that is known, "
        "so the time before is not known whole: left out of what was spent.",
        found.uncovered,
        shown=count_words(found.uncovered),
        days=days,
    )
