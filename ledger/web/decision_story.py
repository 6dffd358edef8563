"""Every fact of one decision, in words."""

from collections.abc import Sequence
from datetime import date

from ledger.core import money, till
from ledger.core.reports.decision_facts import DecisionFacts
from ledger.core.tables import Decision
from ledger.web.decision_words import customer_words, fact_words, state_words
from ledger.web.limit_words import budget_words
from ledger.web.when import day_words, moment_words, zone_words
from ledger.web.words import _, erased_words

Pairs = Sequence[tuple[str, str]]


def what_words(facts: DecisionFacts) -> str:
    """Return a decision in one line: "$12.00, Refund by Ana"."""
    decision = facts.decision
    return _(
        "%(amount)s, %(remedy)s by %(name)s",
        amount=money.show(decision.amount_minor, decision.currency),
        remedy=facts.remedy.name,
        name=facts.person.name,
    )


def decision_pairs(facts: DecisionFacts, *, today: date) -> Pairs:
    """Return what was decided, by whom, for whom and when."""
    decision = facts.decision
    said = [
        (_("At the till"), till.reference_of(decision.id)),
        (_("Decided by"), facts.person.name),
        (_("Site"), facts.site),
        (
            _("Customer"),
            customer_words(facts.customer, is_walk_in=decision.customer_id is None),
        ),
        (_("Remedy"), facts.remedy.name),
        (_("Reason"), facts.reason),
        (_("Amount"), money.show(decision.amount_minor, decision.currency)),
        (_("Cost to us"), money.show(decision.cost_minor, decision.currency)),
        *_times(decision, today=today),
        (_("Written"), _source_words(decision)),
        *_answers(facts),
    ]
    if facts.note is not None:
        said.append((_("Note"), facts.note))
    elif facts.had_note:
        said.append((_("Note"), _("There was one; it is no longer kept")))
    return said


def judged_pairs(facts: DecisionFacts, who: str | None) -> Pairs:
    """Return which limit judged a decision, with the values that it had then."""
    decision, currency = facts.decision, facts.decision.currency
    if decision.source == "imported":
        return [(_("Limit"), _("None: imported decisions are facts and are not judged"))]
    if decision.limit_per_decision_minor is None:
        return [(_("Limit"), _("No limit was in force"))]
    said = [
        (_("Limit for"), who or _("A limit that is not shown here")),
        (_("A decision"), money.show(decision.limit_per_decision_minor, currency)),
    ]
    budget = budget_words(decision.limit_budget_minor, decision.limit_budget_period, currency)
    said.append((_("Budget"), budget or _("none")))
    if decision.budget_left_minor is not None:
        left = money.show(decision.budget_left_minor, currency)
        said.append((_("Budget left after it"), left))
    return said


def outcome_words(facts: DecisionFacts, *, today: date) -> str:
    """Return what came of a decision, in one sentence that promises nothing."""
    decision, at = facts.decision, facts.horizon
    fact = fact_words(facts.state, facts.event_on, at, decision.business_date, today=today)
    if facts.state == "walk_in":
        return _("Nobody in particular: whether they came back cannot be known.")
    if facts.state == "voided":
        return _("Voided decisions are not counted.")
    return (
        _(
            "%(state)s within %(days)s days. %(fact)s",
            state=state_words(facts.state, at),
            days=at.days,
            fact=fact,
        ).strip()
        if facts.state != "maturing"
        else fact
    )


def void_pairs(facts: DecisionFacts, *, today: date) -> Pairs:
    """Return who voided a decision, when and why."""
    void, decision = facts.void, facts.decision
    if void is None:
        return ()
    kept = _("No, the customer keeps it and its cost stays")
    return [
        (_("Voided by"), facts.voided_by or ""),
        (_("When"), moment_words(void.made_at, decision.zone, today=today)),
        (_("Why"), facts.void_reason or erased_words()),
        (_("Taken back"), _("Yes") if void.taken_back else kept),
        *_instead(facts),
    ]


def _instead(facts: DecisionFacts) -> Pairs:
    """Return that another took its place in the same step, if one did."""
    if facts.void is None or facts.void.replacement_uid is None:
        return ()
    return [(_("In its place"), _("another decision, made in the same step"))]


def _times(decision: Decision, *, today: date) -> Pairs:
    """Return when: one line, or three when the device, the ledger and the server differ."""
    zone = decision.zone

    def said(term: str, name: str) -> tuple[str, str]:
        at = moment_words(getattr(decision, name), zone, today=today)
        return term, _("%(at)s, %(zone)s", at=at, zone=zone_words(zone))

    told = {said("", name) for name in ("claimed_at", "decided_at", "received_at")}
    if len(told) == 1:
        times = [said(_("When"), "decided_at")]
    elif decision.source == "imported":
        times = [said(_("When"), "decided_at"), said(_("Imported"), "received_at")]
    else:
        times = [
            said(_("When, by the person"), "claimed_at"),
            said(_("Counted as decided"), "decided_at"),
            said(_("Received by the server"), "received_at"),
        ]
    return [*times, (_("Business date"), day_words(decision.business_date, today=today))]


def _source_words(decision: Decision) -> str:
    if decision.source == "imported":
        return _("Imported from %(feed)s", feed=decision.feed or "")
    if decision.source == "late":
        return _("Kept on a tablet and sent later")
    return _("Later the same day") if decision.written_later else _("At the moment")


def _answers(facts: DecisionFacts) -> Pairs:
    """Return what the person answered; what was left open is not shown."""
    decision = facts.decision
    forecasts = {
        "comes_back": _("Comes back"),
        "buys_more": _("Buys more"),
        "tells_others": _("Tells others"),
        "not_sure": _("Not sure"),
    }
    said = []
    if decision.forecast is not None:
        said.append((_("Forecast"), forecasts.get(decision.forecast, decision.forecast)))
    if decision.noticed_first:
        said.append((_("Noticed first"), _("Yes, offered and not asked for")))
    if decision.apologised:
        said.append((_("Apologised"), _("Yes")))
    if decision.asked_for is not None:
        asked = _("Nothing") if decision.asked_for == "nothing" else decision.asked_for
        said.append((_("They asked for"), asked))
    return said
