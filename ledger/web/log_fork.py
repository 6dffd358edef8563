"""The fork: why something was not given, drawn and in words, and the ways on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ledger.core import money, team
from ledger.core.headroom import NO_LIMIT, OWN_CUSTOMER, PER_DECISION
from ledger.core.reports import at_the_counter, named_limits
from ledger.core.reports.at_the_counter import Room
from ledger.core.tables import Refusal
from ledger.core.unmet_needs import UnmetNeedDraft
from ledger.web import log_kept, log_refusals, log_ways
from ledger.web.access import signed_in
from ledger.web.charts import MeterData, meter
from ledger.web.log_forms import LogForm, Sent
from ledger.web.log_kept import Kept
from ledger.web.log_refusals import CUSTOMER_RULES
from ledger.web.log_ways import Ways
from ledger.web.moment import utc_now
from ledger.web.transactions import reading
from ledger.web.words import _


@dataclass(frozen=True, slots=True, kw_only=True)
class Fork:
    """Why it was not given, and the ways on; `give` is empty when nothing is left.

    `meter`, `used` and `kept` are about a budget; `left` and `asked` are empty where the customer's
    cap or no limit at all stopped it. `has_others` is whether another customer could get it,
    `worthless` the remedies that give nothing of value, as (value, name).
    """

    tag: str
    title: str
    words: str
    meter: Markup | None
    used: str
    kept: Kept | None
    left: str
    asked: str
    give: str
    give_typed: str
    has_others: bool
    worthless: Sequence[tuple[str, str]]
    need: Mapping[str, str]
    ways: Ways
    stands: str


def fork_of(form: LogForm, sent: Sent, refusal: Refusal, *, who: str) -> Fork:
    """Return why a decision for this customer was refused, with the ways on."""
    offer, rule = form.offer, refusal.rule
    room = _room(form, sent, refusal)
    title, words = _why_not(form, refusal, room, who=who)
    left = money.show(refusal.headroom_minor, refusal.currency)
    # The person's own: it says nothing of what a customer had, and nothing where there is no limit.
    is_own = rule not in (NO_LIMIT, OWN_CUSTOMER, *CUSTOMER_RULES)
    # A budget is drawn only where it is what stopped it: beside a limit it would be a second one.
    is_budget = is_own and rule != PER_DECISION
    asked = money.show(refusal.amount_minor, refusal.currency)
    return Fork(
        tag=log_refusals.tag_words(rule),
        title=title,
        words=words,
        meter=room_meter("fork", room, refusal.amount_minor) if is_budget else None,
        used=_used(room) if is_budget else "",
        kept=log_kept.kept_of(room.headroom) if is_budget else None,
        left=log_refusals.left_words(rule, left) if is_own else "",
        asked=_("you wanted to give %(amount)s", amount=asked),
        give=_("Give %(amount)s", amount=left) if refusal.headroom_minor else "",
        give_typed=money.plain(refusal.headroom_minor, refusal.currency),
        has_others=rule in CUSTOMER_RULES,
        worthless=[]
        if refusal.headroom_minor or rule == OWN_CUSTOMER
        else [(str(one.id), one.name) for one in offer.remedies if one.worthless],
        need={
            "refused": refusal.uid,
            "remedy": "unmet",
            "amount": money.plain(refusal.amount_minor, refusal.currency),
        },
        ways=log_ways.ways_of(refusal, room, offer.site),
        stands=_("The decision that you wanted to replace stands as it was.") if sent.void else "",
    )


def room_meter(slug: str, room: Room, now_minor: int) -> Markup:
    """Draw what is used of a budget, or of a limit without one; `now_minor` is being typed."""
    found = room.headroom
    total = found.per_decision_minor if found.budget_minor is None else found.budget_minor
    left = money.show(found.headroom_minor, found.currency)
    title = _(
        "%(used)s used of %(total)s. The most you can give at once is %(left)s.",
        used=money.show(found.budget_used_minor - found.reserved_minor, found.currency),
        total=money.show_round(total, found.currency),
        left=left,
    )
    if found.reserved_minor:
        kept = money.show(found.reserved_minor, found.currency)
        title = _("%(amount)s kept for asks.", amount=kept) + " " + title
    return meter(
        MeterData(
            slug=slug,
            title=title,
            total_minor=total,
            used_minor=min(total, found.budget_used_minor),
            now_minor=now_minor,
            most_minor=found.headroom_minor,
        )
    )


def _room(form: LogForm, sent: Sent, refusal: Refusal) -> Room:
    claimed = None if isinstance(sent.draft, UnmetNeedDraft) else sent.draft.claimed_at
    return at_the_counter.room(
        reading(),
        signed_in(),
        form.offer.site,
        remedy_id=refusal.remedy_id,
        customer_id=refusal.customer_id,
        now=claimed or utc_now(),
    )


def _why_not(form: LogForm, refusal: Refusal, room: Room, *, who: str) -> tuple[str, str]:
    site, zone = form.offer.site, form.offer.zone
    if refusal.rule == NO_LIMIT:
        setters = team.who_sets_limits_at(reading(), site, but=signed_in(), now=utc_now())
        return log_refusals.no_limit_words(site.name, (), setters)
    limit = named_limits.named_one(reading(), refusal.limit_id)
    return log_refusals.why_not(refusal, room, zone, limit=limit, who=who)


def _used(room: Room) -> str:
    used = room.headroom.budget_used_minor - room.headroom.reserved_minor
    if not used:
        return ""
    return _("%(amount)s used", amount=money.show(used, room.headroom.currency))
