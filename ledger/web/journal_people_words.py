"""What journal rows about people say: who was added, and what of them became what.

Roles, grades, ceilings and sites are in the journal; of names, employee ids and e-mails it knows
only that they changed.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from ledger.core import money
from ledger.web.journal_told import NOTHING, Told
from ledger.web.when import day_words
from ledger.web.words import _, role_words


def added(told: Told) -> str:
    """Return who added whom, as what and where."""
    content = told.said.content
    facts = [_role(content.get("role")), *_grade(content), *_ceiling(told, content), _sites(told)]
    return _(
        "%(who)s added %(whom)s: %(what)s",
        who=told.actor,
        whom=told.subject,
        what=", ".join(fact for fact in facts if fact),
    )


def changed(told: Told) -> str:
    """Return who changed whom, and each thing with what it was and became, where that is known."""
    facts = [*_became(told), *_named(told)]
    if not facts:
        return _("%(who)s changed what is kept of %(whom)s", who=told.actor, whom=told.subject)
    return _(
        "%(who)s changed what is kept of %(whom)s: %(what)s",
        who=told.actor,
        whom=told.subject,
        what=", ".join(facts),
    )


def left(told: Told) -> str:
    """Return who noted that somebody leaves, and after which day."""
    facts = {"who": told.actor, "whom": told.subject}
    last_day = _day(told, told.said.content.get("last_day"))
    if not last_day:
        return _("%(who)s noted that %(whom)s leaves at once", **facts)
    return _("%(who)s noted that %(whom)s leaves, last day %(day)s", day=last_day, **facts)


def _became(told: Told) -> Iterator[str]:
    """Yield the facts that the journal holds: from what to what."""
    names, now, before = _changed_names(told), told.said.content, told.standing_before
    shown = {
        "role": (_("role"), _role),
        "grade": (_("grade"), lambda grade: str(grade or _("none"))),
        "ceiling_minor": (
            _("highest limit for others"),
            lambda minor: _amount(told, minor) or _("none"),
        ),
        "approval_ceiling_minor": (
            _("highest ask to approve"),
            # Where nothing was said it is the ceiling for limits.
            lambda minor: _amount(told, minor) or (_("as for limits") if minor is None else "0"),
        ),
    }
    for name, (words, show) in shown.items():
        if name not in names:
            continue
        facts = {"what": words, "now": show(now.get(name))}
        if name in before:
            yield _("%(what)s from %(was)s to %(now)s", was=show(before[name]), **facts)
        else:
            yield _("%(what)s now %(now)s", **facts)
    if "same_as_id" in names:
        yield _same(told)
    if "works_at" in names:
        yield _sites(told)


def _named(told: Told) -> Iterator[str]:
    """Yield the names of what changed, where the values are not in the journal."""
    words = {
        "name": _("name changed"),
        "employee_id": _("employee id changed"),
        "email": _("e-mail changed"),
    }
    yield from (words[name] for name in _changed_names(told) if name in words)


def _changed_names(told: Told) -> list[str]:
    found = told.said.content.get("changed")
    return [str(one) for one in found] if isinstance(found, list) else []


def _same(told: Told) -> str:
    number = told.said.content.get("same_as_id")
    if not isinstance(number, int):
        return _("not the same person as somebody else here any more")
    name = told.names.people.get(number) or _("(erased)")
    return _("the same person as %(name)s", name=name)


def _role(role: object) -> str:
    try:
        return role_words(str(role))
    except ValueError:
        return NOTHING


def _grade(content: Mapping[str, Any]) -> Iterator[str]:
    if content.get("grade"):
        yield _("grade %(grade)s", grade=content["grade"])


def _ceiling(told: Told, content: Mapping[str, Any]) -> Iterator[str]:
    amount = _amount(told, content.get("ceiling_minor"))
    if amount:
        yield _("sets limits up to %(amount)s", amount=amount)


def _amount(told: Told, minor: object) -> str:
    currency = told.names.currencies.get(told.said.row.subject)
    is_amount = isinstance(minor, int) and minor > 0 and currency is not None
    return money.show(minor, currency) if is_amount else ""


def _sites(told: Told) -> str:
    """Return where somebody works since this row, each with its last day if it has one."""
    places = []
    for row in told.said.places:
        name = told.names.sites.get(row.get("site_id", 0)) or _("(erased)")
        until = _day(told, row.get("until"))
        places.append(_("%(site)s until %(day)s", site=name, day=until) if until else name)
    if not places:
        return _("at no site")
    return _("at %(sites)s", sites=", ".join(places))


def _day(told: Told, text: object) -> str:
    try:
        return day_words(date.fromisoformat(str(text)), today=told.today)
    except ValueError:
        return ""
