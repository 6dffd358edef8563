"""Customers: finding one, adding one, and the page of one. Addresses hold pseudonyms alone."""

from datetime import timedelta
from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ledger.core import customer_finder, customers
from ledger.core.errors import BadValueError
from ledger.core.permissions import Action
from ledger.core.reports import customer_names, customer_page, walk_ins
from ledger.web import customers_words as words
from ledger.web.access import requires, signed_in
from ledger.web.company import company_name
from ledger.web.customers_forms import AddForm, FindForm
from ledger.web.moment import today, utc_now
from ledger.web.transactions import reading, writing
from ledger.web.words import _

bp: Blueprint = Blueprint("customers", __name__)

FOUND_SHOWN = 20
WALK_IN_DAYS = 90


@bp.get("/customers")
@requires(Action.SEE_CUSTOMERS)
def index() -> ResponseReturnValue:
    """Show the finder, and what was given to nobody in particular."""
    return _index(FindForm(), AddForm())


@bp.post("/customers")
@requires(Action.SEE_CUSTOMERS)
def find_submit() -> ResponseReturnValue:
    """Show who fits. Sent as a form: what is typed is in no address, and so in no log."""
    form = FindForm()
    if not form.is_sent_and_fine():
        return _index(form, AddForm(formdata=None)), 422
    return _index(form, AddForm(formdata=None), is_searched=True)


@bp.post("/customers/new")
@requires(Action.SEE_CUSTOMERS)
def add_submit() -> ResponseReturnValue:
    """Add a customer by one number; one who has it already is shown instead."""
    form = AddForm()
    if not form.is_sent_and_fine():
        return _index(FindForm(formdata=None), form), 422
    try:
        with writing() as session:
            added = customers.add_customer(
                session, signed_in(), form.new_customer(), now=utc_now(), on=today()
            )
            uid = added.pseudonym
    except BadValueError:
        form.number.errors = [_("Type a phone number with its area code, or a loyalty number")]
        return _index(FindForm(formdata=None), form), 422
    return redirect(url_for(".show", uid=uid), code=303)


@bp.get("/customers/<uuid:uid>")
@requires(Action.SEE_CUSTOMERS)
def show(uid: UUID) -> ResponseReturnValue:
    """Show one customer; who counts as another one is shown there."""
    session, on = reading(), today()
    found = customer_page.the_customer(session, str(uid))
    if found.uid != str(uid):
        return redirect(url_for(".show", uid=found.uid), code=303)
    facts = customer_page.customer_facts(session, signed_in(), found, now=utc_now())
    return render_template(
        "customers/show.html",
        facts=facts,
        who=words.who_pairs(found, today=on),
        names=[
            words.name_line(known, today=on) for known in customer_names.known_as(session, found)
        ],
        apart=words.gestures_words(facts),
        lines=[words.given_line(row, facts.horizon, today=on) for row in facts.gestures],
        visits=[words.visit_line(row, today=on) for row in facts.visits],
        visits_words=words.visits_words(facts),
        visit_count=sum(total.count for total in facts.visit_totals),
        needs=[words.need_line(row, today=on) for row in facts.needs],
    )


def _index(find: FindForm, add: AddForm, *, is_searched: bool = False) -> str:
    session, on = reading(), today()
    found = (
        customer_finder.find_customers(session, find.text(), count=FOUND_SHOWN + 1)
        if is_searched
        else ()
    )
    apart = walk_ins.walk_ins_visible_to(
        session, signed_in(), since=on - timedelta(days=WALK_IN_DAYS), now=utc_now()
    )
    return render_template(
        "customers/index.html",
        find=find,
        add=add,
        is_searched=is_searched,
        found=[(one, words.found_words(one, today=on)) for one in found[:FOUND_SHOWN]],
        has_more=len(found) > FOUND_SHOWN,
        walk_ins=[words.walk_in_words(one) for one in apart if one.walk_ins],
        walk_in_days=WALK_IN_DAYS,
        company=company_name(),
    )
