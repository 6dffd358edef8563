"""Writing checked decisions: each with its own journal row, its note outside the journal."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlmodel import Session, col

from ledger.core import clock, commitments, journal, money
from ledger.core.batches import batched
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
}


class DecisionWriter:
    """Writes the decisions of one import, under the chain lock."""

    def __init__(
        self,
        session: Session,
        known: Ledgers,
        customer_ids: Mapping[str, int],
        options: Options,
        *,
        import_id: int,
        now: datetime,
    ) -> None:
        """Write what refers to these sites, people, remedies, reasons and customers."""
        self._session = session
        self._known = known
        self._customer_ids = customer_ids
        self._options = options
        self._import_id = import_id
        self._now = now
        self.walk_in_ids: list[int] = []

    def write(self, rows: Sequence[Decided], checked: Checked) -> None:
        """Write the decisions with their journal rows and their notes."""
        self._session.flush()
        driver = Driver(self._session)
        head = journal.lock_chain(driver)
        at = journal.monotone(head, self._now)
        next_id = (self._session.scalar(select(func.max(col(Decision.id)))) or 0) + 1
        done = 0
        for batch in batched(rows, BATCH):
            stored = []
            for decision_id, decided in enumerate(batch, next_id + done):
                seq = head.seq + 1 + decision_id - next_id - done
                row = self._stored(decided, checked, decision_id, received_at=at)
                stored.append({**row, "journal_seq": seq})
            self._keep_notes(driver, batch, stored)
            entries = [self._entry(row) for row in stored]
            head = journal.append_after(driver, head, entries, at=at)[-1]
            _INSERT.run_many(driver, stored)
            self.walk_in_ids += [
                next_id + done + place
                for place, decided in enumerate(batch)
                if not decided.customer_ref
            ]
            done += len(batch)
            self._options.progress(done, len(rows))

    def _stored(
        self, decided: Decided, checked: Checked, decision_id: int, *, received_at: str
    ) -> dict[str, Stored]:
        before = checked.known.get(decided.external_id)
        remedy = self._known.remedies[decided.kind]
        return {
            **_EMPTY,
            "id": decision_id,
            "uid": str(uuid.uuid4()),
            "person_id": self._known.people[decided.staff_ref].id,
            "site_id": self._known.sites[decided.location_ref].id,
            "customer_id": self._customer_ids[decided.customer_ref]
            if decided.customer_ref
            else None,
            "remedy_id": remedy.id,
            "reason_id": self._known.reasons[decided.reason].id,
            "amount_minor": decided.amount_minor,
            "cost_minor": money.cost(decided.amount_minor, remedy.cost_share_bp),
            "currency": decided.currency,
            "claimed_at": decided.decided_at,
            "decided_at": decided.decided_at,
            "received_at": received_at,
            "business_date": decided.business_date.isoformat(),
            "zone": decided.zone,
            "import_id": self._import_id,
            "feed": self._options.feed,
            "external_id": decided.external_id,
            "revision": before.revision + 1 if before else 1,
            "replaces_id": before.id if before else None,
        }

    def _keep_notes(
        self, driver: Driver, rows: Sequence[Decided], stored: Sequence[dict[str, Stored]]
    ) -> None:
        """Do what `commitments.keep_words` does, for many notes at once."""
        keys: list[Mapping[str, Stored]] = []
        words: list[Mapping[str, Stored]] = []
        made_at = clock.as_text(self._now)
        for decided, row in zip(rows, stored, strict=True):
            if not decided.note:
                continue
            subject, key = f"note:{row['uid']}", commitments.new_key()
            row["note_commitment"] = commitments.words_commitment(key, decided.note)
            keys.append({"subject": subject, "key": key})
            words.append({"subject": subject, "body": decided.note, "made_at": made_at})
        if keys:
            _INSERT_KEY.run_many(driver, keys)
            _INSERT_WORDS.run_many(driver, words)

    def _entry(self, row: Mapping[str, Stored]) -> journal.Entry:
        return journal.Entry(
            kind="decision.imported",
            actor=self._options.actor,
            subject=f"decision:{row['uid']}",
            content=journal.book_content(row),
        )


_INSERT = Prepared(insert(Decision))
_INSERT_KEY = Prepared(insert(SubjectKey))
_INSERT_WORDS = Prepared(insert(Words))
