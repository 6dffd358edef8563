"""Shares of customers who came back: by hand, and against scipy."""

import warnings
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ledger.core.errors import BadValueError
from ledger.core.survival import Clustering, CurvePoint, Watched, clustered, curve, wilson

COUNTS = st.dictionaries(st.integers(1, 60), st.integers(0, 9), max_size=25)


def test_the_interval_of_seven_in_ten() -> None:
    interval = wilson(7, 10)

    assert interval is not None
    assert (interval.low, interval.high) == pytest.approx((0.396778, 0.892209), abs=1e-6)


@pytest.mark.parametrize("successes, n", [(0, 1), (1, 1), (0, 30), (30, 30), (7, 10), (123, 2_382)])
def test_the_interval_is_that_of_scipy(successes: int, n: int) -> None:
    interval = wilson(successes, n)

    theirs = stats.binomtest(successes, n).proportion_ci(method="wilson")
    assert interval is not None
    assert (interval.low, interval.high) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


def test_of_nobody_there_is_no_interval() -> None:
    assert wilson(0, 0) is None


def test_none_and_all_reach_the_ends() -> None:
    none, everybody = wilson(0, 49), wilson(49, 49)

    assert none is not None
    assert everybody is not None
    assert none.low == 0.0
    assert everybody.high == 1.0


@given(n=st.integers(1, 10**9), part=st.integers(0, 10**9))
def test_the_interval_holds_the_share_and_stays_a_share(n: int, part: int) -> None:
    successes = part % (n + 1)

    interval = wilson(successes, n)

    assert interval is not None
    assert 0 <= interval.low <= successes / n <= interval.high <= 1


@pytest.mark.parametrize("successes, n", [(-1, 5), (6, 5), (0, -1)])
def test_more_back_than_there_were_is_refused(successes: int, n: int) -> None:
    with pytest.raises(BadValueError):
        wilson(successes, n)


def test_a_small_curve_by_hand() -> None:
    points = curve({2: 1, 4: 1}, {2: 1, 3: 1, 9: 1})

    # Five watched. Day 2: 1 of 5 back, one more watched no longer; day 3: one watched no
    # longer; day 4: 1 of 2 back. Shares 1/5 and 1 - 4/5 x 1/2.
    assert [(p.day, p.at_risk, p.returned) for p in points] == [
        (1, 5, 0),
        (2, 5, 1),
        (3, 3, 0),
        (4, 2, 1),
    ]
    assert [p.share for p in points] == pytest.approx([0, 0.2, 0.2, 0.6])


def test_the_limits_of_a_point_by_hand() -> None:
    point = curve({1: 2}, {2: 8})[0]

    # S = 0.8, Greenwood 2/(10 x 8) = 0.025; 0.8 to the power exp(+-1.96 sqrt(0.025)/ln 0.8).
    assert point.low == pytest.approx(0.05413, abs=1e-5)
    assert point.high == pytest.approx(0.59131, abs=1e-5)


def test_before_the_first_return_there_are_no_limits() -> None:
    assert curve({2: 1}, {5: 3})[0] == CurvePoint(
        day=1, at_risk=4, returned=0, share=0.0, low=None, high=None
    )


def test_once_everybody_is_back_there_are_no_limits() -> None:
    assert curve({1: 3}, {}) == [
        CurvePoint(day=1, at_risk=3, returned=3, share=1.0, low=None, high=None)
    ]


@pytest.mark.parametrize("returned", [{}, {3: 0}])
def test_without_a_return_there_is_no_curve(returned: Mapping[int, int]) -> None:
    assert curve(returned, {5: 10}) == []


@pytest.mark.parametrize(
    "returned, censored", [({0: 1}, {}), ({}, {0: 1}), ({1: -1}, {}), ({}, {1: -1})]
)
def test_days_before_the_first_and_counts_under_zero_are_refused(
    returned: Mapping[int, int], censored: Mapping[int, int]
) -> None:
    with pytest.raises(BadValueError):
        curve(returned, censored)


@given(returned=COUNTS, censored=COUNTS)
def test_the_curve_is_that_of_scipy(
    returned: Mapping[int, int], censored: Mapping[int, int]
) -> None:
    points = {point.day: point for point in curve(returned, censored)}
    event_days = sorted(day for day, count in returned.items() if count)
    assert list(points) == list(range(1, max(event_days, default=0) + 1))
    if not event_days:
        return

    sample = stats.CensoredData(
        uncensored=[day for day, count in returned.items() for _ in range(count)],
        right=[day for day, count in censored.items() for _ in range(count)],
    )
    theirs = stats.ecdf(sample).sf
    open_days = [day for day in event_days if points[day].share < 1]

    assert [points[day].share for day in points] == pytest.approx(
        [1 - theirs.evaluate(day) for day in points], abs=1e-12
    )
    with warnings.catch_warnings():
        # scipy divides by nothing where survival is 0, where it has no limits either.
        warnings.simplefilter("ignore", RuntimeWarning)
        limits = theirs.confidence_interval(method="log-log")
    for day in open_days:
        point = points[day]
        assert point.low == pytest.approx(1 - limits.high.evaluate(day), abs=1e-9)
        assert point.high == pytest.approx(1 - limits.low.evaluate(day), abs=1e-9)


