"""What every test may ask for by name."""

from collections.abc import Iterator

import pytest

from tests.cluster import Cluster, NoClusterError, running_cluster
from tests.missing import skip_or_fail


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Lend the tests a PostgreSQL cluster of their own, for as long as they run."""
    try:
        with running_cluster() as running:
            yield running
    except NoClusterError as missing:
        skip_or_fail(str(missing))
