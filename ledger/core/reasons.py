"""Reasons: why something was given. Rows that administrators edit; a site shows at most seven."""

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlmodel import Session, col

from ledger.core import notes, ordering, settings
from ledger.core.errors import BadValueError, NotFoundError
from ledger.core.loaded import SETTINGS_KEPT, Loaded
from ledger.core.ordering import Step
from ledger.core.tables import Journal, Reason, Site, SiteReason

MOST_SHOWN = 7
LONGEST_NAME = 40
LONGEST_CODE = 40

_CODE = re.compile(rf"[a-z][a-z0-9_]{{0,{LONGEST_CODE - 1}}}")

# Read for every form of the log: compiled once.
_COMPANYS = Loaded(
    Reason,
    select(Reason)
    .where(col(Reason.retired) == 0)
    .order_by(col(Reason.position), col(Reason.id))
    .limit(MOST_SHOWN),
    kept=SETTINGS_KEPT,
)
_OWN = Loaded(
    Reason,
    select(Reason)
    .join(SiteReason, col(SiteReason.reason_id) == col(Reason.id))
    .where(
        col(SiteReason.site_id) == bindparam("site_id"),
        col(SiteReason.shown) == 1,
        col(Reason.retired) == 0,
    )
    .order_by(col(SiteReason.position), col(SiteReason.id))
    .limit(MOST_SHOWN),
    kept=SETTINGS_KEPT,
)


def add_reason(session: Session, code: str, name: str, *, actor: str, now: datetime) -> Reason:
    """Add a reason, in the last place, with its journal row.

    Raises:
        BadValueError: if the code is taken.

    """
    if session.scalars(select(Reason).where(col(Reason.code) == code)).first():
        raise BadValueError(field="code", value=code, why="taken")
    last = session.scalar(select(func.max(col(Reason.position)))) or 0
    reason = Reason(code=code, name=name, position=last + 1)
    session.add(reason)
    session.flush()
    settings.note(session, reason, kind="reason.added", actor=actor, now=now)
    return reason


def checked(code: str, name: str) -> tuple[str, str]:
    """Return the code and the name of a reason that somebody typed, as they are kept.

    Raises:
        BadValueError: `why` is "letters" for a code that files could not carry, else as
            `notes.one_line`.

    """
    if not _CODE.fullmatch(code):
        raise BadValueError(field="code", value=code, why="letters")
    return code, notes.one_line("name", name, longest=LONGEST_NAME)


def rename_reason(
    session: Session, reason_id: int, name: str, *, actor: str, now: datetime
) -> bool:
    """Call a reason by another name, everywhere; its code stays. False if it is called so.

    Raises:
        NotFoundError: if there is none.
        BadValueError: as `notes.one_line`.

    """
    row, wanted = reason(session, reason_id), notes.one_line("name", name, longest=LONGEST_NAME)
    if row.name == wanted:
        return False
    row.name = wanted
    settings.note(session, row, kind="reason.changed", actor=actor, now=now)
    return True


def retire_reason(
    session: Session, reason_id: int, *, retired: bool, actor: str, now: datetime
) -> bool:
    """Show a reason no more, or again, with the journal row; False if it is so already.

    Raises:
        NotFoundError: if there is none.
        BadValueError: `why` is "last" if none would be left.

    """
    row = reason(session, reason_id)
    if bool(row.retired) == retired:
        return False
    offered = [one for one in all_reasons(session) if not one.retired]
    if retired and offered == [row]:
        raise BadValueError(field="retired", value=row.code, why="last")
    row.retired = retired
    settings.note(session, row, kind="reason.changed", actor=actor, now=now)
    return True


def move_reason(session: Session, reason_id: int, step: Step, *, actor: str, now: datetime) -> bool:
    """Move a reason past its neighbour, with one journal row; False if it is at the end."""
    changed = ordering.move(all_reasons(session), reason_id, step)
    if changed:
        settings.note(session, *changed, kind="reason.changed", actor=actor, now=now)
    return bool(changed)


def reason(session: Session, reason_id: int) -> Reason:
    """Return a reason.

    Raises:
        NotFoundError: if there is none.

    """
    found = session.get(Reason, reason_id)
    if found is None:
        raise NotFoundError("reason", str(reason_id))
    return found


def all_reasons(session: Session) -> Sequence[Reason]:
    """Return every reason, retired ones included, in the order in which they are shown."""
    return session.scalars(select(Reason).order_by(col(Reason.position), col(Reason.id))).all()


def shown_at(session: Session, site_id: int) -> Sequence[Reason]:
    """Return the reasons that a site shows, at most seven: its own, else the company's first."""
    own = own_reasons(session, site_id)
    return own or company_reasons(session)


def company_reasons(session: Session) -> Sequence[Reason]:
    """Return the first seven reasons that are not retired."""
    return _COMPANYS.all(session)


def own_reasons(session: Session, site_id: int) -> Sequence[Reason]:
    """Return what a site was set to show, in its order; none where it shows the company's."""
    return _OWN.all(session, site_id=site_id)


def show_at(
    session: Session, site: Site, reason_ids: Sequence[int], *, actor: str, now: datetime
) -> bool:
    """Set which reasons a site shows, in this order; none: the company's first seven again.

    Nothing is deleted: a reason that is shown no more keeps its row.

    Returns:
        False if the site shows these already.

    Raises:
        BadValueError: `why` is "too_many" above seven, "twice", or "not offered" for one that is
            retired or not there.

    """
    _check_shown(session, reason_ids)
    query = select(SiteReason).where(col(SiteReason.site_id) == site.id)
    rows = {row.reason_id: row for row in session.scalars(query)}
    changed = []
    for key in {*rows, *reason_ids}:
        row = rows.get(key) or SiteReason(site_id=site.id, reason_id=key, shown=False)
        is_shown = key in reason_ids
        place = reason_ids.index(key) if is_shown else row.position
        if (bool(row.shown), row.position) != (is_shown, place) or row.id is None:
            row.shown, row.position = is_shown, place
            session.add(row)
            changed.append(row)
    if changed:
        session.flush()
        settings.note(session, site, *changed, kind="site.changed", actor=actor, now=now)
    return bool(changed)


def may_still_be_given(session: Session, row: Reason | None, *, since: datetime) -> bool:
    """Whether a decision may be written with a reason: not retired, or only since this instant.

    Somebody at the counter may have the form open that still offered it. The decision was taken,
    and that was why: it is not lost because the list was changed in the meantime.
    """
    if row is None:
        return False
    if not row.retired:
        return True
    query = select(func.max(col(Journal.at))).where(
        col(Journal.subject) == f"reason:{row.id}", col(Journal.kind) == "reason.changed"
    )
    changed_at = session.scalar(query)
    return changed_at is not None and changed_at >= since


def _check_shown(session: Session, reason_ids: Sequence[int]) -> None:
    if len(reason_ids) > MOST_SHOWN:
        raise BadValueError(field="shown", value=str(len(reason_ids)), why="too_many")
    if len(set(reason_ids)) < len(reason_ids):
        raise BadValueError(field="shown", value="", why="twice")
    offered = {one.id for one in all_reasons(session) if not one.retired}
    for key in reason_ids:
        if key not in offered:
            raise BadValueError(field="shown", value=str(key), why="not offered")
