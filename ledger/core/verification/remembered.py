"""What the journal says of people and customers, gathered on the way through the chain."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from ledger.core.driver import Stored
from ledger.core.verification.chain import Link

CUSTOMER_ADDED = "customer.added"
ERASED = ".erased"
# What may be said anew of a subject by a later row: the last word counts.
LAST_WORD = ("commitment", "role", "grade", "ceiling_minor")


@dataclass(slots=True)
class Remembered:
    """Who was added at the log, what was last said of whom, and who was erased."""

    # By the number of the journal row that added them.
    customers: dict[int, Mapping[str, Stored]] = field(default_factory=dict)
    # By subject, and then by what was said.
    said: dict[str, dict[str, Stored]] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)

    def take(self, link: Link) -> None:
        """Remember what later checks need of a journal row that makes no row of a book."""
        seq, kind, subject = link[0], link[4], link[7]
        area = kind.partition(".")[0]
        if area not in {"person", "customer"} and not kind.endswith(ERASED):
            return
        content = json.loads(link[8])
        if kind.endswith(ERASED):
            self.erased.update({subject, *content.get("subjects", ())})
            return
        if kind == CUSTOMER_ADDED:
            self.customers[seq] = content
        words = {name: content[name] for name in LAST_WORD if name in content}
        self.said.setdefault(subject, {}).update(words)
