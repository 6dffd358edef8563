"""What a budget's period holds, at one site or at all the sites of its person."""

from dataclasses import dataclass

from ledger.core import budgets
from ledger.core.budget_sums import Sums


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The budget that a limit sets, and what its period holds.

    `overdue_minor` is kept in its row for asks that time has ended; `used` leaves it out. `others`
    is what it holds at the person's other sites, None where only this one counts.
    """

    key: budgets.BudgetKey
    used: budgets.Used
    overdue_minor: int
    others: Sums | None = None

    @property
    def net(self) -> int:
        """Return what was given alone or is kept for asks, in minor units, wherever it counts."""
        return self.used.alone + self.used.reserved + self.elsewhere

    @property
    def elsewhere(self) -> int:
        """Return what of that is at the person's other sites."""
        return 0 if self.others is None else self.others.alone + self.others.reserved

    @property
    def reserved(self) -> int:
        """Return what is kept for asks, in minor units, wherever it counts."""
        return self.used.reserved + (0 if self.others is None else self.others.reserved)

    @property
    def gross(self) -> int:
        """Return what was given alone, voided or not, in minor units, wherever it counts."""
        return self.used.gross + (0 if self.others is None else self.others.gross)

    @property
    def exceptions(self) -> int:
        """Return what was given past the limit, in minor units, wherever it counts."""
        return self.used.exceptions + (0 if self.others is None else self.others.exceptions)
