"""How likely so many or more are by chance: the upper tails of two distributions."""

from collections.abc import Iterable
from math import exp, lgamma, log


def binomial_tail(at_least: int, of: int, share: float) -> float:
    """Return the chance of so many or more out of `of`, each with this chance from 0 to 1."""
    if at_least <= 0 or share >= 1:
        return 1.0
    if share <= 0:
        return 0.0
    return _sum_of(
        lgamma(of + 1)
        - lgamma(k + 1)
        - lgamma(of - k + 1)
        + k * log(share)
        + (of - k) * log(1 - share)
        for k in range(at_least, of + 1)
    )


def poisson_tail(at_least: int, mean: float) -> float:
    """Return the chance of so many or more, where `mean` (above 0) are expected."""
    below = _sum_of(k * log(mean) - mean - lgamma(k + 1) for k in range(at_least))
    return max(0.0, 1.0 - below)


def _sum_of(logarithms: Iterable[float]) -> float:
    return min(1.0, sum(exp(one) for one in logarithms))
