"""Recognitions: the list for supervisors and HR, and giving one."""

import uuid
from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, TextAreaField
from wtforms.validators import ValidationError

from ledger.core import recognitions
from ledger.core.errors import BadValueError, LedgerError, NotPermittedError
from ledger.core.permissions import Action
from ledger.core.recognitions import LONGEST_WORDS, DecisionVoidedError, RecognitionDraft
from ledger.core.reports import recognition_list
from ledger.core.reports.recognition_list import Colleague, DecisionShown, Wanted
from ledger.core.tables import Site
from ledger.web.access import may, requires, signed_in
from ledger.web.forms import Form
from ledger.web.moment import today, utc_now
from ledger.web.notices import notice
from ledger.web.periods import PeriodForm, day_in, period_words
from ledger.web.picks import DayField, PickField, every_site_words, whole
from ledger.web.transactions import reading, writing
from ledger.web.when import day_words
from ledger.web.words import _

bp: Blueprint = Blueprint("recognitions", __name__)

MOST = 200

# What to do about words or a day that cannot be used.
_FIXES = {
    "empty": _("Say in a sentence what they did"),
    "too_long": _("Use at most %(count)s characters", count=LONGEST_WORDS),
    "control": _("Type the words again: something in them cannot be seen"),
    "card": _("Leave the card number out"),
    "phone": _("Leave the phone number out"),
    "customer": _("Leave out who the customer is: it has to be fit to be read aloud"),
    "not yet": _("Choose today or an earlier day"),
    "not there": _("Choose a day on which they worked at this site"),
}


class ListForm(PeriodForm):
    """Which recognitions: a period and a site."""

    site = PickField(_("Site"))

    def __init__(self, given: MultiDict[str, str], sites_seen: list[Site], *, today: date) -> None:
        """Offer the sites that this person sees."""
        super().__init__(given, today=today, usual=today)
        every = ("", every_site_words(len(sites_seen)))
        own = [(str(site.id), site.name) for site in sites_seen]
        self.site.offer(own if len(own) == 1 else [every, *own])
        if len(own) == 1:
            self.site.data = own[0][0]

    def wanted(self) -> Wanted:
        """Return what is asked for."""
        start, end = self.days()
        return Wanted(start=start, end=end, site_id=whole(self.site.data))


class RecognitionForm(Form):
    """Whom to thank, for which day, in which words. With a decision, only the words are asked."""

    uid = HiddenField()
    whom = PickField(_("Who"))
    on = DayField(_("When"))
    words = TextAreaField(
        _("What they did"),
        description=_(
            "One or two sentences, at most %(count)s characters, fit to be read aloud. A well "
            "explained no counts too. No customer, no amount, no numbers of cards or phones.",
            count=LONGEST_WORDS,
        ),
        render_kw={"maxlength": str(LONGEST_WORDS), "rows": "3"},
    )

    def __init__(self, colleagues: list[Colleague], decision: DecisionShown | None) -> None:
        """Offer these people, unless it is for this decision."""
        super().__init__(uid=str(uuid.uuid4()), on=today())
        self._decision = decision
        self._by_value = {f"{one.person_uid}@{one.site_id}": one for one in colleagues}
        several = len({one.site_id for one in colleagues}) > 1
        names = [
            (
                value,
                _("%(name)s, %(site)s", name=one.name, site=one.site_name) if several else one.name,
            )
            for value, one in self._by_value.items()
        ]
        self.whom.offer([("", _("Choose a person")), *names])
        if decision is not None:
            del self.whom, self.on

    def validate_whom(self, field: PickField) -> None:
        """Ask for a person."""
        if not field.data:
            raise ValidationError(_("Choose a person"))

    def validate_on(self, field: DayField) -> None:
        """Ask for a day."""
        if field.data is None:
            raise ValidationError(_("Choose a day"))

    def draft(self) -> RecognitionDraft:
        """Return the recognition as core takes it."""
        if self._decision is not None:
            return RecognitionDraft(
                uid=self.uid.data or "",
                person_id=self._decision.person_id,
                site_id=self._decision.site_id,
                decision_id=self._decision.decision_id,
                event_type=recognitions.JUDGEMENT,
                event_date=self._decision.business_date,
                words=self.words.data or "",
            )
        whom = self._by_value[self.whom.data]
        return RecognitionDraft(
            uid=self.uid.data or "",
            person_id=whom.person_id,
            site_id=whom.site_id,
            decision_id=None,
            event_type=recognitions.STORY,
            event_date=day_in(self.on),
            words=self.words.data or "",
        )

    def say(self, problem: BadValueError) -> None:
        """Say at the field what to do about a value that cannot be used.

        Raises:
            BadValueError: the same one, if nobody could have typed it.

        """
        field = {"words": self.words, "event_date": getattr(self, "on", None)}.get(problem.field)
        if field is None or problem.why not in _FIXES:
            raise problem
        field.errors = [_FIXES[problem.why]]


