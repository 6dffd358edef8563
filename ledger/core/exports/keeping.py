"""How the file of an export is kept in a column of text: as it is, or in base64."""

import base64
import binascii

from ledger.core.exports import EXPORTS


def kept_text(content: bytes, format_name: str) -> str:
    """Return what is kept of a file's bytes."""
    if EXPORTS[format_name].is_text:
        return content.decode()
    return base64.b64encode(content).decode("ascii")


def kept_bytes(kept: str, format_name: str) -> bytes:
    """Return the bytes of which this was kept; other ones if it is not exactly what was kept."""
    found = EXPORTS.get(format_name)
    if found is None or found.is_text:
        return kept.encode()
    try:
        content = base64.b64decode(kept, validate=True)
    except (binascii.Error, ValueError):
        return kept.encode()
    # Base64 has several ways to write its last letters; only one of them was kept.
    return content if base64.b64encode(content).decode("ascii") == kept else kept.encode()
