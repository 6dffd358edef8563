"""Pages, style sheets and scripts sent compressed; a static file is made small once.

A page whose address asks something (a filter, a name to look for) is sent as it is: it may show
what the address says, and the size of that compressed together with what nobody else may see tells
a stranger who chooses the address something of it (BREACH). A page whose address asks nothing
holds nothing that a stranger chose just now; and the token in its form, signed with the time, is
another one each second. A reverse proxy in front must keep to this: it compresses nothing more.
"""

import gzip
from functools import lru_cache
from http import HTTPStatus

from flask import Flask, Response, request

_STATIC = frozenset({"text/css", "text/javascript", "application/javascript", "image/svg+xml"})
# Below this there is nothing to gain.
LEAST_BYTES = 256


def set_up(app: Flask) -> None:
    """Compress what may be compressed, for browsers that take it."""
    app.after_request(_compressed)


def _compressed(response: Response) -> Response:
    if request.method not in ("GET", "HEAD"):
        return response
    is_static = request.endpoint == "static"
    if response.mimetype not in (_STATIC if is_static else ("text/html",)):
        return response
    response.vary.add("Accept-Encoding")
    is_asking = bool(request.query_string) and not is_static
    is_plain = is_asking or request.method == "HEAD" or response.status_code != HTTPStatus.OK
    if is_plain or not request.accept_encodings["gzip"]:
        return response
    response.direct_passthrough = False
    content = response.get_data()
    if len(content) < LEAST_BYTES:
        return response
    response.set_data(_small(content) if is_static else gzip.compress(content, 1, mtime=0))
    response.content_encoding = "gzip"
    etag, _is_weak = response.get_etag()
    if etag is not None:
        # Two different answers must not go by one name.
        response.set_etag(f"{etag}-gzip")
        # Under this one it may be in the browser already.
        response.make_conditional(request)
    return response


@lru_cache(maxsize=128)
def _small(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)
