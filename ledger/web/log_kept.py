"""What of a budget is kept for asks of one's own: told apart from what is used."""

from dataclasses import dataclass

from ledger.core import ask_states, asks, money
from ledger.core.ask_states import WAITING
from ledger.core.headroom import Headroom
from ledger.web.access import signed_in
from ledger.web.moment import utc_now
from ledger.web.transactions import reading
from ledger.web.words import _, ngettext


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is kept, in a sentence, and the newest ask that keeps it: empty if none is open now."""

    words: str
    uid: str


def kept_of(found: Headroom) -> Kept | None:
    """Return what of a budget is kept for asks of the person who is signed in; None if nothing."""
    if not found.reserved_minor:
        return None
    session, person, now = reading(), signed_in(), utc_now()
    keeping = [ask for ask in asks.open_of(session, person, now=now) if ask.reserved_minor]
    states = ask_states.states_of(session, keeping, now=now)
    amount = money.show(found.reserved_minor, found.currency)
    if keeping and all(states[ask.id].name == WAITING for ask in keeping):
        words = ngettext(
            "%(amount)s is kept for your ask that waits.",
            "%(amount)s is kept for your asks that wait.",
            len(keeping),
            amount=amount,
        )
    else:
        words = _("%(amount)s is kept for what you asked.", amount=amount)
    return Kept(words=words, uid=keeping[0].uid if keeping else "")
