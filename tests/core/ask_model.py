"""Asks as plain lists: one limit for everyone at one site, judged by going through everything."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from hypothesis import strategies as st

from ledger.core.answers import Kind
from ledger.core.tables import Ask, Decision

WAITS = LASTS = timedelta(minutes=15)
PERMISSIONS = ("approved", "countered", "allowed")
CEILINGS = {"dana": 10_000, "dina": 10_000, "sam": 20_000, "kim": 1_000}


ASKERS = ("ana", "ben", "dana")
# So many asks before the last one.
FAR = 5
DEEDS = ("decide", "ask", "all of it", "ask anew", "answer", "give", "withdraw", "wait")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Something that somebody does: who, how much, about which ask, and as the dice have it."""

    what: str
    who: str
    by: str
    amount: int
    which: int
    kind: Kind
    is_odd: bool
    minutes: int


DEED = st.builds(
    Deed,
    what=st.sampled_from(DEEDS),
    who=st.sampled_from(ASKERS),
    by=st.sampled_from(("sam", "sam", "dana", "sam", "kim", "ana", "dina")),
    amount=st.sampled_from((1_001, 900, 100, 1_500, 2_500, 12_000)),
    which=st.sampled_from((0, 0, 0, 1, 2, FAR)),
    kind=st.sampled_from(("approved", "countered", "approved", "declined")),
    is_odd=st.sampled_from((False, False, False, True)),
    minutes=st.sampled_from((1, 15, 14, 2)),
)


@dataclass(slots=True, kw_only=True)
class Gift:
    """A decision: how it came about is "alone", "approved" or "exception"."""

    decision: Decision
    name: str
    amount: int
    on: date
    way: str
    voided_on: date | None = None


@dataclass(slots=True, kw_only=True)
class Wish:
    """An ask: `said` is its answer, `ended` what ended the permission, if anything did."""

    ask: Ask
    name: str
    amount: int
    on: date
    ends: datetime
    kept: int
    allows: bool
    previous: "Wish | None"
    said: str | None = None
    may: int = 0
    lapses: datetime | None = None
    ended: str | None = None

    @property
    def root(self) -> "Wish":
        """The first version of its thread."""
        return self if self.previous is None else self.previous.root

    def state(self, now: datetime) -> str:
        """Return how it stands."""
        if self.ended is not None:
            return self.ended
        if self.said is not None and self.said not in PERMISSIONS:
            return self.said
        if self.said is not None:
            return self.said if self.lapses is not None and now < self.lapses else "lapsed"
        if now < self.ends:
            return "waiting"
        if not self.allows:
            return "expired"
        return "allowed" if now < self.ends + LASTS else "lapsed"

    def is_open(self, now: datetime) -> bool:
        """Whether something can still come of it."""
        return self.state(now) in ("waiting", *PERMISSIONS)

    def finish(self, kind: str, now: datetime) -> None:
        """End it: its wait, or its permission."""
        if self.state(now) == "waiting":
            self.said = kind
        else:
            self.ended = kind

    def may_give(self, now: datetime) -> int | None:
        """Return what may be given now."""
        state = self.state(now)
        if state not in PERMISSIONS:
            return None
        return self.may if self.said is not None else self.amount


@dataclass(slots=True, kw_only=True)
class AskModel:
    """What happened, in plain lists, and the limit in force."""

    per_decision: int = 0
    budget: int = 0
    highest: int = 0
    gifts: list[Gift] = field(default_factory=list)
    wishes: list[Wish] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    # Dana's asks, handed over to Kim on these dates.
    handed_over: tuple[date, date] | None = None

    def left(self, name: str, on: date, now: datetime) -> int:
        """Return what is left of somebody's budget of a day."""
        alone = [one for one in self.gifts if (one.name, one.on, one.way) == (name, on, "alone")]
        net = sum(one.amount for one in alone if one.voided_on != on)
        kept = sum(
            one.kept for one in self.wishes if (one.name, one.on) == (name, on) and one.is_open(now)
        )
        return max(0, self.budget - net - kept)

    def headroom(self, name: str, on: date, now: datetime) -> int:
        """Return the most that somebody may give alone."""
        alone = [one for one in self.gifts if (one.name, one.on, one.way) == (name, on, "alone")]
        gross = 3 * self.budget - sum(one.amount for one in alone)
        return max(0, min(self.per_decision, self.left(name, on, now), gross))

    def time_allows(
        self, name: str, amount: int, on: date, *, now: datetime, previous: Wish | None
    ) -> bool:
        """Return whether no answer speaks against it, and time-outs stay within a budget."""
        own = [one for one in self.wishes if one.name == name]
        root = None if previous is None else previous.root
        said = [one for one in own if one.on == on or one.root is root]
        if any(one.said == "declined" and amount >= one.amount for one in said):
            return False
        if any(one.said == "countered" and amount > one.may for one in said):
            return False
        by_time = [one for one in own if one.on == on and one.allows and one.said is None]
        counted = ("waiting", "allowed", "given")
        promised = sum(one.amount for one in by_time if one.state(now) in counted)
        return promised + amount <= self.budget

    def is_last(self, wish: Wish) -> bool:
        """Whether no later version of an ask is there."""
        return all(one.previous is not wish for one in self.wishes)

    def stands_in(self, on: date) -> bool:
        """Whether Kim answers in Dana's place."""
        return self.handed_over is not None and self.handed_over[0] <= on <= self.handed_over[1]
