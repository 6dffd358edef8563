"""Threads of asks: each version with what was said and what became of it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import ask_states, ask_steps, asks, commitments
from ledger.core.ask_states import AskState
from ledger.core.batches import IDS_IN_A_QUERY, batched
from ledger.core.tables import Ask, AskAnswer, Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One step of an ask: who, in whose place, and what they said. `by` None is the ledger itself.

    `words` is None where nothing was said, and where it was erased (`had_words` tells them apart).
    """

    row: AskAnswer
    by: str | None
    for_person: str | None
    words: str | None
    had_words: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of an ask, as it stands; `answer` is step 1 and `end` step 2.

    `why` is None where nothing was said, and where it was erased (`had_why` tells them apart).
    """

    ask: Ask
    why: str | None
    had_why: bool
    state: AskState
    answer: Answered | None
    end: Answered | None

    @property
    def waited(self) -> timedelta | None:
        """How long this version waited, until its answer or until time was up; None: it waits."""
        if self.answer is not None and self.answer.row.kind not in ("allowed", "expired"):
            return self.answer.row.made_at - self.ask.made_at
        if self.state.name == ask_states.WAITING:
            return None
        return self.ask.expires_at - self.ask.made_at


def threads(
    session: Session, thread_uids: Collection[str], *, now: datetime
) -> Mapping[str, Sequence[Version]]:
    """Return the versions of these threads, the first one first, by the uid of the thread."""
    found: list[Ask] = []
    for uids in batched(sorted(thread_uids), IDS_IN_A_QUERY):
        query = select(Ask).where(col(Ask.thread_uid).in_(uids))
        found += session.scalars(query.order_by(col(Ask.thread_uid), col(Ask.version)))
    whole: defaultdict[str, list[Version]] = defaultdict(list)
    for version in versions(session, found, now=now):
        whole[version.ask.thread_uid].append(version)
    return whole


def versions(session: Session, found: Sequence[Ask], *, now: datetime) -> Sequence[Version]:
    """Return asks with their states, answers and words, in their order."""
    states = ask_states.states_of(session, found, now=now)
    steps = [
        step for state in states.values() for step in (state.answer, state.end) if step is not None
    ]
    names = _names(session, steps)
    said = commitments.words_of(
        session, [ask_steps.words_subject(step.uid) for step in steps if step.words_commitment]
    )
    whys = asks.why_of(session, found)
    return [
        Version(
            ask=ask,
            why=whys.get(ask.uid),
            had_why=ask.why_commitment is not None,
            state=states[ask.id],
            answer=_answered(states[ask.id].answer, names, said),
            end=_answered(states[ask.id].end, names, said),
        )
        for ask in found
    ]


def _names(session: Session, steps: Sequence[AskAnswer]) -> Mapping[int, str]:
    ids = {one for step in steps for one in (step.person_id, step.for_person_id) if one is not None}
    if not ids:
        return {}
    query = select(col(Person.id), col(Person.name)).where(col(Person.id).in_(sorted(ids)))
    return {row[0]: row[1] for row in session.execute(query)}


def _answered(
    step: AskAnswer | None, names: Mapping[int, str], said: Mapping[str, str]
) -> Answered | None:
    if step is None:
        return None
    return Answered(
        row=step,
        by=names.get(step.person_id or 0),
        for_person=names.get(step.for_person_id or 0),
        words=said.get(ask_steps.words_subject(step.uid)),
        had_words=step.words_commitment is not None,
    )
