"""The file of an upload, read from its pieces: whole and as it came, or not to its end."""

import base64
import hashlib
import io

from sqlalchemy import select
from sqlmodel import col

from ledger.core import uploads
from ledger.core.errors import LedgerError
from ledger.core.imports.runs import Transactions
from ledger.core.tables import Upload, UploadPiece


class IncompleteUploadError(LedgerError):
    """The file did not come whole, a piece of it is gone, or it is not what came."""


def stream(transactions: Transactions, upload: Upload) -> io.BufferedReader:
    """Return the file of an upload, of which one piece at a time is in memory.

    Reading it raises IncompleteUploadError in place of an end that is not the file's.
    """
    return io.BufferedReader(_Pieces(transactions, upload), uploads.PIECE_BYTES)


class _Pieces(io.RawIOBase):
    """Reads a file piece by piece, each in a transaction of its own."""

    def __init__(self, transactions: Transactions, upload: Upload) -> None:
        self._transactions = transactions
        self._upload = upload
        self._number = 0
        self._left = b""
        self._digest = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # what BufferedReader gives
        if not self._left:
            self._left = self._next()
        taken = self._left[: len(buffer)]
        self._left = self._left[len(taken) :]
        buffer[: len(taken)] = taken
        return len(taken)

    def _next(self) -> bytes:
        if self._number == self._upload.pieces:
            if self._digest.hexdigest() != self._upload.file_sha256:
                raise IncompleteUploadError
            return b""
        query = select(col(UploadPiece.body)).where(
            col(UploadPiece.upload_uid) == self._upload.uid,
            col(UploadPiece.number) == self._number,
        )
        with self._transactions.reading() as session:
            coded = session.scalar(query)
        if coded is None:
            raise IncompleteUploadError
        self._number += 1
        piece = base64.b64decode(coded)
        self._digest.update(piece)
        return piece
