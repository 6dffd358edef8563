"""Shares of customers who came back, with how sure they are. Counts in, figures out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import exp, log, sqrt
from operator import attrgetter

from ledger.core.errors import BadValueError

Z = 1.959963984540054
"""The 97.5 % point of the normal distribution: intervals are 95 %."""


@dataclass(frozen=True, slots=True)
class Interval:
    """The limits of a 95 % interval, both shares from 0 to 1."""

    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Clustering:
    """How the known are spread over customers, of whom some are there several times.

    With x of n successes, and a customer's x_c of n_c: `customers` is how many customers there are,
    `spread` the sum over them of (n x_c - x n_c)², a whole number.
    """

    customers: int
    spread: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """One of several units of one customer: on which day after it was last watched, and why then.

    `returned` says that the customer was back on that day; else nobody knows what came after it.
    """

    day: int
    returned: bool


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


def curve(
    returned: Mapping[int, int],
    censored: Mapping[int, int],
    several: Iterable[Sequence[Watched]] = (),
) -> list[CurvePoint]:
    """Return the share that has come back by each whole day, 1 to the last day with a return.

    Both counts map a day (1 or more) to how many came back on it, or were last seen not to have.
    Nobody came back: an empty list. Who is censored on a day is at risk on that day. `several` are
    the units of each customer who is counted more than once; they are among the counts.

    Source: Kaplan and Meier (1958); variance of Greenwood (1926); 95 % limits on the
    log(-log) scale, Kalbfleisch and Prentice (1980). Where customers are counted several times the
    variance is summed by customer, Williams (1995), Lifetime Data Analysis 1:171, and never taken
    as less than Greenwood's; with one unit a customer it is Greenwood's.

    Raises:
        BadValueError: a day is under 1 or a count under 0.

    """
    _check_counts("returned", returned)
    _check_counts("censored", censored)
    last = max((day for day, count in returned.items() if count), default=0)
    at_risk = sum(returned.values()) + sum(censored.values())
    survival, greenwood = 1.0, 0.0
    more = _between(returned, censored, several, last=last)
    points = []
    for day in range(1, last + 1):
        back = returned.get(day, 0)
        stay = at_risk - back
        if back:
            survival *= stay / at_risk
            greenwood += back / (at_risk * stay) if stay else 0.0
        limits = _limits(survival, greenwood + max(0.0, more[day]))
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
    return _score(successes / n, float(n))


def clustered(successes: int, n: int, by: Clustering) -> Interval | None:
    """Return the 95 % interval of a share whose n are several for some customers; None at n = 0.

    Wilson's interval with the effective number in place of n: n over the design effect, which is
    the variance of the share summed by customer, C/(C - 1) sum((x_c - p n_c)²)/n², over that of n
    independent ones, p(1 - p)/(n - 1). The design effect is never taken as less than 1, and with
    one unit a customer it is 1: then this is `wilson`. Where the data show no variance, since none
    or all are successes or there is one customer, each customer counts as one: n is C.

    Source: variance of a ratio summed by cluster, Cochran (1977), Sampling Techniques, section 6.3,
    and Liang and Zeger (1986), Biometrika 73:13; the score interval with the effective number,
    Kott and Carr (1997), Journal of Official Statistics 13:81.

    Raises:
        BadValueError: successes are not 0 to n, or customers not 1 to n.

    """
    if not 0 <= successes <= n:
        raise BadValueError("successes", f"{successes} of {n}", "out_of_range")
    if n == 0:
        return None
    if not 1 <= by.customers <= n:
        raise BadValueError("customers", f"{by.customers} of {n}", "out_of_range")
    if successes in (0, n) or by.customers == 1:
        return _score(successes / n, float(by.customers))
    above = by.customers * by.spread * (n - 1)
    below = (by.customers - 1) * n * n * successes * (n - successes)
    return _score(successes / n, n / max(1.0, above / below))


def _score(share: float, n: float) -> Interval:
    """Return Wilson's limits of a share of n, which need not be whole."""
    middle = share + Z * Z / (2 * n)
    half = Z * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    scale = 1 + Z * Z / n
    # At none and at all the limits are 0 and 1 by algebra, and in floats only nearly so.
    return Interval(
        low=(middle - half) / scale if share > 0 else 0.0,
        high=(middle + half) / scale if share < 1 else 1.0,
    )


def _between(
    returned: Mapping[int, int],
    censored: Mapping[int, int],
    several: Iterable[Sequence[Watched]],
    *,
    last: int,
) -> Sequence[float]:
    """Return what the variance summed by customer is above Greenwood's on each day, 0 to last.

    A unit adds (1 if it came back that day, less that day's hazard) / (at risk - returned) to the
    logarithm of survival on each day it is watched. The squares of all units add up to Greenwood's
    variance, so only the products of one customer's units are missing in it.

    Of k units still watched on a day each has added -f, the others F together and Q in squares: the
    products are (F - k f)² - Q - k f² = (F² - Q) - 2 F k f + (k² - k) f². What stands before f is
    the same from one unit's last day to the next, so it is summed over all customers by day first.
    """
    falls, rises = _steps(returned, censored, last=last)
    plain, mixed, square = [0.0] * (last + 1), [0.0] * (last + 1), [0] * (last + 1)
    for units in several:
        watched, gone = len(units), 0.0
        square[0] += watched * (watched - 1)
        for unit in sorted(units, key=attrgetter("day")):
            if unit.day > last:
                break
            part = (rises[unit.day] if unit.returned else 0.0) - falls[unit.day]
            # (F + w)² - (Q + w²) is 2 F w more; one fewer is watched, so k² - k is 2 k - 2 less.
            plain[unit.day] += 2 * gone * part
            mixed[unit.day] += (gone + part) * (watched - 1) - gone * watched
            square[unit.day] -= 2 * (watched - 1)
            gone, watched = gone + part, watched - 1
    sums = zip(accumulate(plain), accumulate(mixed), accumulate(square), falls, strict=True)
    return [one - 2 * two * fall + three * fall * fall for one, two, three, fall in sums]


def _steps(
    returned: Mapping[int, int], censored: Mapping[int, int], *, last: int
) -> tuple[Sequence[float], Sequence[float]]:
    """Return, for each day from 0: the sum so far for being watched, and the gain of a return."""
    at_risk = sum(returned.values()) + sum(censored.values())
    falls, rises = [0.0], [0.0]
    for day in range(1, last + 1):
        back = returned.get(day, 0)
        stay = at_risk - back
        # Where nobody stays there are no limits, and nothing to add to.
        falls.append(falls[-1] + (back / (at_risk * stay) if stay else 0.0))
        rises.append(1.0 / stay if stay else 0.0)
        at_risk = stay - censored.get(day, 0)
    return falls, rises


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
