"""The retention report (DESIGN 3.6 and 8), worked out a second time from the two CSV files.

Shares no code with the package: plain loops and the standard library, so that a fault in the
product is not repeated here. Slow and simple on purpose. From the top of the project:

    python -m tests.oracle.retention FOLDER --unit customer --by site

FOLDER holds decisions.csv and activity.csv.
"""

import argparse
import csv
import json
import math
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

UNITS = ("customer", "decision")
GROUPINGS = ("all", "site", "remedy", "reason", "band", "month")
HORIZONS = (7, 30, 60, 90, 180, 365)
RETURN_KINDS = ("purchase", "visit", "renewal")
BAND_TOPS = (5, 10, 25, 50, 100)
Z = 1.959963984540054
# Two decimals unless the currency is here.
DECIMALS = {"JPY": 0, "KRW": 0, "BHD": 3, "JOD": 3, "KWD": 3, "OMR": 3, "TND": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """One row of decisions.csv; `returned_after` is in days, None if no return is known."""

    external_id: str
    decided_at: datetime
    business_date: date
    customer: str
    site: str
    remedy: str
    reason: str
    amount: Decimal
    currency: str
    returned_after: int | None


def report(
    folder: Path, *, unit: str, by: str, zone: str = "UTC", day_start: str = "04:00"
) -> dict[str, Any]:
    """Return the object that `latitude report retention --json` prints for these two files.

    Every site has the company's zone and day start. `through` is the latest business date of
    any activity, None without any; then every decision is maturing.
    """
    day_of = partial(business_date, zone=ZoneInfo(zone), day_start=time.fromisoformat(day_start))
    activity = read_rows(folder / "activity.csv")
    through = max((day_of(instant(row["occurred_at"])) for row in activity), default=None)

    return_dates = defaultdict(set)
    for row in activity:
        if row["kind"] in RETURN_KINDS and row["customer_ref"]:
            return_dates[row["customer_ref"]].add(day_of(instant(row["occurred_at"])))

    decisions = []
    for row in read_rows(folder / "decisions.csv"):
        day = day_of(instant(row["decided_at"]))
        later = [d for d in return_dates.get(row["customer_ref"], ()) if d > day]
        decisions.append(
            Decided(
                external_id=row["external_id"],
                decided_at=instant(row["decided_at"]),
                business_date=day,
                customer=row["customer_ref"],
                site=row["location_ref"],
                remedy=row["kind"],
                reason=row["reason"],
                amount=Decimal(row["amount"]),
                currency=row["currency"],
                returned_after=(min(later) - day).days if later else None,
            )
        )
    return {
        "definition": 1,
        "unit": unit,
        "by": by,
        "through": through.isoformat() if through else None,
        "groups": groups_of(decisions, unit=unit, by=by, through=through),
    }


def groups_of(
    decisions: Sequence[Decided], *, unit: str, by: str, through: date | None
) -> list[dict[str, Any]]:
    """Return the groups that have at least one unit, sorted by key."""
    first_ids = {first.external_id for first in first_decisions(decisions)}
    several_currencies = len({d.currency for d in decisions}) > 1
    cohorts = defaultdict(list)
    walk_ins = defaultdict(list)
    for decision in decisions:
        key = key_of(decision, by=by)
        if by == "band" and several_currencies:
            key = f"{decision.currency} {key}"
        if not decision.customer:
            walk_ins[key].append(decision)
        elif unit == "decision" or decision.external_id in first_ids:
            cohorts[key].append(decision)
    return [
        {
            "key": key,
            "decisions": len(cohorts[key]),
            "customers": len({d.customer for d in cohorts[key]}),
            "walk_ins": len(walk_ins[key]),
            "amount_minor": amounts_minor(cohorts[key] + walk_ins[key]),
            "horizons": [at_horizon(cohorts[key], days, through) for days in HORIZONS],
            "curve": curve_of(cohorts[key], through),
        }
        for key in sorted(cohorts)
    ]


def first_decisions(decisions: Sequence[Decided]) -> list[Decided]:
    """Return each known customer's first decision: the earliest, then the smallest id."""
    first: dict[str, Decided] = {}
    for decision in sorted(decisions, key=lambda d: (d.decided_at, d.external_id)):
        if decision.customer and decision.customer not in first:
            first[decision.customer] = decision
    return list(first.values())


def key_of(decision: Decided, *, by: str) -> str:
    """Return the key of the group that the decision belongs to."""
    return {
        "all": "all",
        "site": decision.site,
        "remedy": decision.remedy,
        "reason": decision.reason,
        "band": band_of(decision.amount),
        "month": decision.business_date.isoformat()[:7],
    }[by]


def band_of(amount: Decimal) -> str:
    """Return the band of an amount in major units; a band includes its upper bound."""
    if amount == 0:
        return "0"
    bottom = 0
    for top in BAND_TOPS:
        if amount <= top:
            return f"{bottom}-{top}"
        bottom = top
    return f"{bottom}+"


def amounts_minor(decisions: Sequence[Decided]) -> dict[str, int]:
    """Return the sum for each currency, in minor units."""
    sums: dict[str, int] = {}
    for decision in decisions:
        minor = int(decision.amount * 10 ** DECIMALS.get(decision.currency, 2))
        sums[decision.currency] = sums.get(decision.currency, 0) + minor
    return dict(sorted(sums.items()))


def at_horizon(cohort: Sequence[Decided], days: int, through: date | None) -> dict[str, Any]:
    """Count the three states at one horizon; the rate has a Wilson 95 % interval."""
    came_back = not_back = maturing = 0
    for decision in cohort:
        if through is None or decision.business_date + timedelta(days=days) > through:
            maturing += 1
        elif decision.returned_after is not None and decision.returned_after <= days:
            came_back += 1
        else:
            not_back += 1
    rate, low, high = wilson(came_back, came_back + not_back)
    return {
        "days": days,
        "came_back": came_back,
        "not_back": not_back,
        "maturing": maturing,
        "rate": rate,
        "low": low,
        "high": high,
    }


def wilson(successes: int, n: int) -> tuple[float | None, float | None, float | None]:
    """Return the rate and Wilson's score limits (Wilson 1927, JASA 22:209); three None if n is 0.

    The limits are the two roots p of (rate - p)² = z² p (1 - p) / n.
    """
    if n == 0:
        return None, None, None
    rate = successes / n
    a = 1 + Z**2 / n
    b = 2 * rate + Z**2 / n
    root = math.sqrt(max(0.0, b**2 - 4 * a * rate**2))
    return rate, max(0.0, (b - root) / (2 * a)), min(1.0, (b + root) / (2 * a))


def curve_of(cohort: Sequence[Decided], through: date | None) -> list[dict[str, Any]]:
    """Return the Kaplan-Meier curve, one point a day from 1 to the last event's day.

    Survival is the product of 1 - d/n; Greenwood's variance of its logarithm is the sum of
    d / (n (n - d)); the limits are S^exp(±z·se), with se that of log(-log S) (Kalbfleisch and
    Prentice, The Statistical Analysis of Failure Time Data, 2002, section 1.4).
    """
    durations = []
    events = []
    for decision in cohort:
        watched = (through - decision.business_date).days if through else 0
        if watched < 1:
            continue
        if decision.returned_after is not None and decision.returned_after <= watched:
            durations.append(decision.returned_after)
            events.append(decision.returned_after)
        else:
            durations.append(watched)

    curve = []
    survival = 1.0
    greenwood = 0.0
    for day in range(1, max(events, default=0) + 1):
        at_risk = sum(1 for duration in durations if duration >= day)
        returned = events.count(day)
        survival *= (at_risk - returned) / at_risk
        low = high = None
        if 0 < survival < 1:
            greenwood += returned / (at_risk * (at_risk - returned))
            spread = math.exp(Z * math.sqrt(greenwood) / abs(math.log(survival)))
            low = 1 - survival ** (1 / spread)
            high = 1 - survival**spread
        curve.append(
            {
                "day": day,
                "at_risk": at_risk,
                "returned": returned,
                "share": 1 - survival,
                "low": low,
                "high": high,
            }
        )
    return curve


def business_date(at: datetime, *, zone: ZoneInfo, day_start: time) -> date:
    """Return the last day that has started at this instant, in this zone."""
    day = at.astimezone(zone).date() + timedelta(days=1)
    while start_of(day, zone=zone, day_start=day_start) > at:
        day -= timedelta(days=1)
    return day


@cache
def start_of(day: date, *, zone: ZoneInfo, day_start: time) -> datetime:
    """Return the first instant (UTC) at which the wall clock reaches this day and time."""
    wall = datetime.combine(day, day_start)
    start = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    earlier = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    # Only in a gap is the second reading the earlier one: the jump lies between the two.
    while start - earlier > timedelta(seconds=1):
        middle = earlier + timedelta(seconds=(start - earlier) // timedelta(seconds=2))
        if middle.astimezone(zone).replace(tzinfo=None) >= wall:
            start = middle
        else:
            earlier = middle
    return start


def instant(text: str) -> datetime:
    """Read `2011-12-09T12:50:00Z`."""
    return datetime.fromisoformat(text).astimezone(UTC)


def read_rows(path: Path) -> list[dict[str, str]]:
    """Read a CSV file with a header, UTF-8 with or without BOM."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def main() -> None:
    """Print one report."""
    parser = argparse.ArgumentParser(description="The retention report, worked out apart.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--unit", choices=UNITS, default="customer")
    parser.add_argument("--by", choices=GROUPINGS, default="all")
    parser.add_argument("--zone", default="UTC")
    parser.add_argument("--day-start", default="04:00")
    options = vars(parser.parse_args())
    sys.stdout.write(json.dumps(report(**options), indent=1) + "\n")


if __name__ == "__main__":
    main()
