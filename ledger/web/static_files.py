"""Addresses of our static files: each carries its version, so that browsers may keep it."""

import hashlib
import time
from functools import lru_cache
from pathlib import Path

from flask import Flask, current_app, request, url_for


def set_up(app: Flask) -> None:
    """Put a static file's version into its address, and offer templates `static_url(filename)`."""
    app.url_defaults(_add_version)
    app.add_template_global(static_url)


def static_url(filename: str) -> str:
    """Return the address of a static file; each page has twenty, so it is made once a second."""
    return _url_at(current_app.name, request.script_root, filename, int(time.monotonic()))


def is_versioned() -> bool:
    """Whether a static file was asked for by the version that it has."""
    asked = request.args.get("v")
    filename = (request.view_args or {}).get("filename")
    return asked is not None and filename is not None and asked == _version_of(filename)


@lru_cache(maxsize=256)
def _url_at(_app: str, _root: str, filename: str, _second: int) -> str:
    return url_for("static", filename=filename)


def _add_version(endpoint: str, values: dict[str, object]) -> None:
    if endpoint == "static" and isinstance(values.get("filename"), str):
        values.setdefault("v", _version_of(str(values["filename"])))


def _version_of(filename: str) -> str | None:
    path = Path(current_app.static_folder or "", filename)
    try:
        found = path.stat()
    except OSError:
        return None
    return _hash_of(path, found.st_mtime_ns, found.st_size)


@lru_cache(maxsize=512)
def _hash_of(path: Path, _changed: int, _size: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
