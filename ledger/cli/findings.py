"""What `latitude doctor` finds: one thing, how it is, why that matters and what to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum


class How(Enum):
    """How a thing is."""

    GOOD = "as it should be"
    NOTE = "worth knowing"
    BAD = "must be mended"


MARKS = {How.GOOD: "ok  ", How.NOTE: "note", How.BAD: "BAD "}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, in words."""

    how: How
    what: str
    why: str = ""
    do: str = ""

    def lines(self) -> list[str]:
        """Return it for people: a line, and what follows from it below."""
        told = [f"{MARKS[self.how]}  {self.what}"]
        told += [f"      Why it matters: {self.why}"] if self.why else []
        return told + ([f"      What to do: {self.do}"] if self.do else [])

    def as_json(self) -> Mapping[str, str]:
        """Return it for programs."""
        return {"how": self.how.name.lower(), "what": self.what, "why": self.why, "do": self.do}


def summary(found: Sequence[Finding]) -> str:
    """Return how many things were looked at, and how many of them need somebody."""
    mend = sum(finding.how is How.BAD for finding in found)
    know = sum(finding.how is How.NOTE for finding in found)
    things = "1 thing" if len(found) == 1 else f"{len(found)} things"
    noted = f", {know} worth knowing" if know else ""
    return f"{things} looked at: {mend or 'nothing'} to mend{noted}."
