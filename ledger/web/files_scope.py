"""What somebody may bring who has some of the sites: said on the page before a file is chosen."""

from collections.abc import Sequence

from ledger.core import people, sites
from ledger.core.imports import kinds
from ledger.core.permissions import Role
from ledger.web.access import signed_in
from ledger.web.moment import today, utc_now
from ledger.web.transactions import reading
from ledger.web.words import _, ngettext

# Administrators by name: one of them may have to be asked.
NAMED = 3


def scope_words() -> str:
    """Return what somebody may bring who may not bring everything; "" for whoever may."""
    site_ids = kinds.sites_for(reading(), signed_in(), on=today())
    if site_ids is None:
        return ""
    names = [site.name for site in sites.all_sites(reading()) if site.id in site_ids]
    if not names:
        return _("You work at no site today, so a file of yours may name none.")
    said = _(
        "You may bring rows of %(sites)s. Rows of another site or of none, and whatever nobody has "
        "added yet, are for an administrator%(who)s.",
        sites=", ".join(names),
        who=_administrators(),
    )
    return f"{said} {_shared(site_ids)}".strip()


def _administrators() -> str:
    """Return who they are, to be put after "an administrator"."""
    names = [
        person.name
        for person in people.everybody(reading())
        if person.role == Role.ADMINISTRATOR and people.works_here(person, now=utc_now())
    ]
    return f" ({', '.join(names[:NAMED])})" if names else ""


def _shared(site_ids: frozenset[int]) -> str:
    """Return to which feeds somebody adds rows alone, because other sites are in them too."""
    shared = {
        feed
        for name in kinds.KINDS
        for feed in kinds.known_feeds(reading(), name)
        if not kinds.is_own_feed(reading(), name, feed, site_ids)
    }
    if not shared:
        return ""
    return ngettext(
        "The feed %(feeds)s holds other sites too: you add rows to it, and the day through which "
        "it is complete stays as it is.",
        "The feeds %(feeds)s hold other sites too: you add rows to them, and the days through "
        "which they are complete stay as they are.",
        len(shared),
        feeds=_listed(sorted(shared)),
    )


def _listed(names: Sequence[str]) -> str:
    """Return names as a sentence has them: "a, b and c"."""
    *others, last = names
    return _("%(others)s and %(last)s", others=", ".join(others), last=last) if others else last
