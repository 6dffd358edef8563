"""The filters of the outcomes page, in its address: it can be kept, and sent to somebody."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from flask import request
from werkzeug.datastructures import MultiDict
from wtforms.validators import ValidationError

from ledger.core.driver import Stored, stored
from ledger.core.founding import HORIZONS
from ledger.core.reports.filters import Filters, filters
from ledger.core.reports.overview import Choice, Outlook, outlook
from ledger.core.reports.scope import Scope
from ledger.core.units import UNITS
from ledger.web.access import signed_in
from ledger.web.forms import Form
from ledger.web.moment import today
from ledger.web.outcome_words import band_words, month_words, wording
from ledger.web.periods import month_of
from ledger.web.picks import DayField, PickField, every_site_words
from ledger.web.transactions import reading
from ledger.web.when import day_words
from ledger.web.words import _

ALL = "all"
ANY_TIME, DATES = "any", "dates"
YEAR, QUARTER = 12, 3
"""Months, the one in which we are included."""
LONGEST_SHOWN = 40
NARROWING = ("site", "remedy", "reason", "band")
_MONTH = re.compile(r"(19|20)[0-9]{2}-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Active:
    """A filter that is not as usual: its words, and the address's arguments without it."""

    words: str
    without: Mapping[str, str]


class OutcomesForm(Form):
    """Which decisions, which horizon and which unit.

    A value that is not known here is put back to the usual one and named in `unknown`, as (label,
    value): an old or cut address shows too much and says so, never nothing.
    """

    class Meta:
        """Reading changes nothing, so there is no token."""

        csrf = False

    site = PickField(_("Site"))
    decided = PickField(_("Decided"))
    since = DayField(_("From"))
    until = DayField(_("To"))
    remedy = PickField(_("Remedy"))
    reason = PickField(_("Reason"))
    band = PickField(_("Amount"))
    within = PickField()
    count = PickField(_("Count"))

    def __init__(self, seen: Outlook, can: Filters, given: MultiDict[str, str]) -> None:
        """Offer what this person may see; what the address does not say is as usual."""
        self._seen, self._can = seen, can
        self.usual = _usual(seen, can)
        super().__init__(formdata=MultiDict(self.usual | given.to_dict()))
        self.within.label.text = wording(seen.watch).within_label
        self._offer(given.get("decided", ""))
        self.unknown: list[tuple[str, str]] = []
        for field in self._picks():
            if field.data not in field.names:
                self.unknown.append((field.label.text, str(field.data)[:LONGEST_SHOWN]))
                field.data = self.usual[field.name]

    def _offer(self, decided: str) -> None:
        own = [(site.location_ref, site.name) for site in self._seen.sites]
        every = (ALL, every_site_words(len(own)))
        self.site.offer(own if len(own) == 1 else [every, *own])
        self.remedy.offer([(ALL, _("All")), *((row.kind, row.name) for row in self._can.remedies)])
        self.reason.offer([(ALL, _("All")), *((row.code, row.name) for row in self._can.reasons)])
        several = len({band.currency for band in self._can.bands.values()}) > 1
        bands = [
            (key, _band_words(key, band.currency, several=several))
            for key, band in self._can.bands.items()
        ]
        self.band.offer([(ALL, _("All")), *bands])
        spans = [
            (str(YEAR), _("Last 12 months")),
            (str(QUARTER), _("Last 3 months")),
            (ANY_TIME, _("Any time")),
            (DATES, _("From … to …")),
        ]
        months = [(month, month_words(month, is_long=True)) for month in self._months(decided)]
        self.decided.offer([*spans, *months])
        self.within.offer([(str(days), _("%(days)s days", days=days)) for days in HORIZONS])
        self.count.offer([(unit, UNIT_WORDS[unit]) for unit in UNITS])

    def _months(self, decided: str) -> Sequence[str]:
        """Return the months that are offered, latest first, and the one of the address."""
        latest = self._seen.last_decided_on or self._seen.on
        months = {_months_back(latest, back).isoformat()[:7] for back in range(1, YEAR + 1)}
        if _MONTH.fullmatch(decided):
            months.add(decided)
        return sorted(months, reverse=True)

    def _picks(self) -> Sequence[PickField]:
        return [
            self.site, self.decided, self.remedy, self.reason, self.band, self.within, self.count,
        ]  # fmt: skip

    @property
    def asks_for_dates(self) -> bool:
        """Whether the two days are to be shown."""
        return bool(self.decided.data == DATES)

    @property
    def is_narrow(self) -> bool:
        """Whether more could be looked at: other sites, another time, all remedies."""
        has_more = self.decided.data != ANY_TIME or any(
            self[name].data != self.usual[name] for name in NARROWING
        )
        return bool(has_more and self._seen.last_decided_on is not None)

    def validate_until(self, field: DayField) -> None:
        """Refuse a period that ends before it starts."""
        since = self.since.data
        if self.asks_for_dates and since and field.data and field.data < since:
            raise ValidationError(_("Choose a day that is not before the first one"))

    def choice(self) -> Choice:
        """Return what is looked at."""
        return Choice(scope=self._scope(), horizon_days=int(self.within.data), unit=self.count.data)

    def address(self) -> Mapping[str, str]:
        """Return the arguments of the address: only what is not as usual."""
        chosen = {field.name: str(field.data) for field in self._picks()}
        if self.asks_for_dates:
            days = {"since": self.since.data, "until": self.until.data}
            chosen |= {name: day.isoformat() if day else "" for name, day in days.items()}
        return {name: value for name, value in chosen.items() if value != self.usual[name]}

    def active(self, *, today: date) -> Sequence[Active]:
        """Return each filter that is not as usual, and how to do without it."""
        address = self.address()
        found = []
        for field in self._picks():
            if field.name not in address:
                continue
            words = field.names[field.data]
            if field is self.decided and self.asks_for_dates:
                words = self._dates_words(today=today)
            gone = {field.name, "since", "until"} if field is self.decided else {field.name}
            found.append(
                Active(
                    words=f"{field.label.text}: {words}",
                    without={name: one for name, one in address.items() if name not in gone},
                )
            )
        return found

    def said(self) -> Mapping[str, Stored]:
        """Return the choice as it is written down when its figures are taken out."""
        choice = self.choice()
        site_ids = choice.scope.site_ids
        return {
            "site": min(site_ids) if site_ids is not None and len(site_ids) == 1 else None,
            "remedy": choice.scope.remedy_id,
            "reason": choice.scope.reason_id,
            "band": self.band.data if choice.scope.band else None,
            "since": stored(choice.scope.since),
            "until": stored(choice.scope.until),
            "horizon_days": choice.horizon_days,
            "unit": choice.unit,
        }

    def _scope(self) -> Scope:
        ref = self.site.data if self.site.data != ALL else None
        since, until = self._period()
        remedies = {row.kind: row.id for row in self._can.remedies}
        reasons = {row.code: row.id for row in self._can.reasons}
        return replace(
            self._seen.scope_of(ref),
            since=since,
            until=until,
            remedy_id=remedies.get(self.remedy.data),
            reason_id=reasons.get(self.reason.data),
            band=self._can.bands.get(self.band.data),
        )

    def _period(self) -> tuple[date | None, date | None]:
        decided = self.decided.data
        if self.asks_for_dates:
            return self.since.data, self.until.data
        if decided == ANY_TIME:
            return None, None
        if _MONTH.fullmatch(decided):
            return month_of(date.fromisoformat(f"{decided}-01"))
        return _months_back(self._seen.on, int(decided)), self._seen.on

    def _dates_words(self, *, today: date) -> str:
        days = (self.since.data, self.until.data)
        start, end = (day_words(day, today=today) if day else "…" for day in days)
        return _("%(start)s to %(end)s", start=start, end=end)


