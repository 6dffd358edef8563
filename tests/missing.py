"""What to do with a test whose machine lacks something: skip it, or fail where nothing may lack."""

import os
from typing import NoReturn

import pytest


def skip_or_fail(reason: str) -> NoReturn:
    """Skip the test with this reason; fail it where `CI` is set, as everything is installed there.

    Raises:
        pytest.skip.Exception: on a developer's machine.
        pytest.fail.Exception: where the environment variable `CI` is set and not empty.

    """
    if os.environ.get("CI"):
        pytest.fail(f"{reason} (CI is set, so this may not be skipped)", pytrace=False)
    pytest.skip(reason)
