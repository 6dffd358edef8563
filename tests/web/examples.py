"""An example for each page whose address needs more than its name; the sweeps walk them too.

Each function makes what its page shows in a ledger with the cast, and returns the arguments of
the address. A page with arguments and without a line here fails tests/web/test_sweep.py.
"""

import uuid
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from ledger.core import checkpoint, delegations, joining, reasons, remedies, uploads, work_places
from ledger.core.delegations import NewDelegation
from ledger.core.exports import making
from ledger.core.exports.shapes import Choice
from ledger.core.tables import Customer
from ledger.core.unmet_needs import UnmetNeedDraft, record_unmet_need
from ledger.core.uploads import Wanted
from ledger.ledgers import Ledger
from tests import cast, counter, thanks
from tests.core import files
from tests.web.opened import opened

Arguments = Mapping[str, Any]
Example = Callable[[Ledger], Arguments]


def bens_uid(ledger: Ledger) -> Arguments:
    """Name Ben."""
    with ledger.database.reading() as session:
        return {"uid": cast.person(session, "ben").uid}


def danas_uid(ledger: Ledger) -> Arguments:
    """Name Dana."""
    with ledger.database.reading() as session:
        return {"uid": cast.person(session, "dana").uid}


def what_dana_handed_over(ledger: Ledger) -> Arguments:
    """Let Dana hand her asks over to Sam."""
    with opened(ledger) as shop:
        dana, today = shop.people["dana"], cast.MONDAY.date()
        new = NewDelegation(
            uid=str(uuid.uuid4()), to=shop.people["sam"], starts_on=today, ends_on=today
        )
        made = delegations.hand_over(shop.session, dana, new, by=dana, now=cast.MONDAY)
        return {"uid": dana.uid, "delegation": made.uid}


def bens_place(ledger: Ledger) -> Arguments:
    """Name where Ben works."""
    with ledger.database.reading() as session:
        ben = cast.person(session, "ben")
        (place, *_) = work_places.places_of(session, ben, now=cast.MONDAY)
        return {"uid": ben.uid, "number": place.row.id}


def elm_street(ledger: Ledger) -> Arguments:
    """Name Elm Street."""
    with opened(ledger) as shop:
        return {"number": shop.sites["elm_street"].id}


def an_export(ledger: Ledger) -> Arguments:
    """Make the export of a story about Ana."""
    with ledger.database.writing() as session:
        given = thanks.story_of(session, "ana")
        choice = Choice(start=given.event_date, end=given.event_date)
        made = making.make_export(session, None, choice, now=given.made_at)
    return {"number": made.id}


def a_limit(ledger: Ledger) -> Arguments:
    """Set a limit for everyone."""
    with opened(ledger) as shop:
        return {"uid": shop.limit(2_500).uid}


def a_decision_of_ana(ledger: Ledger) -> Arguments:
    """Let Ana give something at Elm Street."""
    with opened(ledger) as shop:
        shop.limit(2_500)
        return {"uid": shop.give("ana", 1_200).uid}


def a_customer(ledger: Ledger) -> Arguments:
    """Let Ana add a customer."""
    with opened(ledger) as shop:
        return {"uid": _uid_of(shop, shop.customer("212 555 0100"))}


def two_customers(ledger: Ledger) -> Arguments:
    """Let Ana add two customers."""
    with opened(ledger) as shop:
        one, other = (shop.customer(str(uuid.uuid4().int)[:12]) for _ in range(2))
        return {"uid": _uid_of(shop, one), "other": _uid_of(shop, other)}


def a_joined_customer(ledger: Ledger) -> Arguments:
    """Let Dana join two customers."""
    with opened(ledger) as shop:
        one, other = (shop.customer(str(uuid.uuid4().int)[:12]) for _ in range(2))
        joining.join_customers(
            shop.session, shop.people["dana"], one, other, reason="Told us", now=counter.MONDAY
        )
        return {"uid": _uid_of(shop, one)}


def _uid_of(shop: counter.Shop, customer_id: int) -> str:
    return shop.session.get_one(Customer, customer_id).pseudonym


def an_unmet_need_of_ana(ledger: Ledger) -> Arguments:
    """Let Ana want to give something, and not be able to."""
    with opened(ledger) as shop:
        draft = UnmetNeedDraft(
            uid=str(uuid.uuid4()),
            site_id=shop.sites["elm_street"].id,
            reason_id=shop.reasons["late"],
            amount_minor=4_000,
        )
        need = record_unmet_need(shop.session, shop.people["ana"], draft, now=counter.MONDAY)
        return {"uid": need.uid}


def an_ask_of_ana(ledger: Ledger) -> Arguments:
    """Let Ana ask for something."""
    with opened(ledger) as shop:
        shop.limit(2_500)
        return {"uid": shop.ask("ana", 4_000, now=cast.MONDAY).uid}


def an_exception_of_ana(ledger: Ledger) -> Arguments:
    """Let Ana give something above her limit, and say so."""
    with opened(ledger) as shop:
        shop.limit(2_500)
        given = shop.give(
            "ana", 4_000, already_given=True, note="The bus was leaving", now=cast.MONDAY
        )
        return {"uid": given.uid}


def what_dana_may_take_back(ledger: Ledger) -> Arguments:
    """Let Dana hand her asks of tomorrow over to Sam."""
    with opened(ledger) as shop:
        dana, day = shop.people["dana"], cast.MONDAY.date() + timedelta(days=1)
        new = NewDelegation(
            uid=str(uuid.uuid4()), to=shop.people["sam"], starts_on=day, ends_on=day
        )
        return {"uid": delegations.hand_over(shop.session, dana, new, by=dana, now=cast.MONDAY).uid}


def the_first_journal_row(_ledger: Ledger) -> Arguments:
    """Name the row that founded the ledger."""
    return {"seq": 1}


