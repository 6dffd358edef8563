"""What a change of the settings says in the journal: which setting, and its name."""

from collections.abc import Mapping
from typing import Any

from ledger.core import settings
from ledger.web.words import _


def settings_words(kind: str, actor: str, content: Mapping[str, Any]) -> str | None:
    """Return what a row that carries settings says; None if it carries none."""
    if kind not in settings.KINDS:
        return None
    table, _point, what = kind.partition(".")
    facts = {"who": actor, "what": _thing(table), "name": _name(content)}
    if what == "added":
        sentence = (
            _("%(who)s added %(what)s “%(name)s”", **facts)
            if facts["name"]
            else _("%(who)s added %(what)s", **facts)
        )
    else:
        sentence = (
            _("%(who)s changed %(what)s “%(name)s”", **facts)
            if facts["name"]
            else _("%(who)s changed %(what)s", **facts)
        )
    return sentence


def _thing(table: str) -> str:
    return {
        "company": _("how the company works"),
        "bands": _("the bands of amounts"),
        "site": _("the site"),
        "remedy": _("the remedy"),
        "reason": _("the reason"),
        "criteria": _("a version of the criteria card"),
        "feed": _("the feed"),
    }.get(table, table)


def _name(content: Mapping[str, Any]) -> str:
    """Return the name of the first row that has one."""
    rows = content.get("rows")
    if not isinstance(rows, dict):
        return ""
    for table in ("site", "remedy", "reason", "feed_setting"):
        told = rows.get(table)
        if isinstance(told, list) and told and isinstance(told[0], dict):
            return str(told[0].get("label") or told[0].get("name") or "")
    return ""
