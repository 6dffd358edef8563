"""What is said of the company's horizon: whether it suits, and which one would."""

from ledger.core.horizons import Back, Proposal
from ledger.web.chart_svg import percent
from ledger.web.words import _


def unsuitable_words(found: Proposal) -> tuple[str, str] | None:
    """Return what is wrong with the company's horizon, and what would suit; None if it suits."""
    now = found.now
    if not found.is_needed or now is None:
        return None
    what = _(
        "Of all customers, decided for or not, %(share)s are back within %(days)s days.",
        share=_share(now),
        days=now.days,
    )
    return what, _next(found)


def _next(found: Proposal) -> str:
    """Return what follows for a horizon that does not suit."""
    start = ""
    if found.is_too_long:
        start = _("That is nearly everybody: look at how often they came instead. ")
    better = next((one for one in found.at if one.days == found.days), None)
    if better is None:
        return start + _("Differences show best between 50 and 80 %; no horizon has that here.")
    return start + _(
        "Differences show best between 50 and 80 %%: within %(days)s days it is %(share)s.",
        days=better.days,
        share=_share(better),
    )


def _share(one: Back) -> str:
    return percent(one.share, digits=0) if one.share is not None else _("not enough yet")
