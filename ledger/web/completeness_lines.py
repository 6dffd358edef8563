"""What was given or voided, as the lists of the completeness page show it."""

from dataclasses import dataclass
from datetime import date

from ledger.core import money
from ledger.core import till as tills
from ledger.core.reports.completeness_list import Matched
from ledger.web.when import day_words, moment_words
from ledger.web.words import _


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing given, or one void, of a list."""

    when: str
    site: str
    what: str
    here: str
    here_note: str
    uid: str | None
    till: str
    till_note: str
    difference: str


def line_of(row: Matched, *, today: date, with_names: bool) -> Line:
    """Return it as the list shows it; names of people only for who may see them."""
    here = till = here_note = till_note = difference = ""
    what = _("Void") if row.is_void else ""
    if row.written:
        here = money.show(row.written.amount_minor, row.currency)
        facts = [tills.reference_of(row.written.code), row.written.person if with_names else None]
        facts.append(moment_words(row.written.decided_at, row.zone, today=today))
        here_note = ", ".join(fact for fact in facts if fact)
        remedy = row.written.remedy
        what = _("Void of a %(remedy)s", remedy=remedy.lower()) if row.is_void else remedy
    if row.rung_up:
        rung = row.rung_up
        till = money.show(rung.amount_minor, row.currency)
        facts = [rung.external_id, rung.reference, rung.person if with_names else None]
        facts.append(moment_words(rung.occurred_at, row.zone, today=today))
        if rung.entries > 1:
            facts.append(_("%(count)s entries", count=rung.entries))
        till_note = ", ".join(fact for fact in facts if fact)
        what = what or kind_words(rung.kind)
    if row.written and row.rung_up and row.written.amount_minor != row.rung_up.amount_minor:
        difference = _signed(row.rung_up.amount_minor - row.written.amount_minor, row.currency)
    return Line(
        when=day_words(row.business_date, today=today),
        site=row.site,
        what=what,
        here=here,
        here_note=here_note,
        uid=row.written.uid if row.written else None,
        till=till,
        till_note=till_note,
        difference=difference,
    )


def _signed(minor: int, currency: str) -> str:
    if minor > 0:
        return _("%(sum)s more in the till", sum=money.show(minor, currency))
    return _("%(sum)s less in the till", sum=money.show(-minor, currency))


def kind_words(kind: str) -> str:
    """Return what the till calls an entry."""
    return {
        "refund": _("Refund"),
        "credit": _("Credit"),
        "discount": _("Discount"),
        "free_item": _("Free item"),
        "void": _("Void"),
    }[kind]
