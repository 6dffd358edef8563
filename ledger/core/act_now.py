"""The act-now band of a site: how far above a limit somebody may go at once, to be read later."""

from ledger.core.headroom import PER_DECISION, Headroom


def fits(room: Headroom, *, amount_minor: int, band_minor: int) -> bool:
    """Whether this much may be given at once, where the band of the site ends at `band_minor`.

    The band is above the limit for one decision alone: every other rule holds as ever. What was
    given past the limit in the period counts with the rest, or the band would have no end.
    """
    if room.rule != PER_DECISION or amount_minor > band_minor:
        return False
    given = room.budget_used_minor + room.exceptions_minor
    if room.budget_minor is not None and given + amount_minor > room.budget_minor:
        return False
    return room.customer_cap is None or room.customer_cap.allows(amount_minor)
