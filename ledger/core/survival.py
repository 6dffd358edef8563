"""Shares of customers who came back, with how sure they are. Counts in, figures out."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, log, sqrt

from ledger.core.errors import BadValueError

Z = 1.959963984540054
"""The 97.5 % point of the normal distribution: intervals are 95 %."""


@dataclass(frozen=True, slots=True)
class Interval:
    """The limits of a 95 % interval, both shares from 0 to 1."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """One whole day after the decision: who was still watched, and the share back by its end.

    `at_risk` and `returned` are counts of that day; `share`, `low` and `high` are from 0 to 1.
    The limits are None while nobody has come back and once everybody has.
    """

    day: int
    at_risk: int
    returned: int
    share: float
    low: float | None
    high: float | None


def curve(returned: Mapping[int, int], censored: Mapping[int, int]) -> list[CurvePoint]:
    """Return the share that has come back by each whole day, 1 to the last day with a return.

    Both arguments map a day (1 or more) to how many came back on it, or were last seen not
    to have. Nobody came back: an empty list. Who is censored on a day is at risk on that day.

    Source: Kaplan and Meier (1958); variance of Greenwood (1926); 95 % limits on the
    log(-log) scale, Kalbfleisch and Prentice (1980).

    Raises:
        BadValueError: a day is under 1 or a count under 0.

    """
    _check_counts("returned", returned)
    _check_counts("censored", censored)
    last = max((day for day, count in returned.items() if count), default=0)
    at_risk = sum(returned.values()) + sum(censored.values())
    survival, greenwood = 1.0, 0.0
    points = []
    for day in range(1, last + 1):
        back = returned.get(day, 0)
        stay = at_risk - back
        if back:
            survival *= stay / at_risk
            greenwood += back / (at_risk * stay) if stay else 0.0
        limits = _limits(survival, greenwood)
        points.append(
            CurvePoint(
                day=day,
                at_risk=at_risk,
                returned=back,
                share=1.0 - survival,
                low=limits.low if limits else None,
                high=limits.high if limits else None,
            )
        )
        at_risk = stay - censored.get(day, 0)
    return points


def wilson(successes: int, n: int) -> Interval | None:
    """Return the 95 % interval of a share `successes` of `n`, or None when n is 0.

    Source: Wilson (1927), the score interval without continuity correction.

    Raises:
        BadValueError: successes are not 0 to n.

    """
    if not 0 <= successes <= n:
        raise BadValueError("successes", f"{successes} of {n}", "out_of_range")
    if n == 0:
        return None
    share = successes / n
    middle = share + Z * Z / (2 * n)
    half = Z * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    scale = 1 + Z * Z / n
    # At none and at all the limits are 0 and 1 by algebra, and in floats only nearly so.
    return Interval(
        low=(middle - half) / scale if successes else 0.0,
        high=(middle + half) / scale if successes < n else 1.0,
    )


def _limits(survival: float, greenwood: float) -> Interval | None:
    """Return the 95 % limits of the share back, None where they are not defined."""
    if not 0.0 < survival < 1.0:
        return None
    # Limits of log(-log S) raise S to a power: the larger power is the lower survival.
    factor = exp(Z * sqrt(greenwood) / -log(survival))
    return Interval(low=1.0 - survival ** (1.0 / factor), high=1.0 - survival**factor)


def _check_counts(field: str, counts: Mapping[int, int]) -> None:
    """Refuse days before the first and counts under zero."""
    for day, count in counts.items():
        if day < 1 or count < 0:
            raise BadValueError(field, f"{day}: {count}", "out_of_range")
