"""Ports of this machine: one for a server that a test starts, and whether it answers there."""

import random
import socket
from http.client import HTTPConnection, HTTPException

from tests.patience import PATIENCE_SECONDS

# Below those that systems lend to whoever connects, so that nobody is lent one before it is used.
_PORTS = range(15_000, 30_000)


def free_port() -> int:
    """Return a port on which nobody listens."""
    while True:
        port = random.SystemRandom().choice(_PORTS)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port


def answer(port: int) -> bytes:
    """Return what the server on this port says of its health, nothing if it does not answer."""
    wire = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    try:
        wire.request("GET", "/healthz")
        return wire.getresponse().read()
    except (OSError, HTTPException):
        return b""
    finally:
        wire.close()
