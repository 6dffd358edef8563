"""Remedies: what can be given. Rows that administrators edit; nothing given is rewritten by it."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from ledger.core import money, notes, ordering, settings
from ledger.core.errors import BadValueError, NotFoundError
from ledger.core.ordering import Step
from ledger.core.tables import Decision, Remedy

HIGHEST_SHARE_BP = 1_000_000
LONGEST_NAME = 40
LONGEST_KIND = 40
LONGEST_STEP = 160
# The drawings that a remedy can have; the pages draw them.
ICONS = (
    *("refund", "credit", "gift", "waive", "upgrade", "replace", "sorry"),
    *("basket", "clock", "key", "phone", "ribbon", "talk"),
)

# What a till step may name; the receipt puts the amount and the reference there.
PLACEHOLDERS = ("{amount}", "{code}")

_BRACED = re.compile(r"\{[^{}]*\}")
_KIND = re.compile(rf"[a-z][a-z0-9_]{{0,{LONGEST_KIND - 1}}}")
_PERCENT = re.compile(r"([0-9]{1,5})(?:\.([0-9]{1,2}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRemedy:
    """A remedy as it is asked for; the cost share is in basis points."""

    kind: str
    name: str
    icon: str = "gift"
    cost_share_bp: int = money.WHOLE_SHARE_BP
    worthless: bool = False
    needs_visit: bool = False
    till_step: str = "Enter {amount} at the till as {code}."


@dataclass(frozen=True, slots=True, kw_only=True)
class RemedyChange:
    """What a remedy is to be from now on. Its kind, by which files know it, never changes."""

    name: str
    icon: str
    cost_share_bp: int
    needs_visit: bool
    till_step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What decisions were written with a remedy so far: how many, and their cost, by currency."""

    currency: str
    decisions: int
    cost_minor: int


def add_remedy(session: Session, new: NewRemedy, *, actor: str, now: datetime) -> Remedy:
    """Add a remedy, in the last place, with its journal row.

    Raises:
        BadValueError: if the kind is taken, or the cost share is none.

    """
    if session.scalars(select(Remedy).where(col(Remedy.kind) == new.kind)).first():
        raise BadValueError(field="kind", value=new.kind, why="taken")
    _check_share(new.cost_share_bp)
    last = session.scalar(select(func.max(col(Remedy.position)))) or 0
    remedy = Remedy(**asdict(new), position=last + 1)
    session.add(remedy)
    session.flush()
    settings.note(session, remedy, kind="remedy.added", actor=actor, now=now)
    return remedy


def checked(new: NewRemedy) -> NewRemedy:
    """Return a remedy that somebody typed, as it is kept.

    Raises:
        BadValueError: `why` is "letters" for a kind that files could not carry, else as
            `notes.one_line`, "unknown" for the icon, "out_of_range" for the share, "placeholder"
            for a till step that names something else in braces (the value is that).

    """
    if not _KIND.fullmatch(new.kind):
        raise BadValueError(field="kind", value=new.kind, why="letters")
    wanted = RemedyChange(
        name=new.name,
        icon=new.icon,
        cost_share_bp=0 if new.worthless else new.cost_share_bp,
        needs_visit=new.needs_visit,
        till_step=new.till_step,
    )
    return NewRemedy(kind=new.kind, worthless=new.worthless, **asdict(_checked(wanted)))


def change_remedy(
    session: Session, remedy_id: int, wanted: RemedyChange, *, actor: str, now: datetime
) -> bool:
    """Change a remedy from now on, with the journal row; False if it is so already.

    Raises:
        NotFoundError: if there is none.
        BadValueError: as `checked`.

    """
    row, change = remedy(session, remedy_id), _checked(wanted)
    if row.worthless:
        change = RemedyChange(**{**asdict(change), "cost_share_bp": 0})
    return _set(session, row, asdict(change), actor=actor, now=now)