@given(returned=COUNTS, censored=COUNTS)
def test_who_is_watched_on_a_day_lasted_that_long(
    returned: Mapping[int, int], censored: Mapping[int, int]
) -> None:
    for point in curve(returned, censored):
        lasted = sum(
            count
            for counts in (returned, censored)
            for day, count in counts.items()
            if day >= point.day
        )
        assert point.at_risk == lasted
        assert point.returned == returned.get(point.day, 0)


@given(returned=COUNTS, censored=COUNTS)
def test_the_share_never_falls_and_lies_between_its_limits(
    returned: Mapping[int, int], censored: Mapping[int, int]
) -> None:
    before = 0.0
    for point in curve(returned, censored):
        assert before <= point.share <= 1
        before = point.share
        if point.low is not None:
            assert point.high is not None
            assert 0 <= point.low <= point.share <= point.high <= 1


UNITS_OF_CUSTOMERS = st.lists(
    st.lists(st.booleans(), min_size=1, max_size=6), min_size=2, max_size=40
)


def clustering_of(customers: Sequence[Sequence[bool]]) -> tuple[int, int, Clustering]:
    n, x = sum(map(len, customers)), sum(map(sum, customers))
    spread = sum((n * sum(units) - x * len(units)) ** 2 for units in customers)
    return x, n, Clustering(customers=len(customers), spread=spread)


def test_with_one_each_the_interval_is_the_plain_one() -> None:
    customers = [[number % 3 == 0] for number in range(40)]

    x, n, by = clustering_of(customers)

    found, plain = clustered(x, n, by), wilson(x, n)
    assert found is not None
    assert plain is not None
    assert (found.low, found.high) == pytest.approx((plain.low, plain.high), abs=1e-12)


def test_whoever_comes_always_or_never_counts_as_one() -> None:
    customers = [[number % 3 == 0] * 4 for number in range(45)]

    x, n, by = clustering_of(customers)

    found, of_customers = clustered(x, n, by), wilson(15, 45)
    assert found is not None
    assert of_customers is not None
    assert (found.low, found.high) == pytest.approx((of_customers.low, of_customers.high), abs=3e-3)


@given(UNITS_OF_CUSTOMERS)
def test_it_is_never_surer_than_if_all_were_apart(customers: list[list[bool]]) -> None:
    x, n, by = clustering_of(customers)

    found, plain = clustered(x, n, by), wilson(x, n)

    assert found is not None
    assert plain is not None
    assert found.low <= plain.low + 1e-12
    assert found.high >= plain.high - 1e-12
    assert 0 <= found.low <= x / n + 1e-12
    assert x / n - 1e-12 <= found.high <= 1


def test_the_variance_is_that_of_leaving_each_customer_out() -> None:
    customers = [[(n * k) % 7 < 4 for k in range(1, 2 + n % 4)] for n in range(300)]
    x, n, by = clustering_of(customers)

    found = clustered(x, n, by)

    # The jackknife: the rate without each customer in turn.
    rates = [(x - sum(units)) / (n - len(units)) for units in customers]
    mean = sum(rates) / len(rates)
    count = len(customers)
    variance = (count - 1) / count * sum((rate - mean) ** 2 for rate in rates)
    assert variance > x / n * (1 - x / n) / n
    # With so many Wilson's limits are nearly those of the normal distribution.
    assert found is not None
    half = (found.high - found.low) / 2
    assert half == pytest.approx(1.96 * variance**0.5, rel=0.03)


@pytest.mark.parametrize("x", [0, 40])
def test_where_no_variance_is_seen_each_customer_counts_as_one(x: int) -> None:
    assert clustered(x, 40, Clustering(customers=12, spread=0)) == wilson(12 if x else 0, 12)


@pytest.mark.parametrize("customers", [0, 41])
def test_more_customers_than_there_are_units_is_refused(customers: int) -> None:
    with pytest.raises(BadValueError):
        clustered(7, 40, Clustering(customers=customers, spread=1))


def test_a_curve_of_customers_counted_twice_is_as_sure_as_that_of_each_once() -> None:
    days = {1: 3, 4: 5, 9: 2}
    pairs = [(Watched(day=day, returned=True),) * 2 for day, n in days.items() for _ in range(n)]
    pairs += [(Watched(day=30, returned=False),) * 2] * 10

    once = curve(days, {30: 10})
    twice = curve({day: 2 * n for day, n in days.items()}, {30: 20}, pairs)

    for found, expected in zip(twice, once, strict=True):
        assert found.share == pytest.approx(expected.share)
        assert found.low == pytest.approx(expected.low) if expected.low else found.low is None
        assert found.high == pytest.approx(expected.high) if expected.high else found.high is None
