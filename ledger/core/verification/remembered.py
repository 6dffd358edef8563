"""What the journal says of settings, people and customers, gathered on the way through it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ledger.core import settings
from ledger.core.driver import Stored
from ledger.core.verification.chain import Link

Row = Mapping[str, Stored]
# A row, and the number of the journal row that said it.
Said = tuple[int, Row]
CUSTOMER_ADDED = "customer.added"
ERASED = ".erased"
KEYS = {"criteria_card": "version", "currency_bands": "currency", "ask_rule": "site_id"}
# What may be said anew of a subject by a later row: the last word counts.
ADDED_LATER = ("last_day", "leaves_at", "approval_ceiling_minor", "same_as_id")
PERSON = ("id", "role", "grade", "ceiling_minor", "active", "added_at", *ADDED_LATER)
# What was said of nobody before it could be: then it is not so.
UNSAID: Mapping[str, Stored] = dict.fromkeys(ADDED_LATER)
LAST_WORD = ("commitment", *PERSON)


@dataclass(slots=True)
class Remembered:
    """Who was added at the log, what was last said of whom, and who was erased."""

    # By the number of the journal row that added them.
    customers: dict[int, Mapping[str, Stored]] = field(default_factory=dict)
    # By subject, and then by what was said.
    said: dict[str, dict[str, Stored]] = field(default_factory=dict)
    # The rows of settings and the places where people work, each with the number of the journal row
    # that said it last: by table and key, and by subject.
    rows: dict[str, dict[Stored, Said]] = field(default_factory=dict)
    places: dict[str, Sequence[Said]] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)

    def take(self, link: Link) -> None:
        """Remember what later checks need of a journal row that makes no row of a book."""
        seq, kind, subject = link[0], link[4], link[7]
        if kind in settings.KINDS:
            self._take_settings(seq, json.loads(link[8]))
            return
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
        if "works_at" in content:
            self.places[subject] = [(seq, row) for row in content["works_at"]]

    def work_places(self) -> Mapping[Stored, Said]:
        """Return where everybody works and worked, by the key of the row."""
        return {row["id"]: (seq, row) for said in self.places.values() for seq, row in said}

    def _take_settings(self, seq: int, content: Mapping[str, Mapping[str, Sequence[Row]]]) -> None:
        for table, rows in content.get("rows", {}).items():
            known = self.rows.setdefault(table, {})
            for row in rows:
                known[row[KEYS.get(table, "id")]] = seq, row
