"""Feeds: what each is called, how often it is expected, and whether it is still waited for."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import IntegerField, StringField
from wtforms.validators import DataRequired, NumberRange

from ledger.core import feeds
from ledger.core.errors import BadValueError, NotFoundError
from ledger.core.feeds import FeedChange, KnownFeed
from ledger.core.people import subject_of
from ledger.core.permissions import Action
from ledger.web.access import requires, signed_in
from ledger.web.forms import Form
from ledger.web.moment import today, utc_now
from ledger.web.notices import notice
from ledger.web.picks import ChipsField
from ledger.web.settings_words import days_words, kind_words, say
from ledger.web.transactions import reading, writing
from ledger.web.when import day_words
from ledger.web.words import _, ngettext

bp: Blueprint = Blueprint("settings_feeds", __name__)


class FeedForm(Form):
    """What a feed is called and how often it comes."""

    label = StringField(
        _("What people call it"),
        [DataRequired(_("Type what people call it"))],
        render_kw={"maxlength": feeds.LONGEST_LABEL, "autocomplete": "off"},
        description=_("Such as: Elm Street till. Pages name it so when it stops."),
    )
    every_days = IntegerField(
        _("Expected every … days"),
        [
            NumberRange(
                min=1,
                max=feeds.LONGEST_EVERY,
                message=_("Type a number of days from 1 to %(most)s", most=feeds.LONGEST_EVERY),
            )
        ],
        render_kw={"inputmode": "numeric"},
        description=_(
            "It is named as stopped when its last complete day is longer ago. A nightly file: 2."
        ),
    )


class NewFeedForm(FeedForm):
    """A feed that is to come."""

    kind = ChipsField(_("What it brings"))
    name = StringField(
        _("Its name in the import"),
        [DataRequired(_("Type the name"))],
        render_kw={"maxlength": feeds.LONGEST_NAME, "autocomplete": "off"},
        description=_("What is written for --feed, or chosen with the file. It never changes."),
    )

    def __init__(self, **values: object) -> None:
        """Offer what a feed can bring."""
        super().__init__(**values)
        self.kind.offer([(kind, kind_words(kind)) for kind in feeds.KINDS])


@bp.get("/settings/feeds")
@requires(Action.MANAGE_SETTINGS)
def index() -> ResponseReturnValue:
    """List the feeds, each with until when it is complete."""
    found = [_line(feed) for feed in feeds.all_feeds(reading())]
    return render_template(
        "settings/feeds.html",
        awaited=[line for line in found if not line["retired"]],
        retired=[line for line in found if line["retired"]],
    )


@bp.get("/settings/feeds/new")
@requires(Action.MANAGE_SETTINGS)
def new() -> ResponseReturnValue:
    """Ask for a feed that is to come."""
    form = NewFeedForm(kind=feeds.ACTIVITY, every_days=feeds.EVERY_DAYS)
    return render_template("settings/feed_new.html", form=form)


@bp.post("/settings/feeds/new")
@requires(Action.MANAGE_SETTINGS)
def new_submit() -> ResponseReturnValue:
    """Expect a feed from now on."""
    form = NewFeedForm()
    if form.is_sent_and_fine() and _is_saved(form, form.kind.data, form.name.data or ""):
        return redirect(url_for(".index"), code=303)
    return render_template("settings/feed_new.html", form=form), 422


@bp.get("/settings/feeds/change")
@requires(Action.MANAGE_SETTINGS)
def show() -> ResponseReturnValue:
    """Show one feed, as it can be changed; which one stands in the address."""
    feed = _feed()
    if feed is None:
        return redirect(url_for(".index"))
    form = FeedForm(label=feed.label, every_days=feed.every_days)
    return render_template("settings/feed.html", form=form, feed=_line(feed))


@bp.post("/settings/feeds/change")
@requires(Action.MANAGE_SETTINGS)
def submit() -> ResponseReturnValue:
    """Change what a feed is called and how often it is expected."""
    feed, form = _feed(), FeedForm()
    if feed is None:
        return redirect(url_for(".index"), code=303)
    if form.is_sent_and_fine() and _is_saved(form, feed.kind, feed.name, retired=feed.retired):
        return redirect(url_for(".index"), code=303)
    return render_template("settings/feed.html", form=form, feed=_line(feed)), 422


@bp.post("/settings/feeds/retire")
@requires(Action.MANAGE_SETTINGS)
def retire_submit() -> ResponseReturnValue:
    """Wait for a feed no more, or again."""
    feed, retired = _feed(), request.form.get("retired") == "yes"
    if feed is None:
        return redirect(url_for(".index"), code=303)
    change = FeedChange(
        kind=feed.kind,
        name=feed.name,
        label=feed.label,
        every_days=feed.every_days,
        retired=retired,
    )
    with writing() as session:
        feeds.change_feed(session, change, actor=subject_of(signed_in()), now=utc_now())
    words = (
        _("“%(label)s” is waited for no more and holds no figure back.", label=feed.label)
        if retired
        else _("“%(label)s” is waited for again.", label=feed.label)
    )
    notice("good", _("Saved."), words)
    return redirect(url_for(".index"), code=303)


def _feed() -> KnownFeed | None:
    """Return the feed that the address or the form names, if there is such a one."""
    given = request.values
    try:
        return feeds.feed(reading(), given.get("feed_kind", ""), given.get("feed", ""))
    except NotFoundError:
        return None


def _is_saved(form: FeedForm, kind: str, name: str, *, retired: bool = False) -> bool:
    """Save what was typed; where it cannot be kept, say so in the form."""
    change = FeedChange(
        kind=kind,
        name=name,
        label=form.label.data or "",
        every_days=form.every_days.data or 0,
        retired=retired,
    )
    try:
        with writing() as session:
            feeds.change_feed(session, change, actor=subject_of(signed_in()), now=utc_now())
    except BadValueError as problem:
        say(form, problem)
        return False
    notice("good", _("Saved."), _("It counts for every page from now on."))
    return True


def _line(feed: KnownFeed) -> dict[str, object]:
    on = today()
    late = feed.days_late(on)
    return {
        "kind": feed.kind,
        "name": feed.name,
        "label": feed.label,
        "brings": kind_words(feed.kind),
        "every": days_words(feed.every_days),
        "retired": feed.retired,
        "through": day_words(feed.through, today=on) if feed.through else _("nothing yet"),
        "is_late": late > 0,
        "state": ngettext("%(count)s day late", "%(count)s days late", late)
        if late > 0
        else _("in time"),
        "is_awaited": feed.through is None,
    }
