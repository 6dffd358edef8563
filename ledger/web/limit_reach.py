"""Whom limits reach and whom not: people and sites without one, sites of other currencies."""

from collections.abc import Sequence

from ledger.core.limit_book import Scope
from ledger.core.tables import Person, Site
from ledger.web.words import _

MOST_NAMES = 8


def without_words(sites: Sequence[Site], people: Sequence[Person], *, currency: str) -> str:
    """Return loudly at which sites, and for which people, no limit is in force; once for all.

    `currency` is the company's, in which limits for everyone are: they reach no other sites.
    """
    said = []
    if sites:
        names = names_words([site.name for site in sites])
        said.append(_("Nobody at %(names)s may give anything.", names=names))
    if people:
        names = names_words([person.name for person in people])
        said.append(_("%(names)s may give nothing.", names=names))
    others = [site for site in sites if site.currency != currency]
    if others:
        words = _(
            "A limit for everyone is in %(currency)s and reaches no site with another currency.",
            currency=currency,
        )
        said.append(words)
    return " ".join(said)


def unreached_words(scope: Scope, unreached: Sequence[Site]) -> str:
    """Return which sites a limit does not reach because their currency is another; or nothing."""
    if not unreached:
        return ""
    named = [f"{site.name} ({site.currency})" for site in unreached]
    facts = {"currency": scope.currency, "names": names_words(named)}
    if scope.person_id is not None:
        return _(
            "It is in %(currency)s, so it does not hold at %(names)s: there the limits of the site "
            "and the grade apply.",
            **facts,
        )
    return _(
        "It is in %(currency)s, so it does not reach %(names)s. Set a limit of their own for the "
        "sites with another currency.",
        **facts,
    )


def names_words(names: Sequence[str]) -> str:
    """Return names in a row: "Ana, Ben and Chidi"; from the ninth on they are counted."""
    shown = list(names[:MOST_NAMES])
    more = len(names) - len(shown)
    if more:
        return _("%(names)s and %(count)s more", names=", ".join(shown), count=more)
    if len(shown) == 1:
        return shown[0]
    return _("%(names)s and %(last)s", names=", ".join(shown[:-1]), last=shown[-1])
