"""A form that could not be taken just now, to be sent once more with one press.

Nothing that was typed is lost with the page that it was typed on. What records something carries an
id, so that it is recorded once, however often it is sent.
"""

from collections.abc import Sequence

from flask import request
from werkzeug.exceptions import HTTPException

# Never written into a page: the browser asks for them again.
_SECRETS = frozenset({"password", "now", "again", "code"})


def fields() -> Sequence[tuple[str, str]]:
    """Return the names and values that were sent; none if they cannot be put into a page."""
    try:
        is_plain = request.mimetype == "application/x-www-form-urlencoded" and not request.files
        sent = list(request.form.items(multi=True)) if is_plain else []
    except HTTPException:
        return ()
    return () if any(name in _SECRETS for name, _ in sent) else sent
