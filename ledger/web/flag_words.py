"""What a flag says: what was counted, and its two readings, in words of equal weight."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ledger.core import money
from ledger.core.flag_facts import Behind
from ledger.core.flags import Flag, ReadFlag
from ledger.web.flag_forms import FlagForm
from ledger.web.flag_sentences import (
    about_words,
    decisions_words,
    found_words,
    limit_reading,
    misuse_reading,
    nine_tenths,
    titles,
)
from ledger.web.way_words import way_words
from ledger.web.when import day_words, moment_words
from ledger.web.words import _, erased_words

# Up to so many decisions stand in a card; the list has them all.
SHOWN = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class BehindLine:
    """A decision behind a flag, all of it words."""

    uid: str
    when: str
    what: str
    who: str
    way: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagCard:
    """A flag with its two readings, all of it words.

    `list` are the arguments of the list with its decisions; `customer_uid` is None where it is
    about no customer.
    """

    number: int
    form: FlagForm
    about: str
    title: str
    found: str
    limit_title: str
    limit: str
    misuse_title: str
    misuse: str
    before: str
    lines: Sequence[BehindLine]
    more: int
    list: Mapping[str, object]
    customer_uid: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLine:
    """A flag that was read, all of it words."""

    title: str
    about: str
    reading: str
    counted: str
    who: str
    when: str
    words: str


def flag_cards(
    found: Sequence[Flag], *, today: date, sent: FlagForm | None = None
) -> Sequence[FlagCard]:
    """Return the cards of flags that wait, for `templates/flags/_cards.html`.

    `sent` is a form with something to fix, which stays in its card.
    """
    cards = []
    for number, flag in enumerate(found, start=1):
        is_sent = sent is not None and sent.flag.data == flag.key
        form = sent if sent is not None and is_sent else FlagForm(flag.key)
        cards.append(_card(flag, form.numbered(number), number, today=today))
    return cards


def read_line(found: ReadFlag, *, today: date) -> ReadLine:
    """Return a flag that was read as a line of the list."""
    row = found.reading
    return ReadLine(
        title=kind_words(row.kind),
        about=about_words(row.kind, found.about),
        reading=reading_words(row.reading),
        counted=_(
            "%(decisions)s, up to %(day)s",
            decisions=decisions_words(row.counted),
            day=day_words(row.through, today=today),
        ),
        who=found.person,
        when=day_words(found.on, today=today),
        words=found.words or (erased_words() if row.words_commitment else ""),
    )


def kind_words(kind: str) -> str:
    """Return what a kind of flag is called."""
    return {
        "just_under": _("Many just under the limit"),
        "same_customer": _("The same customer again and again"),
        "many_hands": _("One customer, over several people"),
        "splitting": _("Several gifts on one day, above the limit together"),
    }[kind]


def reading_words(reading: str) -> str:
    """Return how a flag was read."""
    return {
        "limit": _("It is the limit"),
        "misuse": _("It is misuse"),
        "neither": _("Neither of the two"),
    }[reading]


def _card(flag: Flag, form: FlagForm, number: int, *, today: date) -> FlagCard:
    limit_title, misuse_title = titles(flag)
    shown = flag.decisions[:SHOWN]
    return FlagCard(
        number=number,
        form=form,
        about=about_words(flag.kind, flag.about),
        title=kind_words(flag.kind),
        found=found_words(flag, today=today),
        limit_title=limit_title,
        limit=limit_reading(flag),
        misuse_title=misuse_title,
        misuse=misuse_reading(flag),
        before=_before(flag, today=today),
        lines=[_line(one, today=today) for one in shown],
        more=len(flag.decisions) - len(shown),
        list=_list_address(flag),
        customer_uid=flag.about.customer_uid,
    )


def _before(flag: Flag, *, today: date) -> str:
    """Return how it was read the last time, if newer decisions raised it again."""
    if flag.before is None or flag.before_on is None:
        return ""
    return _(
        "Read before, on %(day)s: %(reading)s. Newer decisions raised it again.",
        day=day_words(flag.before_on, today=today),
        reading=reading_words(flag.before.reading),
    )


def _line(one: Behind, *, today: date) -> BehindLine:
    return BehindLine(
        uid=one.uid,
        when=moment_words(one.decided_at, one.zone, today=today),
        what=_(
            "%(amount)s, %(remedy)s, %(reason)s",
            amount=money.show(one.amount_minor, one.currency),
            remedy=one.remedy,
            reason=one.reason,
        ),
        who=one.person,
        way=way_words(one.way),
    )


def _list_address(flag: Flag) -> Mapping[str, object]:
    """Return the filter of the list of decisions that shows these, and few others."""
    pattern = flag.pattern
    address: dict[str, object] = {"site": pattern.site_id, "since": flag.since.isoformat()}
    if flag.kind == "just_under":
        least = nine_tenths(pattern.per_decision_minor) + 1
        address |= {
            "reason": pattern.reason_id,
            "least": money.plain(least, pattern.currency or ""),
            "how": "alone",
        }
    if pattern.on is not None:
        address |= {"since": pattern.on.isoformat(), "until": pattern.on.isoformat()}
    return address
