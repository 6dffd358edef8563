"""The customers of the demo: when they visit, when something goes wrong, and whether they stay.

What happened decides most of it, how they were spoken to some, and how much they were given very
little: an honest shop. Everything comes from one seed.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from ledger.demo.cast import FIRST_NAMES, LAST_INITIALS, PLACES

CUSTOMERS = 3_050
# The share of them who come for the first time some day in the year.
NEWCOMERS = 0.55
# The share of visits on which something goes wrong, and is written down.
WRONG = 0.083
MEDIAN_GAP_DAYS = 26.0
LOYAL_TO_ONE_SITE = 0.9
OPENS_AT_MINUTE, OPEN_MINUTES = 8 * 60, 12 * 60

# reason: how often, and the share that comes back for all that
REASONS = {
    "late": (24, 0.82),
    "quality": (20, 0.79),
    "wrong_item": (17, 0.84),
    "out_of_stock": (13, 0.86),
    "till_mistake": (10, 0.83),
    "treatment": (6, 0.63),
    "other": (10, 0.81),
}
# remedy: how often, and the amounts that are given, in cents
REMEDIES = {
    "credit": (26, (300, 500, 500, 500, 800, 1000, 1000, 1200, 1500, 2000, 2500, 3000)),
    "refund": (24, (249, 399, 450, 599, 650, 799, 950, 1099, 1250, 1499, 1899, 2450, 2999)),
    "free_item": (20, (250, 325, 375, 400, 450, 525, 600, 750, 900, 1150)),
    "apology": (15, (0,)),
    "replacement": (8, (450, 650, 900, 1250, 1600, 2200, 2600)),
    "waived_fee": (5, (399, 499, 499, 750, 1000)),
    "upgrade": (2, (500, 700, 900, 1200, 1500)),
}
# Of all that is more than an apology, the share that calls for more than anybody may give alone.
LARGER = 0.28
# fmt: off
LARGER_AMOUNTS = (
    2_600, 2_699, 2_800, 2_800, 2_999, 3_000, 3_000, 3_000, 3_200, 3_299, 3_400, 3_500,
    3_500, 3_600, 3_900, 4_000, 4_000, 4_500, 4_999, 5_500, 6_000, 7_500,
)
# fmt: on


@dataclass(frozen=True, slots=True, kw_only=True)
class Shopper:
    """A customer of the demo."""

    ref: str
    name: str
    phone: str
    home: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One purchase: on a day at a minute of the shop's clock, in cents."""

    ref: str
    site: str
    on: date
    minute: int
    amount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Something that went wrong for a customer (None: a walk-in), and what they should get."""

    ref: str | None
    site: str
    on: date
    minute: int
    reason: str
    remedy: str
    amount_minor: int
    apologised: bool


def shoppers(chance: Random) -> list[Shopper]:
    """Return the customers, each with a home site."""
    homes = [place.ref for place in PLACES]
    weights = [place.share for place in PLACES]
    return [
        Shopper(
            ref=f"C{number:05d}",
            name=f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_INITIALS)}.",
            phone=f"555{chance.randrange(10**7):07d}",
            home=chance.choices(homes, weights)[0],
        )
        for number in range(1, CUSTOMERS + 1)
    ]


def year_of(
    chance: Random, shopper: Shopper, *, first: date, last: date
) -> Iterator[Visit | Incident]:
    """Tell one customer's year: visits, and what went wrong on them."""
    gap = MEDIAN_GAP_DAYS * math.exp(chance.gauss(0, 0.6))
    day = first + timedelta(days=int(chance.expovariate(1 / gap)))
    if chance.random() < NEWCOMERS:
        day += timedelta(days=chance.randrange((last - first).days))
    while day <= last:
        site = shopper.home
        if chance.random() > LOYAL_TO_ONE_SITE:
            site = chance.choice(PLACES).ref
        minute = OPENS_AT_MINUTE + chance.randrange(OPEN_MINUTES)
        yield Visit(
            ref=shopper.ref,
            site=site,
            on=day,
            minute=minute,
            amount_minor=int(2_400 * math.exp(chance.gauss(0, 0.55))),
        )
        days = chance.expovariate(1 / gap)
        if chance.random() < WRONG:
            incident = _incident(chance, shopper.ref, site, on=day, minute=minute + 15)
            yield incident
            if chance.random() > _stays(incident):
                days += chance.uniform(150, 500)
        day += timedelta(days=1 + int(days))


def walk_ins(chance: Random, *, count: int, first: date, last: date) -> Iterator[Incident]:
    """Tell what went wrong for customers whom nobody knows."""
    span = (last - first).days + 1
    for _ in range(count):
        on = first + timedelta(days=chance.randrange(span))
        site = chance.choices([place.ref for place in PLACES], [p.share for p in PLACES])[0]
        minute = OPENS_AT_MINUTE + chance.randrange(OPEN_MINUTES)
        yield _incident(chance, None, site, on=on, minute=minute)


def some_larger(incidents: Sequence[Incident], chance: Random) -> list[Incident]:
    """Let some of what went wrong call for more than anybody may give alone."""
    return [
        replace(incident, amount_minor=chance.choice(LARGER_AMOUNTS))
        if incident.amount_minor and chance.random() < LARGER
        else incident
        for incident in incidents
    ]


def _incident(chance: Random, ref: str | None, site: str, *, on: date, minute: int) -> Incident:
    reason = chance.choices(list(REASONS), [often for often, _ in REASONS.values()])[0]
    remedy = chance.choices(list(REMEDIES), [often for often, _ in REMEDIES.values()])[0]
    return Incident(
        ref=ref,
        site=site,
        on=on,
        minute=minute,
        reason=reason,
        remedy=remedy,
        amount_minor=chance.choice(REMEDIES[remedy][1]),
        apologised=chance.random() < 0.6,
    )


def _stays(incident: Incident) -> float:
    """Return the chance that the customer stays: generosity moves it by two points at most."""
    generosity = 0.02 * min(incident.amount_minor, 2_000) / 2_000
    return REASONS[incident.reason][1] + (0.05 if incident.apologised else 0) + generosity
