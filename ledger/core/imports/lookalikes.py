"""Names that look alike and are not: a Cyrillic letter in place of a Latin one."""

import unicodedata
from collections.abc import Iterable, Sequence

# Letters of other scripts beside the Latin ones that they look like.
_LOOKS_LIKE = str.maketrans(
    "аеорсухіјѕһԁԛԝгкмтвнАЕОРСУХІЈЅКМТВНαορνυικτχγΑΒΕΖΗΙΚΜΝΟΡΤΥΧɡıⅼ０１２３４５６７８９",
    "aeopcyxijshdqwrkmtbhaeopcyxijskmtbhaopvuiktxyabezhikmnoptyxgil0123456789",
)


def lookalikes(new: Iterable[str], known: Iterable[str]) -> Sequence[tuple[str, str]]:
    """Return each new name that looks like another one, new or known, with that one."""
    seen: dict[str, str] = {}
    for name in known:
        seen.setdefault(skeleton(name), name)
    pairs = []
    for name in new:
        other = seen.setdefault(skeleton(name), name)
        if other != name:
            pairs.append((name, other))
    return pairs


def skeleton(name: str) -> str:
    """Return what a name looks like, in Latin letters, without case."""
    shown = unicodedata.normalize("NFKC", name).translate(_LOOKS_LIKE).casefold()
    return " ".join(shown.split())