def retire_remedy(
    session: Session, remedy_id: int, *, retired: bool, actor: str, now: datetime
) -> bool:
    """Offer a remedy no more, or again, with the journal row; False if it is so already.

    Raises:
        NotFoundError: if there is none.
        BadValueError: `why` is "last" if nothing could be given any more.

    """
    row = remedy(session, remedy_id)
    offered = [one for one in all_remedies(session) if not one.retired]
    if retired and offered == [row]:
        raise BadValueError(field="retired", value=row.kind, why="last")
    return _set(session, row, {"retired": retired}, actor=actor, now=now)


def move_remedy(session: Session, remedy_id: int, step: Step, *, actor: str, now: datetime) -> bool:
    """Move a remedy past its neighbour, with one journal row; False if it is at the end."""
    changed = ordering.move(all_remedies(session), remedy_id, step)
    if changed:
        settings.note(session, *changed, kind="remedy.changed", actor=actor, now=now)
    return bool(changed)


def remedy(session: Session, remedy_id: int) -> Remedy:
    """Return a remedy.

    Raises:
        NotFoundError: if there is none.

    """
    found = session.get(Remedy, remedy_id)
    if found is None:
        raise NotFoundError("remedy", str(remedy_id))
    return found


def all_remedies(session: Session) -> Sequence[Remedy]:
    """Return every remedy, retired ones included, in the order in which they are shown."""
    return session.scalars(select(Remedy).order_by(col(Remedy.position), col(Remedy.id))).all()


def written_with(session: Session, remedy_id: int) -> Sequence[Written]:
    """Return what was written with a remedy so far: no change of its share rewrites it."""
    query = (
        select(
            col(Decision.currency), func.count(), func.sum(col(Decision.cost_minor)).label("cost")
        )
        .where(col(Decision.remedy_id) == remedy_id)
        .group_by(col(Decision.currency))
        .order_by(col(Decision.currency))
    )
    return [
        Written(currency=currency, decisions=int(count), cost_minor=int(cost))
        for currency, count, cost in session.execute(query)
    ]


def parse_percent(text: str) -> int:
    """Return basis points from a percentage as it is typed: "50", "12.5".

    Raises:
        BadValueError: `why` is "digits" or "out_of_range".

    """
    found = _PERCENT.fullmatch(text.strip().removesuffix("%").rstrip())
    if found is None or not text.isascii():
        raise BadValueError(field="cost_share_bp", value=text, why="digits")
    whole, part = found.groups(default="")
    share = int(whole) * 100 + int(part.ljust(2, "0"))
    _check_share(share)
    return share


def percent_text(share_bp: int) -> str:
    """Return basis points as a percentage without a sign: "50", "12.5"."""
    whole, part = divmod(share_bp, 100)
    return f"{whole}.{part:02}".rstrip("0").rstrip(".")


def _checked(change: RemedyChange) -> RemedyChange:
    if change.icon not in ICONS:
        raise BadValueError(field="icon", value=change.icon, why="unknown")
    _check_share(change.cost_share_bp)
    for braced in _BRACED.findall(change.till_step):
        if braced not in PLACEHOLDERS:
            raise BadValueError(field="till_step", value=braced, why="placeholder")
    return RemedyChange(
        name=notes.one_line("name", change.name, longest=LONGEST_NAME),
        icon=change.icon,
        cost_share_bp=change.cost_share_bp,
        needs_visit=change.needs_visit,
        till_step=notes.one_line("till_step", change.till_step, longest=LONGEST_STEP),
    )


def _check_share(share_bp: int) -> None:
    if not 0 <= share_bp <= HIGHEST_SHARE_BP:
        raise BadValueError(field="cost_share_bp", value=str(share_bp), why="out_of_range")


def _set(
    session: Session, row: Remedy, values: dict[str, object], *, actor: str, now: datetime
) -> bool:
    if all(getattr(row, name) == value for name, value in values.items()):
        return False
    for name, value in values.items():
        setattr(row, name, value)
    settings.note(session, row, kind="remedy.changed", actor=actor, now=now)
    return True
