"""The page of an ask for the one who made it, all of it words and the ways on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app

from ledger.core import money
from ledger.core.ask_states import PERMISSIONS, USED, WAITING
from ledger.core.reports.own_ask import OwnAsk
from ledger.web import ask_words
from ledger.web.ask_offer_words import not_offered_words
from ledger.web.ask_words import OVER
from ledger.web.inbox_thread_words import version_words
from ledger.web.words import _, erased_words

# From so many versions on, the earlier ones are told.
SEVERAL = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class AskPage:
    """An ask as its page says it. What is empty or None is not offered.

    `is_live`: it may change while somebody looks. `look` is waiting, good, care or over. `give` is
    the one main action; `here` the way on for an approver beside the screen, `is_here_first` where
    nobody who is asked is near; `instead` what may be given alone, with `instead_typed` as typed.
    `is_gone`: what it was for is not offered any more, so that nothing can be given for it.
    `versions`: the uid of each and what became of it, none where there is only this one.
    """

    uid: str
    look: str
    is_live: bool
    is_gone: bool
    title: str
    lead: str
    seen: str
    pairs: Sequence[tuple[str, str]]
    give: str
    give_uid: str
    here: str
    is_here_first: bool
    instead: str
    instead_typed: str
    can_change: bool
    can_ask_again: bool
    can_withdraw: bool
    leave: str
    can_note_need: bool
    receipt_uid: str | None
    newer_uid: str | None
    versions: Sequence[tuple[str, str]]


def ask_page(found: OwnAsk, *, form_uid: str, now: datetime) -> AskPage:
    """Return the page of an ask as it stands now; `form_uid` is for what is given from it."""
    state, ask = found.state, found.ask
    is_waiting, may_give = state.name == WAITING, state.name in PERMISSIONS
    is_last = found.newest.id == ask.id
    is_gone = bool(found.not_offered) and is_last and state.name not in USED
    is_over = state.name in OVER and is_last
    asked = ask_words.asked_now(found.answerers)
    # Less was offered, or nothing came of it: what else can be done is not hidden behind a no.
    is_less = state.name == "countered" or is_over
    room = found.room_minor if (is_waiting or is_less) and not is_gone else 0
    allowed = money.show(state.may_give_minor or 0, ask.currency)
    return AskPage(
        uid=ask.uid,
        look="care" if is_gone else _look(state.name),
        is_live=is_waiting or may_give,
        is_gone=is_gone,
        title=ask_words.title_words(found),
        lead=not_offered_words(found) if is_gone else ask_words.lead_words(found, now=now),
        seen=ask_words.seen_words(asked, now=now) if is_waiting else "",
        pairs=_pairs(found),
        give=_("Give %(amount)s", amount=allowed) if may_give and not is_gone else "",
        give_uid=form_uid,
        here=ask_words.here_words(found.answerers)
        if is_waiting and not is_gone and _can_here(found)
        else "",
        is_here_first=not any(one.is_near for one in asked),
        instead=_("Give %(amount)s instead", amount=money.show(room, ask.currency)) if room else "",
        instead_typed=money.plain(room, ask.currency),
        can_change=is_waiting and not is_gone,
        can_ask_again=is_less and not is_gone,
        can_withdraw=is_waiting or may_give,
        leave=_("No thanks, give nothing") if may_give else _("Take the ask back"),
        can_note_need=not found.has_need
        and _can_note_need(found, is_over=is_over, is_gone=is_gone),
        receipt_uid=None
        if found.version.end is None or state.name not in USED
        else found.version.end.row.decision_uid,
        newer_uid=None if is_last else found.newest.uid,
        versions=[(one.ask.uid, version_words(one, today=found.today)) for one in found.versions]
        if len(found.versions) >= SEVERAL
        else [],
    )


def _can_note_need(found: OwnAsk, *, is_over: bool, is_gone: bool) -> bool:
    """Whether nothing comes of it, and the need can be written down for its reason and site."""
    if is_gone:
        return found.not_offered == ["remedy"]
    return is_over or (found.state.name == WAITING and not found.answerers)


def _can_here(found: OwnAsk) -> bool:
    """Whether somebody could answer it on the asker's own screen."""
    return bool(found.answerers) and "asks_here.show" in current_app.view_functions


def _look(name: str) -> str:
    if name == WAITING:
        return "waiting"
    if name in PERMISSIONS or name in USED:
        return "good"
    return "care"


def _pairs(found: OwnAsk) -> Sequence[tuple[str, str]]:
    ask = found.ask
    what = _(
        "%(amount)s, %(remedy)s",
        amount=money.show(ask.amount_minor, ask.currency),
        remedy=found.remedy.name.lower(),
    )
    pairs = [(_("Ask"), what), (_("Customer"), _customer(found)), (_("Reason"), found.reason.name)]
    if found.version.had_why:
        pairs.append((_("Why"), found.version.why or erased_words()))
    if ask.declared_own:
        pairs.append((_("For"), _("You, family or a friend")))
    if found.state.name == WAITING:
        pairs += ask_words.next_words(found)
    return pairs


def _customer(found: OwnAsk) -> str:
    if found.ask.customer_id is None:
        return _("Walk-in")
    return _("A customer") if found.customer is None else found.customer.label
