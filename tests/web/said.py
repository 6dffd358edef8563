"""What a page says, as its reader reads it."""

from werkzeug.test import TestResponse

from tests.web.html import parse


def words_of(answer: TestResponse) -> str:
    """Return everything that stands on a page, in order, without tags; it must be strict HTML5."""
    return " ".join(" ".join(parse(answer.text).root.itertext()).split())
