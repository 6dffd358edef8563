"""The figures of the outcomes page as lines of a CSV: the same, and no more than it shows."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from ledger.core.exports.cells import guarded
from ledger.core.exports.lines import amount
from ledger.core.outcomes import DEFINITION
from ledger.core.reports.overview import AXIS, Overview, Part
from ledger.core.reports.retention import AtHorizon
from ledger.web.charts import ENOUGH, CurveStep, share_on
from ledger.web.outcome_filters import UNIT_WORDS, Active
from ledger.web.words import _

COUNTS = ("counted", "matured", "came_back", "not_back", "maturing")
HEADER = (
    "part", "key", "name", *COUNTS, "watched", "percent", "low", "high", "given", "cost", "note",
)  # fmt: skip


def header_block(found: Overview, active: Sequence[Active], *, today: date) -> Iterator[list[str]]:
    """Yield the lines above the table: what these figures are, and of which decisions."""
    through, scope = found.through, found.choice.scope
    said = {
        "definition": str(DEFINITION),
        "unit": UNIT_WORDS[found.choice.unit],
        "horizon_days": str(found.choice.horizon_days),
        "watch": found.watch,
        "through": through.on.isoformat() if through.on else "",
        "through_stated": "yes" if through.is_stated else "no",
        "late_feeds": ", ".join(through.late),
        "since": scope.since.isoformat() if scope.since else "",
        "until": scope.until.isoformat() if scope.until else "",
        "filter": "; ".join(one.words for one in active) or _("none"),
        "made_on": today.isoformat(),
    }
    yield from ([name, guarded(value)] for name, value in said.items())
    yield []


def rows_of(found: Overview) -> Sequence[Sequence[str]]:
    """Return the lines of the table, each as wide as HEADER."""
    parts: Mapping[str, Sequence[Part]] = {
        "month": found.by_month,
        "reason": found.by_reason,
        "amount": found.by_band,
        "remedy": found.by_remedy,
        "site": found.by_site,
    }
    rows = [_row("all", at=_of(found.at, units=found.units))]
    rows.append(_row("walk_ins", {"counted": str(found.walk_ins)}))
    rows.append(_row("decisions", {"counted": str(found.of_decisions)}))
    for spend in found.spend:
        sums = {
            "given": amount(spend.given_minor, spend.currency),
            "cost": amount(spend.cost_minor, spend.currency),
            "counted": str(spend.decisions),
        }
        rows.append(_row("given", sums, key=spend.currency))
    if found.units and found.through.on is not None:
        rows += _curve(found)
        for part, groups in parts.items():
            rows += [
                _row(part, at=_of(one.at, units=one.units), key=one.key, name=one.name)
                for one in groups
            ]
    return rows


def _row(
    part: str, at: Mapping[str, str] | None = None, *, key: str = "", name: str = ""
) -> Sequence[str]:
    said = {"part": part, "key": guarded(key), "name": guarded(name), **(at or {})}
    return [said.get(column, "") for column in HEADER]


def _of(at: AtHorizon, *, units: int) -> Mapping[str, str]:
    """Return the counts of a group, and its rate where there are enough."""
    counts = (units, at.known, at.came_back, at.not_back, at.maturing)
    said = {name: str(count) for name, count in zip(COUNTS, counts, strict=True)}
    if at.known < ENOUGH or at.rate is None or at.interval is None:
        return {**said, "note": _("not enough yet")}
    return {**said, **_shares(at.rate, at.interval.low, at.interval.high)}


def _curve(found: Overview) -> Sequence[Sequence[str]]:
    horizon = found.choice.horizon_days
    steps = [
        CurveStep(
            day=point.day, at_risk=point.at_risk, share=point.share, low=point.low, high=point.high
        )
        for point in found.curve
        if point.day <= horizon
    ]
    rows = []
    for day in AXIS[horizon][1:]:
        watched = found.watched[day]
        said = {"watched": str(watched)}
        if watched < ENOUGH:
            said["note"] = _("not enough yet")
        else:
            before = [step for step in steps if step.day <= day]
            low, high = (before[-1].low, before[-1].high) if before else (None, None)
            said |= _shares(share_on(steps, day), low, high)
        rows.append(_row("curve", said, key=str(day), name=_("Day %(day)s", day=day)))
    return rows


def _shares(rate: float, low: float | None, high: float | None) -> Mapping[str, str]:
    """Return shares as the page has them: per cent with one digit."""
    named = {"percent": rate, "low": low, "high": high}
    return {name: f"{one * 100:.1f}" for name, one in named.items() if one is not None}
