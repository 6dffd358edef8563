"""The tables, and which kind each one is.

Books are append-only and made by a journal row with which `verify` compares them. Tallies can be
computed again from the books, and are, by `verify`. Ordinary rows may change or be erased.
"""

from sqlmodel import SQLModel

from ledger.core.tables.activity import (
    Activity,
    Feed,
    FeedSetting,
    ImportFile,
    ImportRun,
    ImportUndo,
    Outcome,
    TillEntry,
    Upload,
    UploadPiece,
)
from ledger.core.tables.asks import (
    AnswerTurn,
    Ask,
    AskAnswer,
    AskRule,
    Delegation,
    DelegationEnd,
    InPlace,
)
from ledger.core.tables.customers import (
    Customer,
    CustomerAlias,
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
    SiteReason,
    Submission,
    UnmetNeed,
    Void,
)
from ledger.core.tables.journal import Journal
from ledger.core.tables.limits import Budget, Limit
from ledger.core.tables.people import (
    Company,
    CurrencyBands,
    OneTimeCode,
    Person,
    PersonSite,
    SignIn,
    Site,
    SiteCalendar,
    Throttle,
)
from ledger.core.tables.recognition import (
    Download,
    DownloadEnd,
    Export,
    ExportFile,
    Recognition,
    SponsorCard,
)
from ledger.core.tables.reviews import FlagReading, Review

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
    ImportUndo,
    Download,
    DownloadEnd,
    SponsorCard,
    Ask,
    AskAnswer,
    Delegation,
    DelegationEnd,
    Review,
    FlagReading,
)
# Many rows under one journal row, which holds a hash over them.
BOOKS_BY_SET: tuple[type[SQLModel], ...] = (Customer, Activity, TillEntry)
BOOKS: tuple[type[SQLModel], ...] = (Journal, *BOOKS_BY_ROW, *BOOKS_BY_SET)
TALLIES: tuple[type[SQLModel], ...] = (Budget, Outcome, Feed, CustomerAlias)
ORDINARY: tuple[type[SQLModel], ...] = (
    Company,
    CurrencyBands,
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
    SiteReason,
    CriteriaCard,
    FeedSetting,
    Submission,
    ImportRun,
    Upload,
    UploadPiece,
    AskRule,
    AnswerTurn,
    InPlace,
)

__all__ = [
    "BOOKS",
    "BOOKS_BY_ROW",
    "BOOKS_BY_SET",
    "METADATA",
    "ORDINARY",
    "TALLIES",
    "Activity",
    "AnswerTurn",
    "Ask",
    "AskAnswer",
    "AskRule",
    "Budget",
    "Company",
    "CriteriaCard",
    "CurrencyBands",
    "Customer",
    "CustomerAlias",
    "CustomerDetail",
    "CustomerJoin",
    "Decision",
    "Delegation",
    "DelegationEnd",
    "Download",
    "DownloadEnd",
    "Export",
    "ExportFile",
    "Feed",
    "FeedSetting",
    "FlagReading",
    "ImportFile",
    "ImportRun",
    "ImportUndo",
    "InPlace",
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
    "Review",
    "SignIn",
    "Site",
    "SiteCalendar",
    "SiteReason",
    "SponsorCard",
    "SubjectKey",
    "Submission",
    "Throttle",
    "TillEntry",
    "UnmetNeed",
    "Upload",
    "UploadPiece",
    "Void",
    "Words",
]
