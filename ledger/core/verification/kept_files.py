"""The kept files of exports, against the hashes that the numbers' book rows hold."""

import hashlib

from sqlalchemy import select
from sqlmodel import col

from ledger.core.driver import Driver, Prepared
from ledger.core.exports.keeping import kept_bytes
from ledger.core.tables import Export, ExportFile
from ledger.core.verification.findings import BadRowError, read


def check_kept_files(driver: Driver) -> int:
    """Check every kept file; return how many there are. A file may be erased, its number stays.

    The exports themselves were compared with the journal before: their hashes can be relied on.

    Raises:
        BadRowError: if a file is not the one that was made, or is of no export.

    """
    count = 0
    for row in read(driver, _KEPT, "export_file"):
        number, content, made_at, sha256, exported_at, format_name = row
        if sha256 is None:
            raise BadRowError("export_file", number, "extra", "export")
        if hashlib.sha256(kept_bytes(str(content), str(format_name))).hexdigest() != sha256:
            raise BadRowError("export_file", number, "changed", "content")
        if made_at != exported_at:
            raise BadRowError("export_file", number, "changed", "made_at")
        count += 1
    return count


_KEPT = Prepared(
    select(
        col(ExportFile.export_id),
        col(ExportFile.content),
        col(ExportFile.made_at),
        col(Export.sha256),
        col(Export.made_at),
        col(Export.format),
    )
    .select_from(ExportFile)
    .outerjoin(Export, col(Export.id) == col(ExportFile.export_id))
    .order_by(col(ExportFile.export_id))
)
