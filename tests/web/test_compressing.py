"""What goes over the wire is small, but for pages that may show what the address says."""

import gzip

from flask.testing import FlaskClient

SMALL = {"Accept-Encoding": "gzip, br"}


def test_a_style_sheet_is_compressed_for_who_takes_it(nobody: FlaskClient) -> None:
    plain = nobody.get("/static/css/base.css", buffered=True)
    small = nobody.get("/static/css/base.css", headers=SMALL, buffered=True)

    assert small.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.data) == plain.data
    assert len(small.data) == int(small.headers["Content-Length"]) < len(plain.data)
    assert "Content-Encoding" not in plain.headers
    assert all("Accept-Encoding" in one.headers["Vary"] for one in (plain, small))
    assert plain.headers["ETag"] != small.headers["ETag"]


def test_who_refuses_compression_gets_it_plain(nobody: FlaskClient) -> None:
    answer = nobody.get(
        "/static/css/base.css", headers={"Accept-Encoding": "gzip;q=0"}, buffered=True
    )

    assert "Content-Encoding" not in answer.headers


def test_a_page_is_compressed_unless_its_address_asks_something(nobody: FlaskClient) -> None:
    plain = nobody.get("/sign-in?next=log.show", headers=SMALL)
    small = nobody.get("/sign-in", headers=SMALL)

    assert "Content-Encoding" not in plain.headers
    assert b"</html>" in plain.data
    assert small.headers["Content-Encoding"] == "gzip"
    assert b"</html>" in gzip.decompress(small.data)
    assert small.headers["Cache-Control"] == "no-store"


def test_a_file_that_is_not_there_is_said_plainly(nobody: FlaskClient) -> None:
    answer = nobody.get("/static/css/none.css", headers=SMALL)

    assert (answer.status_code, "Content-Encoding" in answer.headers) == (404, False)


def test_a_file_that_the_browser_has_is_not_sent_again(nobody: FlaskClient) -> None:
    first = nobody.get("/static/js/meter.js", headers=SMALL, buffered=True)

    asked = {**SMALL, "If-None-Match": first.headers["ETag"]}
    again = nobody.get("/static/js/meter.js", headers=asked, buffered=True)

    assert first.headers["Content-Encoding"] == "gzip"
    assert (again.status_code, again.data) == (304, b"")