@bp.get("/recognitions")
@requires(Action.SEE_RECOGNITIONS)
def index() -> ResponseReturnValue:
    """List the recognitions of a period."""
    seen = list(recognition_list.sites_seen_by(reading(), signed_in(), on=today()))
    form = ListForm(request.args, seen, today=today())
    if not form.validate():
        return render_template("recognitions/index.html", form=form, listed=None), 422
    wanted = form.wanted()
    listed = recognition_list.recognitions_visible_to(
        reading(), signed_in(), wanted, on=today(), count=MOST
    )
    return render_template(
        "recognitions/index.html",
        form=form,
        listed=listed,
        most=MOST,
        aloud=next((one for one in listed if one.words and not one.is_void), None),
        period=period_words(wanted.start, wanted.end),
        days={one.uid: day_words(one.event_date, today=today()) for one in listed},
        kinds=kind_words(),
        exports=may(Action.EXPORT_RECOGNITIONS),
    )


@bp.get("/recognitions/new")
@requires(Action.GIVE_RECOGNITION)
def new() -> ResponseReturnValue:
    """Ask what somebody is thanked for."""
    try:
        decision = _decision()
    except (DecisionVoidedError, NotPermittedError) as problem:
        return _back(problem)
    return _new_page(_form(decision), decision)


@bp.post("/recognitions/new")
@requires(Action.GIVE_RECOGNITION)
def new_submit() -> ResponseReturnValue:
    """Give a recognition."""
    try:
        decision = _decision()
    except (DecisionVoidedError, NotPermittedError) as problem:
        return _back(problem)
    form = _form(decision)
    if not form.is_sent_and_fine():
        return _new_page(form, decision), 422
    try:
        with writing() as session:
            recognitions.give_recognition(session, signed_in(), form.draft(), now=utc_now())
    except DecisionVoidedError as problem:
        return _back(problem)
    except BadValueError as problem:
        form.say(problem)
        return _new_page(form, decision), 422
    notice("good", _("Recognition given."), _("HR finds it in the next export."))
    return redirect(url_for(".index"), code=303)


def kind_words() -> dict[str, str]:
    """Return what the kinds of recognition are called."""
    return {
        recognitions.JUDGEMENT: _("Good judgement"),
        recognitions.OUTCOME: _("What came of it"),
        recognitions.STORY: _("A story"),
    }


def _decision() -> DecisionShown | None:
    """Return the decision that the address names, if it names one.

    Raises:
        NotFoundError: if it is not one that this person sees.
        NotPermittedError: if it is their own.
        DecisionVoidedError: if it was voided or replaced.

    """
    uid = request.args.get("decision", "")
    if not uid:
        return None
    found = recognitions.decision_to_thank_for(reading(), signed_in(), uid, on=today())
    return recognition_list.decision_shown(reading(), found)


def _form(decision: DecisionShown | None) -> RecognitionForm:
    colleagues = recognition_list.colleagues_to_thank(reading(), signed_in(), on=today())
    return RecognitionForm(list(colleagues), decision)


def _new_page(form: RecognitionForm, decision: DecisionShown | None) -> str:
    day = day_words(decision.business_date, today=today()) if decision else ""
    return render_template("recognitions/new.html", form=form, decision=decision, day=day)


def _back(problem: LedgerError) -> ResponseReturnValue:
    if isinstance(problem, NotPermittedError):
        notice("care", _("That decision is your own."), _("Somebody else can thank you for it."))
    else:
        notice("care", _("That decision was voided or replaced."), _("Nothing was saved."))
    return redirect(url_for(".index"), code=303)
