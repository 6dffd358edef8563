"""Names of time zones for what people type instead of them: "Chicago", "new york", "Zurrich"."""

import difflib
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache

from ledger.core import clock

MOST_SIMILAR = 3
SHORTEST = 3
# Of ratios of difflib: one slip in a name of seven letters is forgiven, not two.
CLOSE = 0.8


def similar(typed: str) -> Sequence[str]:
    """Return the zones that somebody may have meant, the likeliest first; none if nothing is near.

    A zone is near by its whole name in other letters, by its city, by the beginning of its city,
    and by a city that is spelt nearly so.
    """
    key = _plain(typed.strip())
    if len(key) < SHORTEST:
        return []
    found = _by_key().get(key) or _by_key().get(_plain(city_of(typed)))
    if found is None:
        begun = [zone for zone in clock.zones() if _plain(city_of(zone)).startswith(key)]
        close = difflib.get_close_matches(key, _by_key(), n=MOST_SIMILAR, cutoff=CLOSE)
        found = begun or [zone for near in close for zone in _by_key()[near]]
    return list(dict.fromkeys(found))[:MOST_SIMILAR]


def city_of(zone: str) -> str:
    """Return the city in a zone's name, as people write it: "New York"."""
    return zone.rpartition("/")[2].replace("_", " ").strip()


@cache
def _by_key() -> Mapping[str, Sequence[str]]:
    """Return the zones by their whole names and by their cities, as they are compared."""
    found: dict[str, list[str]] = {}
    for zone in clock.zones():
        for name in (zone, city_of(zone)):
            found.setdefault(_plain(name), []).append(zone)
    return found


def _plain(text: str) -> str:
    """Return the letters and digits of a text, small and without accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(mark for mark in apart if mark.isalnum())
