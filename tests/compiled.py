"""Templates and addresses that are compiled once for all the applications that tests assemble."""

from collections.abc import Callable
from types import CodeType
from typing import ClassVar

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

from ledger.web.application import Application

Builder = Callable[..., tuple[str, str]]


class Compiled(BytecodeCache):
    """Compiled templates, kept in memory by their name and by what stands in them."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Put into the bucket what was compiled from the same text, if anything was."""
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        if bucket.code is not None:
            self._kept[bucket.key, bucket.checksum] = bucket.code


_COMPILED = Compiled()


def share_templates(app: Flask) -> None:
    """Let this application have what another has compiled: half of a page's time is that."""
    app.jinja_env.bytecode_cache = _COMPILED


class SharedRule(Rule):
    """An address whose function was compiled for another application, if there was one before."""

    _kept: ClassVar[dict[object, Builder]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Builder:  # noqa: FBT001, FBT002 - Werkzeug's
        made_of = (*self._trace, repr(self.defaults), append_unknown)
        if made_of not in self._kept:
            self._kept[made_of] = super()._compile_builder(append_unknown)
        return self._kept[made_of]


# Nine tenths of an assembly go into the functions that make addresses.
Application.url_rule_class = SharedRule
