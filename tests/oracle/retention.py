"""The retention report (DESIGN 3.6 and 8), worked out a second time from the two CSV files.

Shares no code with the package: plain loops and the standard library, so that a fault in the
product is not repeated here. Slow and simple on purpose. From the top of the project:

    python -m tests.oracle.retention FOLDER --unit customer --by site

FOLDER holds decisions.csv and activity.csv.
"""

import argparse
import itertools
import json
import math
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.oracle.reading import business_date, instant, read_rows
from tests.oracle.shares import Z, effective_n, wilson

UNITS = ("customer", "decision", "episode")
GROUPINGS = ("all", "site", "remedy", "reason", "band", "month")
HORIZONS = (7, 30, 60, 90, 180, 365)
RETURN_KINDS = ("purchase", "visit", "renewal")
BAND_TOPS = (5, 10, 25, 50, 100)
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
    folder: Path,
    *,
    unit: str,
    by: str,
    zone: str = "UTC",
    day_start: str = "04:00",
    horizon: int = 90,
) -> dict[str, Any]:
    """Return the object that `latitude report retention --json` prints for these two files.

    Every site has the company's zone and day start. `through` is the latest business date of
    any activity, None without any; then every decision is maturing. `horizon` is the company's:
    so many days before an episode the customer has no other decision.
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
    counted = {
        "customer": first_decisions(decisions),
        "decision": [d for d in decisions if d.customer],
        "episode": episodes(decisions, days=horizon),
    }[unit]
    robust = unit == "episode"
    whole: dict[str, Any] = {
        "definition": 1,
        "unit": unit,
        "by": by,
        "through": through.isoformat() if through else None,
        "groups": groups_of(decisions, counted, by=by, through=through, robust=robust),
    }
    return {**whole, "episode_days": horizon} if robust else whole


def groups_of(
    decisions: Sequence[Decided],
    counted: Sequence[Decided],
    *,
    by: str,
    through: date | None,
    robust: bool,
) -> list[dict[str, Any]]:
    """Return the groups that have at least one unit, sorted by key; `counted` are the units."""
    several_currencies = len({d.currency for d in decisions}) > 1
    cohorts: dict[str, list[Decided]] = defaultdict(list)
    walk_ins: dict[str, list[Decided]] = defaultdict(list)
    for decision in [*counted, *(d for d in decisions if not d.customer)]:
        key = key_of(decision, by=by)
        if by == "band" and several_currencies:
            key = f"{decision.currency} {key}"
        (cohorts if decision.customer else walk_ins)[key].append(decision)
    return [
        {
            "key": key,
            "decisions": len(cohorts[key]),
            "customers": len({d.customer for d in cohorts[key]}),
            "walk_ins": len(walk_ins[key]),
            "amount_minor": amounts_minor(cohorts[key] + walk_ins[key]),
            "horizons": [
                at_horizon(cohorts[key], days, through, robust=robust) for days in HORIZONS
            ],
            "curve": curve_of(cohorts[key], through, robust=robust),
        }
        for key in sorted(cohorts)
    ]


def episodes(decisions: Sequence[Decided], *, days: int) -> list[Decided]:
    """Return the decisions before which their customer had none, that day and for so many days."""
    latest: dict[str, date] = {}
    found = []
    for decision in sorted(decisions, key=lambda d: (d.decided_at, d.external_id)):
        before = latest.get(decision.customer)
        if not decision.customer:
            continue
        if before is None or (decision.business_date - before).days > days:
            found.append(decision)
        latest[decision.customer] = decision.business_date
    return found


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


def at_horizon(
    cohort: Sequence[Decided], days: int, through: date | None, *, robust: bool
) -> dict[str, Any]:
    """Count the three states at one horizon; the rate has a Wilson 95 % interval."""
    came_back = not_back = maturing = 0
    of_customer = defaultdict(list)
    for decision in cohort:
        if through is None or decision.business_date + timedelta(days=days) > through:
            maturing += 1
            continue
        is_back = decision.returned_after is not None and decision.returned_after <= days
        came_back += is_back
        not_back += not is_back
        of_customer[decision.customer].append(is_back)
    n: float = came_back + not_back
    rate = came_back / n if n else None
    if robust and rate is not None:
        n = effective_n(list(of_customer.values()))
    low, high = (None, None) if rate is None else wilson(rate, n)
    return {
        "days": days,
        "came_back": came_back,
        "not_back": not_back,
        "maturing": maturing,
        "rate": rate,
        "low": low,
        "high": high,
    }


def curve_of(
    cohort: Sequence[Decided], through: date | None, *, robust: bool
) -> list[dict[str, Any]]:
    """Return the Kaplan-Meier curve, one point a day from 1 to the last event's day.

    Survival is the product of 1 - d/n; Greenwood's variance of its logarithm is the sum of
    d / (n (n - d)); the limits are S^exp(±z·se), with se that of log(-log S) (Kalbfleisch and
    Prentice, The Statistical Analysis of Failure Time Data, 2002, section 1.4).

    Robust: each customer's units are summed before they are squared (Williams 1995, Lifetime Data
    Analysis 1:171), day by day from what each unit adds to log S; at least Greenwood's variance.
    """
    durations = []
    events = []
    units: dict[str, list[list[float]]] = defaultdict(list)
    for decision in cohort:
        watched = (through - decision.business_date).days if through else 0
        if watched < 1:
            continue
        if decision.returned_after is not None and decision.returned_after <= watched:
            durations.append(decision.returned_after)
            events.append(decision.returned_after)
            units[decision.customer].append([decision.returned_after, 1, 0.0])
        else:
            durations.append(watched)
            units[decision.customer].append([watched, 0, 0.0])

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
            variance = greenwood
            if robust and returned:
                for unit in itertools.chain.from_iterable(units.values()):
                    if unit[0] >= day:
                        is_back = unit[1] and unit[0] == day
                        unit[2] += (is_back - returned / at_risk) / (at_risk - returned)
            if robust:
                variance = max(
                    greenwood, sum(sum(unit[2] for unit in own) ** 2 for own in units.values())
                )
            spread = math.exp(Z * math.sqrt(variance) / abs(math.log(survival)))
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


def main() -> None:
    """Print one report."""
    parser = argparse.ArgumentParser(description="The retention report, worked out apart.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--unit", choices=UNITS, default="customer")
    parser.add_argument("--by", choices=GROUPINGS, default="all")
    parser.add_argument("--zone", default="UTC")
    parser.add_argument("--day-start", default="04:00")
    parser.add_argument("--horizon", type=int, default=90)
    options = vars(parser.parse_args())
    sys.stdout.write(json.dumps(report(**options), indent=1) + "\n")


if __name__ == "__main__":
    main()