def asked() -> tuple[Outlook, OutcomesForm]:
    """Return what the signed-in person may look at, and what the address asks for."""
    session = reading()
    seen = outlook(session, signed_in(), on=today())
    return seen, OutcomesForm(seen, filters(session, seen.sites, seen.everything), request.args)


UNIT_WORDS = {
    "customer": _("First per customer"),
    "decision": _("Every decision"),
    "episode": _("Every episode"),
}


def _usual(seen: Outlook, can: Filters) -> dict[str, str]:
    """Return what is looked at unless the address says otherwise.

    The last year; but where nothing was decided in it, as after an import of old files, any time.
    """
    year = _months_back(seen.on, YEAR)
    is_old = seen.last_decided_on is not None and seen.last_decided_on < year
    return {
        "site": seen.sites[0].location_ref if len(seen.sites) == 1 else ALL,
        "decided": ANY_TIME if is_old else str(YEAR),
        "since": year.isoformat(),
        "until": seen.on.isoformat(),
        "remedy": ALL,
        "reason": ALL,
        "band": ALL,
        "within": str(seen.horizon_days),
        "count": can.usual_unit,
    }


def _band_words(key: str, currency: str, *, several: bool) -> str:
    words = band_words(key.rpartition(" ")[2], currency)
    return f"{currency}: {words}" if several else words


def _months_back(day: date, months: int) -> date:
    """Return the first day of the month so many months back, this month being the first."""
    place = day.year * 12 + day.month - months
    return date(place // 12, place % 12 + 1, 1)
