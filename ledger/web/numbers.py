"""Whole numbers as addresses and forms bring them: never larger than a column holds."""

from werkzeug.routing import IntegerConverter, Map

LARGEST = 2**63 - 1


class NumberConverter(IntegerConverter):
    """The number in an address; one that no row can have is not found."""

    def __init__(self, url_map: Map) -> None:
        """Take any number that the database knows."""
        super().__init__(url_map, max=LARGEST)
