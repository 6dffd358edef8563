"""How a row of the journal looks in a list: its group, its tag, and what it leads to."""

from flask import url_for

from ledger.core.reports.journal_list import group_of
from ledger.core.reports.journal_names import Names, Said
from ledger.web.words import _


def group_words(group: str) -> str:
    """Return what a group of kinds is called."""
    return {
        "decisions": _("Decisions"),
        "asks": _("Asks"),
        "limits": _("Limits"),
        "people": _("People"),
        "sign_ins": _("Sign-ins"),
        "refused": _("Refused sign-ins"),
        "customers": _("Customers"),
        "imports": _("Imports"),
        "recognitions": _("Recognition"),
        "exports": _("Exports"),
        "settings": _("Settings"),
        "ledger": _("Ledger"),
        "other": _("Other"),
    }[group]


def tag_kind(kind: str) -> str:
    """Return the look of the tag that a kind of row gets."""
    looks = {
        "decision.voided": "void",
        "decision.refused": "limit",
        "unmet_need.recorded": "limit",
        "ask.declined": "limit",
        "sign_in.refused": "stop",
    }
    groups = {"decisions": "back", "limits": "limit", "exports": "note", "ledger": "note"}
    return looks.get(kind) or groups.get(group_of(kind), "plain")


def link_of(said: Said, names: Names) -> str | None:
    """Return where the thing itself is shown to an auditor, if it is."""
    area, _colon, key = said.row.subject.partition(":")
    decision = names.decisions.get(said.book.get("decision_id", 0))
    if area == "decision" and key in names.uids:
        return url_for("decisions.show", uid=key)
    if decision is not None and said.row.kind in {"decision.voided", "decision.reviewed"}:
        return url_for("decisions.show", uid=decision.uid)
    if area == "ask" and key in names.uids:
        return url_for("inbox_history.show", uid=key)
    if area == "limit" and key in names.uids:
        return url_for("limits.show", uid=key)
    if area in {"export", "download"}:
        return url_for("journal.exports")
    return None
