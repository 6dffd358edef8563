"""Reports: one file each, a row dataclass and one query function.

To add one: write `reports/<name>.py` and its line here.
"""

from collections.abc import Callable, Mapping
from typing import Any

from ledger.core.reports.retention import retention

# What each report is called on the command line, in the order in which they are listed.
REPORTS: Mapping[str, Callable[..., Any]] = {"retention": retention}
