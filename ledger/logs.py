"""The log: one JSON object a line on the standard error, or plain lines for a terminal.

It holds no personal data: not who, not from where, no address but the route's rule, and of what
stopped only its kind and the places in the code. Messages that we did not write ourselves (the
server's, libraries') are shown only where they are known to name nobody.
"""

import json
import logging
import re
import sys
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TextIO

from ledger.config import SettingError

JSON, PLAIN = "json", "plain"
KINDS = (JSON, PLAIN)
FACTS = "facts"
# What gunicorn says of its own life. Whatever else it says may quote what somebody sent.
_SERVER_MAY_SAY = re.compile(
    r"(Starting gunicorn|Listening at|Using worker|Booting worker|Worker exiting|Worker \(pid"
    r"|WORKER TIMEOUT|Handling signal|Shutting down|Connection in use|Can't connect to"
    r"|graceful stop of workers|Quick shutdown requested|Parent changed|Exception in worker"
    r"|Reason: )"
)
_LEFT_OUT = "something that is not repeated here: it may hold what somebody sent"
_OURS = "ledger"
_LINES = json.JSONEncoder(ensure_ascii=True, default=str)


def set_up(kind: str, stream: TextIO | None = None) -> None:
    """Let everything that is logged in this process go to the standard error, as `kind` says."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines() if kind == JSON else PlainLines())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(_OURS).setLevel(logging.INFO)


def kind_for(wanted: str, stream: TextIO | None = None) -> str:
    """Return the kind that was chosen, else plain for a terminal and JSON for everything else."""
    if wanted:
        return wanted
    return PLAIN if (stream or sys.stderr).isatty() else JSON


class JsonLines(logging.Formatter):
    """Each record as one JSON object: time, level, event, and the facts that came with it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; whatever is in it, it is one line."""
        return _LINES.encode(_said(record))


class PlainLines(logging.Formatter):
    """Each record as a line for people."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and below it the places in the code where something stopped."""
        said = dict(_said(record))
        places = said.pop("places", [])
        time, level, event = (str(said.pop(name)) for name in ("time", "level", "event"))
        text = " ".join(f"{name}={value}" for name, value in said.items() if value is not None)
        lines = [f"{time[11:19]} {level:<7} {event} {text}".rstrip(), *map(str, places)]
        return "\n    ".join(_printable(line) for line in lines)


def _said(record: logging.LogRecord) -> Mapping[str, Any]:
    said: dict[str, Any] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
    }
    facts = getattr(record, FACTS, None)
    if facts is not None:
        return {**said, "event": record.getMessage(), **facts, **_stopped(record)}
    if record.name == _OURS or record.name.startswith(f"{_OURS}."):
        return {**said, "event": "note", "text": record.getMessage(), **_stopped(record)}
    event = "server" if record.name.startswith("gunicorn") else "library"
    text = record.getMessage() if _may_be_said(record) else _LEFT_OUT
    return {**said, "event": event, "from": record.name, "text": text, **_stopped(record)}


def _may_be_said(record: logging.LogRecord) -> bool:
    return record.name.startswith("gunicorn") and bool(_SERVER_MAY_SAY.match(str(record.msg)))


def _stopped(record: logging.LogRecord) -> Mapping[str, object]:
    """Return the kind of what stopped, and where: its message may hold what people typed."""
    if not record.exc_info or record.exc_info[0] is None:
        return {}
    kind, problem, trace = record.exc_info
    # What is to be set otherwise is a sentence of our own, about settings.
    why = {"why": str(problem)} if isinstance(problem, SettingError) else {}
    return {"kind": kind.__qualname__, **why, "places": places(trace)}


def places(trace: object) -> list[str]:
    """Return the places in the code through which something came that stopped."""
    frames = traceback.extract_tb(trace)  # type: ignore[arg-type]  # a traceback or None, as logging has it
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]


def _printable(line: str) -> str:
    """Return a line that moves no cursor and colours nothing."""
    return "".join(sign if sign.isprintable() else f"\\x{ord(sign):02x}" for sign in line)
