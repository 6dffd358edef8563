"""The list of decisions as somebody sees it on Tuesday, in short words."""

from collections.abc import Sequence

from ledger.core.reports import decision_list
from ledger.core.reports.decision_list import DecisionFilter, DecisionPage
from tests.counter import TUESDAY, Shop

EVERYTHING = DecisionFilter()


def page_of(
    shop: Shop, name: str, wanted: DecisionFilter = EVERYTHING, *, page: int = 1
) -> DecisionPage:
    return decision_list.decisions_visible_to(
        shop.session, shop.people[name], wanted, page=page, now=TUESDAY
    )


def amounts(page: DecisionPage) -> Sequence[int]:
    return [row.amount_minor for row in page.rows]
