"""Writing checked decisions: each with its own journal row, its note outside the journal."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlmodel import Session, col

from ledger.core import clock, commitments, journal, money
from ledger.core.driver import Driver, Prepared, Stored
from ledger.core.imports.decision_rows import Checked, Decided, Ledgers
from ledger.core.imports.runs import BATCH, Options
from ledger.core.tables import Decision, SubjectKey, Words

SOURCE = "imported"

# What nobody can know of a decision that was made elsewhere is left empty.
_EMPTY: Mapping[str, Stored] = {
    **dict.fromkeys(Decision.__table__.columns.keys()),  # type: ignore[attr-defined]  # every table model has it
    "source": SOURCE,
    "declared_own": 0,
    "written_later": 0,
    # Known only under the chain lock, as `journal_seq` is.
    "id": 0,
    "received_at": "",
}
# The same two in the text that is hashed. Nothing else in it can look like them: a quotation mark
# inside a value has a backslash in front.
_ID, _AT = '"id":0,', '"received_at":""'


class DecisionWriter:
    """Writes the decisions of one import: prepared before, numbered under the chain lock."""

    def __init__(
        self,
        checked: Checked,
        customer_ids: Mapping[str, int],
        options: Options,
        *,
        import_id: int,
        now: datetime,
    ) -> None:
        """Write what refers to these customers, and replaces what the feed has brought before."""
        self._checked = checked
        self._customer_ids = customer_ids
        self._options = options
        self._import_id = import_id
        self._now = now
        self._rows: list[dict[str, Stored]] = []
        self._texts: list[str] = []
        self._keys: list[Mapping[str, Stored]] = []
        self._words: list[Mapping[str, Stored]] = []
        self.walk_in_ids: list[int] = []

    def prepare(self, rows: Sequence[Decided], known: Ledgers) -> None:
        """Make the rows, their notes and the texts that are hashed; the database is not touched."""
        for decided in rows:
            row = self._stored(decided, known)
            self._prepare_note(decided, row)
            self._rows.append(row)
            self._texts.append(journal.canonical(journal.book_content(row)))

    def write(self, session: Session) -> None:
        """Write what was prepared, with its journal rows. Takes the chain lock."""
        session.flush()
        driver = Driver(session)
        head = journal.lock_chain(driver)
        at = journal.monotone(head, self._now)
        next_id = (session.scalar(select(func.max(col(Decision.id)))) or 0) + 1
        if self._keys:
            _INSERT_KEY.run_many(driver, self._keys)
            _INSERT_WORDS.run_many(driver, self._words)
        for begin in range(0, len(self._rows), BATCH):
            batch = self._rows[begin : begin + BATCH]
            entries = []
            for place, row in enumerate(batch):
                number = next_id + begin + place
                row.update(id=number, received_at=at, journal_seq=head.seq + 1 + place)
                entries.append(self._entry(row, self._texts[begin + place]))
                if row["customer_id"] is None:
                    self.walk_in_ids.append(number)
            head = journal.append_after(driver, head, entries, at=at)[-1]
            _INSERT.run_many(driver, batch)
            self._options.progress(begin + len(batch), len(self._rows))

    def _stored(self, decided: Decided, known: Ledgers) -> dict[str, Stored]:
        before = self._checked.known.get(decided.external_id)
        remedy = known.remedies[decided.kind]
        return {
            **_EMPTY,
            "uid": str(uuid.uuid4()),
            "person_id": known.people[decided.staff_ref].id,
            "site_id": known.sites[decided.location_ref].id,
            "customer_id": self._customer_ids[decided.customer_ref]
            if decided.customer_ref
            else None,
            "remedy_id": remedy.id,
            "reason_id": known.reasons[decided.reason].id,
            "amount_minor": decided.amount_minor,
            "cost_minor": money.cost(decided.amount_minor, remedy.cost_share_bp),
            "currency": decided.currency,
            "claimed_at": decided.decided_at,
            "decided_at": decided.decided_at,
            "business_date": decided.business_date.isoformat(),
            "zone": decided.zone,
            "import_id": self._import_id,
            "feed": self._options.feed,
            "external_id": decided.external_id,
            "revision": before.revision + 1 if before else 1,
            "replaces_id": before.id if before else None,
        }

    def _prepare_note(self, decided: Decided, row: dict[str, Stored]) -> None:
        """Do what `commitments.keep_words` does, and leave the writing for later."""
        if not decided.note:
            return
        subject, key = f"note:{row['uid']}", commitments.new_key()
        row["note_commitment"] = commitments.words_commitment(key, decided.note)
        self._keys.append({"subject": subject, "key": key})
        made_at = clock.as_text(self._now)
        self._words.append({"subject": subject, "body": decided.note, "made_at": made_at})

    def _entry(self, row: Mapping[str, Stored], text: str) -> journal.Entry:
        numbered = text.replace(_ID, f'"id":{row["id"]},', 1)
        return journal.Entry(
            kind="decision.imported",
            actor=self._options.actor,
            subject=f"decision:{row['uid']}",
            content=numbered.replace(_AT, f'"received_at":"{row["received_at"]}"', 1),
        )


_INSERT = Prepared(insert(Decision))
_INSERT_KEY = Prepared(insert(SubjectKey))
_INSERT_WORDS = Prepared(insert(Words))
