"""Joining two customers who are one, and parting them again: what it changes is shown before."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ledger.core import customer_finder, joining
from ledger.core.customer_finder import FoundCustomer
from ledger.core.joining import AlreadyOneError, NotJoinedError
from ledger.core.permissions import Action
from ledger.core.reports import customer_names, customer_page
from ledger.web import customers_words as words
from ledger.web.access import requires, signed_in
from ledger.web.customers_forms import FindForm, WhyForm
from ledger.web.moment import today, utc_now
from ledger.web.notices import notice
from ledger.web.transactions import reading, writing
from ledger.web.words import _

bp: Blueprint = Blueprint("customers_joining", __name__)

FOUND_SHOWN = 20


@bp.get("/customers/<uuid:uid>/join")
@requires(Action.JOIN_CUSTOMERS)
def choose(uid: UUID) -> ResponseReturnValue:
    """Ask who the other one is."""
    return _choose(customer_page.the_customer(reading(), str(uid)), FindForm())


@bp.post("/customers/<uuid:uid>/join")
@requires(Action.JOIN_CUSTOMERS)
def choose_submit(uid: UUID) -> ResponseReturnValue:
    """Show who fits, without the one who is to be joined with them."""
    keeping, form = customer_page.the_customer(reading(), str(uid)), FindForm()
    if not form.is_sent_and_fine():
        return _choose(keeping, form), 422
    return _choose(keeping, form, is_searched=True)


@bp.get("/customers/<uuid:uid>/join/<uuid:other>")
@requires(Action.JOIN_CUSTOMERS)
def compare(uid: UUID, other: UUID) -> ResponseReturnValue:
    """Show both side by side, and what joining them would change."""
    pair = _pair(uid, other)
    return _compare(*pair, WhyForm()) if pair else _are_one(uid)


@bp.post("/customers/<uuid:uid>/join/<uuid:other>")
@requires(Action.JOIN_CUSTOMERS)
def join_submit(uid: UUID, other: UUID) -> ResponseReturnValue:
    """Let the other one count as this one."""
    form, pair = WhyForm(), _pair(uid, other)
    if pair is None:
        return _are_one(uid)
    keeping, joined = pair
    if not form.is_sent_and_fine():
        return _compare(keeping, joined, form), 422
    effect = customer_names.effect_of_joining(reading(), keeping, joined)
    try:
        with writing() as session:
            joining.join_customers(
                session, signed_in(), joined.id, keeping.id, reason=form.why(), now=utc_now()
            )
    except AlreadyOneError:
        return _are_one(uid)
    notice("good", _("Both count as one now."), words.changed_words(effect.outcomes))
    return redirect(url_for("customers.show", uid=keeping.uid), code=303)


@bp.get("/customers/<uuid:uid>/part")
@requires(Action.JOIN_CUSTOMERS)
def part(uid: UUID) -> ResponseReturnValue:
    """Show what parting a customer from whom they count as would change."""
    return _part(customer_names.the_joined(reading(), str(uid)), WhyForm())


@bp.post("/customers/<uuid:uid>/part")
@requires(Action.JOIN_CUSTOMERS)
def part_submit(uid: UUID) -> ResponseReturnValue:
    """Let a customer count as themselves again."""
    form, joined = WhyForm(), customer_names.the_joined(reading(), str(uid))
    if not form.is_sent_and_fine():
        return _part(joined, form), 422
    keeping = customer_page.the_customer(reading(), joined.uid)
    effect = customer_names.effect_of_parting(reading(), joined, keeping)
    try:
        with writing() as session:
            joining.part_customer(session, signed_in(), joined.id, reason=form.why(), now=utc_now())
    except NotJoinedError:
        notice("care", _("They were parted already."), _("Nothing was changed."))
    else:
        notice("good", _("They are two again."), words.changed_words(effect.outcomes))
    return redirect(url_for("customers.show", uid=joined.uid), code=303)


def _choose(keeping: FoundCustomer, form: FindForm, *, is_searched: bool = False) -> str:
    found = (
        customer_finder.find_customers(reading(), form.text(), count=FOUND_SHOWN + 2)
        if is_searched
        else ()
    )
    others = [one for one in found if one.id != keeping.id]
    return render_template(
        "customers/join.html",
        keeping=keeping,
        form=form,
        is_searched=is_searched,
        found=[(one, words.found_words(one, today=today())) for one in others[:FOUND_SHOWN]],
        has_more=len(others) > FOUND_SHOWN,
    )


def _pair(uid: UUID, other: UUID) -> tuple[FoundCustomer, FoundCustomer] | None:
    """Return both as whom they count; None if they are one already."""
    session = reading()
    one, two = (customer_page.the_customer(session, str(found)) for found in (uid, other))
    return None if one.id == two.id else (one, two)


def _are_one(uid: UUID) -> ResponseReturnValue:
    notice("care", _("They count as one already."), _("Nothing was changed."))
    return redirect(url_for("customers.show", uid=uid), code=303)


def _compare(keeping: FoundCustomer, other: FoundCustomer, form: WhyForm) -> str:
    effect = customer_names.effect_of_joining(reading(), keeping, other)
    return render_template(
        "customers/compare.html",
        keeping=keeping,
        other=other,
        form=form,
        one=words.side_pairs(effect.one, today=today()),
        two_pairs=words.side_pairs(effect.other, today=today()),
        keeping_name=words.name_words(keeping),
        other_name=words.name_words(other),
        effect=words.joining_words(effect),
    )


def _part(joined: FoundCustomer, form: WhyForm) -> str:
    session = reading()
    keeping = customer_page.the_customer(session, joined.uid)
    effect = customer_names.effect_of_parting(session, joined, keeping)
    return render_template(
        "customers/part.html",
        joined=joined,
        keeping=keeping,
        form=form,
        one=words.side_pairs(effect.one, today=today()),
        two_pairs=words.side_pairs(effect.other, today=today()),
        joined_name=words.name_words(joined),
        keeping_name=words.name_words(keeping),
        effect=words.parting_words(effect),
    )
