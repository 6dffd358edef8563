"""What stopped on our side: logged under a code that can be read over the phone."""

import secrets

from flask import Flask

from ledger.logs import FACTS, places
from ledger.web.request_log import request_number

# Short, common, and unlike each other over a bad line.
_COLOURS = (
    "AMBER",
    "BLACK",
    "BLUE",
    "BROWN",
    "CORAL",
    "GOLD",
    "GREEN",
    "GREY",
    "IVORY",
    "JADE",
    "LEMON",
    "LIME",
    "MINT",
    "NAVY",
    "OLIVE",
    "ORANGE",
    "PEACH",
    "PINK",
    "PLUM",
    "RED",
    "ROSE",
    "RUBY",
    "SAND",
    "SILVER",
    "TEAL",
    "VIOLET",
    "WHITE",
    "YELLOW",
)
_THINGS = (
    "ANCHOR",
    "APPLE",
    "BASKET",
    "BELL",
    "BRIDGE",
    "CANDLE",
    "CASTLE",
    "CLOUD",
    "DRUM",
    "FEATHER",
    "FLUTE",
    "GARDEN",
    "HAMMER",
    "HARP",
    "ISLAND",
    "KETTLE",
    "LADDER",
    "LAMP",
    "MAPLE",
    "MIRROR",
    "OCEAN",
    "PENCIL",
    "PIANO",
    "RIVER",
    "ROBIN",
    "SADDLE",
    "TIGER",
    "TOWER",
    "TULIP",
    "WAGON",
    "WINDOW",
    "ZEBRA",
)


def note_incident(app: Flask, problem: BaseException | None) -> str:
    """Log what stopped, under a code that can be read over the phone; return the code.

    Only the kind of the problem and where it happened: its message may hold what people typed.
    """
    number = secrets.randbelow(90) + 10
    code = f"{secrets.choice(_COLOURS)} {secrets.choice(_THINGS)} {number}"
    facts = {
        "code": code,
        "request": request_number(),
        "kind": type(problem).__qualname__,
        "places": places(problem.__traceback__) if problem else [],
    }
    app.logger.error("stopped", extra={FACTS: facts})
    return code
