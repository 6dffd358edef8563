"""Where help speaks of each page: the part that its Help link leads to."""

from collections.abc import Mapping, Sequence

from ledger.core.permissions import Role

Place = tuple[str, str]

# Role to the page of help for those who have it: the name of a topic.
FOR_ROLE: Mapping[Role, str] = {
    Role.STAFF: "staff",
    Role.SUPERVISOR: "supervisors",
    Role.HR: "hr",
    Role.AUDITOR: "auditors",
    Role.EXECUTIVE: "executives",
    Role.ADMINISTRATOR: "administrators",
}

# Endpoint, or the blueprint of all others in it, to the parts of help about it. A reader is led to
# the part in the help of their own role, or else to the first.
PLACES: Mapping[str, Sequence[Place]] = {
    "asks": (("staff", "ask"),),
    "asks_here": (("supervisors", "inbox"), ("staff", "ask")),
    "account": (
        ("staff", "leave"),
        ("supervisors", "account"),
        ("hr", "account"),
        ("auditors", "account"),
        ("executives", "account"),
        ("administrators", "account"),
    ),
    "completeness": (("supervisors", "till"), ("auditors", "till"), ("executives", "till")),
    "customers": (("supervisors", "customers"),),
    "customers_joining": (("supervisors", "one-or-two"),),
    "decisions": (("supervisors", "void"), ("auditors", "look")),
    "decisions.unmet_needs": (("supervisors", "unmet"), ("auditors", "look")),
    "exports": (("hr", "export"),),
    "exports.show": (("hr", "again"),),
    "files": (("supervisors", "files"), ("administrators", "files")),
    "files.taken_in": (("supervisors", "take-back"), ("administrators", "take-back")),
    "flags": (("supervisors", "flags"), ("auditors", "look")),
    "inbox": (("supervisors", "inbox"),),
    "inbox_handing": (("supervisors", "away"),),
    "inbox_history": (("supervisors", "inbox"), ("auditors", "look")),
    "inbox_reading": (("supervisors", "exceptions"),),
    "journal": (("auditors", "journal"),),
    "journal.exports": (("auditors", "taken"),),
    "limits": (
        ("supervisors", "which-limit"),
        ("auditors", "look"),
        ("executives", "read"),
        ("administrators", "limits"),
    ),
    "limits.change": (("supervisors", "change-limit"), ("administrators", "limits")),
    "lists": (("supervisors", "take-out"), ("auditors", "take-out")),
    "log": (("staff", "log"),),
    "log.correct": (("staff", "receipt"),),
    "my_asks": (("staff", "ask"),),
    "my_decisions": (("staff", "mine"),),
    "outcomes": (("supervisors", "outcomes"), ("auditors", "look"), ("executives", "outcomes")),
    "outcome_around": (("counting", "around"),),
    "people": (("administrators", "people"),),
    "people_asks": (("administrators", "asks"), ("supervisors", "away")),
    "people.leave": (("administrators", "leaving"),),
    "receipts": (("staff", "receipt"),),
    "recognitions": (("supervisors", "thank"), ("hr", "recognition")),
    "settings": (("administrators", "settings"),),
    "settings_bands": (("administrators", "settings"),),
    "settings_company": (("administrators", "settings"),),
    "settings_criteria": (("administrators", "settings"),),
    "settings_feeds": (("administrators", "feeds"),),
    "settings_reasons": (("administrators", "offered"),),
    "settings_remedies": (("administrators", "offered"),),
    "sign_in": (("staff", "sign-in"),),
    "sites": (("administrators", "sites"),),
    "sites_asks": (("administrators", "asks"),),
    "sponsor": (("executives", "sponsor"),),
    "summary": (("executives", "read"),),
    "team": (("supervisors", "team"), ("administrators", "people")),
    "team.code_submit": (("administrators", "codes"),),
    "trust": (("auditors", "verify"),),
    "trust.show": (("auditors", "checkpoint"),),
    "unmet_needs": (("staff", "mine"),),
}


def place_for(endpoint: str | None, role: str | None) -> Place | None:
    """Return the topic and the anchor about a page for a reader, or None for all of help."""
    blueprint = (endpoint or "").partition(".")[0]
    places = PLACES.get(endpoint or "") or PLACES.get(blueprint)
    if not places:
        return None
    own = FOR_ROLE[Role(role)] if role else None
    return next((place for place in places if place[0] == own), places[0])
