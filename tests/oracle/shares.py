"""How sure a rate is, worked out apart from the package: intervals for shares."""

import math
from collections.abc import Sequence

Z = 1.959963984540054


def effective_n(customers: Sequence[Sequence[bool]]) -> float:
    """Return how many independent units would be as sure of the rate as these customers' are.

    The variance of a ratio by linearisation (Cochran, Sampling Techniques, 1977, section 6.3):
    each customer's residual is its successes less the rate times its units.
    """
    n = sum(len(units) for units in customers)
    rate = sum(map(sum, customers)) / n
    count = len(customers)
    if rate in (0, 1) or count == 1:
        return count
    residuals = [sum(units) - rate * len(units) for units in customers]
    variance = count / (count - 1) * sum(r * r for r in residuals) / n**2
    independent = rate * (1 - rate) / (n - 1)
    return min(n, n * independent / variance) if variance else n


def wilson(rate: float, n: float) -> tuple[float, float]:
    """Return Wilson's score limits (Wilson 1927, JASA 22:209) of a rate among n.

    The limits are the two roots p of (rate - p)² = z² p (1 - p) / n.
    """
    a = 1 + Z**2 / n
    b = 2 * rate + Z**2 / n
    root = math.sqrt(max(0.0, b**2 - 4 * a * rate**2))
    return max(0.0, (b - root) / (2 * a)), min(1.0, (b + root) / (2 * a))
