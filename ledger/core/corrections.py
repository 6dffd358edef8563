"""What takes the place of a decision at once: what somebody else allowed stays allowed."""

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from ledger.core import drafts, posting
from ledger.core.posting import Judgement, Posting
from ledger.core.tables import Decision


def judge(
    session: Session, decision: Decision, wanted: Posting, *, seconds_left: int, now: datetime
) -> tuple[Posting, Judgement]:
    """Weigh what takes the place of a decision, and count it; return it as it is to be written.

    Who gave it by an ask and may undo it alone, for which there are `seconds_left`, need not ask
    again: it carries the ask on if it is no more, for the same customer at the same site, and says
    the same of whose own it is. Anything else is weighed as ever. The decision is voided already;
    locks as `posting`.
    """
    if not (seconds_left and _is_allowed(session, decision, wanted)):
        return wanted, posting.judge(session, wanted, now=now)
    wanted = replace(wanted, row={**wanted.row, "ask_id": decision.ask_id})
    return wanted, posting.judge_allowed(session, wanted)


def _is_allowed(session: Session, decision: Decision, wanted: Posting) -> bool:
    """Whether what was allowed for the decision covers this too."""
    asked = wanted.asked
    if decision.ask_id is None or wanted.amount_minor > decision.amount_minor:
        return False
    # An apology spends nothing, and needs nobody.
    if not wanted.amount_minor or bool(wanted.row["declared_own"]) != decision.declared_own:
        return False
    if (asked.person_id, asked.site_id) != (decision.person_id, decision.site_id):
        return False
    return asked.customer_id == drafts.known_customer(session, decision.customer_id)
