"""Which kind of journal row makes a row of which book."""

from collections.abc import Mapping

from sqlmodel import SQLModel

from ledger.core.tables import (
    Ask,
    AskAnswer,
    CustomerJoin,
    Decision,
    Delegation,
    DelegationEnd,
    Download,
    DownloadEnd,
    Export,
    FlagReading,
    ImportFile,
    ImportUndo,
    Limit,
    Recognition,
    Refusal,
    Review,
    SponsorCard,
    UnmetNeed,
    Void,
)

# Which book the content of a journal row is a row of.
BOOK_OF_KIND: Mapping[str, type[SQLModel]] = {
    "decision.recorded": Decision,
    "decision.imported": Decision,
    "decision.voided": Void,
    "decision.refused": Refusal,
    "unmet_need.recorded": UnmetNeed,
    "limit.set": Limit,
    "file.imported": ImportFile,
    "recognition.given": Recognition,
    "export.made": Export,
    "customer.joined": CustomerJoin,
    "customer.parted": CustomerJoin,
    "import.undone": ImportUndo,
    "download.begun": Download,
    "download.finished": DownloadEnd,
    "sponsor.agreed": SponsorCard,
    "ask.made": Ask,
    "ask.approved": AskAnswer,
    "ask.countered": AskAnswer,
    "ask.allowed": AskAnswer,
    "ask.declined": AskAnswer,
    "ask.withdrawn": AskAnswer,
    "ask.replaced": AskAnswer,
    "ask.expired": AskAnswer,
    "ask.given": AskAnswer,
    "ask.accepted": AskAnswer,
    "ask.lapsed": AskAnswer,
    "asks.handed_over": Delegation,
    "asks.taken_back": DelegationEnd,
    "decision.reviewed": Review,
    "flag.read": FlagReading,
}
