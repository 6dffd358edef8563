"""The tables, and which kind each one is.

Books are append-only and made by a journal row with which `verify` compares them. Tallies can be
computed again from the books, and are, by `verify`. Ordinary rows may change or be erased.
"""

from sqlmodel import SQLModel

from ledger.core.tables.activity import Activity, Feed, ImportFile, ImportRun, Outcome
from ledger.core.tables.customers import (
    Customer,
    CustomerDetail,
    CustomerJoin,
    SubjectKey,
    Words,
)
from ledger.core.tables.decisions import (
    CriteriaCard,
    Decision,
    Reason,
    Refusal,
    Remedy,
    Submission,
    UnmetNeed,
    Void,
)
from ledger.core.tables.journal import Journal
from ledger.core.tables.limits import Budget, Limit
from ledger.core.tables.people import (
    Company,
    OneTimeCode,
    Person,
    PersonSite,
    SignIn,
    Site,
    SiteCalendar,
    Throttle,
)
from ledger.core.tables.recognition import Export, ExportFile, Recognition

METADATA = SQLModel.metadata

# One row for each journal row, whose content is the row.
BOOKS_BY_ROW: tuple[type[SQLModel], ...] = (
    Decision,
    Void,
    Refusal,
    UnmetNeed,
    Limit,
    ImportFile,
    Recognition,
    Export,
    CustomerJoin,
)
# Many rows under one journal row, which holds a hash over them.
BOOKS_BY_SET: tuple[type[SQLModel], ...] = (Customer, Activity)
BOOKS: tuple[type[SQLModel], ...] = (Journal, *BOOKS_BY_ROW, *BOOKS_BY_SET)
TALLIES: tuple[type[SQLModel], ...] = (Budget, Outcome, Feed)
ORDINARY: tuple[type[SQLModel], ...] = (
    Company,
    Site,
    SiteCalendar,
    Person,
    PersonSite,
    SignIn,
    OneTimeCode,
    Throttle,
    CustomerDetail,
    SubjectKey,
    Words,
    ExportFile,
    Remedy,
    Reason,
    CriteriaCard,
    Submission,
    ImportRun,
)

__all__ = [
    "BOOKS",
    "BOOKS_BY_ROW",
    "BOOKS_BY_SET",
    "METADATA",
    "ORDINARY",
    "TALLIES",
    "Activity",
    "Budget",
    "Company",
    "CriteriaCard",
    "Customer",
    "CustomerDetail",
    "CustomerJoin",
    "Decision",
    "Export",
    "ExportFile",
    "Feed",
    "ImportFile",
    "ImportRun",
    "Journal",
    "Limit",
    "OneTimeCode",
    "Outcome",
    "Person",
    "PersonSite",
    "Reason",
    "Recognition",
    "Refusal",
    "Remedy",
    "SignIn",
    "Site",
    "SiteCalendar",
    "SubjectKey",
    "Submission",
    "Throttle",
    "UnmetNeed",
    "Void",
    "Words",
]