def a_checkpoint(ledger: Ledger) -> Arguments:
    """Write down that a checkpoint was signed."""
    with ledger.database.writing() as session:
        return {"seq": checkpoint.note_signed(session, None, now=counter.MONDAY).seq}


def help_for_staff(_ledger: Ledger) -> Arguments:
    """Name a page of help."""
    return {"name": "staff"}


def the_first_remedy(ledger: Ledger) -> Arguments:
    """Name a remedy."""
    with ledger.database.reading() as session:
        return {"key": remedies.all_remedies(session)[0].id}


def the_first_reason(ledger: Ledger) -> Arguments:
    """Name a reason."""
    with ledger.database.reading() as session:
        return {"key": reasons.all_reasons(session)[0].id}


def reasons_at_elm_street(ledger: Ledger) -> Arguments:
    """Name a site."""
    with opened(ledger) as shop:
        return {"site_id": shop.sites["elm_street"].id}


def a_file_of_ada(ledger: Ledger) -> Arguments:
    """Let Ada bring a file that nobody has looked at yet."""
    with ledger.database.writing() as session:
        ada = cast.person(session, "ada")
        # A person keeps a few files waiting at most: one does for all addresses.
        (upload, *_) = uploads.waiting(session, ada) or [
            uploads.begin(session, ada, "activity", ("a.csv", 1), Wanted(), now=counter.MONDAY)
        ]
        return {"uid": upload.uid}


def an_import(ledger: Ledger) -> Arguments:
    """Take in a visit."""
    came = files.take_activity(ledger.database, "V1,C001,2026-02-20T15:00:00Z,visit,0.00,USD")
    return {"number": came.import_id or 1}


def what_the_till_alone_has(_ledger: Ledger) -> Arguments:
    """Name a class of the comparison with the till."""
    return {"state": "till"}


EXAMPLES: Mapping[str, Example] = {
    "asks.show": an_ask_of_ana,
    "asks.now": an_ask_of_ana,
    "asks.give": an_ask_of_ana,
    "asks.give_instead": an_ask_of_ana,
    "asks.withdraw": an_ask_of_ana,
    "asks.again": an_ask_of_ana,
    "asks.again_submit": an_ask_of_ana,
    "asks.need": an_ask_of_ana,
    "asks_here.show": an_ask_of_ana,
    "asks_here.now": an_ask_of_ana,
    "asks_here.prove": an_ask_of_ana,
    "asks_here.leave": an_ask_of_ana,
    "asks_here.answer_submit": an_ask_of_ana,
    "completeness.listed": what_the_till_alone_has,
    "help.show": help_for_staff,
    "journal.show": the_first_journal_row,
    "trust.show": a_checkpoint,
    "trust.file": a_checkpoint,
    "exports.show": an_export,
    "exports.download": an_export,
    "files.again": a_file_of_ada,
    "files.discard": a_file_of_ada,
    "files.problems": a_file_of_ada,
    "files.progress": a_file_of_ada,
    "files.show": a_file_of_ada,
    "files.take_in": a_file_of_ada,
    "files.taken_in": an_import,
    "files.taken_in_submit": an_import,
    "customers.show": a_customer,
    "customers_joining.choose": a_customer,
    "customers_joining.choose_submit": a_customer,
    "customers_joining.compare": two_customers,
    "customers_joining.join_submit": two_customers,
    "customers_joining.part": a_joined_customer,
    "customers_joining.part_submit": a_joined_customer,
    "decisions.show": a_decision_of_ana,
    "decisions.void_submit": a_decision_of_ana,
    "limits.history": a_limit,
    "limits.show": a_limit,
    "log.correct": a_decision_of_ana,
    "receipts.show": a_decision_of_ana,
    "receipts.undo": a_decision_of_ana,
    "inbox.answer_submit": an_ask_of_ana,
    "inbox.ask": an_ask_of_ana,
    "inbox_handing.back_submit": what_dana_may_take_back,
    "inbox_history.show": an_ask_of_ana,
    "inbox_reading.show": an_exception_of_ana,
    "inbox_reading.submit": an_exception_of_ana,
    "receipts.undo_submit": a_decision_of_ana,
    "people_asks.back": what_dana_handed_over,
    "people_asks.show": danas_uid,
    "people_asks.submit": danas_uid,
    "people.change": bens_uid,
    "people.change_submit": bens_uid,
    "people.leave": bens_uid,
    "people.leave_submit": bens_uid,
    "people.place_end": bens_place,
    "people.place_end_submit": bens_place,
    "people.places": bens_uid,
    "people.places_submit": bens_uid,
    "people.return_submit": bens_uid,
    "settings_reasons.move_submit": the_first_reason,
    "settings_reasons.retire_submit": the_first_reason,
    "settings_reasons.show": the_first_reason,
    "settings_reasons.site": reasons_at_elm_street,
    "settings_reasons.site_submit": reasons_at_elm_street,
    "settings_reasons.submit": the_first_reason,
    "settings_remedies.move_submit": the_first_remedy,
    "settings_remedies.retire_submit": the_first_remedy,
    "settings_remedies.show": the_first_remedy,
    "settings_remedies.submit": the_first_remedy,
    "sites_asks.show": elm_street,
    "sites_asks.submit": elm_street,
    "sites.change_submit": elm_street,
    "sites.clock_keep": elm_street,
    "sites.clock_submit": elm_street,
    "sites.reopen_submit": elm_street,
    "sites.retire": elm_street,
    "sites.retire_submit": elm_street,
    "sites.show": elm_street,
    "team.code_submit": bens_uid,
    "team.show": bens_uid,
    "team.sign_ins_end": bens_uid,
    "unmet_needs.show": an_unmet_need_of_ana,
}
